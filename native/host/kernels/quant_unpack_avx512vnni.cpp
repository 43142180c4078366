// Weights as the tile kernels want them: sixteen columns side by side.
#include "kernels/quant_tile.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#include <algorithm>
#include <type_traits>

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

// Where sixteen columns begin. Columns at one distance need few registers for it.
class EvenColumns {
public:
    EvenColumns(const void *first, int64_t pitch)
        : low_(static_cast<const uint8_t *>(first)), high_(low_ + 8 * pitch), one_(pitch), three_(3 * pitch),
          five_(5 * pitch), seven_(7 * pitch) {}

    template <class Number>
    inline __attribute__((always_inline)) const uint8_t *operator()(Number i) const {
        const uint8_t *half = i < 8 ? low_ : high_;
        constexpr int kPlace = Number() % 8;
        if constexpr (kPlace == 3 || kPlace == 6) return half + three_ * (kPlace / 3);
        if constexpr (kPlace == 5) return half + five_;
        if constexpr (kPlace == 7) return half + seven_;
        return half + one_ * kPlace;
    }

private:
    const uint8_t *low_, *high_;
    int64_t one_, three_, five_, seven_;
};

// A short panel repeats its last column.
class ShortColumns {
public:
    ShortColumns(const void *first, int64_t pitch, int columns) {
        for (int j = 0; j < kTileColumns; j++) {
            at_[j] = static_cast<const uint8_t *>(first) + (j < columns ? j : columns - 1) * pitch;
        }
    }

    template <class Number>
    const uint8_t *operator()(Number i) const {
        return at_[i];
    }

private:
    const uint8_t *at_[kTileColumns];
};

// Sixteen columns of 64 bytes: vector i holds the bytes 4 i to 4 i + 3 of each.
template <class Columns>
inline __attribute__((always_inline)) void loadTransposed(const Columns &columns, int64_t at, int64_t left,
                                                          __m512i (&v)[16]) {
    if (left >= 64) {
        unroll<16>([&](auto i) ASCEND4J_INLINE_BODY { v[i] = _mm512_loadu_si512(columns(i) + at); });
    } else {
        const __mmask64 mask = byteMask(left);
        unroll<16>([&](auto i) ASCEND4J_INLINE_BODY { v[i] = _mm512_maskz_loadu_epi8(mask, columns(i) + at); });
    }
    transpose(v);
}

template <class Columns>
void unpackInt4(const Columns &columns, int64_t k, uint8_t *to) {
    const __m512i mask = _mm512_set1_epi8(0xf), flip = _mm512_set1_epi8(8);
    constexpr int kFlipAndMask = 0x28;  // (a ^ b) & c
    const int64_t bytes = (k + 1) / 2, groups = groupsOf(k);
    const auto storeQuad = [&](__m512i v, uint8_t *quad) ASCEND4J_INLINE_BODY {
        _mm512_store_si512(quad, _mm512_ternarylogic_epi32(v, flip, mask, kFlipAndMask));
        _mm512_store_si512(quad + 256, _mm512_ternarylogic_epi32(_mm512_srli_epi16(v, 4), flip, mask, kFlipAndMask));
    };
    for (int64_t at = 0; at < bytes; at += 64, to += 4 * kPanelGroupBytes) {
        __m512i v[16];
        loadTransposed(columns, at, bytes - at, v);
        const int64_t live = groups - at / 16;
        unroll<4>([&](auto group) ASCEND4J_INLINE_BODY {
            if (group >= live) return;
            unroll<4>([&](auto i) ASCEND4J_INLINE_BODY {
                storeQuad(v[4 * group + i], to + group * kPanelGroupBytes + i * 64);
            });
        });
    }
}

template <class Columns>
void unpackInt8(const Columns &columns, int64_t k, uint8_t *to) {
    const __m512i flip = _mm512_set1_epi8(static_cast<char>(0x80));
    const int64_t groups = groupsOf(k);
    for (int64_t at = 0; at < k; at += 64, to += 2 * kPanelGroupBytes) {
        __m512i v[16];
        loadTransposed(columns, at, k - at, v);
        const int64_t live = groups - at / kQuantGroup;
        unroll<2>([&](auto group) ASCEND4J_INLINE_BODY {
            if (group >= live) return;
            unroll<8>([&](auto i) ASCEND4J_INLINE_BODY {
                _mm512_store_si512(to + group * kPanelGroupBytes + i * 64, _mm512_xor_si512(v[8 * group + i], flip));
            });
        });
    }
}

