// The text of the attention tile kernels; each vector_<isa>.cpp includes it once.
#pragma once

#include "kernels/attention_kernels.h"
#include "kernels/convert.h"
#include "kernels/simd.h"

namespace ascend4j {
namespace {

typedef float Quad __attribute__((vector_size(16)));

inline Quad loadQuad(const float *source) {
    Quad q;
    std::memcpy(&q, source, sizeof q);
    return q;
}

inline void storeQuad(float *target, Quad q) { std::memcpy(target, &q, sizeof q); }

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
    typedef uint16_t Narrow __attribute__((vector_size(ASCEND4J_LANES * 2)));
    Narrow bits;
    std::memcpy(&bits, source, sizeof bits);
    return fromBits(__builtin_convertvector(bits, IntVec) << 16);
}

void loadRows(const uint16_t *source, int64_t step, int64_t rows, int64_t depth, bool bfloat, float *target) {
    for (int64_t row = 0; row < rows; row++, source += step, target += depth) {
        if (bfloat) {
            for (int64_t d = 0; d < depth; d += kLanes) store(target + d, loadBfloats(source + d));
        } else {
            for (int64_t d = 0; d < depth; d += kLanes) store(target + d, loadHalves(source + d));
        }
    }
}

// Turns each 4 x 4 block held by the same lane group of a to d (its rows) by its diagonal.
inline void turnBlocks(Quad &a, Quad &b, Quad &c, Quad &d) {
    const Quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const Quad abHigh = __builtin_shufflevector(a, b, 2, 6, 3, 7), cdHigh = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    c = __builtin_shufflevector(abHigh, cdHigh, 0, 1, 4, 5);
    d = __builtin_shufflevector(abHigh, cdHigh, 2, 3, 6, 7);
}

#if ASCEND4J_LANES == 16
inline void turnBlocks(__m512d &a, __m512d &b, __m512d &c, __m512d &d) {
    const auto low = [](__m512d p, __m512d q) {
        return _mm512_castps_pd(_mm512_unpacklo_ps(_mm512_castpd_ps(p), _mm512_castpd_ps(q)));
    };
    const auto high = [](__m512d p, __m512d q) {
        return _mm512_castps_pd(_mm512_unpackhi_ps(_mm512_castpd_ps(p), _mm512_castpd_ps(q)));
    };
    const __m512d ab = low(a, b), cd = low(c, d), abHigh = high(a, b), cdHigh = high(c, d);
    a = _mm512_unpacklo_pd(ab, cd);
    b = _mm512_unpackhi_pd(ab, cd);
    c = _mm512_unpacklo_pd(abHigh, cdHigh);
    d = _mm512_unpackhi_pd(abHigh, cdHigh);
}

// Four elements of each of the rows 0, 4, 8 and 12.
inline __m512d loadFourRows(const float *source, int64_t depth) {
    __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(source));
    v = _mm512_insertf32x4(v, _mm_loadu_ps(source + 4 * depth), 1);
    v = _mm512_insertf32x4(v, _mm_loadu_ps(source + 8 * depth), 2);
    return _mm512_castps_pd(_mm512_insertf32x4(v, _mm_loadu_ps(source + 12 * depth), 3));
}

void transpose(const float *rows, int64_t depth, float *columns) {
    for (int64_t j = 0; j < kTileKeys; j += 16) {
        for (int64_t d = 0; d < depth; d += 4) {
            const float *source = rows + j * depth + d;
            __m512d part[4];
            for (int k = 0; k < 4; k++) part[k] = loadFourRows(source + k * depth, depth);
            turnBlocks(part[0], part[1], part[2], part[3]);
            float *target = columns + d * kTileKeys + j;
            for (int k = 0; k < 4; k++) _mm512_storeu_ps(target + k * kTileKeys, _mm512_castpd_ps(part[k]));
        }
    }
}
#else
void transpose(const float *rows, int64_t depth, float *columns) {
    for (int64_t j = 0; j < kTileKeys; j += 4) {
        for (int64_t d = 0; d < depth; d += 4) {
            const float *source = rows + j * depth + d;
            Quad part[4];
            for (int k = 0; k < 4; k++) part[k] = loadQuad(source + k * depth);
            turnBlocks(part[0], part[1], part[2], part[3]);
            for (int k = 0; k < 4; k++) storeQuad(columns + (d + k) * kTileKeys + j, part[k]);
        }
    }
}
#endif

