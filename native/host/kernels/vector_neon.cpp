#if defined(__aarch64__)
#include "kernels/attention_tile.h"
#include "kernels/vector_rows.h"

namespace ascend4j {
const VectorKernels *vectorKernelsNeon() { return &kRowKernels; }
const AttentionKernels *attentionKernelsNeon() { return &kAttentionKernels; }
}  // namespace ascend4j
#else
#include "kernels/attention_kernels.h"
#include "kernels/vector_kernels.h"

namespace ascend4j {
const VectorKernels *vectorKernelsNeon() { return nullptr; }
const AttentionKernels *attentionKernelsNeon() { return nullptr; }
}  // namespace ascend4j
#endif
