#include "kernels/convert_rows.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#include "kernels/convert.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 4;

void halfRow(const uint16_t *source, float *target, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        vst1q_f32(target + i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(source + i))));
    }
    for (; i < n; i++) target[i] = halfToFloat(source[i]);
}

void toHalfRow(const float *source, uint16_t *target, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        vst1_u16(target + i, vreinterpret_u16_f16(vcvt_f16_f32(vld1q_f32(source + i))));
    }
    for (; i < n; i++) target[i] = floatToHalf(source[i]);
}

void bfloatRow(const uint16_t *source, float *target, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        vst1q_f32(target + i, vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(source + i), 16)));
    }
    for (; i < n; i++) target[i] = bfloatToFloat(source[i]);
}

void toBfloatRow(const float *source, uint16_t *target, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const float32x4_t value = vld1q_f32(source + i);
        const uint32x4_t bits = vreinterpretq_u32_f32(value);
        const uint32x4_t even = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
        const uint32x4_t rounded = vaddq_u32(bits, vaddq_u32(vdupq_n_u32(0x7fff), even));
        const uint32x4_t number = vceqq_f32(value, value);
        const uint32x4_t kept = vbslq_u32(number, rounded, vorrq_u32(bits, vdupq_n_u32(0x400000)));
        vst1_u16(target + i, vshrn_n_u32(kept, 16));
    }
    for (; i < n; i++) target[i] = floatToBfloat(source[i]);
}

const ConvertRows kRows = {halfRow, toHalfRow, bfloatRow, toBfloatRow};

}  // namespace

const ConvertRows *convertRowsNeon() { return &kRows; }

}  // namespace ascend4j
#else
namespace ascend4j {
const ConvertRows *convertRowsNeon() { return nullptr; }
}  // namespace ascend4j
#endif
