// Quantization of one group of activations with AVX-512.
#pragma once

#include <cstdint>

#include "kernels/avx512.h"
#include "kernels/quant_panel.h"
#include "kernels/quant_vectors_avx512.h"

namespace ascend4j {

struct QuantizedGroup {
    __m128i low, high;  // first and last sixteen values, or those of even and of odd index
    float scale, sum;
};

static inline QuantizedGroup quantizeGroup(const float *x, int64_t left, bool split) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    const __m512 low = _mm512_maskz_loadu_ps(wordMask(left), x);
    const __m512 high = _mm512_maskz_loadu_ps(wordMask(left - 16), x + 16);
    const __m512i bits = _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(low), magnitude),
                                          _mm512_and_si512(_mm512_castps_si512(high), magnitude));
    const GroupScale scale = groupScale(_mm512_reduce_max_epu32(bits));
    const __m512 inverse = _mm512_set1_ps(scale.inverse);
    __m512i a = _mm512_cvtps_epi32(_mm512_mul_ps(low, inverse));
    __m512i b = _mm512_cvtps_epi32(_mm512_mul_ps(high, inverse));
    if (scale.inverse == 0.0f) a = b = _mm512_setzero_si512();  // zero times infinity is no number
    QuantizedGroup group;
    group.scale = scale.scale;
    group.sum = static_cast<float>(_mm512_reduce_add_epi32(_mm512_add_epi32(a, b)));
    group.low = _mm512_cvtepi32_epi8(a);
    group.high = _mm512_cvtepi32_epi8(b);
    if (split) {
        const __m256i q = _mm256_set_m128i(group.high, group.low);
        group.low = _mm256_cvtepi16_epi8(q);
        group.high = _mm256_cvtepi16_epi8(_mm256_srli_epi16(q, 8));
    }
    return group;
}

}  // namespace ascend4j
