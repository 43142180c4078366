// 16-bit numbers to float vectors and back.
#pragma once

#include "kernels/convert.h"
#include "kernels/simd.h"

namespace ascend4j {
namespace {

typedef uint16_t Narrow __attribute__((vector_size(ASCEND4J_LANES * 2)));

// kLanes halves; exact.
inline Vec loadHalves(const uint16_t *source) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(source))));
#elif ASCEND4J_LANES == 8
    return reinterpret_cast<Vec>(_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(source))));
#elif defined(__aarch64__)
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(source)));
#else
    Vec v;
    for (int k = 0; k < kLanes; k++) v[k] = halfToFloat(source[k]);
    return v;
#endif
}

inline Vec loadBfloats(const uint16_t *source) {
    Narrow bits;
    std::memcpy(&bits, source, sizeof bits);
    return fromBits(__builtin_convertvector(bits, IntVec) << 16);
}

// Rounds to nearest, ties to even.
inline void storeHalves(uint16_t *target, Vec v) {
#if defined(__AVX512F__)
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(target),
                        _mm512_cvtps_ph(reinterpret_cast<__m512>(v), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#elif ASCEND4J_LANES == 8
    _mm_storeu_si128(reinterpret_cast<__m128i *>(target),
                     _mm256_cvtps_ph(reinterpret_cast<__m256>(v), _MM_FROUND_TO_NEAREST_INT));
#elif defined(__aarch64__)
    vst1_u16(target, vreinterpret_u16_f16(vcvt_f16_f32(v)));
#else
    for (int k = 0; k < kLanes; k++) target[k] = floatToHalf(v[k]);
#endif
}

inline void storeBfloats(uint16_t *target, Vec v) {
    const IntVec bits = bitsOf(v);
    const IntVec rounded = bits + 0x7fff + ((bits >> 16) & 1);
    const IntVec kept = v == v ? rounded : bits | 0x400000;
    const Narrow narrow = __builtin_convertvector((kept >> 16) & 0xffff, Narrow);
    std::memcpy(target, &narrow, sizeof narrow);
}

template <bool Bfloat>
inline Vec loadNarrow(const uint16_t *source) {
    return Bfloat ? loadBfloats(source) : loadHalves(source);
}

template <bool Bfloat>
inline void storeNarrow(uint16_t *target, Vec v) {
    Bfloat ? storeBfloats(target, v) : storeHalves(target, v);
}

// The first n (1 to kLanes) elements; the other lanes are zero.
template <bool Bfloat>
inline Vec loadNarrowPart(const uint16_t *source, int64_t n) {
    uint16_t lanes[kLanes] = {};
    for (int64_t i = 0; i < n; i++) lanes[i] = source[i];
    return loadNarrow<Bfloat>(lanes);
}

template <bool Bfloat>
inline void storeNarrowPart(uint16_t *target, Vec v, int64_t n) {
    uint16_t lanes[kLanes];
    storeNarrow<Bfloat>(lanes, v);
    for (int64_t i = 0; i < n; i++) target[i] = lanes[i];
}

}  // namespace
}  // namespace ascend4j
