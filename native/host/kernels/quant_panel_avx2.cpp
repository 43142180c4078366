#include "kernels/quant_panel.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kVectorBytes = 32;

__m256i loadBytes(const uint8_t *at, int64_t left) {
    if (left >= kVectorBytes) return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(at));
    alignas(32) uint8_t padded[kVectorBytes] = {};
    for (int64_t i = 0; i < left; i++) padded[i] = at[i];
    return _mm256_load_si256(reinterpret_cast<const __m256i *>(padded));
}

__m256i loadBytes(const int8_t *at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(at)); }

// Eight lanes of int32 from sixteen of int16.
__m256i pairSums(__m256i v) { return _mm256_madd_epi16(v, _mm256_set1_epi16(1)); }

// Two groups a vector, four lanes each: 32 bytes of packed pairs.
struct Int4 {
    static constexpr int kGroups = 2;
    static constexpr float kBias = -8.0f;
    static int64_t bytes(int64_t k) { return (k + 1) / 2; }
    static __m256 spread(const float *scales, int64_t groups) {
        return _mm256_set_m128(groups > 1 ? _mm_broadcast_ss(scales + 1) : _mm_setzero_ps(), _mm_broadcast_ss(scales));
    }
    struct Operand {
        __m256i evens, odds;
    };
    static Operand unpack(__m256i w) {
        const __m256i low = _mm256_set1_epi8(0xf);
        w = _mm256_xor_si256(w, _mm256_set1_epi8(static_cast<char>(0x88)));  // 0..15 instead of -8..7
        return {_mm256_and_si256(w, low), _mm256_and_si256(_mm256_srli_epi16(w, 4), low)};
    }
    // At most 2 * 2 * 15 * 127 in 16 bits: no saturation.
    static __m256i dot(const Operand &w, const int8_t *row, int64_t b) {
        const int8_t *at = row + b / 2 * kQuantBlock + b % 2 * kVectorBytes;
        return pairSums(_mm256_add_epi16(_mm256_maddubs_epi16(w.evens, loadBytes(at)),
                                         _mm256_maddubs_epi16(w.odds, loadBytes(at + kQuantBlock / 2))));
    }
};

// One group a vector: 32 bytes.
struct Int8 {
    static constexpr int kGroups = 1;
    static constexpr float kBias = 0.0f;
    static int64_t bytes(int64_t k) { return k; }
    static __m256 spread(const float *scales, int64_t) { return _mm256_broadcast_ss(scales); }
    struct Operand {
        __m256i magnitude, signedBytes;
    };
    static Operand unpack(__m256i w) { return {_mm256_abs_epi8(w), w}; }
    // The sign moves to the activation; 2 * 128 * 127 still fits 16 bits.
    static __m256i dot(const Operand &w, const int8_t *row, int64_t b) {
        const __m256i x = _mm256_sign_epi8(loadBytes(row + b * kVectorBytes), w.signedBytes);
        return pairSums(_mm256_maddubs_epi16(w.magnitude, x));
    }
};

float sum(__m256 v) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

__m256i laneMask(int64_t live) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(live < 8 ? static_cast<int>(live) : 8),
                              _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0));
}

// One row of weights against kRows rows of activations.
template <class Weight, int kRows>
void multiply(const QuantizedRows &a, const uint8_t *w, const float *scales, const float *offsets, int64_t k, float *c,
              int64_t ldc) {
    __m256 acc[kRows];
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { acc[r] = _mm256_setzero_ps(); });
    const int64_t bytes = Weight::bytes(k), groups = (k + kQuantGroup - 1) / kQuantGroup;
    for (int64_t b = 0; b * kVectorBytes < bytes; b++) {
        const auto operand = Weight::unpack(loadBytes(w + b * kVectorBytes, bytes - b * kVectorBytes));
        const int64_t g = b * Weight::kGroups;
        const __m256 scale = Weight::spread(scales + g, groups - g);
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            const __m256 dot = _mm256_cvtepi32_ps(Weight::dot(operand, a.values + r * a.pitch, b));
            const __m256 scaleA = Weight::spread(a.scales + r * a.groupPitch + g, Weight::kGroups);
            acc[r] = _mm256_fmadd_ps(_mm256_mul_ps(dot, scaleA), scale, acc[r]);
        });
    }
    for (int64_t g = 0; g < groups; g += 8) {
        const __m256i mask = laneMask(groups - g);
        const __m256 offset = _mm256_add_ps(_mm256_maskload_ps(offsets + g, mask), _mm256_set1_ps(Weight::kBias));
        const __m256 weight = _mm256_mul_ps(offset, _mm256_maskload_ps(scales + g, mask));
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            acc[r] = _mm256_fmadd_ps(weight, _mm256_loadu_ps(a.sums + r * a.groupPitch + g), acc[r]);
        });
    }
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { c[r * ldc] = sum(acc[r]); });
}

