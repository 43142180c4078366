// Attention's products of queries and keys on AMX for one block of rows: keys are the left side, as they lie.
#include "kernels/attention_kernels.h"

#if defined(__AMX_BF16__) && defined(__AVX512BF16__) && defined(__linux__)
#include "kernels/attention_amx.h"
#include "kernels/attention_soften.h"

namespace ascend4j {
namespace {

// Where a block of keys lies for the tile unit: its first row, and the bytes from row to row and from one part of the
// depth to the next.
struct KeyBlock {
    const void *first;
    int64_t pitch, step;
};

// Keys that need no packing: whole rows of BF16, evenly apart.
bool liesReady(const TileRows &rows, int64_t block, int64_t depth, AttentionNumbers numbers) {
    if (!numbers.bfloat || depth % kInner != 0) return false;
    const uint16_t *const *at = rows.at + block * kRows;
    if (at[0] == nullptr || at[kRows - 1] == nullptr) return false;
    for (int64_t i = 2; i < kRows; i++) {
        if (at[i] - at[i - 1] != at[1] - at[0]) return false;
    }
    return true;
}

KeyBlock findBlock(const TileRows &rows, int64_t block, int64_t depth, AttentionNumbers numbers, const float *packed) {
    if (!liesReady(rows, block, depth, numbers)) {
        const int64_t step = tileStep(numbers);
        return {packed + block * blocks(depth) * step, kTilePitch, step * static_cast<int64_t>(sizeof(float))};
    }
    const uint16_t *const *at = rows.at + block * kRows;
    return {at[0], (at[1] - at[0]) * static_cast<int64_t>(sizeof(uint16_t)), kTilePitch};
}

// Adds the products of one pair of tiles of keys with the parts of the queries in the tiles 6 and 7, part by part in the
// order of the many-row kernels.
#define ASCEND4J_MULTIPLY(SUM, KEYS)                              \
    do {                                                          \
        _tile_loadd(4, at(KEYS), (KEYS).pitch);                   \
        _tile_dpbf16ps(SUM, 4, 6);                                \
        if (!onePart) {                                           \
            _tile_dpbf16ps(SUM, 4, 7);                            \
            _tile_loadd(5, at(KEYS) + kTilePitch * kRows, kTilePitch); \
            _tile_dpbf16ps(SUM, 5, 6);                            \
            _tile_dpbf16ps(SUM, 5, 7);                            \
        }                                                         \
    } while (false)

// Products [key][row] of 16 * N keys and a block of rows.
template <int N>
inline void multiplyKeys(const float *queries, const KeyBlock *keys, int64_t inner, AttentionNumbers numbers,
                         float *products) {
    const bool onePart = inOnePart(numbers);
    _tile_zero(0);
    if (N > 1) _tile_zero(1);
    if (N > 2) _tile_zero(2);
    if (N > 3) _tile_zero(3);
    const int64_t step = tileStep(numbers);
    for (int64_t block = 0; block < inner; block++, queries += step) {
        const auto at = [&](const KeyBlock &key) { return static_cast<const char *>(key.first) + block * key.step; };
        _tile_loadd(6, queries, kTilePitch);
        if (!onePart) _tile_loadd(7, queries + kTileFloats, kTilePitch);
        ASCEND4J_MULTIPLY(0, keys[0]);
        if (N > 1) ASCEND4J_MULTIPLY(1, keys[1]);
        if (N > 2) ASCEND4J_MULTIPLY(2, keys[2]);
        if (N > 3) ASCEND4J_MULTIPLY(3, keys[3]);
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
    const int64_t step = tileStep(numbers);
    for (int64_t first = 0; first < count; first += kRows) {
        for (int64_t block = 0; block < blocks(depth); block++, packed += step) {
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

// packed[key block][depth block]: a pair of tiles, key by key. Blocks that lie ready are left out.
void packKeyRowsAmx(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    const int64_t first = rows.range.begin / kRows * kRows, end = (rows.range.end + kRows - 1) / kRows * kRows;
    const bool onePart = inOnePart(numbers), roundsHalves = numbers.rounded && !numbers.bfloat;
    const int64_t step = tileStep(numbers);
    bool ready = false;
    for (int64_t key = first; key < end; key++) {
        const uint16_t *row = rows.at[key];
        if (key % kRows == 0) ready = liesReady(rows, key / kRows, depth, numbers);
        if (key % 4 == 0) askBeside(rows, 4);
        if (ready) continue;
        float *line = packed + key / kRows * blocks(depth) * step + key % kRows * kLanes;
        int64_t block = 0;
        // What a step with few rows mostly does, without choices.
        for (; roundsHalves && row != nullptr && block < depth / kInner; block++, line += step) {
            const uint16_t *source = row + block * kInner;
            storeLine(line, roundPair(widen(source, false), widen(source + kLanes, false)));
        }
        for (; block < blocks(depth); block++, line += step) {
            const Parts parts = loadParts(row, block, depth, numbers);
            storeLine(line, parts.high);
            if (!onePart) storeLine(line + kTileFloats, parts.low);
        }
    }
}

// As the many-row kernels have them; for BF16 without choices.
bool packFewValuesAmx(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    if (!numbers.bfloat || !rows.shared) return packValuesAmx(rows, depth, numbers, packed);
    const auto load = [](const uint16_t *row) {
        return _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(row)));
    };
    alignas(64) static const uint16_t kZeros[kMostDepth] = {};
    const int64_t step = tileStep(numbers);
    const int64_t begin = rows.range.begin / kInner, end = (rows.range.end + kInner - 1) / kInner;
    for (int64_t block = begin; block < end; block++) {
        for (int64_t i = 0; i < kLanes; i++) {
            if (i % 2 == 0) askBeside(rows, 4);
            const uint16_t *first = rows.at[block * kInner + i], *second = rows.at[block * kInner + kLanes + i];
            if (first == nullptr) first = kZeros;
            if (second == nullptr) second = kZeros;
            float *line = packed + block * (depth / kLanes) * step + i * kLanes;
            for (int64_t d = 0; d < depth; d += kLanes, line += step) {
                storeLine(line, _mm512_or_si512(load(first + d), _mm512_slli_epi32(load(second + d), 16)));
            }
        }
    }
    return true;
}

void scoreFewAmx(const AttentionTile &tile, const float *queries, const float *keys, int64_t depth) {
    alignas(64) float products[kTileKeys / kRows * kTileFloats];
    const int64_t inner = blocks(depth);
    for (int64_t row = tile.first; row < tile.last; row += kRows) {
        const TileRange seen = unionOf(tile.ranges + row, kRows);
        const int64_t first = seen.begin / kRows, last = (seen.end + kRows - 1) / kRows;
        if (first >= last) continue;
        const float *left = queries + row / kRows * inner * tileStep(tile.numbers);
        KeyBlock right[kTileKeys / kRows];
        for (int64_t block = first; block < last; block++) {
            right[block - first] = findBlock(*tile.keys, block, depth, tile.numbers, keys);
        }
        switch (last - first) {
            case 1: multiplyKeys<1>(left, right, inner, tile.numbers, products); break;
            case 2: multiplyKeys<2>(left, right, inner, tile.numbers, products); break;
            case 3: multiplyKeys<3>(left, right, inner, tile.numbers, products); break;
            default: multiplyKeys<4>(left, right, inner, tile.numbers, products); break;
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
