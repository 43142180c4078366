// Attention's tile kernels on AMX: the tile unit multiplies BF16 and adds in float32.
//
// A FLOAT16 number is exactly the sum of two BF16 numbers (11 significant bits are 8 and 3), so four products of such
// parts give the exact product of two of them; a weight is kept to 16 bits by its two parts. Parts are truncations, a
// high one and what it leaves. An element's products are added in one order: by blocks of the running index, within one
// by parts; rows beside it take no part in that. Within a block of 32 the running index goes 0, 16, 1, 17, …: the two
// halves of a vector pair interleave without a shuffle. BF16 queries and keys, and rounded ones, are one part each and
// keep their order; rounded weights and values are one part.
#include "kernels/attention_kernels.h"

#if defined(__AMX_BF16__) && defined(__AVX512BF16__) && defined(__linux__)
#include <cpuid.h>

#include "kernels/attention_amx.h"
#include "kernels/attention_soften.h"
#include "kernels/tile_config_amx.h"

namespace ascend4j {
namespace {

constexpr TileConfig wholeTiles() {
    TileConfig config;
    for (int tile = 0; tile < 8; tile++) config.shape(tile, kRows, kTilePitch);
    return config;
}

// Made by the compiler: code that ran at load time would use instructions that the machine may lack.
constexpr TileConfig kWholeTiles = wholeTiles();

void enter() { kWholeTiles.load(); }

void leave() { _tile_release(); }

// packed[row block][depth block]: a pair of tiles, row by row.
void packQueries(const float *rows, int64_t count, int64_t depth, AttentionNumbers numbers, float *packed) {
    const int64_t step = tileStep(numbers);
    for (int64_t row = 0; row < count; row++) {
        for (int64_t block = 0; block < blocks(depth); block++) {
            const float *source = rows + row * depth + block * kInner;
            const __m512i a = bits(load(source));
            const __m512i b = block * kInner + kLanes < depth ? bits(load(source + kLanes)) : _mm512_setzero_si512();
            float *tile = packed + (row / kRows * blocks(depth) + block) * step + row % kRows * kLanes;
            if (inOnePart(numbers)) {
                storeLine(tile, roundPair(a, b));
                continue;
            }
            storeLine(tile, interleaveHalves(a, b));
            storeLine(tile + kTileFloats, interleaveHalves(remainder(a), remainder(b)));
        }
    }
}

// packed[key block][depth block]: a pair of tiles whose line p holds the p-th pair of elements of each key.
void packKeys(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    alignas(64) float high[kTileFloats], low[kTileFloats];
    const bool onePart = inOnePart(numbers);
    const int64_t first = rows.range.begin / kRows * kRows;
    const int64_t step = tileStep(numbers);
    packed += first / kRows * blocks(depth) * step;
    for (int64_t key = first; key < rows.range.end; key += kRows) {
        for (int64_t block = 0; block < blocks(depth); block++, packed += step) {
            for (int64_t k = 0; k < kRows; k++) {
                const Parts parts = loadParts(rows.at[key + k], block, depth, numbers);
                storeLine(high + k * kLanes, parts.high);
                if (!onePart) storeLine(low + k * kLanes, parts.low);
            }
            transpose(high, kLanes, packed, kLanes);
            if (!onePart) transpose(low, kLanes, packed + kTileFloats, kLanes);
        }
    }
}

// The largest magnitude that occurs, as an integer.
inline __m512i largerMagnitude(__m512i most, const uint16_t *row, int64_t depth) {
    const __m512i magnitude = _mm512_set1_epi16(0x7fff);
    for (int64_t d = 0; d < depth; d += 2 * kLanes) {
        const __mmask32 lanes = d + 2 * kLanes <= depth ? ~__mmask32{0} : __mmask32{0xffff};
        most = _mm512_max_epu16(most, _mm512_and_si512(_mm512_maskz_loadu_epi16(lanes, row + d), magnitude));
    }
    return most;
}

}  // namespace

bool packValuesAmx(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    const __m512i zero = _mm512_setzero_si512();
    const int64_t step = tileStep(numbers);
    const bool roundsHalves = numbers.rounded && !numbers.bfloat;
    __m512i most = zero;
    const int64_t begin = rows.range.begin / kInner * kLanes, end = (rows.range.end + kInner - 1) / kInner * kLanes;
    for (int64_t i = begin; i < end; i++) {
        const int64_t key = i / kLanes * kInner + i % kLanes;
        if (i % 2 == 0) askBeside(rows, 4);
        const uint16_t *first = rows.at[key], *second = rows.at[key + kLanes];
        if (!rows.shared && first != nullptr) most = largerMagnitude(most, first, depth);
        if (!rows.shared && second != nullptr) most = largerMagnitude(most, second, depth);
        float *line = packed + i / kLanes * (depth / kLanes) * step + i % kLanes * kLanes;
        int64_t d = 0;
        // What is mostly done, without choices.
        for (; roundsHalves && first != nullptr && second != nullptr && d < depth; d += kLanes, line += step) {
            storeLine(line, byTurns(roundPair(widen(first + d, false), widen(second + d, false))));
        }
        for (; d < depth; d += kLanes, line += step) {
            const __m512i a = first == nullptr ? zero : widen(first + d, numbers.bfloat);
            const __m512i b = second == nullptr ? zero : widen(second + d, numbers.bfloat);
            if (roundsHalves) {
                storeLine(line, byTurns(roundPair(a, b)));
                continue;
            }
            storeLine(line, interleaveHalves(a, b));
            if (!numbers.bfloat) storeLine(line + kTileFloats, interleaveHalves(remainder(a), remainder(b)));
        }
    }
    const __m512i infinity = _mm512_set1_epi16(numbers.bfloat ? 0x7f80 : 0x7c00);
    return rows.shared || _mm512_cmpge_epu16_mask(most, infinity) == 0;
}

namespace {

// Adds the products of one pair of tiles on the right with the parts of the left in the tiles 4 and 5.
#define ASCEND4J_MULTIPLY(SUM, RIGHT)                             \
    do {                                                          \
        _tile_loadd(6, RIGHT, kTilePitch);                        \
        _tile_dpbf16ps(SUM, 4, 6);                                \
        if (leftLow) _tile_dpbf16ps(SUM, 5, 6);                   \
        if (rightLow) {                                           \
            _tile_loadd(7, (RIGHT) + kTileFloats, kTilePitch);    \
            _tile_dpbf16ps(SUM, 4, 7);                            \
            if (leftLow) _tile_dpbf16ps(SUM, 5, 7);              \
        }                                                         \
    } while (false)

// Sixteen rows by 16 * N keys: independent sums hide the unit's latency.
template <int N>
inline void scoreKeys(const float *queries, const float *keys, int64_t inner, AttentionNumbers numbers,
                      float *scores) {
    const bool leftLow = !inOnePart(numbers), rightLow = leftLow;
    _tile_zero(0);
    if (N > 1) _tile_zero(1);
    if (N > 2) _tile_zero(2);
    if (N > 3) _tile_zero(3);
    const int64_t tile = tileStep(numbers), step = inner * tile;
    for (int64_t block = 0; block < inner; block++, queries += tile, keys += tile) {
        _tile_loadd(4, queries, kTilePitch);
        if (leftLow) _tile_loadd(5, queries + kTileFloats, kTilePitch);
        ASCEND4J_MULTIPLY(0, keys);
        if (N > 1) ASCEND4J_MULTIPLY(1, keys + step);
        if (N > 2) ASCEND4J_MULTIPLY(2, keys + 2 * step);
        if (N > 3) ASCEND4J_MULTIPLY(3, keys + 3 * step);
    }
    _tile_stored(0, scores, kTileKeys * 4);
    if (N > 1) _tile_stored(1, scores + kRows, kTileKeys * 4);
    if (N > 2) _tile_stored(2, scores + 2 * kRows, kTileKeys * 4);
    if (N > 3) _tile_stored(3, scores + 3 * kRows, kTileKeys * 4);
}

void score(const AttentionTile &tile, const float *queries, const float *keys, int64_t depth) {
    const int64_t inner = blocks(depth), step = tileStep(tile.numbers);
    for (int64_t row = tile.first; row < tile.last; row += kRows) {
        const TileRange seen = unionOf(tile.ranges + row, kRows);
        const int64_t first = seen.begin / kRows, last = (seen.end + kRows - 1) / kRows;
        if (first >= last) continue;
        const float *left = queries + row / kRows * inner * step;
        const float *right = keys + first * inner * step;
        float *target = tile.scores + row * kTileKeys + first * kRows;
        switch (last - first) {
            case 1: scoreKeys<1>(left, right, inner, tile.numbers, target); break;
            case 2: scoreKeys<2>(left, right, inner, tile.numbers, target); break;
            case 3: scoreKeys<3>(left, right, inner, tile.numbers, target); break;
            default: scoreKeys<4>(left, right, inner, tile.numbers, target); break;
        }
    }
}

// Adds half a unit of the last place that truncation to BF16 keeps.
inline __m512i roundUp(__m512i x) { return _mm512_add_epi32(x, _mm512_set1_epi32(0x8000)); }

}  // namespace

// A row's 64 weights become 64 high parts, then 64 low ones, in the same place.
void softenAmx(const AttentionTile &tile) {
    static_assert(kTileVectors == 4, "a row is four vectors");
    softenTile(tile, [&](int64_t row, const Vec *weights) {
        float *target = tile.scores + row * kTileKeys;
        for (int pair = 0; pair < 2; pair++) {
            const __m512i a = bits(weights[2 * pair]), b = bits(weights[2 * pair + 1]);
            if (tile.numbers.rounded) {
                storeLine(target + pair * kLanes, interleaveHalves(roundUp(a), roundUp(b)));
                continue;
            }
            storeLine(target + pair * kLanes, interleaveHalves(a, b));
            storeLine(target + (2 + pair) * kLanes,
                      interleaveHalves(roundUp(remainder(a)), roundUp(remainder(b))));
        }
    });
}

namespace {

constexpr int64_t kOwnPitch = 4 * kLanes;

// Sixteen rows by 16 * N columns of the tile's own sums.
template <int N>
inline void accumulateColumns(const float *weights, TileRange seen, const float *values, int64_t depth,
                              AttentionNumbers numbers, float *own) {
    const bool leftLow = !numbers.rounded, rightLow = !inOnePart(numbers);
    _tile_zero(0);
    if (N > 1) _tile_zero(1);
    if (N > 2) _tile_zero(2);
    if (N > 3) _tile_zero(3);
    const int64_t step = tileStep(numbers);
    for (int64_t key = seen.begin / kInner * kInner; key < seen.end; key += kInner) {
        const float *block = values + key / kInner * (depth / kLanes) * step;
        _tile_loadd(4, weights + key / 2, kTileKeys * 4);
        if (leftLow) _tile_loadd(5, weights + key / 2 + kTileKeys / 2, kTileKeys * 4);
        ASCEND4J_MULTIPLY(0, block);
        if (N > 1) ASCEND4J_MULTIPLY(1, block + step);
        if (N > 2) ASCEND4J_MULTIPLY(2, block + 2 * step);
        if (N > 3) ASCEND4J_MULTIPLY(3, block + 3 * step);
    }
    _tile_stored(0, own, kOwnPitch * 4);
    if (N > 1) _tile_stored(1, own + kLanes, kOwnPitch * 4);
    if (N > 2) _tile_stored(2, own + 2 * kLanes, kOwnPitch * 4);
    if (N > 3) _tile_stored(3, own + 3 * kLanes, kOwnPitch * 4);
}
#undef ASCEND4J_MULTIPLY

}  // namespace

// The tile's own sums are added to the running ones in vectors: the unit would wait for rows that were just rescaled,
// and rows that only fill a block need not be touched.
void accumulateAmx(const AttentionTile &tile, const float *values, int64_t depth, float *sums) {
    alignas(64) float own[kRows * kOwnPitch];
    for (int64_t row = tile.first; row < tile.last; row += kRows) {
        const TileRange seen = unionOf(tile.ranges + row, kRows);
        if (seen.begin >= seen.end) continue;
        const int64_t live = tile.live - row < kRows ? tile.live - row : kRows;
        const float *weights = tile.scores + row * kTileKeys;
        for (int64_t d = 0; d < depth; d += kOwnPitch) {
            const float *block = values + d / kLanes * tileStep(tile.numbers);
            const int64_t columns = depth - d < kOwnPitch ? depth - d : kOwnPitch;
            switch (columns / kLanes) {
                case 1: accumulateColumns<1>(weights, seen, block, depth, tile.numbers, own); break;
                case 2: accumulateColumns<2>(weights, seen, block, depth, tile.numbers, own); break;
                case 3: accumulateColumns<3>(weights, seen, block, depth, tile.numbers, own); break;
                default: accumulateColumns<4>(weights, seen, block, depth, tile.numbers, own); break;
            }
            for (int64_t r = 0; r < live; r++) {
                float *target = sums + (row + r) * depth + d;
                const Vec factor = splat(tile.factors[row + r]);
                for (int64_t c = 0; c < columns; c += kLanes) {
                    store(target + c, fuse(load(target + c), factor, load(own + r * kOwnPitch + c)));
                }
            }
        }
    }
}

namespace {

const AttentionKernels kFewRows = {kRows,
                                   kInner,
                                   enter,
                                   leave,
                                   packFewQueriesAmx,
                                   packKeyRowsAmx,
                                   packFewValuesAmx,
                                   scoreFewAmx,
                                   softenAmx,
                                   accumulateAmx,
                                   rebase,
                                   enterBundleAmx,
                                   scoreBundleAmx,
                                   accumulateBundleAmx,
                                   nullptr};

const AttentionKernels kTable = {kRows, kInner,    enter,         leave,  packQueries, packKeys, packValuesAmx,
                                 score, softenAmx, accumulateAmx, rebase, nullptr,     nullptr,  nullptr,
                                 &kFewRows};

bool multipliesBfloats() {
    constexpr unsigned kTileBf16 = 1u << 22, kVectorBf16 = 1u << 5;
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kTileBf16) == 0) return false;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & kVectorBf16) != 0;
}

}  // namespace

const AttentionKernels *attentionKernelsAmx() {
    static const bool able = multipliesBfloats();
    return able ? &kTable : nullptr;
}

}  // namespace ascend4j
#else
namespace ascend4j {
const AttentionKernels *attentionKernelsAmx() { return nullptr; }
}  // namespace ascend4j
#endif
