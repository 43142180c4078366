#include "kernels/convert_rows.h"

#if defined(__AVX2__) && defined(__F16C__)
#include <immintrin.h>

#include "kernels/convert.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 8;

void halfRow(const uint16_t *source, float *target, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i *>(source + i));
        _mm256_storeu_ps(target + i, _mm256_cvtph_ps(bits));
    }
    for (; i < n; i++) target[i] = halfToFloat(source[i]);
}

void toHalfRow(const float *source, uint16_t *target, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const __m256 value = _mm256_loadu_ps(source + i);
        const __m128i bits = _mm256_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        _mm_storeu_si128(reinterpret_cast<__m128i *>(target + i), bits);
    }
    for (; i < n; i++) target[i] = floatToHalf(source[i]);
}

void bfloatRow(const uint16_t *source, float *target, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i *>(source + i));
        _mm256_storeu_ps(target + i, _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16)));
    }
    for (; i < n; i++) target[i] = bfloatToFloat(source[i]);
}

void toBfloatRow(const float *source, uint16_t *target, int64_t n) {
    const __m256i half = _mm256_set1_epi32(0x7fff);
    const __m256i one = _mm256_set1_epi32(1);
    const __m256i quiet = _mm256_set1_epi32(0x400000);
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const __m256 value = _mm256_loadu_ps(source + i);
        const __m256i bits = _mm256_castps_si256(value);
        const __m256i even = _mm256_and_si256(_mm256_srli_epi32(bits, 16), one);
        const __m256i rounded = _mm256_add_epi32(bits, _mm256_add_epi32(half, even));
        const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
        const __m256i kept = _mm256_blendv_epi8(rounded, _mm256_or_si256(bits, quiet), nan);
        const __m256i high = _mm256_srli_epi32(kept, 16);
        const __m128i packed = _mm_packus_epi32(_mm256_castsi256_si128(high), _mm256_extracti128_si256(high, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i *>(target + i), packed);
    }
    for (; i < n; i++) target[i] = floatToBfloat(source[i]);
}

const ConvertRows kRows = {halfRow, toHalfRow, bfloatRow, toBfloatRow};

}  // namespace

const ConvertRows *convertRowsAvx2() { return &kRows; }

}  // namespace ascend4j
#else
namespace ascend4j {
const ConvertRows *convertRowsAvx2() { return nullptr; }
}  // namespace ascend4j
#endif