// Turns the 8 x 8 words in each half of the vectors.
inline __attribute__((always_inline)) void transposeHalves(__m512i (&v)[8]) {
    __m512i t[8];
    unroll<4>([&](auto i) ASCEND4J_INLINE_BODY {
        t[2 * i] = _mm512_unpacklo_epi32(v[2 * i], v[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(v[2 * i], v[2 * i + 1]);
    });
    const __m512i even = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0), odd = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
    unroll<4>([&](auto i) ASCEND4J_INLINE_BODY {
        constexpr int kFrom = i / 2;
        const auto pair = [&](__m512i a, __m512i b) ASCEND4J_INLINE_BODY {
            return i % 2 == 0 ? _mm512_unpacklo_epi64(a, b) : _mm512_unpackhi_epi64(a, b);
        };
        const __m512i first = pair(t[kFrom], t[kFrom + 2]), second = pair(t[kFrom + 4], t[kFrom + 6]);
        v[i] = _mm512_permutex2var_epi64(first, even, second);
        v[i + 4] = _mm512_permutex2var_epi64(first, odd, second);
    });
}

// Sixteen halves as floats, plus `bias`.
template <bool kBfloat>
inline __attribute__((always_inline)) void storeFloats(float *to, __m512i words, __m512 bias) {
    const __m512 floats = kBfloat ? _mm512_castsi512_ps(_mm512_slli_epi32(words, 16))
                                  : _mm512_cvtph_ps(_mm512_cvtepi32_epi16(words));
    _mm512_store_ps(to, _mm512_add_ps(floats, bias));
}

// Scales or offsets of sixteen columns, [group][16], plus `bias`: pairs of groups are transposed as one word.
template <bool kBfloat, class Columns>
void unpackHalves(const Columns &columns, int64_t groups, float bias, float *to) {
    const __m512 add = _mm512_set1_ps(bias);
    for (int64_t g = 0; g < groups; g += 16, to += 16 * kTileColumns) {
        const __mmask16 mask = wordMask(groups - g);
        __m512i v[8];
        unroll<8>([&](auto i) ASCEND4J_INLINE_BODY {
            const auto load = [&](const uint8_t *column) ASCEND4J_INLINE_BODY {
                return _mm256_maskz_loadu_epi16(mask, column + g * 2);
            };
            v[i] = _mm512_inserti64x4(_mm512_castsi256_si512(load(columns(i))), load(columns(Index<i + 8>())), 1);
        });
        transposeHalves(v);
        const int64_t live = groups - g;
        unroll<8>([&](auto i) ASCEND4J_INLINE_BODY {
            float *at = to + 2 * i * kTileColumns;
            if (2 * i < live) storeFloats<kBfloat>(at, v[i], add);
            if (2 * i + 1 < live) storeFloats<kBfloat>(at + kTileColumns, _mm512_srli_epi32(v[i], 16), add);
        });
    }
}

// ColumnsAt gives the columns that begin at a place and lie at a distance.
template <class ColumnsAt>
void unpackColumns(const StoredColumns &w, const ColumnsAt &columnsAt, int64_t k, const TilePanel &panel) {
    const auto weights = columnsAt(w.weights, w.pitch);
    using Columns = std::decay_t<decltype(weights)>;
    (w.int4 ? unpackInt4<Columns> : unpackInt8<Columns>)(weights, k, panel.values);
    const auto halves = w.bfloat ? unpackHalves<true, Columns> : unpackHalves<false, Columns>;
    const int64_t groups = groupsOf(k), pitch = w.groupPitch * static_cast<int64_t>(sizeof(uint16_t));
    const float bias = w.int4 ? -8.0f : -128.0f;
    halves(columnsAt(w.scales, pitch), groups, 0.0f, panel.scales);
    if (w.offsets != nullptr) {
        halves(columnsAt(w.offsets, pitch), groups, bias, panel.offsets);
    } else {
        std::fill(panel.offsets, panel.offsets + groups * kTileColumns, bias);
    }
}

}  // namespace

void unpackAvx512Vnni(const StoredColumns &w, int columns, int64_t k, const TilePanel &panel) {
    if (columns == kTileColumns) {
        unpackColumns(w, [](const void *first, int64_t pitch) { return EvenColumns(first, pitch); }, k, panel);
    } else {
        unpackColumns(w, [&](const void *first, int64_t pitch) { return ShortColumns(first, pitch, columns); }, k, panel);
    }
}

}  // namespace ascend4j
#endif