template <class Weight>
void panel(const QuantizedRows &a, int rows, const WeightRows &b, int64_t columns, int64_t k, float *c, int64_t ldc) {
    for (int64_t j = 0; j < columns; j++) {
        const uint8_t *w = b.weights + j * b.pitch;
        const float *scales = b.scales + j * b.groupPitch, *offsets = b.offsets + j * b.groupPitch;
        switch (rows) {
            case 1: multiply<Weight, 1>(a, w, scales, offsets, k, c + j, ldc); break;
            case 2: multiply<Weight, 2>(a, w, scales, offsets, k, c + j, ldc); break;
            case 3: multiply<Weight, 3>(a, w, scales, offsets, k, c + j, ldc); break;
            default: multiply<Weight, 4>(a, w, scales, offsets, k, c + j, ldc); break;
        }
    }
}

uint32_t largestBits(const float *x) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    __m256i largest = _mm256_setzero_si256();
    for (int i = 0; i < kQuantGroup; i += 8) {
        const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(x + i));
        largest = _mm256_max_epu32(largest, _mm256_and_si256(bits, magnitude));
    }
    __m128i four = _mm_max_epu32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    four = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0x4e));
    four = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0xb1));
    return static_cast<uint32_t>(_mm_cvtsi128_si32(four));
}

// 32 values of one group as bytes in their natural order.
__m256i quantizeGroup(const float *x, float inverse) {
    const __m256 factor = _mm256_set1_ps(inverse);
    __m256i v[4];
    for (int i = 0; i < 4; i++) v[i] = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + 8 * i), factor));
    const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(v[0], v[1]), _mm256_packs_epi32(v[2], v[3]));
    return _mm256_permutevar8x32_epi32(bytes, _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0));
}

int byteSum(__m256i q) {
    const __m256i eight = pairSums(_mm256_maddubs_epi16(_mm256_set1_epi8(1), q));
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
    return _mm_cvtsi128_si32(four);
}

void storeGroup(__m256i q, int64_t g, QuantOrder order, int8_t *values) {
    if (order == QuantOrder::Natural) {
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(values + g * kQuantGroup), q);
        return;
    }
    const __m128i apart = _mm_set_epi8(15, 13, 11, 9, 7, 5, 3, 1, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m256i halves = _mm256_shuffle_epi8(q, _mm256_broadcastsi128_si256(apart));
    const __m256i split = _mm256_permute4x64_epi64(halves, 0xd8);
    int8_t *at = values + g / 4 * kQuantBlock + g % 4 * 16;
    _mm_storeu_si128(reinterpret_cast<__m128i *>(at), _mm256_castsi256_si128(split));
    _mm_storeu_si128(reinterpret_cast<__m128i *>(at + kQuantBlock / 2), _mm256_extracti128_si256(split, 1));
}

void quantize(const float *x, int64_t k, QuantOrder order, int8_t *values, float *scales, float *sums) {
    const int64_t groups = (k + kQuantGroup - 1) / kQuantGroup;
    const int64_t paddedGroups = (k + kQuantBlock - 1) / kQuantBlock * (kQuantBlock / kQuantGroup);
    for (int64_t g = 0; g < paddedGroups; g++) {
        float padded[kQuantGroup] = {};
        const int64_t left = k - g * kQuantGroup;
        const float *group = x + g * kQuantGroup;
        if (left < kQuantGroup) {
            for (int64_t i = 0; i < left; i++) padded[i] = group[i];
            group = padded;
        }
        const GroupScale scale = groupScale(largestBits(group));
        const __m256i q = scale.inverse != 0.0f ? quantizeGroup(group, scale.inverse) : _mm256_setzero_si256();
        storeGroup(q, g, order, values);
        if (g < groups) {
            scales[g] = scale.scale;
            sums[g] = scale.scale * static_cast<float>(byteSum(q));
        }
    }
    for (int64_t g = groups; g % kScaleBlock != 0; g++) scales[g] = sums[g] = 0.0f;
}

const QuantPanels kPanels = {panel<Int4>, panel<Int8>, quantize};

}  // namespace

const QuantPanels *quantPanelsAvx2() { return &kPanels; }

}  // namespace ascend4j
#else
namespace ascend4j {
const QuantPanels *quantPanelsAvx2() { return nullptr; }
}  // namespace ascend4j
#endif
