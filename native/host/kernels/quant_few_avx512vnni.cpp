// A few rows times columns where they lie: four columns by four groups at a time, each dot product folded to one lane.
#include "kernels/quant_tile.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#include "kernels/avx512.h"
#include "kernels/quant_few_avx512vnni.h"
#include "kernels/quant_vectors_avx512.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kColumns = 4;
constexpr int kStep = kGroupsPerStep * kQuantGroup;
constexpr int64_t kAhead = 6144;  // bytes that a column's neighbours are fetched before their use

struct Columns {
    const uint8_t *weights[kColumns];
    const uint16_t *scales[kColumns];
    const uint16_t *offsets[kColumns];
};

// What a step's loads may touch. A whole step needs no masks.
struct Whole {
    static constexpr bool kPartial = false;
    __m512i bytes(const uint8_t *at, int) const { return _mm512_loadu_si512(at); }
    __m128i pair(const uint16_t *a, const uint16_t *b) const {
        return _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(a)),
                                  _mm_loadl_epi64(reinterpret_cast<const __m128i *>(b)));
    }
};

struct Partial {
    static constexpr bool kPartial = true;
    __mmask64 first, second;  // of the weights' one or two vectors
    __mmask8 groups;
    __m512i bytes(const uint8_t *at, int vector) const {
        return _mm512_maskz_loadu_epi8(vector == 0 ? first : second, at);
    }
    __m128i pair(const uint16_t *a, const uint16_t *b) const {
        return _mm_unpacklo_epi64(_mm_maskz_loadu_epi16(groups, a), _mm_maskz_loadu_epi16(groups, b));
    }
};

// Halves of four columns and four groups as floats, the column running fastest.
template <bool kBfloat, class Extent>
inline __attribute__((always_inline)) __m512 floats(const uint16_t *const (&from)[kColumns], int64_t at,
                                                    const Extent &extent) {
    const __m128i a = extent.pair(from[0] + at, from[1] + at), b = extent.pair(from[2] + at, from[3] + at);
    const __m256i order = _mm256_set_epi16(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    const __m256i halves = _mm256_permutexvar_epi16(order, _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1));
    if (kBfloat) return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
    return _mm512_cvtph_ps(halves);
}

// Sums each 128 bits of d[j] into lane j of the same 128 bits.
inline __attribute__((always_inline)) __m512i fold(const __m512i (&d)[kColumns]) {
    const __m512i a = _mm512_add_epi32(_mm512_unpacklo_epi32(d[0], d[1]), _mm512_unpackhi_epi32(d[0], d[1]));
    const __m512i b = _mm512_add_epi32(_mm512_unpacklo_epi32(d[2], d[3]), _mm512_unpackhi_epi32(d[2], d[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

struct Int4 {
    static constexpr float kBias = 8.0f;
    static constexpr int kBytes = kStep / 2;
    // Flipping a nibble's sign bit adds the bias.
    template <class Extent>
    static inline __attribute__((always_inline)) void unpack(const uint8_t *at, const Extent &extent, __m512i (&u)[2]) {
        const __m512i w = extent.bytes(at, 0), mask = _mm512_set1_epi8(0xf), flip = _mm512_set1_epi8(8);
        constexpr int kFlipAndMask = 0x28;  // (a ^ b) & c
        u[0] = _mm512_ternarylogic_epi32(w, flip, mask, kFlipAndMask);
        u[1] = _mm512_ternarylogic_epi32(_mm512_srli_epi16(w, 4), flip, mask, kFlipAndMask);
    }
    static __m512i dot(const __m512i (&u)[2], const int8_t *x) {
        const __m512i evens = _mm512_dpbusd_epi32(_mm512_setzero_si512(), u[0], _mm512_loadu_si512(x));
        return _mm512_dpbusd_epi32(evens, u[1], _mm512_loadu_si512(x + 64));
    }
};

struct Int8 {
    static constexpr float kBias = 128.0f;
    static constexpr int kBytes = kStep;
    template <class Extent>
    static inline __attribute__((always_inline)) void unpack(const uint8_t *at, const Extent &extent, __m512i (&u)[2]) {
        const __m512i flip = _mm512_set1_epi8(static_cast<char>(0x80));
        u[0] = _mm512_xor_si512(extent.bytes(at, 0), flip);
        u[1] = _mm512_xor_si512(extent.bytes(at + 64, 1), flip);
    }
    // A vector holds two groups of 256 bits: their halves are added to have four groups of 128.
    static __m512i dot(const __m512i (&u)[2], const int8_t *x) {
        const __m512i a = _mm512_dpbusd_epi32(_mm512_setzero_si512(), u[0], _mm512_loadu_si512(x));
        const __m512i b = _mm512_dpbusd_epi32(_mm512_setzero_si512(), u[1], _mm512_loadu_si512(x + 64));
        return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xdd));
    }
};

template <class Weight, bool kOffsets, bool kBfloat, int kRows, class Extent>
inline __attribute__((always_inline)) void step(const FewRows &x, const Columns &w, int64_t b, const Extent &extent,
                                                __m512 (&acc)[kRows]) {
    __m512i d[kRows][kColumns];
    unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY {
        __m512i u[2];
        const uint8_t *at = w.weights[j] + b * Weight::kBytes;
        Weight::unpack(at, extent, u);
        for (int line = 0; line < Weight::kBytes; line += 64) {
            _mm_prefetch(reinterpret_cast<const char *>(at + kAhead + line), _MM_HINT_T0);
        }
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            d[r][j] = Weight::dot(u, x.values + r * x.pitch + b * kStep);
        });
    });
    const __m512 bias = _mm512_set1_ps(-Weight::kBias);
    const __m512 scale = floats<kBfloat>(w.scales, b * kGroupsPerStep, extent);
    __m512 offset = bias;
    if (kOffsets) offset = _mm512_add_ps(floats<kBfloat>(w.offsets, b * kGroupsPerStep, extent), bias);
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        const int64_t at = r * x.scalePitch + b * 16;
        const __m512 t = _mm512_fmadd_ps(offset, _mm512_loadu_ps(x.sums + at), _mm512_cvtepi32_ps(fold(d[r])));
        const __m512 product = _mm512_mul_ps(t, _mm512_loadu_ps(x.scales + at));
        if constexpr (Extent::kPartial) {
            const __mmask16 live = __mmask16((1u << 4 * __builtin_popcount(extent.groups)) - 1u);
            acc[r] = _mm512_mask3_fmadd_ps(product, scale, acc[r], live);
        } else {
            acc[r] = _mm512_fmadd_ps(product, scale, acc[r]);
        }
    });
}

