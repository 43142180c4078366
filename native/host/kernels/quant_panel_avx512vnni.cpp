#include "kernels/quant_panel.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#include "kernels/avx512.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kColumns = 4;
constexpr int kVectorBytes = 64;

__mmask64 byteMask(int64_t left) {
    return left >= kVectorBytes ? ~__mmask64(0) : (__mmask64(1) << left) - 1u;
}

__mmask16 wordMask(int64_t left) { return left >= 16 ? __mmask16(0xffff) : __mmask16((1u << left) - 1u); }

// Each of the low floats of v over the lanes of its group.
__m512 spread(__m128 v, __m512i index) { return _mm512_permutexvar_ps(index, _mm512_castps128_ps512(v)); }

// Four groups a vector: 64 bytes of packed pairs against 64 values of even and 64 of odd index.
struct Int4 {
    static constexpr int kGroups = 4;
    static constexpr int kOperands = 2;
    static constexpr float kBias = -8.0f;
    static int64_t bytes(int64_t k) { return (k + 1) / 2; }
    static __m512i lanes() { return _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0); }
    // Flipping a nibble's sign bit adds eight: 0..15, the unsigned operand that the dot product wants.
    static void unpack(__m512i w, __m512i (&u)[kOperands]) {
        const __m512i low = _mm512_set1_epi8(0xf);
        w = _mm512_xor_si512(w, _mm512_set1_epi8(static_cast<char>(0x88)));
        u[0] = _mm512_and_si512(w, low);
        u[1] = _mm512_and_si512(_mm512_srli_epi16(w, 4), low);
    }
};

// Two groups a vector: 64 bytes.
struct Int8 {
    static constexpr int kGroups = 2;
    static constexpr int kOperands = 1;
    static constexpr float kBias = -128.0f;
    static int64_t bytes(int64_t k) { return k; }
    static __m512i lanes() { return _mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0); }
    static void unpack(__m512i w, __m512i (&u)[kOperands]) {
        u[0] = _mm512_xor_si512(w, _mm512_set1_epi8(static_cast<char>(0x80)));
    }
};

__m128 foldToFour(__m512 v) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    return _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}

inline __attribute__((always_inline)) __m128 sums(__m512 v0, __m512 v1, __m512 v2, __m512 v3) {
    const __m128 a = foldToFour(v0), b = foldToFour(v1), c = foldToFour(v2), d = foldToFour(v3);
    const __m128 ab = _mm_add_ps(_mm_movelh_ps(a, b), _mm_movehl_ps(b, a));
    const __m128 cd = _mm_add_ps(_mm_movelh_ps(c, d), _mm_movehl_ps(d, c));
    return _mm_hadd_ps(ab, cd);
}

// The groups of a whole block.
template <class Weight>
constexpr __mmask8 kEvery = (1u << Weight::kGroups) - 1u;

struct Tile {
    QuantizedRows a;
    const uint8_t *w[kColumns];
    const float *scales[kColumns];
    const float *offsets[kColumns];
};

// The integer products of block `b` of every pair of rows, scaled and added.
template <class Weight, int kRows>
inline __attribute__((always_inline)) void step(const Tile &tile, int64_t b, __mmask64 bytes, __mmask8 groups,
                                                __m512 (&acc)[kRows][kColumns]) {
    const __m512i lanes = Weight::lanes();
    __m512i u[kColumns][Weight::kOperands];
    __m512 scale[kColumns];
    unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY {
        Weight::unpack(_mm512_maskz_loadu_epi8(bytes, tile.w[j] + b * kVectorBytes), u[j]);
        scale[j] = spread(_mm_maskz_loadu_ps(groups, tile.scales[j] + b * Weight::kGroups), lanes);
    });
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        const int8_t *values = tile.a.values + r * tile.a.pitch + b * Weight::kOperands * kVectorBytes;
        const float *scaleAt = tile.a.scales + r * tile.a.groupPitch + b * Weight::kGroups;
        const __m512 scaleA = spread(_mm_maskz_loadu_ps(kEvery<Weight>, scaleAt), lanes);
        __m512i x[Weight::kOperands];
        unroll<Weight::kOperands>([&](auto i) ASCEND4J_INLINE_BODY {
            x[i] = _mm512_loadu_si512(values + i * kVectorBytes);
        });
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY {
            __m512i dot = _mm512_setzero_si512();
            unroll<Weight::kOperands>([&](auto i) ASCEND4J_INLINE_BODY {
                dot = _mm512_dpbusd_epi32(dot, u[j][i], x[i]);
            });
            acc[r][j] = _mm512_fmadd_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(dot), scaleA), scale[j], acc[r][j]);
        });
    });
}

// The offsets' share, sixteen groups at a time; the unsigned operand's surplus goes the same way.
template <class Weight, int kRows>
inline __attribute__((always_inline)) void addOffsets(const Tile &tile, int64_t groups,
                                                      __m512 (&acc)[kRows][kColumns]) {
    const __m512 bias = _mm512_set1_ps(Weight::kBias);
    for (int64_t g = 0; g < groups; g += 16) {
        const __mmask16 mask = wordMask(groups - g);
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY {
            const __m512 offset = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, tile.offsets[j] + g), bias);
            const __m512 weight = _mm512_mul_ps(offset, _mm512_maskz_loadu_ps(mask, tile.scales[j] + g));
            unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
                const __m512 sum = _mm512_loadu_ps(tile.a.sums + r * tile.a.groupPitch + g);
                acc[r][j] = _mm512_fmadd_ps(weight, sum, acc[r][j]);
            });
        });
    }
}

