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

#include "kernels/attention_soften.h"

namespace ascend4j {
namespace {

constexpr int64_t kRows = 16;           // of a tile register
constexpr int64_t kInner = 32;          // BF16 numbers of a row of it: the running index of one product
constexpr int64_t kTileFloats = 256;    // of 1 KiB
constexpr int64_t kTilePitch = 64;      // bytes from row to row of a packed tile
constexpr int64_t kPair = 2 * kTileFloats;  // a tile of high parts, then one of low parts

struct alignas(64) TileConfig {
    uint8_t palette, start, reserved[14];
    uint16_t rowBytes[16];
    uint8_t rows[16];
};

// Eight whole tiles. In static memory: the compiler does not see that the instruction reads all of it.
const TileConfig kWholeTiles = {
    1, 0, {}, {64, 64, 64, 64, 64, 64, 64, 64}, {kRows, kRows, kRows, kRows, kRows, kRows, kRows, kRows}};

void enter() { _tile_loadconfig(&kWholeTiles); }

void leave() { _tile_release(); }

inline __m512i bits(Vec v) { return reinterpret_cast<__m512i>(v); }

// The upper halves of the elements of a and b by turns.
inline __m512i interleaveHalves(__m512i a, __m512i b) {
    return _mm512_mask_blend_epi16(0xaaaaaaaa, _mm512_srli_epi32(a, 16), b);
}

// What truncation to BF16 leaves of a finite x.
inline __m512i remainder(__m512i x) {
    const __m512 high = _mm512_castsi512_ps(_mm512_and_si512(x, _mm512_set1_epi32(static_cast<int>(0xffff0000))));
    return _mm512_castps_si512(_mm512_sub_ps(_mm512_castsi512_ps(x), high));
}

inline __m512i widen(const uint16_t *row, bool bfloat) {
    const __m256i narrow = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(row));
    return bfloat ? _mm512_slli_epi32(_mm512_cvtepu16_epi32(narrow), 16) : _mm512_castps_si512(_mm512_cvtph_ps(narrow));
}

inline void storeLine(float *target, __m512i line) { _mm512_store_si512(target, line); }

inline int64_t blocks(int64_t depth) { return (depth + kInner - 1) / kInner; }

inline bool inOnePart(AttentionNumbers numbers) { return numbers.bfloat || numbers.rounded; }

// The elements of a, then of b, in one part; exact for BF16.
inline __m512i roundPair(__m512i a, __m512i b) {
    return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(_mm512_castsi512_ps(b), _mm512_castsi512_ps(a)));
}

// packed[row block][depth block]: a pair of tiles, row by row.
void packQueries(const float *rows, int64_t count, int64_t depth, AttentionNumbers numbers, float *packed) {
    for (int64_t row = 0; row < count; row++) {
        for (int64_t block = 0; block < blocks(depth); block++) {
            const float *source = rows + row * depth + block * kInner;
            const __m512i a = bits(load(source));
            const __m512i b = block * kInner + kLanes < depth ? bits(load(source + kLanes)) : _mm512_setzero_si512();
            float *tile = packed + (row / kRows * blocks(depth) + block) * kPair + row % kRows * kLanes;
            if (inOnePart(numbers)) {
                storeLine(tile, roundPair(a, b));
                continue;
            }
            storeLine(tile, interleaveHalves(a, b));
            storeLine(tile + kTileFloats, interleaveHalves(remainder(a), remainder(b)));
        }
    }
}

// Four 32-bit elements of each of the rows 0, 4, 8 and 12.
inline __m512i loadFourRows(const uint32_t *source) {
    const auto part = [&](int row) { return _mm_load_si128(reinterpret_cast<const __m128i *>(source + row * kLanes)); };
    __m512i v = _mm512_castsi128_si512(part(0));
    v = _mm512_inserti32x4(v, part(4), 1);
    v = _mm512_inserti32x4(v, part(8), 2);
    return _mm512_inserti32x4(v, part(12), 3);
}

// Column c of the 16 rows becomes line c of the tile.
inline void transpose(const uint32_t *rows, float *tile) {
    for (int c = 0; c < kLanes; c += 4) {
        const __m512i a = loadFourRows(rows + c), b = loadFourRows(rows + c + kLanes);
        const __m512i e = loadFourRows(rows + c + 2 * kLanes), f = loadFourRows(rows + c + 3 * kLanes);
        const __m512i ab = _mm512_unpacklo_epi32(a, b), ef = _mm512_unpacklo_epi32(e, f);
        const __m512i abHigh = _mm512_unpackhi_epi32(a, b), efHigh = _mm512_unpackhi_epi32(e, f);
        storeLine(tile + (c + 0) * kLanes, _mm512_unpacklo_epi64(ab, ef));
        storeLine(tile + (c + 1) * kLanes, _mm512_unpackhi_epi64(ab, ef));
        storeLine(tile + (c + 2) * kLanes, _mm512_unpacklo_epi64(abHigh, efHigh));
        storeLine(tile + (c + 3) * kLanes, _mm512_unpackhi_epi64(abHigh, efHigh));
    }
}

// The 32 elements at `row`, 16 if not whole, of a key as one part.
inline __m512i loadPart(const uint16_t *row, bool whole, bool bfloat) {
    if (bfloat) return _mm512_maskz_loadu_epi16(whole ? ~__mmask32{0} : __mmask32{0xffff}, row);
    return roundPair(widen(row, false), whole ? widen(row + kLanes, false) : _mm512_setzero_si512());
}

