// The text of the attention tile kernels; each vector_<isa>.cpp includes it once.
#pragma once

#include "kernels/attention_kernels.h"
#include "kernels/attention_soften.h"
#include "kernels/simd_halves.h"

namespace ascend4j {
namespace {

typedef float Quad __attribute__((vector_size(16)));

constexpr int64_t kKeyBlock = 16, kMostDepth = 512;

inline Quad loadQuad(const float *source) {
    Quad q;
    std::memcpy(&q, source, sizeof q);
    return q;
}

inline void storeQuad(float *target, Quad q) { std::memcpy(target, &q, sizeof q); }

inline void widenRow(const uint16_t *row, int64_t depth, bool bfloat, float *target) {
    if (row == nullptr) {
        std::memset(target, 0, static_cast<size_t>(depth) * sizeof(float));
    } else if (bfloat) {
        for (int64_t d = 0; d < depth; d += kLanes) store(target + d, loadBfloats(row + d));
    } else {
        for (int64_t d = 0; d < depth; d += kLanes) store(target + d, loadHalves(row + d));
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

inline void transpose(const float *rows, int64_t depth, float *columns) {
    for (int64_t d = 0; d < depth; d += 4) {
        __m512d part[4];
        for (int k = 0; k < 4; k++) part[k] = loadFourRows(rows + d + k * depth, depth);
        turnBlocks(part[0], part[1], part[2], part[3]);
        for (int k = 0; k < 4; k++) _mm512_storeu_ps(columns + (d + k) * kTileKeys, _mm512_castpd_ps(part[k]));
    }
}
#else
inline void transpose(const float *rows, int64_t depth, float *columns) {
    for (int64_t j = 0; j < kKeyBlock; j += 4) {
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

void packQueries(const float *rows, int64_t count, int64_t depth, AttentionNumbers, float *packed) {
    std::memcpy(packed, rows, static_cast<size_t>(count * depth) * sizeof(float));
}

// Columns: packed[d][j] is element d of key j.
void packKeys(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    alignas(64) float wide[kKeyBlock * kMostDepth];
    for (int64_t j = rows.range.begin / kKeyBlock * kKeyBlock; j < rows.range.end; j += kKeyBlock) {
        for (int64_t k = 0; k < kKeyBlock; k++) {
            if (k % 4 == 0) askBeside(rows, 4);
            widenRow(rows.at[j + k], depth, numbers.bfloat, wide + k * depth);
        }
        transpose(wide, depth, packed + j);
    }
}

bool packValues(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    IntVec unusual = {};
    for (int64_t j = rows.range.begin; j < rows.range.end; j++) {
        if (j % 4 == 0) askBeside(rows, 4);
        widenRow(rows.at[j], depth, numbers.bfloat, packed + j * depth);
        for (int64_t d = 0; d < depth; d += kLanes) {
            unusual |= (bitsOf(load(packed + j * depth + d)) & 0x7f800000) == 0x7f800000;
        }
    }
    bool finite = true;
    for (int k = 0; k < kLanes; k++) finite = finite && unusual[k] == 0;
    return finite || rows.shared;
}

// R rows by C vectors of one product, C vectors of the right side apart by `step`, R rows of the left by `leftStep`.
// Both products have this form: scores (left = queries, right = key columns) and outputs (left = weights, right =
// values); only what the running index is differs. The target begins as 0, or as itself times a factor a row.
template <int R, int C>
inline void multiplyBlock(const float *left, int64_t leftStep, const float *right, int64_t rightStep, int64_t begin,
                          int64_t end, float *target, int64_t targetStep, const float *factors) {
    Vec sums[R][C];
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
#pragma GCC unroll 4
        for (int c = 0; c < C; c++) {
            sums[r][c] = factors == nullptr ? Vec{} : load(target + r * targetStep + c * kLanes) * factors[r];
        }
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

// Where the sides and the target of one product lie.
struct Product {
    const float *left;
    int64_t leftStep;
    const float *right;
    int64_t rightStep;
    float *target;
    int64_t targetStep;
    const float *factors;
};

// Columns [first, last), multiples of kLanes, of R rows.
template <int R>
inline void multiplyRows(const Product &p, int64_t row, int64_t first, int64_t last, int64_t begin, int64_t end) {
    constexpr int kWide = kLanes == 16 || R <= 2 ? 4 : 2;
    const float *left = p.left + row * p.leftStep;
    float *target = p.target + row * p.targetStep;
    const float *factors = p.factors == nullptr ? nullptr : p.factors + row;
    int64_t c = first;
    for (; c + kWide * kLanes <= last; c += kWide * kLanes) {
        multiplyBlock<R, kWide>(left, p.leftStep, p.right + c, p.rightStep, begin, end, target + c, p.targetStep,
                                factors);
    }
    for (; c < last; c += kLanes) {
        multiplyBlock<R, 1>(left, p.leftStep, p.right + c, p.rightStep, begin, end, target + c, p.targetStep, factors);
    }
}

inline void multiplySome(const Product &p, int64_t row, int64_t rows, int64_t first, int64_t last, int64_t begin,
                         int64_t end) {
    if (rows == 4) multiplyRows<4>(p, row, first, last, begin, end);
    if (rows == 3) multiplyRows<3>(p, row, first, last, begin, end);
    if (rows == 2) multiplyRows<2>(p, row, first, last, begin, end);
    if (rows == 1) multiplyRows<1>(p, row, first, last, begin, end);
}

void score(const AttentionTile &tile, const float *queries, const float *keys, int64_t depth) {
    const Product product{queries, depth, keys, kTileKeys, tile.scores, kTileKeys, nullptr};
    for (int64_t row = tile.first; row < tile.last; row += 4) {
        const int64_t rows = tile.last - row < 4 ? tile.last - row : 4;
        const TileRange seen = unionOf(tile.ranges + row, rows);
        const int64_t first = seen.begin / kLanes * kLanes, last = (seen.end + kLanes - 1) / kLanes * kLanes;
        multiplySome(product, row, rows, first, last, 0, depth);
    }
}

void accumulate(const AttentionTile &tile, const float *values, int64_t depth, float *sums) {
    const Product product{tile.scores, kTileKeys, values, depth, sums, depth, tile.factors};
    for (int64_t row = tile.first; row < tile.last; row += 4) {
        const int64_t rows = tile.last - row < 4 ? tile.last - row : 4;
        const TileRange seen = unionOf(tile.ranges + row, rows);
        multiplySome(product, row, rows, 0, depth, seen.begin, seen.end);
    }
}

void soften(const AttentionTile &tile) {
    softenTile(tile, [&](int64_t row, const Vec *weights) {
        for (int64_t i = 0; i < kTileVectors; i++) store(tile.scores + row * kTileKeys + i * kLanes, weights[i]);
    });
}

void nothing() {}

const AttentionKernels kAttentionKernels = {1,     16,     nothing,    nothing, packQueries, packKeys, packValues,
                                            score, soften, accumulate, rebase, nullptr, nullptr, nullptr, nullptr};

}  // namespace
}  // namespace ascend4j
