// Where the products of a weight-quantized product go.
#pragma once

#include <algorithm>

#include "kernels/convert.h"
#include "kernels/gemm_gather.h"
#include "kernels/quant_matmul.h"

namespace ascend4j {

// Finished float32 elements: adds the bias in float32, then rounds once.
class OutputRows {
public:
    explicit OutputRows(const WeightQuantOperands &operands) : operands_(operands), target_(operands.y.bytes()) {}

    // A block of rows, `pitch` values apart.
    void storeBlock(int64_t row, int64_t rows, int64_t column, int64_t count, const float *values, int64_t pitch) const {
        const TensorView &y = operands_.y;
        if (!operands_.bias.present && y.strides[1] == 1) {
            auto *target = reinterpret_cast<uint16_t *>(target_) + row * y.strides[0] + column;
            narrowRows(y.dtype, values, pitch, target, y.strides[0], rows, count);
            return;
        }
        for (int64_t r = 0; r < rows; r++) store(row + r, column, count, values + r * pitch);
    }

    void store(int64_t row, int64_t column, int64_t count, const float *values) const {
        const TensorView &y = operands_.y;
        unsigned char *target = target_ + (row * y.strides[0] + column * y.strides[1]) * 2;
        if (!operands_.bias.present) {
            scatterRow(values, count, y.dtype, target, y.strides[1]);
            return;
        }
        const TensorView &bias = operands_.bias;
        const int64_t stride = bias.stride(-1);
        float sums[kChunk];
        for (int64_t c = 0; c < count; c += kChunk) {
            const int64_t length = std::min(kChunk, count - c);
            const StridedRows source{bias.dtype, elementAt(bias.bytes(), bias.dtype, (column + c) * stride), 0, stride};
            gatherRows(source, 1, length, sums, kChunk);
            for (int64_t i = 0; i < length; i++) sums[i] += values[c + i];
            scatterRow(sums, length, y.dtype, target + c * y.strides[1] * 2, y.strides[1]);
        }
    }

private:
    static constexpr int64_t kChunk = 64;
    const WeightQuantOperands &operands_;
    unsigned char *target_;
};

}  // namespace ascend4j
