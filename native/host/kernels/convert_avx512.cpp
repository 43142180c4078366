#include "kernels/convert_rows.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#include "kernels/avx512.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 16;

// The lanes that remain from i on, all sixteen while there are that many.
__mmask16 lanes(int64_t left) { return left >= kLanes ? __mmask16(0xffff) : __mmask16((1u << left) - 1u); }

void halfRow(const uint16_t *source, float *target, int64_t n) {
    for (int64_t i = 0; i < n; i += kLanes) {
        const __mmask16 mask = lanes(n - i);
        _mm512_mask_storeu_ps(target + i, mask, _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, source + i)));
    }
}

void toHalfRow(const float *source, uint16_t *target, int64_t n) {
    for (int64_t i = 0; i < n; i += kLanes) {
        const __mmask16 mask = lanes(n - i);
        const __m512 value = _mm512_maskz_loadu_ps(mask, source + i);
        _mm256_mask_storeu_epi16(target + i, mask,
                                 _mm512_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
}

void bfloatRow(const uint16_t *source, float *target, int64_t n) {
    for (int64_t i = 0; i < n; i += kLanes) {
        const __mmask16 mask = lanes(n - i);
        const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, source + i));
        _mm512_mask_storeu_epi32(target + i, mask, _mm512_slli_epi32(wide, 16));
    }
}

// Rounds in integers: the dedicated instruction would flush subnormals to zero.
void toBfloatRow(const float *source, uint16_t *target, int64_t n) {
    const __m512i half = _mm512_set1_epi32(0x7fff);
    const __m512i one = _mm512_set1_epi32(1);
    const __m512i quiet = _mm512_set1_epi32(0x400000);
    for (int64_t i = 0; i < n; i += kLanes) {
        const __mmask16 mask = lanes(n - i);
        const __m512 value = _mm512_maskz_loadu_ps(mask, source + i);
        const __m512i bits = _mm512_castps_si512(value);
        const __m512i even = _mm512_and_si512(_mm512_srli_epi32(bits, 16), one);
        const __m512i rounded = _mm512_add_epi32(bits, _mm512_add_epi32(half, even));
        const __mmask16 nan = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
        const __m512i kept = _mm512_mask_or_epi32(rounded, nan, bits, quiet);
        _mm256_mask_storeu_epi16(target + i, mask, _mm512_cvtepi32_epi16(_mm512_srli_epi32(kept, 16)));
    }
}

const ConvertRows kRows = {halfRow, toHalfRow, bfloatRow, toBfloatRow};

}  // namespace

const ConvertRows *convertRowsAvx512() { return &kRows; }

}  // namespace ascend4j
#else
namespace ascend4j {
const ConvertRows *convertRowsAvx512() { return nullptr; }
}  // namespace ascend4j
#endif
