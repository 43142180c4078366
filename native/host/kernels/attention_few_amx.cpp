// Attention's products of queries and keys on AMX for one block of rows: keys are the left side, as they lie.
#include "kernels/attention_kernels.h"

#if defined(__AMX_BF16__) && defined(__AVX512BF16__) && defined(__linux__)
#include "kernels/attention_amx.h"
#include "kernels/attention_soften.h"

namespace ascend4j {
namespace {

// Adds the products of one pair of tiles of keys with the parts of the queries in the tiles 6 and 7, part by part in the
// order of the many-row kernels.
#define ASCEND4J_MULTIPLY(SUM, KEYS)                              \
    do {                                                          \
        _tile_loadd(4, KEYS, kTilePitch);                         \
        _tile_dpbf16ps(SUM, 4, 6);                                \
        if (!onePart) {                                           \
            _tile_dpbf16ps(SUM, 4, 7);                            \
            _tile_loadd(5, (KEYS) + kTileFloats, kTilePitch);     \
            _tile_dpbf16ps(SUM, 5, 6);                            \
            _tile_dpbf16ps(SUM, 5, 7);                            \
        }                                                         \
    } while (false)

// Products [key][row] of 16 * N keys and a block of rows.
template <int N>
inline void multiplyKeys(const float *queries, const float *keys, int64_t inner, bool onePart, float *products) {
    _tile_zero(0);
    if (N > 1) _tile_zero(1);
    if (N > 2) _tile_zero(2);
    if (N > 3) _tile_zero(3);
    const int64_t step = inner * kPair;
    for (int64_t block = 0; block < inner; block++, queries += kPair, keys += kPair) {
        _tile_loadd(6, queries, kTilePitch);
        if (!onePart) _tile_loadd(7, queries + kTileFloats, kTilePitch);
        ASCEND4J_MULTIPLY(0, keys);
        if (N > 1) ASCEND4J_MULTIPLY(1, keys + step);
        if (N > 2) ASCEND4J_MULTIPLY(2, keys + 2 * step);
        if (N > 3) ASCEND4J_MULTIPLY(3, keys + 3 * step);
    }
    _tile_stored(0, products, kTilePitch);
    if (N > 1) _tile_stored(1, products + kTileFloats, kTilePitch);
    if (N > 2) _tile_stored(2, products + 2 * kTileFloats, kTilePitch);
    if (N > 3) _tile_stored(3, products + 3 * kTileFloats, kTilePitch);
}
#undef ASCEND4J_MULTIPLY

}  // namespace

// packed[row block][depth block]: a pair of tiles whose line p holds the p-th pair of elements of each row.
void packFewQueriesAmx(const float *rows, int64_t count, int64_t depth, AttentionNumbers numbers, float *packed) {
    alignas(64) float high[kTileFloats], low[kTileFloats];
    const bool onePart = inOnePart(numbers);
    for (int64_t first = 0; first < count; first += kRows) {
        for (int64_t block = 0; block < blocks(depth); block++, packed += kPair) {
            for (int64_t r = 0; r < kRows; r++) {
                const float *source = rows + (first + r) * depth + block * kInner;
                const __m512i a = bits(load(source));
                const __m512i b =
                    block * kInner + kLanes < depth ? bits(load(source + kLanes)) : _mm512_setzero_si512();
                storeLine(high + r * kLanes, onePart ? roundPair(a, b) : interleaveHalves(a, b));
                if (!onePart) storeLine(low + r * kLanes, interleaveHalves(remainder(a), remainder(b)));
            }
            transpose(high, kLanes, packed, kLanes);
            if (!onePart) transpose(low, kLanes, packed + kTileFloats, kLanes);
        }
    }
}

// packed[key block][depth block]: a pair of tiles, key by key.
void packKeyRowsAmx(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    const int64_t first = rows.range.begin / kRows * kRows, end = (rows.range.end + kRows - 1) / kRows * kRows;
    const bool onePart = inOnePart(numbers), roundsHalves = numbers.rounded && !numbers.bfloat;
    for (int64_t key = first; key < end; key++) {
        const uint16_t *row = rows.at[key];
        if (rows.ahead != nullptr) askAhead(*rows.ahead, rows.linesAhead);
        float *line = packed + key / kRows * blocks(depth) * kPair + key % kRows * kLanes;
        int64_t block = 0;
        // What a step with few rows mostly does, without choices.
        for (; roundsHalves && row != nullptr && block < depth / kInner; block++, line += kPair) {
            const uint16_t *source = row + block * kInner;
            storeLine(line, roundPair(widen(source, false), widen(source + kLanes, false)));
        }
        for (; block < blocks(depth); block++, line += kPair) {
            const Parts parts = loadParts(row, block, depth, numbers);
            storeLine(line, parts.high);
            if (!onePart) storeLine(line + kTileFloats, parts.low);
        }
    }
}

void scoreFewAmx(const AttentionTile &tile, const float *queries, const float *keys, int64_t depth) {
    alignas(64) float products[kTileKeys / kRows * kTileFloats];
    const int64_t inner = blocks(depth);
    const bool onePart = inOnePart(tile.numbers);
    for (int64_t row = tile.first; row < tile.last; row += kRows) {
        const TileRange seen = unionOf(tile.ranges + row, kRows);
        const int64_t first = seen.begin / kRows, last = (seen.end + kRows - 1) / kRows;
        if (first >= last) continue;
        const float *left = queries + row * inner * kInner, *right = keys + first * inner * kPair;
        switch (last - first) {
            case 1: multiplyKeys<1>(left, right, inner, onePart, products); break;
            case 2: multiplyKeys<2>(left, right, inner, onePart, products); break;
            case 3: multiplyKeys<3>(left, right, inner, onePart, products); break;
            default: multiplyKeys<4>(left, right, inner, onePart, products); break;
        }
        const int64_t live = tile.live - row < kRows ? tile.live - row : kRows;
        for (int64_t block = first; block < last; block++) {
            float *scores = tile.scores + row * kTileKeys + block * kRows;
            transpose(products + (block - first) * kTileFloats, live, scores, kTileKeys);
        }
    }
}

}  // namespace ascend4j
#endif
