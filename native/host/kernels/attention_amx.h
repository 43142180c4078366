// The text that attention's tile kernels on AMX share; each file of them includes it once.
#pragma once

#include "kernels/attention_kernels.h"
#include "kernels/avx512.h"
#include "kernels/simd.h"

namespace ascend4j {

// packed[block of 32 keys][block of 16 columns]: a pair of tiles whose line p holds keys p and p + 16 by turns.
bool packValuesAmx(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed);

// The same products as the many-row kernels', with the sides exchanged: keys need no turning there, so this is for rows
// too few to pay for it. The packed forms are its own.
void packFewQueriesAmx(const float *rows, int64_t count, int64_t depth, AttentionNumbers numbers, float *packed);
void packKeyRowsAmx(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed);
bool packFewValuesAmx(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed);
void scoreFewAmx(const AttentionTile &tile, const float *queries, const float *keys, int64_t depth);

void softenAmx(const AttentionTile &tile);
void accumulateAmx(const AttentionTile &tile, const float *values, int64_t depth, float *sums);
bool enterBundleAmx(const AttentionBundle &bundle);
void scoreBundleAmx(const AttentionBundle &bundle);
void accumulateBundleAmx(const AttentionBundle &bundle);

namespace {

constexpr int64_t kMostDepth = 512;
constexpr int64_t kRows = 16;           // of a tile register
constexpr int64_t kInner = 32;          // BF16 numbers of a row of it: the running index of one product
constexpr int64_t kTileFloats = 256;    // of 1 KiB
constexpr int64_t kTilePitch = 64;      // bytes from row to row of a packed tile

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

// Floats from one packed tile to the next: where there are two parts, a tile of high ones is followed by one of low ones.
inline int64_t tileStep(AttentionNumbers numbers) { return inOnePart(numbers) ? kTileFloats : 2 * kTileFloats; }

// The elements of a, then of b, in one part; exact for BF16.
inline __m512i roundPair(__m512i a, __m512i b) {
    return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(_mm512_castsi512_ps(b), _mm512_castsi512_ps(a)));
}

// The lower and the upper sixteen elements by turns.
inline __m512i byTurns(__m512i pair) {
    alignas(64) static const uint16_t kOrder[32] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                    8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    return _mm512_permutexvar_epi16(_mm512_load_si512(kOrder), pair);
}

// Four 32-bit elements of each of the rows 0, 4, 8 and 12.
inline __m512i loadFourRows(const float *source) {
    const auto part = [&](int row) { return _mm_load_si128(reinterpret_cast<const __m128i *>(source + row * kLanes)); };
    __m512i v = _mm512_castsi128_si512(part(0));
    v = _mm512_inserti32x4(v, part(4), 1);
    v = _mm512_inserti32x4(v, part(8), 2);
    return _mm512_inserti32x4(v, part(12), 3);
}

// The first `columns` columns of 16 rows, up to a multiple of four, become lines that lie `pitch` floats apart.
inline void transpose(const float *rows, int64_t columns, float *lines, int64_t pitch) {
    for (int64_t c = 0; c < columns; c += 4) {
        const __m512i a = loadFourRows(rows + c), b = loadFourRows(rows + c + kLanes);
        const __m512i e = loadFourRows(rows + c + 2 * kLanes), f = loadFourRows(rows + c + 3 * kLanes);
        const __m512i ab = _mm512_unpacklo_epi32(a, b), ef = _mm512_unpacklo_epi32(e, f);
        const __m512i abHigh = _mm512_unpackhi_epi32(a, b), efHigh = _mm512_unpackhi_epi32(e, f);
        storeLine(lines + (c + 0) * pitch, _mm512_unpacklo_epi64(ab, ef));
        storeLine(lines + (c + 1) * pitch, _mm512_unpackhi_epi64(ab, ef));
        storeLine(lines + (c + 2) * pitch, _mm512_unpacklo_epi64(abHigh, efHigh));
        storeLine(lines + (c + 3) * pitch, _mm512_unpackhi_epi64(abHigh, efHigh));
    }
}

// The 32 elements at `row`, 16 if not whole, of a key as one part.
inline __m512i loadPart(const uint16_t *row, bool whole, bool bfloat) {
    if (bfloat) return _mm512_maskz_loadu_epi16(whole ? ~__mmask32{0} : __mmask32{0xffff}, row);
    return roundPair(widen(row, false), whole ? widen(row + kLanes, false) : _mm512_setzero_si512());
}

struct Parts {
    __m512i high, low;
};

// A block of a key's elements; low is zero where one part holds all. Zeros where there is no row.
inline Parts loadParts(const uint16_t *row, int64_t block, int64_t depth, AttentionNumbers numbers) {
    const __m512i zero = _mm512_setzero_si512();
    if (row == nullptr) return {zero, zero};
    const bool whole = (block + 1) * kInner <= depth;
    row += block * kInner;
    if (inOnePart(numbers)) return {loadPart(row, whole, numbers.bfloat), zero};
    const __m512i a = widen(row, false), b = whole ? widen(row + kLanes, false) : zero;
    return {interleaveHalves(a, b), interleaveHalves(remainder(a), remainder(b))};
}

}  // namespace
}  // namespace ascend4j
