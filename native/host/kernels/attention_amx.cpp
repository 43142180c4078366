// Attention's tile kernels on AMX: the tile unit multiplies BF16 and adds in float32.
//
// A FLOAT16 number is exactly the sum of two BF16 numbers (11 significant bits are 8 and 3), so four products of such
// parts give the exact product of two of them; a weight is kept to 16 bits by its two parts. Parts are truncations, a
// high one and what it leaves. An element's products are added in one order: by blocks of the running index, within one
// by parts; rows beside it take no part in that.
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

// The upper halves of the elements of a, then of b.
inline __m512i upperHalves(__m512i a, __m512i b) {
    alignas(64) static const uint16_t kOdd[32] = {1,  3,  5,  7,  9,  11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31,
                                                  33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63};
    return _mm512_permutex2var_epi16(a, _mm512_load_si512(kOdd), b);
}

// What truncation to BF16 leaves of a finite x.
inline __m512i remainder(__m512i x) {
    const __m512 high = _mm512_castsi512_ps(_mm512_and_si512(x, _mm512_set1_epi32(static_cast<int>(0xffff0000))));
    return _mm512_castps_si512(_mm512_sub_ps(_mm512_castsi512_ps(x), high));
}

inline __m512i widen(const uint16_t *halves) {
    return _mm512_castps_si512(_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(halves))));
}

inline void storeLine(float *target, __m512i line) { _mm512_store_si512(target, line); }

inline int64_t blocks(int64_t depth) { return (depth + kInner - 1) / kInner; }

