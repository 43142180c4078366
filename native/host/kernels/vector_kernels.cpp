#include "kernels/vector_kernels.h"

#include "kernels/attention_kernels.h"
#include "kernels/isa.h"

namespace ascend4j {
namespace {

template <typename Table>
const Table *choose(const Table *portable, const Table *avx2, const Table *avx512, const Table *neon) {
    const Table *best = nullptr;
    switch (isa()) {
        case Isa::Avx512:
        case Isa::Avx512Vnni:
        case Isa::Amx: best = avx512; break;
        case Isa::Avx2: best = avx2; break;
        case Isa::Neon: best = neon; break;
        case Isa::Portable: break;
    }
    return best != nullptr ? best : portable;
}

}  // namespace

const VectorKernels &vectorKernels() {
    static const VectorKernels *const table =
        choose(vectorKernelsPortable(), vectorKernelsAvx2(), vectorKernelsAvx512(), vectorKernelsNeon());
    return *table;
}

const AttentionKernels &attentionKernels() {
    static const AttentionKernels *const table =
        choose(attentionKernelsPortable(), attentionKernelsAvx2(), attentionKernelsAvx512(), attentionKernelsNeon());
    return *table;
}

}  // namespace ascend4j
