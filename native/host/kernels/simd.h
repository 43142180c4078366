// Float vectors of the widest kind that the including file is compiled for, through the compiler's vector extension:
// one text serves AVX-512, AVX2, NEON and the baseline. Everything has internal linkage, because the linker would
// otherwise merge the same inline function of two instruction sets into one.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__AVX512F__)
#include "kernels/avx512.h"
#define ASCEND4J_LANES 16
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#define ASCEND4J_LANES 8
#elif defined(__aarch64__)
#include <arm_neon.h>
#define ASCEND4J_LANES 4
#else
#define ASCEND4J_LANES 4
#endif

namespace ascend4j {
namespace {

constexpr int kLanes = ASCEND4J_LANES;

typedef float Vec __attribute__((vector_size(ASCEND4J_LANES * 4)));
typedef int32_t IntVec __attribute__((vector_size(ASCEND4J_LANES * 4)));

inline Vec splat(float value) { return value - Vec{}; }

inline Vec load(const float *source) {
    Vec v;
    std::memcpy(&v, source, sizeof v);
    return v;
}

inline void store(float *target, Vec v) { std::memcpy(target, &v, sizeof v); }

// The first n (1 to kLanes) elements; the other lanes are zero.
inline Vec loadPart(const float *source, int64_t n) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1u), source));
#else
    float lanes[kLanes] = {};
    for (int64_t i = 0; i < n; i++) lanes[i] = source[i];
    return load(lanes);
#endif
}

inline void storePart(float *target, Vec v, int64_t n) {
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(target, static_cast<__mmask16>((1u << n) - 1u), reinterpret_cast<__m512>(v));
#else
    for (int64_t i = 0; i < n; i++) target[i] = v[i];
#endif
}

// a * b + c, rounded once where the instruction set can.
inline Vec fuse(Vec a, Vec b, Vec c) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(
        _mm512_fmadd_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(c)));
#elif ASCEND4J_LANES == 8
    return reinterpret_cast<Vec>(
        _mm256_fmadd_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), reinterpret_cast<__m256>(c)));
#elif defined(__aarch64__)
    return vfmaq_f32(c, a, b);
#else
    return a * b + c;
#endif
}

inline IntVec bitsOf(Vec v) {
    IntVec bits;
    std::memcpy(&bits, &v, sizeof bits);
    return bits;
}

inline Vec fromBits(IntVec bits) {
    Vec v;
    std::memcpy(&v, &bits, sizeof v);
    return v;
}

// a > b ? a : b, so b where one is NaN: the rule of x86's instruction, which the compiler does not find by itself.
inline Vec largest(Vec a, Vec b) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(_mm512_max_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b)));
#elif ASCEND4J_LANES == 8
    return reinterpret_cast<Vec>(_mm256_max_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b)));
#else
    return a > b ? a : b;
#endif
}

// Adds or compares the lanes as a tree, always the same one.
#if ASCEND4J_LANES == 16
#define ASCEND4J_FOLD_8(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
#define ASCEND4J_FOLD_4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define ASCEND4J_FOLD_2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define ASCEND4J_FOLD_1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif ASCEND4J_LANES == 8
#define ASCEND4J_FOLD_4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3)
#define ASCEND4J_FOLD_2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5)
#define ASCEND4J_FOLD_1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6)
#else
#define ASCEND4J_FOLD_2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1)
#define ASCEND4J_FOLD_1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2)
#endif

inline float sumLanes(Vec v) {
#ifdef ASCEND4J_FOLD_8
    v += ASCEND4J_FOLD_8(v);
#endif
#ifdef ASCEND4J_FOLD_4
    v += ASCEND4J_FOLD_4(v);
#endif
    v += ASCEND4J_FOLD_2(v);
    v += ASCEND4J_FOLD_1(v);
    return v[0];
}

inline float largestLane(Vec v) {
#ifdef ASCEND4J_FOLD_8
    v = largest(v, ASCEND4J_FOLD_8(v));
#endif
#ifdef ASCEND4J_FOLD_4
    v = largest(v, ASCEND4J_FOLD_4(v));
#endif
    v = largest(v, ASCEND4J_FOLD_2(v));
    v = largest(v, ASCEND4J_FOLD_1(v));
    return v[0];
}

// e^x within 1.5 ulp of float32 for normal results: x = n ln 2 + r with |r| <= ln 2 / 2, and e^r by its series, whose
// first omitted term is below 6e-9. 2^n is applied in two halves, so that overflow gives infinity and underflow
// passes through the subnormals to +0. exp(0) is exactly 1, exp(-inf) exactly 0, NaN stays NaN.
inline Vec expVec(Vec x) {
    const Vec low = splat(-105.0f), high = splat(90.0f);
#if defined(__AVX512F__)
    // The second operand wins where one is NaN.
    const Vec clamped = reinterpret_cast<Vec>(_mm512_min_ps(
        reinterpret_cast<__m512>(high), _mm512_max_ps(reinterpret_cast<__m512>(low), reinterpret_cast<__m512>(x))));
#else
    Vec clamped = x < low ? low : x;
    clamped = clamped > high ? high : clamped;
#endif
    const Vec shifter = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer in the low mantissa bits
    const Vec shifted = fuse(clamped, splat(1.44269504088896341f), shifter);
    const Vec whole = shifted - shifter;
    // ln 2 in two parts; the first ends in zeros, so that its product with n is exact.
    Vec r = fuse(whole, splat(-0.693145751953125f), clamped);
    r = fuse(whole, splat(-1.42860682030941723e-6f), r);
    Vec e = splat(1.0f / 5040);
    e = fuse(e, r, splat(1.0f / 720));
    e = fuse(e, r, splat(1.0f / 120));
    e = fuse(e, r, splat(1.0f / 24));
    e = fuse(e, r, splat(1.0f / 6));
    e = fuse(e, r, splat(0.5f));
    e = fuse(e, r, splat(1.0f));
    e = fuse(e, r, splat(1.0f));
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(_mm512_scalef_ps(reinterpret_cast<__m512>(e), reinterpret_cast<__m512>(whole)));
#else
    const IntVec n = bitsOf(shifted) - bitsOf(shifter);
    const IntVec half = n >> 1;
    e = e * fromBits((half + 127) << 23) * fromBits((n - half + 127) << 23);
    return x == x ? e : x;
#endif
}

inline Vec siluVec(Vec x) { return x / (1.0f + expVec(-x)); }

// 0.5 x (1 + tanh(z / 2)) with z = c x (1 + d x^2) is x / (1 + e^-z). Below -16 it is 0 to the last bit, and x itself
// would not do: minus infinity over infinity is no number.
inline Vec geluTanhVec(Vec x) {
    const Vec floor = splat(-16.0f), v = x < floor ? floor : x;
    const Vec z = v * (1.0f + v * v * 0.044715f) * 1.595769121605730711759f;  // 2 sqrt(2 / pi)
    return v / (1.0f + expVec(-z));
}

}  // namespace
}  // namespace ascend4j
