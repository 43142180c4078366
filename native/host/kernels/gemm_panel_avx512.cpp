#include "kernels/gemm_panel.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#include "kernels/avx512.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 16;
constexpr int kColumns = 4;

struct FloatRow {
    using Element = float;
    static __m512 load(const float *at) { return _mm512_loadu_ps(at); }
    static __m512 load(const float *at, __mmask16 mask) { return _mm512_maskz_loadu_ps(mask, at); }
};

struct HalfRow {
    using Element = uint16_t;
    static __m512 load(const uint16_t *at) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(at)));
    }
    static __m512 load(const uint16_t *at, __mmask16 mask) {
        return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, at));
    }
};

struct BfloatRow {
    using Element = uint16_t;
    static __m512 widen(__m256i bits) {
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
    }
    static __m512 load(const uint16_t *at) { return widen(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(at))); }
    static __m512 load(const uint16_t *at, __mmask16 mask) { return widen(_mm256_maskz_loadu_epi16(mask, at)); }
};

__m128 foldToFour(__m512 v) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    return _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}

// The lane sums of four vectors, each by the tree (i, i+8), (i, i+4), (i, i+2), (i, i+1).
inline __attribute__((always_inline)) __m128 sums(__m512 v0, __m512 v1, __m512 v2, __m512 v3) {
    const __m128 a = foldToFour(v0), b = foldToFour(v1), c = foldToFour(v2), d = foldToFour(v3);
    const __m128 ab = _mm_add_ps(_mm_movelh_ps(a, b), _mm_movehl_ps(b, a));
    const __m128 cd = _mm_add_ps(_mm_movelh_ps(c, d), _mm_movehl_ps(d, c));
    return _mm_hadd_ps(ab, cd);
}

// One step of every accumulator of a tile: vectors of a against vectors of b.
template <int kRows>
inline __attribute__((always_inline)) void step(const __m512 (&x)[kRows], const __m512 (&y)[kColumns],
                                                __m512 (&acc)[kRows][kColumns]) {
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { acc[r][j] = _mm512_fmadd_ps(x[r], y[j], acc[r][j]); });
    });
}

template <class Row, int kRows>
void tile(const float *a, int64_t lda, const typename Row::Element *const *b, int64_t k, float *c, int64_t ldc,
          __mmask8 live) {
    __m512 acc[kRows][kColumns], x[kRows], y[kColumns];
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { acc[r][j] = _mm512_setzero_ps(); });
    });
    int64_t i = 0;
    for (; i + kLanes <= k; i += kLanes) {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { y[j] = Row::load(b[j] + i); });
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { x[r] = _mm512_loadu_ps(a + r * lda + i); });
        step<kRows>(x, y, acc);
    }
    if (i < k) {
        const __mmask16 mask = __mmask16((1u << (k - i)) - 1u);
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { y[j] = Row::load(b[j] + i, mask); });
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { x[r] = _mm512_maskz_loadu_ps(mask, a + r * lda + i); });
        step<kRows>(x, y, acc);
    }
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        _mm_mask_storeu_ps(c + r * ldc, live, sums(acc[r][0], acc[r][1], acc[r][2], acc[r][3]));
    });
}

template <class Row>
void panel(const float *a, int64_t lda, int rows, const typename Row::Element *b, int64_t ldb, int64_t columns,
           int64_t k, float *c, int64_t ldc) {
    for (int64_t j = 0; j < columns; j += kColumns) {
        const int64_t left = columns - j;
        const typename Row::Element *at[kColumns];
        // A short tile repeats its last column and stores only the live ones.
        for (int i = 0; i < kColumns; i++) at[i] = b + (j + (i < left ? i : left - 1)) * ldb;
        const __mmask8 live = left >= kColumns ? __mmask8(0xf) : __mmask8((1u << left) - 1u);
        switch (rows) {
            case 1: tile<Row, 1>(a, lda, at, k, c + j, ldc, live); break;
            case 2: tile<Row, 2>(a, lda, at, k, c + j, ldc, live); break;
            case 3: tile<Row, 3>(a, lda, at, k, c + j, ldc, live); break;
            default: tile<Row, 4>(a, lda, at, k, c + j, ldc, live); break;
        }
    }
}

__m512 affine(__m128i w, __m512 scale, __m512 offset) {
    return _mm512_mul_ps(_mm512_add_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(w)), offset), scale);
}

inline void int4Run(const uint8_t *w, float scale, float offset, float *target, int64_t n) {
    const __m512 s = _mm512_set1_ps(scale), o = _mm512_set1_ps(offset);
    const __m128i low = _mm_set1_epi8(0xf), eight = _mm_set1_epi8(8);
    for (int64_t i = 0; i < n; i += 2 * kLanes) {
        const int64_t left = n - i;
        const uint32_t live = left >= 2 * kLanes ? 0xffffffffu : (1u << left) - 1u;
        const __mmask16 bytes = left >= 2 * kLanes ? __mmask16(0xffff) : __mmask16((1u << ((left + 1) / 2)) - 1u);
        const __m128i pairs = _mm_maskz_loadu_epi8(bytes, w + i / 2);
        const __m128i evens = _mm_sub_epi8(_mm_xor_si128(_mm_and_si128(pairs, low), eight), eight);
        const __m128i upper = _mm_and_si128(_mm_srli_epi16(pairs, 4), low);
        const __m128i odds = _mm_sub_epi8(_mm_xor_si128(upper, eight), eight);
        _mm512_mask_storeu_ps(target + i, __mmask16(live), affine(_mm_unpacklo_epi8(evens, odds), s, o));
        _mm512_mask_storeu_ps(target + i + kLanes, __mmask16(live >> 16), affine(_mm_unpackhi_epi8(evens, odds), s, o));
    }
}

inline void int8Run(const int8_t *w, float scale, float offset, float *target, int64_t n) {
    const __m512 s = _mm512_set1_ps(scale), o = _mm512_set1_ps(offset);
    for (int64_t i = 0; i < n; i += kLanes) {
        const __mmask16 live = n - i >= kLanes ? __mmask16(0xffff) : __mmask16((1u << (n - i)) - 1u);
        _mm512_mask_storeu_ps(target + i, live, affine(_mm_maskz_loadu_epi8(live, w + i), s, o));
    }
}

void dequantizeInt4(const uint8_t *w, const float *scales, const float *offsets, int64_t group, float *target,
                    int64_t k) {
    forEachGroup(k, group, [=](int64_t g, int64_t begin, int64_t length) {
        int4Run(w + begin / 2, scales[g], offsets[g], target + begin, length);
    });
}

void dequantizeInt8(const int8_t *w, const float *scales, const float *offsets, int64_t group, float *target,
                    int64_t k) {
    forEachGroup(k, group, [=](int64_t g, int64_t begin, int64_t length) {
        int8Run(w + begin, scales[g], offsets[g], target + begin, length);
    });
}

const GemmPanels kPanels = {panel<FloatRow>, panel<HalfRow>, panel<BfloatRow>, dequantizeInt4, dequantizeInt8};

}  // namespace

const GemmPanels *gemmPanelsAvx512() { return &kPanels; }

}  // namespace ascend4j
#else
namespace ascend4j {
const GemmPanels *gemmPanelsAvx512() { return nullptr; }
}  // namespace ascend4j
#endif
