// Seam between the weight-quantized product's driver and its integer kernels.
//
// Activations are quantized on the fly to eight bits in groups of 32 along k, each with a float32 scale; weights stay
// as stored. A group's integer dot product is exact; products of scales, sums over groups and the offset term are
// float32. As in gemm_panel.h the order of every sum depends on k alone: results are batch invariant.
#pragma once

#include <cstdint>

namespace ascend4j {

constexpr int kQuantGroup = 32;
constexpr int kQuantRows = 4;        // rows that one panel call takes at most
constexpr int64_t kQuantBlock = 128;  // values of a quantized row are padded with zeros to a multiple of this
constexpr int64_t kScaleBlock = 16;   // and its scales and sums to a multiple of this

// Order of a quantized row's values. Split: a block of 128 holds the values of even index of its four groups (16 each),
// then those of odd index, so that one mask and one shift of packed INT4 weights give matching operands.
enum class QuantOrder { Natural, Split };

struct QuantizedRows {
    const int8_t *values;  // [rows][pitch]
    int64_t pitch;
    const float *scales;   // [rows][groupPitch]
    const float *sums;     // [rows][groupPitch]: scale times the sum of the group's integers
    int64_t groupPitch;
};

struct WeightRows {
    const uint8_t *weights;  // [columns][pitch] bytes: INT4 pairs or INT8, running along k
    int64_t pitch;
    const float *scales;     // [columns][groupPitch], one for every 32 values of k
    const float *offsets;    // likewise
    int64_t groupPitch;
};

// c[r * ldc + j] = sum over groups g of scale_a[r,g] * scale_w[j,g] * (dot(a, w) + offset[j,g] * sum(a)).
using QuantPanel = void (*)(const QuantizedRows &a, int rows, const WeightRows &b, int64_t columns, int64_t k, float *c,
                            int64_t ldc);

struct QuantPanels {
    QuantPanel int4;  // expects rows in Split order
    QuantPanel int8;  // expects rows in Natural order
    // Quantizes k values of x and writes the padding too. A group that holds a NaN or an infinity gets the scale NaN;
    // one below 2^-100 throughout becomes zeros.
    void (*quantize)(const float *x, int64_t k, QuantOrder order, int8_t *values, float *scales, float *sums);
};

const QuantPanels &quantPanels();  // of the instruction set in use

const QuantPanels *quantPanelsPortable();
const QuantPanels *quantPanelsAvx2();  // null where not compiled in, as the next
const QuantPanels *quantPanelsNeon();

// A group's scale and its reciprocal from the largest magnitude, given as the bits of a float32 without its sign
// (integer order then puts infinity and NaN above every number). Both are zero for a group of zeros.
struct GroupScale {
    float scale;
    float inverse;
};

static inline GroupScale groupScale(uint32_t largestBits) {
    constexpr uint32_t kInfinity = 0x7f800000u;
    constexpr uint32_t kTiny = (127u - 100u) << 23;
    if (largestBits >= kInfinity) return {__builtin_nanf(""), 0.0f};
    if (largestBits < kTiny) return {0.0f, 0.0f};
    float largest;
    __builtin_memcpy(&largest, &largestBits, sizeof largest);
    return {largest / 127.0f, 127.0f / largest};
}

}  // namespace ascend4j
