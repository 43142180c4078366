// Attention's step at a tile for one token under neighbouring KV heads, on AMX, to the bits of the other kernels.
//
// Memory gives what it can only where it is read in the order of its addresses, by loads that the processor foresees:
// asking far ahead, or head by head, costs half of it. So the rows of all heads are packed key by key, in small buffers
// that stay in the first-level cache, and the softmax of all heads is one, which hides its latency.
#include "kernels/attention_kernels.h"

#if defined(__AMX_BF16__) && defined(__AVX512BF16__) && defined(__linux__)
#include "kernels/attention_amx.h"
#include "kernels/tile_config_amx.h"

namespace ascend4j {
namespace {

// Near enough to stay within what the processor fetches by itself; covers where a page begins.
constexpr int64_t kBytesAhead = 2816;

alignas(64) const uint16_t kZeros[kMostDepth] = {};

// Elements from one row of a tile to the next.
int64_t tokenStep(const TileRows &rows) {
    const int64_t first = rows.range.begin;
    return rows.range.end - first < 2 ? 0 : rows.at[first + 1] - rows.at[first];
}

// From a row to the one that is asked for beside it, in elements: whole rows, so that heads left out are.
int64_t distanceAhead(int64_t token) {
    const int64_t bytes = token * static_cast<int64_t>(sizeof(uint16_t));
    return bytes > 0 && bytes < kBytesAhead ? kBytesAhead / bytes * token : token;
}

// Asks for a line into the first-level cache, or into the second. A number, because there may be no row.
template <int kLevel>
inline void ask(const uint16_t *row, int64_t ahead) {
    const auto at = reinterpret_cast<uintptr_t>(row) + static_cast<uintptr_t>(ahead) * sizeof *row;
    __builtin_prefetch(reinterpret_cast<const void *>(at), 0, kLevel == 1 ? 3 : 2);
}

// packed[head][depth block]: a tile, key by key. N blocks, or as many as there are if N is 0.
template <bool kBfloat, int N>
void packKeyBlock(const AttentionBundle &bundle, int64_t block, int64_t ahead) {
    const int64_t inner = N == 0 ? bundle.depth / kInner : N;
    for (int64_t i = 0; i < kRows; i++) {
        const uint16_t *row = bundle.tile.keys->at[block * kRows + i];
        const int64_t step = row == nullptr ? 0 : bundle.keyStep;
        if (row == nullptr) row = kZeros;
        float *line = bundle.packed + i * kLanes;
        for (int64_t head = 0; head < bundle.count; head++, row += step, line += inner * kTileFloats) {
#pragma GCC unroll 8
            for (int64_t d = 0; d < inner; d++) {
                ask<1>(row + d * kInner, ahead);
                storeLine(line + d * kTileFloats, loadPart(row + d * kInner, true, kBfloat));
            }
        }
    }
}

template <bool kBfloat>
inline __m512i pairRows(const uint16_t *first, const uint16_t *second) {
    const __m512i a = widen(first, kBfloat), b = widen(second, kBfloat);
    return kBfloat ? interleaveHalves(a, b) : byTurns(roundPair(a, b));
}

// packed[head][block of 16 columns]: a tile as packValuesAmx has it, by a block of 32 keys. N as above.
template <bool kBfloat, int N>
void packValueBlock(const AttentionBundle &bundle, int64_t block, int64_t ahead) {
    const int64_t inner = N == 0 ? bundle.valueDepth / kInner : N;
    for (int64_t i = 0; i < kLanes; i++) {
        const uint16_t *first = bundle.values->at[block * kInner + i];
        const uint16_t *second = bundle.values->at[block * kInner + kLanes + i];
        const int64_t firstStep = first == nullptr ? 0 : bundle.valueStep;
        const int64_t secondStep = second == nullptr ? 0 : bundle.valueStep;
        if (first == nullptr) first = kZeros;
        if (second == nullptr) second = kZeros;
        float *line = bundle.packed + i * kLanes;
        for (int64_t head = 0; head < bundle.count; head++, first += firstStep, second += secondStep) {
#pragma GCC unroll 8
            for (int64_t d = 0; d < inner; d++, line += 2 * kTileFloats) {
                const uint16_t *a = first + d * kInner, *b = second + d * kInner;
                ask<2>(a, ahead);
                ask<2>(b, ahead);
                storeLine(line, pairRows<kBfloat>(a, b));
                storeLine(line + kTileFloats, pairRows<kBfloat>(a + kLanes, b + kLanes));
            }
        }
    }
}

typedef void PackBlock(const AttentionBundle &bundle, int64_t block, int64_t ahead);

PackBlock *keyPacker(const AttentionBundle &bundle) {
    const bool bfloat = bundle.tile.numbers.bfloat;
    switch (bundle.depth) {
        case 64: return bfloat ? packKeyBlock<true, 2> : packKeyBlock<false, 2>;
        case 128: return bfloat ? packKeyBlock<true, 4> : packKeyBlock<false, 4>;
        default: return bfloat ? packKeyBlock<true, 0> : packKeyBlock<false, 0>;
    }
}

PackBlock *valuePacker(const AttentionBundle &bundle) {
    const bool bfloat = bundle.tile.numbers.bfloat;
    switch (bundle.valueDepth) {
        case 64: return bfloat ? packValueBlock<true, 2> : packValueBlock<false, 2>;
        case 128: return bfloat ? packValueBlock<true, 4> : packValueBlock<false, 4>;
        default: return bfloat ? packValueBlock<true, 0> : packValueBlock<false, 0>;
    }
}

// Sums of a tile's keys are in the tiles 0 to 3, weights in 4, keys and values in 5, queries in 6, products in 7: only
// as many rows as are there, which is less work for the tile unit and less memory.
void shapeTiles(int64_t live) {
    TileConfig config;
    for (int tile = 0; tile < 5; tile++) config.shape(tile, static_cast<int>(live), kTilePitch);
    config.shape(5, kRows, kTilePitch);
    config.shape(6, kRows, static_cast<int>(live) * 4);
    config.shape(7, kRows, static_cast<int>(live) * 4);
    config.load();
}

// products[head][key][row] of a block of keys.
void multiplyKeys(const AttentionBundle &bundle) {
    const float *packed = bundle.packed;
    float *products = bundle.products;
    for (int64_t head = 0; head < bundle.count; head++, products += kTileFloats) {
        const float *queries = bundle.queries[head];
        _tile_zero(7);
        for (int64_t d = 0; d < bundle.depth; d += kInner, packed += kTileFloats, queries += kTileFloats) {
            _tile_loadd(6, queries, kTilePitch);
            _tile_loadd(5, packed, kTilePitch);
            _tile_dpbf16ps(7, 5, 6);
        }
        _tile_stored(7, products, kTilePitch);
    }
}

void storeScores(const AttentionBundle &bundle, int64_t block) {
    const int64_t rows = bundle.tile.live / bundle.count;
    float *scores = bundle.tile.scores + block * kRows;
    for (int64_t head = 0; head < bundle.count; head++, scores += rows * kTileKeys) {
        transpose(bundle.products + head * kTileFloats, rows, scores, kTileKeys);
    }
}

#define ASCEND4J_ADD(SUM)                                                   \
    do {                                                                    \
        if (fresh) {                                                        \
            _tile_zero(SUM);                                                \
        } else {                                                            \
            _tile_loadd(SUM, own + (SUM) * live * kLanes, kTilePitch);      \
        }                                                                   \
        _tile_loadd(5, values + (SUM) * kTileFloats, kTilePitch);           \
        _tile_dpbf16ps(SUM, 4, 5);                                          \
        _tile_stored(SUM, own + (SUM) * live * kLanes, kTilePitch);         \
    } while (false)

// Adds a block of 32 keys to the tile's own sums [head][block of 16 columns][row].
void accumulateBlock(const AttentionBundle &bundle, int64_t block, bool fresh) {
    const int64_t live = bundle.tile.live / bundle.count;
    const float *weights = bundle.tile.scores + block * kLanes;
    const float *values = bundle.packed;
    float *own = bundle.products;
    for (int64_t head = 0; head < bundle.count; head++, weights += live * kTileKeys) {
        _tile_loadd(4, weights, kTileKeys * 4);
        for (int64_t d = 0; d < bundle.valueDepth; d += 4 * kLanes) {
            ASCEND4J_ADD(0);
            ASCEND4J_ADD(1);
            ASCEND4J_ADD(2);
            ASCEND4J_ADD(3);
            values += 4 * kTileFloats;
            own += 4 * live * kLanes;
        }
    }
}
#undef ASCEND4J_ADD

void addSums(const AttentionBundle &bundle) {
    const int64_t live = bundle.tile.live / bundle.count;
    const float *own = bundle.products, *factors = bundle.tile.factors;
    for (int64_t head = 0; head < bundle.count; head++, factors += live) {
        for (int64_t d = 0; d < bundle.valueDepth; d += kLanes) {
            for (int64_t row = 0; row < live; row++, own += kLanes) {
                float *target = bundle.sums[head] + row * bundle.valueDepth + d;
                store(target, fuse(load(target), splat(factors[row]), load(own)));
            }
        }
    }
}

}  // namespace

bool enterBundleAmx(const AttentionBundle &bundle) {
    const AttentionTile &tile = bundle.tile;
    if (!tile.numbers.rounded || bundle.depth % kInner != 0 || bundle.valueDepth % (4 * kLanes) != 0) return false;
    shapeTiles(tile.live / bundle.count);
    return true;
}

void scoreBundleAmx(const AttentionBundle &bundle) {
    const TileRange range = bundle.tile.keys->range;
    const int64_t ahead = distanceAhead(tokenStep(*bundle.tile.keys));
    PackBlock *pack = keyPacker(bundle);
    for (int64_t block = range.begin / kRows; block < (range.end + kRows - 1) / kRows; block++) {
        pack(bundle, block, ahead);
        multiplyKeys(bundle);
        storeScores(bundle, block);
    }
    softenAmx(bundle.tile);
}

void accumulateBundleAmx(const AttentionBundle &bundle) {
    const TileRange range = bundle.values->range;
    const int64_t first = range.begin / kInner, last = (range.end + kInner - 1) / kInner;
    // The two rows of a pair are half a block apart: asked for this far ahead, together they ask for every row once.
    const int64_t token = tokenStep(*bundle.values), ahead = distanceAhead(token) + kLanes * token;
    PackBlock *pack = valuePacker(bundle);
    for (int64_t block = first; block < last; block++) {
        pack(bundle, block, ahead);
        accumulateBlock(bundle, block, block == first);
    }
    addSums(bundle);
}

}  // namespace ascend4j
#endif
