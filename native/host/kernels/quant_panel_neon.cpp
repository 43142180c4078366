#include "kernels/quant_panel.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 4;

// Four lanes whose sum is the dot product of 32 bytes; both halves of a pair fit 16 bits (2 * 128 * 127).
int32x4_t dot(int8x16_t w0, int8x16_t x0, int8x16_t w1, int8x16_t x1) {
#if defined(__ARM_FEATURE_DOTPROD)
    return vdotq_s32(vdotq_s32(vdupq_n_s32(0), w0, x0), w1, x1);
#else
    const int16x8_t low = vmlal_s8(vmull_s8(vget_low_s8(w0), vget_low_s8(x0)), vget_high_s8(w0), vget_high_s8(x0));
    const int16x8_t high = vmlal_s8(vmull_s8(vget_low_s8(w1), vget_low_s8(x1)), vget_high_s8(w1), vget_high_s8(x1));
    return vpadalq_s16(vpaddlq_s16(low), high);
#endif
}

int8x16_t loadBytes(const uint8_t *at, int64_t left) {
    if (left >= 16) return vreinterpretq_s8_u8(vld1q_u8(at));
    uint8_t padded[16] = {};
    for (int64_t i = 0; i < left; i++) padded[i] = at[i];
    return vreinterpretq_s8_u8(vld1q_u8(padded));
}

struct Operand {
    int8x16_t first, second;
};

// One group: 16 bytes of packed pairs.
struct Int4 {
    static Operand load(const uint8_t *w, int64_t g, int64_t k) {
        const int8x16_t pairs = loadBytes(w + g * 16, (k + 1) / 2 - g * 16);
        return {vshrq_n_s8(vshlq_n_s8(pairs, 4), 4), vshrq_n_s8(pairs, 4)};
    }
    static int32x4_t product(const Operand &w, const int8_t *row, int64_t g) {
        const int8_t *at = row + g / 4 * kQuantBlock + g % 4 * 16;
        return dot(w.first, vld1q_s8(at), w.second, vld1q_s8(at + kQuantBlock / 2));
    }
};

// One group: 32 bytes.
struct Int8 {
    static Operand load(const uint8_t *w, int64_t g, int64_t k) {
        const int64_t begin = g * kQuantGroup;
        return {loadBytes(w + begin, k - begin), loadBytes(w + begin + 16, k - begin - 16)};
    }
    static int32x4_t product(const Operand &w, const int8_t *row, int64_t g) {
        const int8_t *at = row + g * kQuantGroup;
        return dot(w.first, vld1q_s8(at), w.second, vld1q_s8(at + 16));
    }
};

float sum(float32x4_t v) {
    const float32x2_t two = vadd_f32(vget_low_f32(v), vget_high_f32(v));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

float32x4_t loadLanes(const float *at, int64_t left) {
    if (left >= kLanes) return vld1q_f32(at);
    float padded[kLanes] = {};
    for (int64_t i = 0; i < left; i++) padded[i] = at[i];
    return vld1q_f32(padded);
}

template <class Weight, int kRows>
void multiply(const QuantizedRows &a, const uint8_t *w, const float *scales, const float *offsets, int64_t k, float *c,
              int64_t ldc) {
    float32x4_t acc[kRows];
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { acc[r] = vdupq_n_f32(0); });
    const int64_t groups = (k + kQuantGroup - 1) / kQuantGroup;
    for (int64_t g = 0; g < groups; g++) {
        const Operand operand = Weight::load(w, g, k);
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            const float32x4_t product = vcvtq_f32_s32(Weight::product(operand, a.values + r * a.pitch, g));
            acc[r] = vfmaq_n_f32(acc[r], vmulq_n_f32(product, a.scales[r * a.groupPitch + g]), scales[g]);
        });
    }
    for (int64_t g = 0; g < groups; g += kLanes) {
        const float32x4_t weight = vmulq_f32(loadLanes(offsets + g, groups - g), loadLanes(scales + g, groups - g));
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            acc[r] = vfmaq_f32(acc[r], weight, vld1q_f32(a.sums + r * a.groupPitch + g));
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

// 32 values of a group to bytes in natural order; gives their sum.
int quantizeGroup(const float *x, float inverse, int8_t *q) {
    int32x4_t total = vdupq_n_s32(0);
    for (int i = 0; i < kQuantGroup; i += 8) {
        const int32x4_t low = vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(x + i), inverse));
        const int32x4_t high = vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(x + i + 4), inverse));
        vst1_s8(q + i, vmovn_s16(vcombine_s16(vmovn_s32(low), vmovn_s32(high))));
        total = vaddq_s32(total, vaddq_s32(low, high));
    }
    return vaddvq_s32(total);
}

uint32_t largestBits(const float *x) {
    uint32x4_t largest = vdupq_n_u32(0);
    for (int i = 0; i < kQuantGroup; i += 4) {
        const uint32x4_t bits = vreinterpretq_u32_f32(vld1q_f32(x + i));
        largest = vmaxq_u32(largest, vandq_u32(bits, vdupq_n_u32(0x7fffffff)));
    }
    return vmaxvq_u32(largest);
}

void quantize(const float *x, int64_t k, QuantOrder order, int8_t *values, float *scales, float *sums) {
    const int64_t groups = (k + kQuantGroup - 1) / kQuantGroup;
    const int64_t paddedGroups = (k + kQuantBlock - 1) / kQuantBlock * (kQuantBlock / kQuantGroup);
    for (int64_t g = 0; g < paddedGroups; g++) {
        float padded[kQuantGroup] = {};
        int8_t q[kQuantGroup] = {};
        for (int64_t i = 0; i < kQuantGroup && g * kQuantGroup + i < k; i++) padded[i] = x[g * kQuantGroup + i];
        const GroupScale scale = groupScale(largestBits(padded));
        const int total = scale.inverse != 0.0f ? quantizeGroup(padded, scale.inverse, q) : 0;
        if (order == QuantOrder::Natural) {
            vst1q_s8(values + g * kQuantGroup, vld1q_s8(q));
            vst1q_s8(values + g * kQuantGroup + 16, vld1q_s8(q + 16));
        } else {
            const int8x16x2_t split = vld2q_s8(q);
            int8_t *at = values + g / 4 * kQuantBlock + g % 4 * 16;
            vst1q_s8(at, split.val[0]);
            vst1q_s8(at + kQuantBlock / 2, split.val[1]);
        }
        if (g < groups) {
            scales[g] = scale.scale;
            sums[g] = scale.scale * static_cast<float>(total);
        }
    }
    for (int64_t g = groups; g % kScaleBlock != 0; g++) scales[g] = sums[g] = 0.0f;
}

const QuantPanels kPanels = {panel<Int4>, panel<Int8>, quantize};

}  // namespace

const QuantPanels *quantPanelsNeon() { return &kPanels; }

}  // namespace ascend4j
#else
namespace ascend4j {
const QuantPanels *quantPanelsNeon() { return nullptr; }
}  // namespace ascend4j
#endif
