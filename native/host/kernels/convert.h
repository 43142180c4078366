// Conversions between storage types and float32, vectorised; round to nearest even.
#pragma once

#include <cstdint>

#include "acl/acl_base.h"

namespace ascend4j {

float halfToFloat(uint16_t bits);
uint16_t floatToHalf(float value);
float bfloatToFloat(uint16_t bits);
uint16_t floatToBfloat(float value);

// n contiguous elements of FLOAT16, BF16 or FLOAT (others: see ops/cast) to and from float32.
void toFloat(aclDataType dtype, const void *source, float *target, int64_t n);
void fromFloat(aclDataType dtype, const float *source, void *target, int64_t n);

// Rows of n elements each, to FLOAT16 or BF16; pitches count elements.
void narrowRows(aclDataType dtype, const float *source, int64_t sourcePitch, uint16_t *target, int64_t targetPitch,
                int64_t count, int64_t n);

}  // namespace ascend4j