// packed[row block][depth block]: a pair of tiles, row by row.
void packQueries(const float *rows, int64_t count, int64_t depth, float *packed) {
    for (int64_t row = 0; row < count; row++) {
        for (int64_t block = 0; block < blocks(depth); block++) {
            const float *source = rows + row * depth + block * kInner;
            const __m512i a = bits(load(source));
            const __m512i b = block * kInner + kLanes < depth ? bits(load(source + kLanes)) : _mm512_setzero_si512();
            float *tile = packed + (row / kRows * blocks(depth) + block) * kPair + row % kRows * kLanes;
            storeLine(tile, upperHalves(a, b));
            storeLine(tile + kTileFloats, upperHalves(remainder(a), remainder(b)));
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

// packed[key block][depth block]: a pair of tiles whose line p holds the elements 2p and 2p + 1 of each key.
void packKeys(const TileRows &rows, int64_t depth, bool bfloat, float *packed) {
    alignas(64) uint32_t high[kRows * kLanes], low[kRows * kLanes];
    const __m512i zero = _mm512_setzero_si512();
    for (int64_t key = 0; key < kTileKeys; key += kRows) {
        for (int64_t k = 0; k < kRows; k++) fetchAhead(rows.ahead[key + k], depth);
        for (int64_t block = 0; block < blocks(depth); block++, packed += kPair) {
            const bool whole = (block + 1) * kInner <= depth;
            for (int64_t k = 0; k < kRows; k++) {
                const uint16_t *row = rows.at[key + k];
                __m512i upper = zero, lower = zero;
                if (row != nullptr && bfloat) {
                    upper = _mm512_maskz_loadu_epi16(whole ? ~__mmask32{0} : __mmask32{0xffff}, row + block * kInner);
                } else if (row != nullptr) {
                    const __m512i a = widen(row + block * kInner);
                    const __m512i b = whole ? widen(row + block * kInner + kLanes) : zero;
                    upper = upperHalves(a, b);
                    lower = upperHalves(remainder(a), remainder(b));
                }
                _mm512_store_si512(high + k * kLanes, upper);
                _mm512_store_si512(low + k * kLanes, lower);
            }
            transpose(high, packed);
            if (!bfloat) transpose(low, packed + kTileFloats);
        }
    }
}

inline __m512i widenValues(const uint16_t *row, bool bfloat) {
    if (row == nullptr) return _mm512_setzero_si512();
    if (!bfloat) return widen(row);
    const __m256i narrow = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(row));
    return _mm512_slli_epi32(_mm512_cvtepu16_epi32(narrow), 16);
}

// The upper halves of the elements of a and b by turns.
inline __m512i interleaveHalves(__m512i a, __m512i b) {
    return _mm512_mask_blend_epi16(0xaaaaaaaa, _mm512_srli_epi32(a, 16), b);
}

// packed[block of 32 keys][block of 16 columns]: a pair of tiles whose line p holds keys 2p and 2p + 1 by turns.
bool packValues(const TileRows &rows, int64_t depth, bool bfloat, float *packed) {
    constexpr int kNotFinite = 0x99;
    __mmask16 unusual = 0;
    for (int64_t key = 0; key < kTileKeys; key += 2) {
        const uint16_t *first = rows.at[key], *second = rows.at[key + 1];
        fetchAhead(rows.ahead[key], depth);
        fetchAhead(rows.ahead[key + 1], depth);
        float *line = packed + key / kInner * (depth / kLanes) * kPair + key % kInner / 2 * kLanes;
        for (int64_t d = 0; d < depth; d += kLanes, line += kPair) {
            const __m512i a = widenValues(first == nullptr ? nullptr : first + d, bfloat);
            const __m512i b = widenValues(second == nullptr ? nullptr : second + d, bfloat);
            unusual = static_cast<__mmask16>(unusual | _mm512_fpclass_ps_mask(_mm512_castsi512_ps(a), kNotFinite) |
                                             _mm512_fpclass_ps_mask(_mm512_castsi512_ps(b), kNotFinite));
            storeLine(line, interleaveHalves(a, b));
            if (!bfloat) storeLine(line + kTileFloats, interleaveHalves(remainder(a), remainder(b)));
        }
    }
    return unusual == 0;
}

// Adds the products of one block of the depth to the tiles 0 and 1: 16 rows by twice 16 keys.
inline void scoreBlock(const float *query, const float *left, const float *right, bool bfloat) {
    _tile_loadd(4, query, kTilePitch);
    _tile_loadd(6, left, kTilePitch);
    _tile_loadd(7, right, kTilePitch);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    if (bfloat) return;
    _tile_loadd(5, query + kTileFloats, kTilePitch);
    _tile_dpbf16ps(0, 5, 6);
    _tile_dpbf16ps(1, 5, 7);
    _tile_loadd(6, left + kTileFloats, kTilePitch);
    _tile_loadd(7, right + kTileFloats, kTilePitch);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(0, 5, 6);
    _tile_dpbf16ps(1, 5, 7);
}

void score(const AttentionTile &tile, const float *queries, const float *keys, int64_t depth, bool bfloat) {
    const int64_t inner = blocks(depth);
    for (int64_t row = tile.first; row < tile.last; row += kRows) {
        const TileRange seen = unionOf(tile.ranges + row, kRows);
        for (int64_t key = seen.begin / (2 * kRows) * 2 * kRows; key < seen.end; key += 2 * kRows) {
            _tile_zero(0);
            _tile_zero(1);
            for (int64_t block = 0; block < inner; block++) {
                const float *left = keys + (key / kRows * inner + block) * kPair;
                scoreBlock(queries + (row / kRows * inner + block) * kPair, left, left + inner * kPair, bfloat);
            }
            _tile_stored(0, tile.scores + row * kTileKeys + key, kTileKeys * 4);
            _tile_stored(1, tile.scores + row * kTileKeys + key + kRows, kTileKeys * 4);
        }
    }
}

// A row's 64 weights become 64 high parts, then 64 low ones, in the same place.
void soften(const AttentionTile &tile) {
    static_assert(kTileVectors == 4, "a row is four vectors");
    softenTile(tile, [&](int64_t row, const Vec *weights) {
        float *target = tile.scores + row * kTileKeys;
        for (int pair = 0; pair < 2; pair++) {
            const __m512i a = bits(weights[2 * pair]), b = bits(weights[2 * pair + 1]);
            const __m512bh low = _mm512_cvtne2ps_pbh(_mm512_castsi512_ps(remainder(b)), _mm512_castsi512_ps(remainder(a)));
            storeLine(target + pair * kLanes, upperHalves(a, b));
            storeLine(target + (2 + pair) * kLanes, reinterpret_cast<__m512i>(low));
        }
    });
}

// Adds the products of 32 keys to one tile of 16 rows by 16 columns: weights' parts in the tiles 4 and 5.
#define ASCEND4J_ADD_COLUMNS(TILE, VALUES)                              \
    do {                                                                \
        _tile_loadd(6, VALUES, kTilePitch);                             \
        _tile_dpbf16ps(TILE, 4, 6);                                     \
        _tile_dpbf16ps(TILE, 5, 6);                                     \
        if (!bfloat) {                                                  \
            _tile_loadd(7, (VALUES) + kTileFloats, kTilePitch);         \
            _tile_dpbf16ps(TILE, 4, 7);                                 \
        }                                                               \
    } while (false)

// One or two blocks of columns of 16 rows.
template <int Blocks>
inline void accumulateColumns(const float *weights, TileRange seen, const float *values, int64_t depth, bool bfloat,
                              float *sums) {
    const int64_t pitch = depth * 4;
    _tile_loadd(0, sums, pitch);
    if (Blocks > 1) _tile_loadd(1, sums + kLanes, pitch);
    for (int64_t key = seen.begin / kInner * kInner; key < seen.end; key += kInner) {
        const float *block = values + key / kInner * (depth / kLanes) * kPair;
        _tile_loadd(4, weights + key / 2, kTileKeys * 4);
        _tile_loadd(5, weights + key / 2 + kTileKeys / 2, kTileKeys * 4);
        ASCEND4J_ADD_COLUMNS(0, block);
        if (Blocks > 1) ASCEND4J_ADD_COLUMNS(1, block + kPair);
    }
    _tile_stored(0, sums, pitch);
    if (Blocks > 1) _tile_stored(1, sums + kLanes, pitch);
}

// Most tiles raise no maximum; a factor of one changes nothing.
inline void rescale(const float *factors, int64_t depth, float *sums) {
    const __mmask16 changed =
        _mm512_cmp_ps_mask(_mm512_loadu_ps(factors), _mm512_set1_ps(1.0f), _CMP_NEQ_UQ);
    for (unsigned rows = changed; rows != 0; rows &= rows - 1) {
        const int64_t r = __builtin_ctz(rows);
        const Vec factor = splat(factors[r]);
        for (int64_t d = 0; d < depth; d += kLanes) store(sums + r * depth + d, load(sums + r * depth + d) * factor);
    }
}

void accumulate(const AttentionTile &tile, const float *values, int64_t depth, bool bfloat, float *sums) {
    for (int64_t row = tile.first; row < tile.last; row += kRows) {
        const TileRange seen = unionOf(tile.ranges + row, kRows);
        rescale(tile.factors + row, depth, sums + row * depth);
        const float *weights = tile.scores + row * kTileKeys;
        int64_t d = 0;
        for (; d + 2 * kLanes <= depth; d += 2 * kLanes) {
            accumulateColumns<2>(weights, seen, values + d / kLanes * kPair, depth, bfloat, sums + row * depth + d);
        }
        if (d < depth) {
            accumulateColumns<1>(weights, seen, values + d / kLanes * kPair, depth, bfloat, sums + row * depth + d);
        }
    }
}
#undef ASCEND4J_ADD_COLUMNS

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
