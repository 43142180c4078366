// What the AVX-512 kernels of weight-quantized products share.
#pragma once

#include <cstdint>

#include "kernels/avx512.h"
#include "kernels/unroll.h"

namespace ascend4j {

// Turns 16 x 16 words.
static inline __attribute__((always_inline)) void transpose(__m512i (&v)[16]) {
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

// Turns the 8 x 8 words in each half of the vectors.
static inline __attribute__((always_inline)) void transposeHalves(__m512i (&v)[8]) {
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

}  // namespace ascend4j
