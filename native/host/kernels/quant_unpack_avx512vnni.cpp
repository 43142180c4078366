// Weights as the tile kernels want them: sixteen columns side by side.
#include "kernels/quant_tile.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#include <algorithm>
#include <type_traits>

#include "kernels/avx512.h"
#include "kernels/quant_few_avx512vnni.h"
#include "kernels/quant_vectors_avx512.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kPanelGroupBytes = kQuantGroup * kTileColumns;

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
void unpackInt4(const Columns &columns, int64_t k, uint8_t *to, bool) {
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
void unpackInt8(const Columns &columns, int64_t k, uint8_t *to, bool biased) {
    const __m512i flip = _mm512_set1_epi8(static_cast<char>(biased ? 0x80 : 0));
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
    (w.int4 ? unpackInt4<Columns> : unpackInt8<Columns>)(weights, k, panel.values, panel.biased);
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

void unpackAvx512Vnni(const StoredColumns &w, int columns, int64_t k, TilePanel &panel) {
    if (columns == kTileColumns) {
        unpackColumns(w, [](const void *first, int64_t pitch) { return EvenColumns(first, pitch); }, k, panel);
    } else {
        unpackColumns(w, [&](const void *first, int64_t pitch) { return ShortColumns(first, pitch, columns); }, k, panel);
    }
}

}  // namespace ascend4j
#endif
