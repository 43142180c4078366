#include "kernels/gemm_panel.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 4;
constexpr int kColumns = 4;

struct FloatRow {
    using Element = float;
    static float32x4_t load(const float *at) { return vld1q_f32(at); }
};

struct HalfRow {
    using Element = uint16_t;
    static float32x4_t load(const uint16_t *at) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(at))); }
};

struct BfloatRow {
    using Element = uint16_t;
    static float32x4_t load(const uint16_t *at) { return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(at), 16)); }
};

template <class Row>
float32x4_t loadTail(const typename Row::Element *at, int64_t left) {
    typename Row::Element padded[kLanes] = {};
    for (int64_t i = 0; i < left; i++) padded[i] = at[i];
    return Row::load(padded);
}

// Lane sum by the tree (i, i+2), (i, i+1).
float sum(float32x4_t v) {
    const float32x2_t two = vadd_f32(vget_low_f32(v), vget_high_f32(v));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

template <int kRows>
inline __attribute__((always_inline)) void step(const float32x4_t (&x)[kRows], const float32x4_t (&y)[kColumns],
                                                float32x4_t (&acc)[kRows][kColumns]) {
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { acc[r][j] = vfmaq_f32(acc[r][j], x[r], y[j]); });
    });
}

template <class Row, int kRows>
void tile(const float *a, int64_t lda, const typename Row::Element *const *b, int64_t k, float *c, int64_t ldc,
          int live) {
    float32x4_t acc[kRows][kColumns], x[kRows], y[kColumns];
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { acc[r][j] = vdupq_n_f32(0); });
    });
    int64_t i = 0;
    for (; i + kLanes <= k; i += kLanes) {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { y[j] = Row::load(b[j] + i); });
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { x[r] = vld1q_f32(a + r * lda + i); });
        step<kRows>(x, y, acc);
    }
    if (i < k) {
        unroll<kColumns>([&](auto j) ASCEND4J_INLINE_BODY { y[j] = loadTail<Row>(b[j] + i, k - i); });
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { x[r] = loadTail<FloatRow>(a + r * lda + i, k - i); });
        step<kRows>(x, y, acc);
    }
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        const float result[kColumns] = {sum(acc[r][0]), sum(acc[r][1]), sum(acc[r][2]), sum(acc[r][3])};
        for (int j = 0; j < live; j++) c[r * ldc + j] = result[j];
    });
}

template <class Row>
void panel(const float *a, int64_t lda, int rows, const typename Row::Element *b, int64_t ldb, int64_t columns,
           int64_t k, float *c, int64_t ldc) {
    for (int64_t j = 0; j < columns; j += kColumns) {
        const int64_t left = columns - j;
        const typename Row::Element *at[kColumns];
        for (int i = 0; i < kColumns; i++) at[i] = b + (j + (i < left ? i : left - 1)) * ldb;
        const int live = left >= kColumns ? kColumns : static_cast<int>(left);
        switch (rows) {
            case 1: tile<Row, 1>(a, lda, at, k, c + j, ldc, live); break;
            case 2: tile<Row, 2>(a, lda, at, k, c + j, ldc, live); break;
            case 3: tile<Row, 3>(a, lda, at, k, c + j, ldc, live); break;
            default: tile<Row, 4>(a, lda, at, k, c + j, ldc, live); break;
        }
    }
}

// (w + offset) * scale of eight values; vector operations only, since a scalar expression might be fused.
void affine(int8x8_t w, float32x4_t scale, float32x4_t offset, float *target) {
    const int16x8_t wide = vmovl_s8(w);
    const float32x4_t low = vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide)));
    const float32x4_t high = vcvtq_f32_s32(vmovl_s16(vget_high_s16(wide)));
    vst1q_f32(target, vmulq_f32(vaddq_f32(low, offset), scale));
    vst1q_f32(target + 4, vmulq_f32(vaddq_f32(high, offset), scale));
}

inline void int4Run(const uint8_t *w, float scale, float offset, float *target, int64_t n) {
    const float32x4_t s = vdupq_n_f32(scale), o = vdupq_n_f32(offset);
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const int8x8_t pairs = vreinterpret_s8_u8(vld1_u8(w + i / 2));
        const int8x8x2_t values = vzip_s8(vshr_n_s8(vshl_n_s8(pairs, 4), 4), vshr_n_s8(pairs, 4));
        affine(values.val[0], s, o, target + i);
        affine(values.val[1], s, o, target + i + 8);
    }
    for (; i < n; i++) {
        const int nibble = (w[i / 2] >> (4 * (i % 2))) & 0xf;
        target[i] = (static_cast<float>((nibble ^ 8) - 8) + offset) * scale;
    }
}

inline void int8Run(const int8_t *w, float scale, float offset, float *target, int64_t n) {
    const float32x4_t s = vdupq_n_f32(scale), o = vdupq_n_f32(offset);
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) affine(vld1_s8(w + i), s, o, target + i);
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

const GemmPanels *gemmPanelsNeon() { return &kPanels; }

}  // namespace ascend4j
#else
namespace ascend4j {
const GemmPanels *gemmPanelsNeon() { return nullptr; }
}  // namespace ascend4j
#endif
