#include "kernels/gemm_panel.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#include <immintrin.h>

#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 8;
constexpr int kColumns = 4;
constexpr int kTileRows = 2;  // sixteen registers hold no more accumulators beside the operands

struct FloatRow {
    using Element = float;
    static __m256 load(const float *at) { return _mm256_loadu_ps(at); }
};

struct HalfRow {
    using Element = uint16_t;
    static __m256 load(const uint16_t *at) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(at)));
    }
};

struct BfloatRow {
    using Element = uint16_t;
    static __m256 load(const uint16_t *at) {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
    }
};

// Fewer than eight elements by way of a zeroed copy, since only 32-bit lanes can be masked.
template <class Row>
__m256 loadTail(const typename Row::Element *at, int64_t left) {
    typename Row::Element padded[kLanes] = {};
    for (int64_t i = 0; i < left; i++) padded[i] = at[i];
    return Row::load(padded);
}

__m128 foldToFour(__m256 v) { return _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1)); }

// The lane sums of four vectors, each by the tree (i, i+4), (i, i+2), (i, i+1).
inline __attribute__((always_inline)) __m128 sums(__m256 v0, __m256 v1, __m256 v2, __m256 v3) {
    const __m128 a = foldToFour(v0), b = foldToFour(v1), c = foldToFour(v2), d = foldToFour(v3);
    const __m128 ab = _mm_add_ps(_mm_movelh_ps(a, b), _mm_movehl_ps(b, a));
    const __m128 cd = _mm_add_ps(_mm_movelh_ps(c, d), _mm_movehl_ps(d, c));
    return _mm_hadd_ps(ab, cd);
}

template <int kRows>
inline __attribute__((always_inline)) void step(const __m256 (&x)[kRows], const __m256 (&y)[kColumns],
                                                __m256 (&acc)[kRows][kColumns]) {
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { acc[r][j] = _mm256_fmadd_ps(x[r], y[j], acc[r][j]); });
    });
}

template <class Row, int kRows>
void tile(const float *a, int64_t lda, const typename Row::Element *const *b, int64_t k, float *c, int64_t ldc,
          int live) {
    __m256 acc[kRows][kColumns], x[kRows], y[kColumns];
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { acc[r][j] = _mm256_setzero_ps(); });
    });
    int64_t i = 0;
    for (; i + kLanes <= k; i += kLanes) {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { y[j] = Row::load(b[j] + i); });
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { x[r] = _mm256_loadu_ps(a + r * lda + i); });
        step<kRows>(x, y, acc);
    }
    if (i < k) {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { y[j] = loadTail<Row>(b[j] + i, k - i); });
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { x[r] = loadTail<FloatRow>(a + r * lda + i, k - i); });
        step<kRows>(x, y, acc);
    }
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        float result[kColumns];
        _mm_storeu_ps(result, sums(acc[r][0], acc[r][1], acc[r][2], acc[r][3]));
        for (int j = 0; j < live; j++) c[r * ldc + j] = result[j];
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
        const int live = left >= kColumns ? kColumns : static_cast<int>(left);
        int r = 0;
        for (; r + kTileRows <= rows; r += kTileRows) {
            tile<Row, kTileRows>(a + r * lda, lda, at, k, c + r * ldc + j, ldc, live);
        }
        if (r < rows) tile<Row, 1>(a + r * lda, lda, at, k, c + r * ldc + j, ldc, live);
    }
}

__m256 affine(__m128i w, __m256 scale, __m256 offset) {
    return _mm256_mul_ps(_mm256_add_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(w)), offset), scale);
}

inline void int4Run(const uint8_t *w, float scale, float offset, float *target, int64_t n) {
    const __m256 s = _mm256_set1_ps(scale), o = _mm256_set1_ps(offset);
    const __m128i low = _mm_set1_epi8(0xf), eight = _mm_set1_epi8(8);
    int64_t i = 0;
    for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
        const __m128i pairs = _mm_loadl_epi64(reinterpret_cast<const __m128i *>(w + i / 2));
        const __m128i evens = _mm_and_si128(pairs, low), odds = _mm_and_si128(_mm_srli_epi16(pairs, 4), low);
        const __m128i nibbles = _mm_unpacklo_epi8(evens, odds);
        const __m128i values = _mm_sub_epi8(_mm_xor_si128(nibbles, eight), eight);
        _mm256_storeu_ps(target + i, affine(values, s, o));
        _mm256_storeu_ps(target + i + kLanes, affine(_mm_srli_si128(values, 8), s, o));
    }
    for (; i < n; i++) {
        const int nibble = (w[i / 2] >> (4 * (i % 2))) & 0xf;
        target[i] = (static_cast<float>((nibble ^ 8) - 8) + offset) * scale;
    }
}

inline void int8Run(const int8_t *w, float scale, float offset, float *target, int64_t n) {
    const __m256 s = _mm256_set1_ps(scale), o = _mm256_set1_ps(offset);
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        _mm256_storeu_ps(target + i, affine(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(w + i)), s, o));
    }
    for (; i < n; i++) target[i] = (static_cast<float>(w[i]) + offset) * scale;
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

const GemmPanels *gemmPanelsAvx2() { return &kPanels; }

}  // namespace ascend4j
#else
namespace ascend4j {
const GemmPanels *gemmPanelsAvx2() { return nullptr; }
}  // namespace ascend4j
#endif
