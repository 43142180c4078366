#if defined(__AVX2__) && defined(__FMA__)
#include "kernels/attention_tile.h"
#include "kernels/vector_rows.h"

namespace ascend4j {
const VectorKernels *vectorKernelsAvx2() { return &kRowKernels; }
const AttentionKernels *attentionKernelsAvx2() { return &kAttentionKernels; }
}  // namespace ascend4j
#else
#include "kernels/attention_kernels.h"
#include "kernels/vector_kernels.h"

namespace ascend4j {
const VectorKernels *vectorKernelsAvx2() { return nullptr; }
const AttentionKernels *attentionKernelsAvx2() { return nullptr; }
}  // namespace ascend4j
#endif