template <class Weight, bool kOffsets, bool kBfloat, int kRows>
void multiplyColumns(const FewRows &x, const Columns &w, int64_t k, float *c, int64_t ldc, __mmask8 live) {
    __m512 acc[kRows];
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { acc[r] = _mm512_setzero_ps(); });
    const int64_t whole = k / kStep;
    for (int64_t b = 0; b < whole; b++) step<Weight, kOffsets, kBfloat, kRows>(x, w, b, Whole(), acc);
    if (whole * kStep < k) {
        const int64_t left = k - whole * kStep;
        const int64_t bytes = Weight::kBytes == kStep ? left : (left + 1) / 2;
        const Partial extent{byteMask(bytes), byteMask(bytes - 64), __mmask8((1u << groupsOf(left)) - 1u)};
        step<Weight, kOffsets, kBfloat, kRows>(x, w, whole, extent, acc);
    }
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        __m128 sum = _mm_add_ps(_mm_setzero_ps(), _mm512_castps512_ps128(acc[r]));  // no negative zero
        sum = _mm_add_ps(sum, _mm512_extractf32x4_ps(acc[r], 1));
        sum = _mm_add_ps(sum, _mm512_extractf32x4_ps(acc[r], 2));
        sum = _mm_add_ps(sum, _mm512_extractf32x4_ps(acc[r], 3));
        _mm_mask_storeu_ps(c + r * ldc, live, sum);
    });
}

template <class Weight, bool kOffsets, bool kBfloat, int kRows>
void multiplyRows(const FewRows &x, const StoredColumns &w, int64_t columns, int64_t k, float *c, int64_t ldc) {
    for (int64_t j = 0; j < columns; j += kColumns) {
        const int64_t left = columns - j;
        Columns at;
        // A short tile repeats its last column and stores only the live ones.
        for (int i = 0; i < kColumns; i++) {
            const int64_t column = j + (i < left ? i : left - 1);
            at.weights[i] = w.weights + column * w.pitch;
            at.scales[i] = w.scales + column * w.groupPitch;
            at.offsets[i] = kOffsets ? w.offsets + column * w.groupPitch : nullptr;
        }
        const __mmask8 live = left >= kColumns ? __mmask8(0xf) : __mmask8((1u << left) - 1u);
        multiplyColumns<Weight, kOffsets, kBfloat, kRows>(x, at, k, c + j, ldc, live);
    }
}

template <class Weight, bool kOffsets, bool kBfloat>
void multiplyWith(const FewRows &x, int rows, const StoredColumns &w, int64_t columns, int64_t k, float *c,
                  int64_t ldc) {
    switch (rows) {
        case 1: return multiplyRows<Weight, kOffsets, kBfloat, 1>(x, w, columns, k, c, ldc);
        case 2: return multiplyRows<Weight, kOffsets, kBfloat, 2>(x, w, columns, k, c, ldc);
        case 3: return multiplyRows<Weight, kOffsets, kBfloat, 3>(x, w, columns, k, c, ldc);
        default: return multiplyRows<Weight, kOffsets, kBfloat, 4>(x, w, columns, k, c, ldc);
    }
}

template <class Weight>
void multiplyOf(const FewRows &x, int rows, const StoredColumns &w, int64_t columns, int64_t k, float *c,
                int64_t ldc) {
    if (w.offsets != nullptr) {
        (w.bfloat ? multiplyWith<Weight, true, true> : multiplyWith<Weight, true, false>)(x, rows, w, columns, k, c, ldc);
    } else {
        (w.bfloat ? multiplyWith<Weight, false, true> : multiplyWith<Weight, false, false>)(x, rows, w, columns, k, c,
                                                                                            ldc);
    }
}

}  // namespace

void multiplyFewAvx512Vnni(const FewRows &x, int rows, const StoredColumns &w, int64_t columns, int64_t k, float *c,
                           int64_t ldc) {
    (w.int4 ? multiplyOf<Int4> : multiplyOf<Int8>)(x, rows, w, columns, k, c, ldc);
}

}  // namespace ascend4j
#endif
