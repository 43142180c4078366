#include "kernels/attention_tile.h"
#include "kernels/vector_rows.h"

namespace ascend4j {
const VectorKernels *vectorKernelsPortable() { return &kRowKernels; }
const AttentionKernels *attentionKernelsPortable() { return &kAttentionKernels; }
}  // namespace ascend4j
