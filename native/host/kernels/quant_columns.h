// A block of weight columns made ready for the kernels: packed along k, scales and offsets in float32.
#pragma once

#include <cstdint>

#include "kernels/quant_matmul.h"

namespace ascend4j {

struct ColumnScratch {
    unsigned char *weights;  // columns packed along k, if they are stored otherwise
    float *stored;           // scales or offsets as stored, one a group
    float *scales, *offsets;
};

struct WeightColumns {
    const uint8_t *weights;
    int64_t pitch;  // bytes
    const float *scales, *offsets;
    int64_t groupPitch;
};

// Bytes of one column packed along k.
int64_t packedColumnBytes(const WeightQuantShape &shape);

// Takes the scratch for blocks of `columns` columns whose scales stand for `step` values of k each.
ColumnScratch takeColumnScratch(const WeightQuantShape &shape, int64_t columns, int64_t step, WorkspaceCursor &cursor);

// Columns [first, first + count), in place where they already run along k.
WeightColumns loadColumns(const WeightQuantShape &shape, const WeightQuantOperands &operands, int64_t first,
                          int64_t count, int64_t step, const ColumnScratch &scratch);

}  // namespace ascend4j
