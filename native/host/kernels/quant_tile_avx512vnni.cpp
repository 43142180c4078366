#include "kernels/quant_tile.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#include <algorithm>

#include "kernels/avx512.h"
#include "kernels/quant_few_avx512vnni.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kPanelGroupBytes = kQuantGroup * kTileColumns;

__mmask16 wordMask(int64_t left) {
    return left >= 16 ? __mmask16(0xffff) : left <= 0 ? __mmask16(0) : __mmask16((1u << left) - 1u);
}

__mmask64 byteMask(int64_t left) { return left >= 64 ? ~__mmask64(0) : (__mmask64(1) << left) - 1u; }

// --- activations ---

struct QuantizedGroup {
    __m128i low, high;  // first and last sixteen values, or those of even and of odd index
    float scale, sum;
};

QuantizedGroup quantizeGroup(const float *x, int64_t left, bool split) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    const __m512 low = _mm512_maskz_loadu_ps(wordMask(left), x);
    const __m512 high = _mm512_maskz_loadu_ps(wordMask(left - 16), x + 16);
    const __m512i bits = _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(low), magnitude),
                                          _mm512_and_si512(_mm512_castps_si512(high), magnitude));
    const GroupScale scale = groupScale(_mm512_reduce_max_epu32(bits));
    const __m512 inverse = _mm512_set1_ps(scale.inverse);
    __m512i a = _mm512_cvtps_epi32(_mm512_mul_ps(low, inverse));
    __m512i b = _mm512_cvtps_epi32(_mm512_mul_ps(high, inverse));
    if (scale.inverse == 0.0f) a = b = _mm512_setzero_si512();  // zero times infinity is no number
    QuantizedGroup group;
    group.scale = scale.scale;
    group.sum = static_cast<float>(_mm512_reduce_add_epi32(_mm512_add_epi32(a, b)));
    group.low = _mm512_cvtepi32_epi8(a);
    group.high = _mm512_cvtepi32_epi8(b);
    if (split) {
        const __m256i q = _mm256_set_m128i(group.high, group.low);
        group.low = _mm256_cvtepi16_epi8(q);
        group.high = _mm256_cvtepi16_epi8(_mm256_srli_epi16(q, 8));
    }
    return group;
}

void store(int8_t *at, __m128i values) { _mm_storeu_si128(reinterpret_cast<__m128i *>(at), values); }

// The groups that fill the last step are zeros.
void quantizeFew(const float *x, int64_t first, int64_t count, bool int4, int8_t *values, float *scales, float *sums) {
    const int64_t end = first + stepsOf(count) * kGroupsPerStep;
    for (int64_t g = first; g < end; g++) {
        const int64_t at = (g - first) * kQuantGroup;
        const QuantizedGroup group = at < count ? quantizeGroup(x + at, count - at, int4) : QuantizedGroup{};
        int8_t *step = values + g / kGroupsPerStep * (kGroupsPerStep * kQuantGroup);
        store(int4 ? step + g % 4 * 16 : step + g % 4 * 32, group.low);
        store(int4 ? step + g % 4 * 16 + 64 : step + g % 4 * 32 + 16, group.high);
        _mm_storeu_ps(scales + g * 4, _mm_set1_ps(group.scale));
        _mm_storeu_ps(sums + g * 4, _mm_set1_ps(group.sum));
    }
}

void quantizeTile(const float *x, int64_t first, int64_t count, bool int4, int row, int8_t *values, float *scales,
                  float *sums) {
    for (int64_t at = 0; at < count; at += kQuantGroup) {
        const int64_t g = first + at / kQuantGroup;
        const QuantizedGroup group = quantizeGroup(x + at, count - at, int4);
        int8_t *to = values + (g * kTileRows + row) * kQuantGroup;
        store(to, group.low);
        store(to + 16, group.high);
        scales[g * kTileRows + row] = group.scale;
        sums[g * kTileRows + row] = group.sum;
    }
}

// --- weights ---

