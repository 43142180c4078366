// Strided rows of FLOAT, FLOAT16 or BF16 to dense float32 rows and back.
#pragma once

#include <cstdint>

#include "acl/acl_base.h"

namespace ascend4j {

// A matrix of `rows` by `length` in memory; strides count elements.
struct StridedRows {
    aclDataType dtype = ACL_FLOAT;
    const void *data = nullptr;
    int64_t rowStride = 0;
    int64_t stride = 1;  // between neighbours of a row
};

// target[r * pitch + i] = element (r, i).
void gatherRows(const StridedRows &source, int64_t rows, int64_t length, float *target, int64_t pitch);

// One row of float32, rounded once, to elements `stride` apart.
void scatterRow(const float *source, int64_t length, aclDataType dtype, void *target, int64_t stride);

// Rounds to FLOAT16 and back, as the device's unit does when asked to compute in FLOAT16.
void roundToHalf(float *values, int64_t count);

// The address `index` elements on.
const void *elementAt(const void *data, aclDataType dtype, int64_t index);

}  // namespace ascend4j
