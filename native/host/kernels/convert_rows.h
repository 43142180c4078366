// Seam between convert.cpp and its per-ISA files: each gives four loops over n contiguous elements.
#pragma once

#include <cstdint>

namespace ascend4j {

struct ConvertRows {
    void (*halfToFloat)(const uint16_t *source, float *target, int64_t n);
    void (*floatToHalf)(const float *source, uint16_t *target, int64_t n);
    void (*bfloatToFloat)(const uint16_t *source, float *target, int64_t n);
    void (*floatToBfloat)(const float *source, uint16_t *target, int64_t n);
};

// Bit-equal to the scalar functions of convert.h for every input, NaN included. Null where not compiled in.
const ConvertRows *convertRowsAvx2();
const ConvertRows *convertRowsAvx512();
const ConvertRows *convertRowsNeon();

}  // namespace ascend4j
