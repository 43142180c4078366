#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include "kernels/attention_tile.h"
#include "kernels/vector_rows.h"

namespace ascend4j {
const VectorKernels *vectorKernelsAvx512() { return &kRowKernels; }
const AttentionKernels *attentionKernelsAvx512() { return &kAttentionKernels; }
}  // namespace ascend4j
#else
#include "kernels/attention_kernels.h"
#include "kernels/vector_kernels.h"

namespace ascend4j {
const VectorKernels *vectorKernelsAvx512() { return nullptr; }
const AttentionKernels *attentionKernelsAvx512() { return nullptr; }
}  // namespace ascend4j
#endif