inline __attribute__((always_inline)) void transpose(__m512i (&v)[16]) {
    __m512i t[16];
    unroll<8>([&](auto i) ASCEND4J_INLINE_BODY {
        t[2 * i] = _mm512_unpacklo_epi32(v[2 * i], v[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(v[2 * i], v[2 * i + 1]);
    });
    unroll<4>([&](auto i) ASCEND4J_INLINE_BODY {
        v[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        v[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        v[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        v[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    });
    unroll<4>([&](auto i) ASCEND4J_INLINE_BODY {
        t[i] = _mm512_shuffle_i32x4(v[i], v[4 + i], 0x88);
        t[4 + i] = _mm512_shuffle_i32x4(v[i], v[4 + i], 0xdd);
        t[8 + i] = _mm512_shuffle_i32x4(v[8 + i], v[12 + i], 0x88);
        t[12 + i] = _mm512_shuffle_i32x4(v[8 + i], v[12 + i], 0xdd);
    });
    unroll<4>([&](auto i) ASCEND4J_INLINE_BODY {
        v[i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88);
        v[4 + i] = _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0x88);
        v[8 + i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0xdd);
        v[12 + i] = _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0xdd);
    });
}

// Sixteen columns of 64 bytes: vector i holds the bytes 4 i to 4 i + 3 of each.
inline __attribute__((always_inline)) void loadTransposed(const uint8_t *const (&columns)[kTileColumns], int64_t at,
                                                          int64_t left, __m512i (&v)[16]) {
    // The next panel mostly follows this one.
    const int64_t next = kTileColumns * (columns[1] - columns[0]) + at;
    unroll<16>([&](auto i) ASCEND4J_INLINE_BODY {
        _mm_prefetch(reinterpret_cast<const char *>(columns[i]) + next, _MM_HINT_T0);
    });
    if (left >= 64) {
        unroll<16>([&](auto i) ASCEND4J_INLINE_BODY { v[i] = _mm512_loadu_si512(columns[i] + at); });
    } else {
        const __mmask64 mask = byteMask(left);
        unroll<16>([&](auto i) ASCEND4J_INLINE_BODY { v[i] = _mm512_maskz_loadu_epi8(mask, columns[i] + at); });
    }
    transpose(v);
}

void unpackInt4(const uint8_t *const (&columns)[kTileColumns], int64_t k, uint8_t *to) {
    const __m512i mask = _mm512_set1_epi8(0xf), flip = _mm512_set1_epi8(8);
    constexpr int kFlipAndMask = 0x28;  // (a ^ b) & c
    const int64_t bytes = (k + 1) / 2, groups = groupsOf(k);
    for (int64_t at = 0; at < bytes; at += 64) {
        __m512i v[16];
        loadTransposed(columns, at, bytes - at, v);
        const int64_t live = groups - at / 16;
        unroll<16>([&](auto i) ASCEND4J_INLINE_BODY {
            if (i / 4 >= live) return;
            uint8_t *quad = to + (at / 16 + i / 4) * kPanelGroupBytes + i % 4 * 64;
            _mm512_store_si512(quad, _mm512_ternarylogic_epi32(v[i], flip, mask, kFlipAndMask));
            _mm512_store_si512(quad + 256,
                               _mm512_ternarylogic_epi32(_mm512_srli_epi16(v[i], 4), flip, mask, kFlipAndMask));
        });
    }
}

void unpackInt8(const uint8_t *const (&columns)[kTileColumns], int64_t k, uint8_t *to) {
    const __m512i flip = _mm512_set1_epi8(static_cast<char>(0x80));
    const int64_t groups = groupsOf(k);
    for (int64_t at = 0; at < k; at += 64) {
        __m512i v[16];
        loadTransposed(columns, at, k - at, v);
        const int64_t live = groups - at / kQuantGroup;
        unroll<16>([&](auto i) ASCEND4J_INLINE_BODY {
            if (i / 8 >= live) return;
            uint8_t *quad = to + (at / kQuantGroup + i / 8) * kPanelGroupBytes + i % 8 * 64;
            _mm512_store_si512(quad, _mm512_xor_si512(v[i], flip));
        });
    }
}

// Sixteen halves as floats, plus `bias`.
template <bool kBfloat>
inline __attribute__((always_inline)) void storeFloats(float *to, __m512i words, __m512 bias) {
    const __m512 floats = kBfloat ? _mm512_castsi512_ps(_mm512_slli_epi32(words, 16))
                                  : _mm512_cvtph_ps(_mm512_cvtepi32_epi16(words));
    _mm512_store_ps(to, _mm512_add_ps(floats, bias));
}

// Scales or offsets of sixteen columns, [group][16], plus `bias`: pairs of groups are transposed as one word.
template <bool kBfloat>
void unpackHalves(const uint8_t *const (&columns)[kTileColumns], int64_t groups, float bias, float *to) {
    const __m512 add = _mm512_set1_ps(bias);
    for (int64_t g = 0; g < groups; g += 32) {
        __m512i v[16];
        loadTransposed(columns, g * 2, (groups - g) * 2, v);
        const int64_t live = groups - g;
        float *at = to + g * kTileColumns;
        unroll<16>([&](auto i) ASCEND4J_INLINE_BODY {
            if (2 * i < live) storeFloats<kBfloat>(at + 2 * i * kTileColumns, v[i], add);
            if (2 * i + 1 < live) {
                storeFloats<kBfloat>(at + (2 * i + 1) * kTileColumns, _mm512_srli_epi32(v[i], 16), add);
            }
        });
    }
}

using ColumnStarts = const uint8_t *[kTileColumns];

// A short panel repeats its last column.
void columnStarts(const void *first, int64_t pitch, int columns, ColumnStarts &at) {
    for (int j = 0; j < kTileColumns; j++) {
        at[j] = static_cast<const uint8_t *>(first) + (j < columns ? j : columns - 1) * pitch;
    }
}

void unpack(const StoredColumns &w, int columns, int64_t k, const TilePanel &panel) {
    ColumnStarts at;
    columnStarts(w.weights, w.pitch, columns, at);
    (w.int4 ? unpackInt4 : unpackInt8)(at, k, panel.values);
    const auto halves = w.bfloat ? unpackHalves<true> : unpackHalves<false>;
    const int64_t groups = groupsOf(k), pitch = w.groupPitch * static_cast<int64_t>(sizeof(uint16_t));
    const float bias = w.int4 ? -8.0f : -128.0f;
    columnStarts(w.scales, pitch, columns, at);
    halves(at, groups, 0.0f, panel.scales);
    if (w.offsets != nullptr) {
        columnStarts(w.offsets, pitch, columns, at);
        halves(at, groups, bias, panel.offsets);
    } else {
        std::fill(panel.offsets, panel.offsets + groups * kTileColumns, bias);
    }
}

// --- products ---

struct Quad {
    int8_t values[4];
};

// d += the products of u's bytes with the same four of x. Left to itself, the compiler loads and copies for each.
inline __attribute__((always_inline)) void multiplyAdd(__m512i &d, __m512i u, const int8_t *x) {
    asm("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(d) : "v"(u), "m"(*reinterpret_cast<const Quad *>(x)));
}

template <int kRows>
struct Product {
    const int8_t *values;        // of the first row
    const float *scales, *sums;
    const TilePanel &panel;
    __m512 acc[kRows];

    // Adds groups g, g + 4, ... in this order; several at a time keep both multipliers busy.
    template <int kGroups>
    inline __attribute__((always_inline)) void add(int64_t g) {
        constexpr int64_t kNext = kGroupsPerStep * kPanelGroupBytes;
        __m512i d[kGroups][kRows];
        unroll<kGroups * kRows>([&](auto i) ASCEND4J_INLINE_BODY { d[i / kRows][i % kRows] = _mm512_setzero_si512(); });
        const uint8_t *w = panel.values + g * kPanelGroupBytes;
        const int8_t *x = values + g * kPanelGroupBytes;
        for (int quad = 0; quad < kQuantGroup / 4; quad++, w += 64, x += 4) {
            unroll<kGroups>([&](auto i) ASCEND4J_INLINE_BODY {
                const __m512i u = _mm512_load_si512(w + i * kNext);
                unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
                    multiplyAdd(d[i][r], u, x + i * kNext + r * kQuantGroup);
                });
            });
        }
        unroll<kGroups>([&](auto i) ASCEND4J_INLINE_BODY {
            const int64_t at = (g + i * kGroupsPerStep) * 16;
            const __m512 offset = _mm512_load_ps(panel.offsets + at), scale = _mm512_load_ps(panel.scales + at);
            unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
                const __m512 t = _mm512_fmadd_ps(offset, _mm512_set1_ps(sums[at + r]), _mm512_cvtepi32_ps(d[i][r]));
                acc[r] = _mm512_fmadd_ps(_mm512_mul_ps(t, _mm512_set1_ps(scales[at + r])), scale, acc[r]);
            });
        });
    }
};

template <int kRows>
void multiplyRows(const TileRows &x, int first, const TilePanel &panel, int64_t groups, float *c, int64_t ldc) {
    constexpr int kAtOnce = 16 / kRows;
    Product<kRows> product{x.values + first * kQuantGroup, x.scales + first, x.sums + first, panel, {}};
    for (int64_t phase = 0; phase < kGroupsPerStep; phase++) {
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { product.acc[r] = _mm512_setzero_ps(); });
        int64_t g = phase;
        for (; g + (kAtOnce - 1) * kGroupsPerStep < groups; g += kAtOnce * kGroupsPerStep) {
            product.template add<kAtOnce>(g);
        }
        for (; g < groups; g += kGroupsPerStep) product.template add<1>(g);
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            float *to = c + r * ldc;
            const __m512 before = phase == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(to);
            _mm512_storeu_ps(to, _mm512_add_ps(before, product.acc[r]));
        });
    }
}

void multiplyTile(const TileRows &x, int rows, const TilePanel &panel, int64_t groups, float *c, int64_t ldc) {
    int first = 0;
    for (; first + 4 < rows; first += 8) multiplyRows<8>(x, first, panel, groups, c + first * ldc, ldc);
    if (first < rows) multiplyRows<4>(x, first, panel, groups, c + first * ldc, ldc);
}

const QuantTiles kTiles = {multiplyFewAvx512Vnni, unpack, multiplyTile, nullptr, nullptr, quantizeFew, quantizeTile};

}  // namespace

const QuantTiles *quantTilesAvx512Vnni() { return &kTiles; }

}  // namespace ascend4j
#else
namespace ascend4j {
const QuantTiles *quantTilesAvx512Vnni() { return nullptr; }
}  // namespace ascend4j
#endif