// packed[key block][depth block]: a pair of tiles whose line p holds the p-th pair of elements of each key.
void packKeys(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    alignas(64) uint32_t high[kRows * kLanes], low[kRows * kLanes];
    const __m512i zero = _mm512_setzero_si512();
    const bool onePart = inOnePart(numbers);
    const int64_t first = rows.range.begin / kRows * kRows;
    packed += first / kRows * blocks(depth) * kPair;
    for (int64_t key = first; key < rows.range.end; key += kRows) {
        for (int64_t block = 0; block < blocks(depth); block++, packed += kPair) {
            const bool whole = (block + 1) * kInner <= depth;
            for (int64_t k = 0; k < kRows; k++) {
                const uint16_t *row = rows.at[key + k] == nullptr ? nullptr : rows.at[key + k] + block * kInner;
                __m512i upper = zero, lower = zero;
                if (row != nullptr && onePart) {
                    upper = loadPart(row, whole, numbers.bfloat);
                } else if (row != nullptr) {
                    const __m512i a = widen(row, false), b = whole ? widen(row + kLanes, false) : zero;
                    upper = interleaveHalves(a, b);
                    lower = interleaveHalves(remainder(a), remainder(b));
                }
                _mm512_store_si512(high + k * kLanes, upper);
                if (!onePart) _mm512_store_si512(low + k * kLanes, lower);
            }
            transpose(high, packed);
            if (!onePart) transpose(low, packed + kTileFloats);
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

// The lower and the upper sixteen elements by turns.
inline __m512i byTurns(__m512i pair) {
    alignas(64) static const uint16_t kOrder[32] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                    8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    return _mm512_permutexvar_epi16(_mm512_load_si512(kOrder), pair);
}

// packed[block of 32 keys][block of 16 columns]: a pair of tiles whose line p holds keys p and p + 16 by turns.
bool packValues(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed) {
    const __m512i zero = _mm512_setzero_si512();
    __m512i most = zero;
    const int64_t begin = rows.range.begin / kInner * kLanes, end = (rows.range.end + kInner - 1) / kInner * kLanes;
    for (int64_t i = begin; i < end; i++) {
        const int64_t key = i / kLanes * kInner + i % kLanes;
        const uint16_t *first = rows.at[key], *second = rows.at[key + kLanes];
        if (first != nullptr) most = largerMagnitude(most, first, depth);
        if (second != nullptr) most = largerMagnitude(most, second, depth);
        float *line = packed + i / kLanes * (depth / kLanes) * kPair + i % kLanes * kLanes;
        for (int64_t d = 0; d < depth; d += kLanes, line += kPair) {
            const __m512i a = first == nullptr ? zero : widen(first + d, numbers.bfloat);
            const __m512i b = second == nullptr ? zero : widen(second + d, numbers.bfloat);
            if (numbers.rounded && !numbers.bfloat) {
                storeLine(line, byTurns(roundPair(a, b)));
                continue;
            }
            storeLine(line, interleaveHalves(a, b));
            if (!numbers.bfloat) storeLine(line + kTileFloats, interleaveHalves(remainder(a), remainder(b)));
        }
    }
    const __m512i infinity = _mm512_set1_epi16(numbers.bfloat ? 0x7f80 : 0x7c00);
    return _mm512_cmpge_epu16_mask(most, infinity) == 0;
}

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
    const int64_t step = inner * kPair;
    for (int64_t block = 0; block < inner; block++, queries += kPair, keys += kPair) {
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
    const int64_t inner = blocks(depth);
    for (int64_t row = tile.first; row < tile.last; row += kRows) {
        const TileRange seen = unionOf(tile.ranges + row, kRows);
        const int64_t first = seen.begin / kRows, last = (seen.end + kRows - 1) / kRows;
        if (first >= last) continue;
        const float *left = queries + row * inner * kInner;
        const float *right = keys + first * inner * kPair;
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

// A row's 64 weights become 64 high parts, then 64 low ones, in the same place.
void soften(const AttentionTile &tile) {
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
    for (int64_t key = seen.begin / kInner * kInner; key < seen.end; key += kInner) {
        const float *block = values + key / kInner * (depth / kLanes) * kPair;
        _tile_loadd(4, weights + key / 2, kTileKeys * 4);
        if (leftLow) _tile_loadd(5, weights + key / 2 + kTileKeys / 2, kTileKeys * 4);
        ASCEND4J_MULTIPLY(0, block);
        if (N > 1) ASCEND4J_MULTIPLY(1, block + kPair);
        if (N > 2) ASCEND4J_MULTIPLY(2, block + 2 * kPair);
        if (N > 3) ASCEND4J_MULTIPLY(3, block + 3 * kPair);
    }
    _tile_stored(0, own, kOwnPitch * 4);
    if (N > 1) _tile_stored(1, own + kLanes, kOwnPitch * 4);
    if (N > 2) _tile_stored(2, own + 2 * kLanes, kOwnPitch * 4);
    if (N > 3) _tile_stored(3, own + 3 * kLanes, kOwnPitch * 4);
}
#undef ASCEND4J_MULTIPLY

// The tile's own sums are added to the running ones in vectors: the unit would wait for rows that were just rescaled,
// and rows that only fill a block need not be touched.
void accumulate(const AttentionTile &tile, const float *values, int64_t depth, float *sums) {
    alignas(64) float own[kRows * kOwnPitch];
    for (int64_t row = tile.first; row < tile.last; row += kRows) {
        const TileRange seen = unionOf(tile.ranges + row, kRows);
        if (seen.begin >= seen.end) continue;
        const int64_t live = tile.live - row < kRows ? tile.live - row : kRows;
        const float *weights = tile.scores + row * kTileKeys;
        for (int64_t d = 0; d < depth; d += kOwnPitch) {
            const float *block = values + d / kLanes * kPair;
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

const AttentionKernels kTable = {kRows,      kInner, enter,  leave,      packQueries, packKeys,
                                 packValues, score,  soften, accumulate, rebase};

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
