// A block of weight columns made ready for the kernels: packed along k, scales and offsets in float32.
#pragma once

#include <cstdint>

#include "kernels/quant_matmul.h"
#include "kernels/quant_tile.h"

namespace ascend4j {

struct ColumnScratch {
    unsigned char *weights;  // columns packed along k, if they are stored otherwise
    float *stored;           // scales or offsets as stored, one a group
    float *scales, *offsets;
};

struct StoredScratch {
    unsigned char *weights;
    uint16_t *scales, *offsets;
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

// Whether columns can be read where they lie: dense along k, with dense scales and offsets for every 32 values.
bool readInPlace(const WeightQuantShape &shape);

// Columns [first, first + count) with scales and offsets in their own type: where they lie or, if they cannot be read
// there, copied to `scratch`, which has then room for that many.
StoredColumns storedColumns(const WeightQuantShape &shape, const WeightQuantOperands &operands, int64_t first,
                            int64_t count, const StoredScratch &scratch);

StoredScratch takeStoredScratch(const WeightQuantShape &shape, int64_t columns, WorkspaceCursor &cursor);

// Columns [first, first + count), in place where they already run along k.
WeightColumns loadColumns(const WeightQuantShape &shape, const WeightQuantOperands &operands, int64_t first,
                          int64_t count, int64_t step, const ColumnScratch &scratch);

}  // namespace ascend4j
