// Attention's step at a tile for one token under neighbouring KV heads, on AMX, to the bits of the other kernels.
//
// Memory gives what it can only where it is read in the order of its addresses, by loads that the processor foresees:
// asking far ahead, or head by head, costs half of it. So the heads' rows are packed key by key, and what the tile unit
// has to do with a block runs beside the packing of the next.
#include "kernels/attention_kernels.h"

#if defined(__AMX_BF16__) && defined(__AVX512BF16__) && defined(__linux__)
#include "kernels/attention_amx.h"

namespace ascend4j {
namespace {

// Near enough to stay within what the processor fetches by itself; covers where a page begins.
constexpr int64_t kBytesAhead = 2048;

alignas(64) const uint16_t kZeros[kMostDepth] = {};

// From one row of a tile to the one that is asked for beside it, in elements; whole rows, so that heads left out are.
int64_t distanceAhead(const TileRows &rows) {
    const int64_t first = rows.range.begin;
    if (rows.range.end - first < 2) return 0;
    const int64_t token = rows.at[first + 1] - rows.at[first];
    const int64_t bytes = token * static_cast<int64_t>(sizeof(uint16_t));
    return bytes > 0 && bytes < kBytesAhead ? kBytesAhead / bytes * token : token;
}

inline void ask(const uint16_t *at) { __builtin_prefetch(at, 0, 3); }

// packed[head][depth block]: a tile, key by key.
template <bool kBfloat>
inline void packKeyBlock(const AttentionBundle &bundle, int64_t block, int64_t ahead, float *packed) {
    const int64_t inner = bundle.depth / kInner;
    for (int64_t i = 0; i < kRows; i++) {
        const uint16_t *row = bundle.keys->at[block * kRows + i];
        const int64_t step = row == nullptr ? 0 : bundle.keyStep;
        if (row == nullptr) row = kZeros;
        float *line = packed + i * kLanes;
        for (int64_t head = 0; head < bundle.count; head++, row += step) {
            for (int64_t d = 0; d < inner; d++, line += kTileFloats) {
                ask(row + d * kInner + ahead);
                storeLine(line, loadPart(row + d * kInner, true, kBfloat));
            }
        }
    }
}

// packed[head][block of 32 keys][block of 16 columns], as packValuesAmx has it.
template <bool kBfloat>
inline void packValueBlock(const AttentionBundle &bundle, int64_t block, int64_t ahead, float *packed) {
    const int64_t columns = bundle.valueDepth / kLanes;
    packed += block * columns * kTileFloats;
    for (int64_t i = 0; i < kLanes; i++) {
        const uint16_t *first = bundle.values->at[block * kInner + i];
        const uint16_t *second = bundle.values->at[block * kInner + kLanes + i];
        const int64_t firstStep = first == nullptr ? 0 : bundle.valueStep;
        const int64_t secondStep = second == nullptr ? 0 : bundle.valueStep;
        if (first == nullptr) first = kZeros;
        if (second == nullptr) second = kZeros;
        float *line = packed + i * kLanes;
        for (int64_t head = 0; head < bundle.count; head++, first += firstStep, second += secondStep) {
            for (int64_t d = 0; d < columns; d++) {
                if (d % 2 == 0) {
                    ask(first + d * kLanes + ahead);
                    ask(second + d * kLanes + ahead);
                }
                const __m512i a = widen(first + d * kLanes, kBfloat), b = widen(second + d * kLanes, kBfloat);
                storeLine(line + d * kTileFloats, kBfloat ? interleaveHalves(a, b) : byTurns(roundPair(a, b)));
            }
            line += kTileKeys / kInner * columns * kTileFloats;
        }
    }
}

// Products [head][key][row] of a block of keys.
void multiplyKeys(const AttentionBundle &bundle, const float *packed, float *products) {
    const int64_t inner = bundle.depth / kInner, step = inner * kTileFloats;
    int64_t head = 0;
    for (; head + 1 < bundle.count; head += 2, packed += 2 * step, products += 2 * kTileFloats) {
        const float *first = bundle.heads[head].queries, *second = bundle.heads[head + 1].queries;
        _tile_zero(0);
        _tile_zero(1);
        for (int64_t d = 0; d < step; d += kTileFloats) {
            _tile_loadd(6, first + d, kTilePitch);
            _tile_loadd(4, packed + d, kTilePitch);
            _tile_dpbf16ps(0, 4, 6);
            _tile_loadd(7, second + d, kTilePitch);
            _tile_loadd(5, packed + step + d, kTilePitch);
            _tile_dpbf16ps(1, 5, 7);
        }
        _tile_stored(0, products, kTilePitch);
        _tile_stored(1, products + kTileFloats, kTilePitch);
    }
    if (head == bundle.count) return;
    const float *queries = bundle.heads[head].queries;
    _tile_zero(2);
    for (int64_t d = 0; d < step; d += kTileFloats) {
        _tile_loadd(6, queries + d, kTilePitch);
        _tile_loadd(4, packed + d, kTilePitch);
        _tile_dpbf16ps(2, 4, 6);
    }
    _tile_stored(2, products, kTilePitch);
}

void storeScores(const AttentionBundle &bundle, int64_t block, const float *products) {
    for (int64_t head = 0; head < bundle.count; head++, products += kTileFloats) {
        const AttentionTile &tile = bundle.heads[head].tile;
        transpose(products, tile.live, tile.scores + block * kRows, kTileKeys);
    }
}

// Each block goes through three stages, each beside the stages of its neighbours.
template <bool kBfloat>
void scoreBundle(const AttentionBundle &bundle) {
    const TileRange range = bundle.keys->range;
    const int64_t first = range.begin / kRows, last = (range.end + kRows - 1) / kRows;
    const int64_t ahead = distanceAhead(*bundle.keys), step = bundle.count * bundle.depth / kInner * kTileFloats;
    float *packed = bundle.packedKeys, *products = packed + 2 * step;
    const int64_t productStep = bundle.count * kTileFloats;
    for (int64_t block = first; block < last + 2; block++) {
        if (block < last) packKeyBlock<kBfloat>(bundle, block, ahead, packed + block % 2 * step);
        if (block - 2 >= first) storeScores(bundle, block - 2, products + block % 2 * productStep);
        if (block - 1 >= first && block - 1 < last) {
            multiplyKeys(bundle, packed + (block - 1) % 2 * step, products + (block - 1) % 2 * productStep);
        }
    }
}

template <bool kBfloat>
void runBundle(const AttentionBundle &bundle) {
    scoreBundle<kBfloat>(bundle);
    for (int64_t head = 0; head < bundle.count; head++) softenAmx(bundle.heads[head].tile);
    const TileRange range = bundle.values->range;
    const int64_t ahead = distanceAhead(*bundle.values);
    for (int64_t block = range.begin / kInner; block < (range.end + kInner - 1) / kInner; block++) {
        packValueBlock<kBfloat>(bundle, block, ahead, bundle.packedValues);
    }
    const int64_t step = kTileKeys / kInner * bundle.valueDepth / kLanes * kTileFloats;
    for (int64_t head = 0; head < bundle.count; head++) {
        const AttentionHead &own = bundle.heads[head];
        accumulateAmx(own.tile, bundle.packedValues + head * step, bundle.valueDepth, own.sums);
    }
}

}  // namespace

bool runBundleAmx(const AttentionBundle &bundle) {
    const AttentionNumbers numbers = bundle.heads[0].tile.numbers;
    if (!numbers.rounded || bundle.depth % kInner != 0 || bundle.valueDepth % kInner != 0) return false;
    numbers.bfloat ? runBundle<true>(bundle) : runBundle<false>(bundle);
    return true;
}

}  // namespace ascend4j
#endif