// R rows by C vectors of one product, C vectors of the right side apart by `step`, R rows of the left by `leftStep`.
// Both products have this form: scores (left = queries, right = key columns) and outputs (left = weights, right =
// values); only what the running index is differs.
template <int R, int C>
inline void multiplyBlock(const float *left, int64_t leftStep, const float *right, int64_t rightStep, int64_t begin,
                          int64_t end, float *target, int64_t targetStep, bool onto) {
    Vec sums[R][C];
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
#pragma GCC unroll 4
        for (int c = 0; c < C; c++) sums[r][c] = onto ? load(target + r * targetStep + c * kLanes) : Vec{};
    }
    for (int64_t k = begin; k < end; k++) {
        Vec row[C];
#pragma GCC unroll 4
        for (int c = 0; c < C; c++) row[c] = load(right + k * rightStep + c * kLanes);
#pragma GCC unroll 4
        for (int r = 0; r < R; r++) {
            const Vec factor = splat(left[r * leftStep + k]);
#pragma GCC unroll 4
            for (int c = 0; c < C; c++) sums[r][c] = fuse(factor, row[c], sums[r][c]);
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
#pragma GCC unroll 4
        for (int c = 0; c < C; c++) store(target + r * targetStep + c * kLanes, sums[r][c]);
    }
}

// All `width` columns (a multiple of 16) of R rows.
template <int R>
inline void multiplyRows(const float *left, int64_t leftStep, const float *right, int64_t width, int64_t begin,
                         int64_t end, float *target, bool onto) {
    constexpr int kWide = kLanes == 16 || R <= 2 ? 4 : 2;
    int64_t column = 0;
    for (; column + kWide * kLanes <= width; column += kWide * kLanes) {
        multiplyBlock<R, kWide>(left, leftStep, right + column, width, begin, end, target + column, width, onto);
    }
    for (; column < width; column += kLanes) {
        multiplyBlock<R, 1>(left, leftStep, right + column, width, begin, end, target + column, width, onto);
    }
}

inline void multiplyAll(const float *left, int64_t leftStep, int64_t rows, const float *right, int64_t width,
                        int64_t begin, int64_t end, float *target, bool onto) {
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        multiplyRows<4>(left + r * leftStep, leftStep, right, width, begin, end, target + r * width, onto);
    }
    left += r * leftStep;
    target += r * width;
    if (rows - r == 3) multiplyRows<3>(left, leftStep, right, width, begin, end, target, onto);
    if (rows - r == 2) multiplyRows<2>(left, leftStep, right, width, begin, end, target, onto);
    if (rows - r == 1) multiplyRows<1>(left, leftStep, right, width, begin, end, target, onto);
}

void score(const float *queries, int64_t rows, const float *columns, int64_t depth, float *scores) {
    multiplyAll(queries, depth, rows, columns, kTileKeys, 0, depth, scores, false);
}

void accumulate(const float *weights, int64_t rows, int64_t begin, int64_t end, const float *values, int64_t depth,
                float *sums) {
    multiplyAll(weights, kTileKeys, rows, values, depth, begin, end, sums, true);
}

float exponential(float x) { return expVec(splat(x))[0]; }

inline IntVec laneNumbers() {
    IntVec numbers;
    for (int k = 0; k < kLanes; k++) numbers[k] = k;
    return numbers;
}

float soften(float *scores, int64_t begin, int64_t end, float *maximum, float *sum) {
    const float none = -__builtin_inff();
    const IntVec first = laneNumbers();
    Vec best = splat(none);
    for (int64_t j = 0; j < kTileKeys; j += kLanes) {
        const IntVec index = first + static_cast<int32_t>(j);
        const IntVec visible = (index >= static_cast<int32_t>(begin)) & (index < static_cast<int32_t>(end));
        const Vec masked = visible ? load(scores + j) : splat(none);
        store(scores + j, masked);
        best = largest(masked, best);
    }
    const float before = *maximum;
    const float tileBest = largestLane(best);
    const float after = tileBest > before ? tileBest : before;
    // Without a finite score yet, subtracting 0 keeps e^-inf at 0 and lets a NaN through.
    const float shift = after == none ? 0.0f : after;
    Vec total = {};
    for (int64_t j = 0; j < kTileKeys; j += kLanes) {
        const Vec weight = expVec(load(scores + j) - shift);
        store(scores + j, weight);
        total += weight;
    }
    const float factor = before == after ? 1.0f : exponential(before - shift);
    *maximum = after;
    *sum = *sum * factor + sumLanes(total);
    return factor;
}

const AttentionKernels kAttentionKernels = {loadRows, transpose, score, soften, accumulate, exponential};

}  // namespace
}  // namespace ascend4j