template <class Weight, int kRows>
void multiply(const Tile &tile, int64_t k, float *c, int64_t ldc, __mmask8 live) {
    __m512 acc[kRows][kColumns];
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { acc[r][j] = _mm512_setzero_ps(); });
    });
    const int64_t bytes = Weight::bytes(k), groups = (k + kQuantGroup - 1) / kQuantGroup;
    const int64_t whole = bytes / kVectorBytes;
    for (int64_t b = 0; b < whole; b++) step<Weight, kRows>(tile, b, ~__mmask64(0), kEvery<Weight>, acc);
    if (whole * kVectorBytes < bytes) {
        const __mmask8 rest = __mmask8(wordMask(groups - whole * Weight::kGroups)) & kEvery<Weight>;
        step<Weight, kRows>(tile, whole, byteMask(bytes - whole * kVectorBytes), rest, acc);
    }
    addOffsets<Weight, kRows>(tile, groups, acc);
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        _mm_mask_storeu_ps(c + r * ldc, live, sums(acc[r][0], acc[r][1], acc[r][2], acc[r][3]));
    });
}

template <class Weight>
void panel(const QuantizedRows &a, int rows, const WeightRows &b, int64_t columns, int64_t k, float *c, int64_t ldc) {
    for (int64_t j = 0; j < columns; j += kColumns) {
        const int64_t left = columns - j;
        Tile tile;
        tile.a = a;
        // A short tile repeats its last column and stores only the live ones.
        for (int i = 0; i < kColumns; i++) {
            const int64_t column = j + (i < left ? i : left - 1);
            tile.w[i] = b.weights + column * b.pitch;
            tile.scales[i] = b.scales + column * b.groupPitch;
            tile.offsets[i] = b.offsets + column * b.groupPitch;
        }
        const __mmask8 live = left >= kColumns ? __mmask8(0xf) : __mmask8((1u << left) - 1u);
        switch (rows) {
            case 1: multiply<Weight, 1>(tile, k, c + j, ldc, live); break;
            case 2: multiply<Weight, 2>(tile, k, c + j, ldc, live); break;
            case 3: multiply<Weight, 3>(tile, k, c + j, ldc, live); break;
            default: multiply<Weight, 4>(tile, k, c + j, ldc, live); break;
        }
    }
}

void quantize(const float *x, int64_t k, QuantOrder order, int8_t *values, float *scales, float *sums) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    const int64_t groups = (k + kQuantGroup - 1) / kQuantGroup;
    const int64_t paddedGroups = (k + kQuantBlock - 1) / kQuantBlock * (kQuantBlock / kQuantGroup);
    for (int64_t g = 0; g < paddedGroups; g++) {
        const int64_t left = k - g * kQuantGroup;
        const __mmask16 lowMask = left > 0 ? wordMask(left) : __mmask16(0);
        const __mmask16 highMask = left > 16 ? wordMask(left - 16) : __mmask16(0);
        const __m512 low = _mm512_maskz_loadu_ps(lowMask, x + g * kQuantGroup);
        const __m512 high = _mm512_maskz_loadu_ps(highMask, x + g * kQuantGroup + 16);
        const __m512i bits = _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(low), magnitude),
                                              _mm512_and_si512(_mm512_castps_si512(high), magnitude));
        const GroupScale group = groupScale(_mm512_reduce_max_epu32(bits));
        const __m512 inverse = _mm512_set1_ps(group.inverse);
        __m512i a = _mm512_cvtps_epi32(_mm512_mul_ps(low, inverse));
        __m512i b = _mm512_cvtps_epi32(_mm512_mul_ps(high, inverse));
        if (group.inverse == 0.0f) a = b = _mm512_setzero_si512();  // zero times infinity is no number
        const float sum = static_cast<float>(_mm512_reduce_add_epi32(_mm512_add_epi32(a, b)));
        const __m256i q = _mm256_set_m128i(_mm512_cvtepi32_epi8(b), _mm512_cvtepi32_epi8(a));
        if (order == QuantOrder::Split) {
            int8_t *at = values + g / 4 * kQuantBlock + g % 4 * 16;
            _mm_storeu_si128(reinterpret_cast<__m128i *>(at), _mm256_cvtepi16_epi8(q));
            _mm_storeu_si128(reinterpret_cast<__m128i *>(at + 64), _mm256_cvtepi16_epi8(_mm256_srli_epi16(q, 8)));
        } else {
            _mm256_storeu_si256(reinterpret_cast<__m256i *>(values + g * kQuantGroup), q);
        }
        if (g < groups) {
            scales[g] = group.scale;
            sums[g] = group.scale * sum;
        }
    }
    for (int64_t g = groups; g % kScaleBlock != 0; g++) scales[g] = sums[g] = 0.0f;
}

const QuantPanels kPanels = {panel<Int4>, panel<Int8>, quantize};

}  // namespace

const QuantPanels *quantPanelsAvx512Vnni() { return &kPanels; }

}  // namespace ascend4j
#else
namespace ascend4j {
const QuantPanels *quantPanelsAvx512Vnni() { return nullptr; }
}  // namespace ascend4j
#endif
