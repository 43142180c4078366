#include "kernels/vector_kernels.h"

#include "kernels/attention_kernels.h"
#include "kernels/isa.h"

namespace ascend4j {
namespace {

template <typename Table>
const Table &orPortable(const Table *best, const Table *portable) {
    return best != nullptr ? *best : *portable;
}

const AttentionKernels *attentionKernelsWidest() {
    const AttentionKernels *tiles = attentionKernelsAmx();
    return tiles != nullptr ? tiles : attentionKernelsAvx512();
}

}  // namespace

const VectorKernels &vectorKernels() {
    const VectorKernels *best = nullptr;
    switch (isa()) {
        case Isa::Amx:
        case Isa::Avx512Vnni:
        case Isa::Avx512: best = vectorKernelsAvx512(); break;
        case Isa::Avx2: best = vectorKernelsAvx2(); break;
        case Isa::Neon: best = vectorKernelsNeon(); break;
        case Isa::Portable: break;
    }
    return orPortable(best, vectorKernelsPortable());
}

const AttentionKernels &attentionKernels() {
    const AttentionKernels *best = nullptr;
    switch (isa()) {
        case Isa::Amx: best = attentionKernelsWidest(); break;
        case Isa::Avx512Vnni:
        case Isa::Avx512: best = attentionKernelsAvx512(); break;
        case Isa::Avx2: best = attentionKernelsAvx2(); break;
        case Isa::Neon: best = attentionKernelsNeon(); break;
        case Isa::Portable: break;
    }
    return orPortable(best, attentionKernelsPortable());
}

}  // namespace ascend4j
