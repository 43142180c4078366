#include "kernels/convert.h"

#include <cstring>

#include "kernels/convert_rows.h"
#include "kernels/isa.h"

namespace ascend4j {
namespace {

uint32_t bitsOf(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

float floatOf(uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

void halfRow(const uint16_t *source, float *target, int64_t n) {
    for (int64_t i = 0; i < n; i++) target[i] = halfToFloat(source[i]);
}

void toHalfRow(const float *source, uint16_t *target, int64_t n) {
    for (int64_t i = 0; i < n; i++) target[i] = floatToHalf(source[i]);
}

void bfloatRow(const uint16_t *source, float *target, int64_t n) {
    for (int64_t i = 0; i < n; i++) target[i] = bfloatToFloat(source[i]);
}

void toBfloatRow(const float *source, uint16_t *target, int64_t n) {
    for (int64_t i = 0; i < n; i++) target[i] = floatToBfloat(source[i]);
}

const ConvertRows &rows() {
    static const ConvertRows portable = {halfRow, toHalfRow, bfloatRow, toBfloatRow};
    const ConvertRows *best = nullptr;
    switch (isa()) {
        case Isa::Avx512:
        case Isa::Avx512Vnni:
        case Isa::Amx:
            best = convertRowsAvx512();
            break;
        case Isa::Avx2:
            best = convertRowsAvx2();
            break;
        case Isa::Neon:
            best = convertRowsNeon();
            break;
        case Isa::Portable:
            break;
    }
    return best != nullptr ? *best : portable;
}

}  // namespace

float halfToFloat(uint16_t bits) {
    const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
    const uint32_t exponent = (bits >> 10) & 0x1fu;
    const uint32_t mantissa = bits & 0x3ffu;
    if (exponent == 0x1f) {
        const uint32_t quiet = mantissa != 0 ? 0x400000u : 0u;
        return floatOf(sign | 0x7f800000u | quiet | (mantissa << 13));
    }
    if (exponent != 0) return floatOf(sign | ((exponent + 112) << 23) | (mantissa << 13));
    // A subnormal half is mantissa * 2^-24, exact in float32.
    const float magnitude = static_cast<float>(mantissa) * 5.9604644775390625e-8f;
    return floatOf(sign | bitsOf(magnitude));
}

uint16_t floatToHalf(float value) {
    const uint32_t bits = bitsOf(value);
    const uint32_t sign = (bits >> 16) & 0x8000u;
    const uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu));
    if (magnitude >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u);  // 65520 and above round to infinity
    if (magnitude < 0x38800000u) {
        // Below the smallest normal half: adding 0.5 lets the float adder round at 2^-24, to nearest even.
        const uint32_t rounded = bitsOf(floatOf(magnitude) + 0.5f);
        return static_cast<uint16_t>(sign | (rounded - 0x3f000000u));
    }
    const uint32_t rebased = magnitude - (112u << 23);
    return static_cast<uint16_t>(sign | ((rebased + 0xfffu + ((rebased >> 13) & 1u)) >> 13));
}

float bfloatToFloat(uint16_t bits) { return floatOf(static_cast<uint32_t>(bits) << 16); }

uint16_t floatToBfloat(float value) {
    const uint32_t bits = bitsOf(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
    return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

void toFloat(aclDataType dtype, const void *source, float *target, int64_t n) {
    if (n <= 0) return;
    if (dtype == ACL_FLOAT16) {
        rows().halfToFloat(static_cast<const uint16_t *>(source), target, n);
    } else if (dtype == ACL_BF16) {
        rows().bfloatToFloat(static_cast<const uint16_t *>(source), target, n);
    } else {
        std::memmove(target, source, static_cast<size_t>(n) * sizeof(float));
    }
}

void fromFloat(aclDataType dtype, const float *source, void *target, int64_t n) {
    if (n <= 0) return;
    if (dtype == ACL_FLOAT16) {
        rows().floatToHalf(source, static_cast<uint16_t *>(target), n);
    } else if (dtype == ACL_BF16) {
        rows().floatToBfloat(source, static_cast<uint16_t *>(target), n);
    } else {
        std::memmove(target, source, static_cast<size_t>(n) * sizeof(float));
    }
}

void narrowRows(aclDataType dtype, const float *source, int64_t sourcePitch, uint16_t *target, int64_t targetPitch,
                int64_t count, int64_t n) {
    const auto narrow = dtype == ACL_BF16 ? rows().floatToBfloat : rows().floatToHalf;
    for (int64_t r = 0; r < count; r++) narrow(source + r * sourcePitch, target + r * targetPitch, n);
}

}  // namespace ascend4j
