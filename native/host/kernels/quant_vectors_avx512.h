// What the AVX-512 kernels of weight-quantized products share.
#pragma once

#include <cstdint>

#include "kernels/avx512.h"
#include "kernels/unroll.h"

namespace ascend4j {

// Of what is left, the words or bytes that one vector takes.
static inline __mmask16 wordMask(int64_t left) {
    return left >= 16 ? __mmask16(0xffff) : left <= 0 ? __mmask16(0) : __mmask16((1u << left) - 1u);
}

static inline __mmask64 byteMask(int64_t left) {
    return left >= 64 ? ~__mmask64(0) : left <= 0 ? __mmask64(0) : (__mmask64(1) << left) - 1u;
}

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

}  // namespace ascend4j
