// Copies and converts elements between any two of the storable types, strided on both sides.
#pragma once

#include <cstdint>

#include "core/tensor_view.h"

namespace ascend4j {

// FLOAT, FLOAT16, BF16, DOUBLE, INT8, UINT8, INT16, INT32, INT64, BOOL.
bool convertible(aclDataType dtype);

// n elements, strides in elements. Floats become integers by truncation toward zero, NaN becomes 0 and what lies
// outside the range its nearest end; integers narrow by dropping high bits; floats round to nearest even; anything
// that is not zero (NaN too) becomes true. Equal types are moved bit by bit whatever they are.
void convertElements(aclDataType fromType, const unsigned char *from, int64_t fromStride, aclDataType toType,
                     unsigned char *to, int64_t toStride, int64_t n);

// target = source, broadcast; in parallel. The two must not overlap unless they are the same view.
void copyElements(const TensorView &source, const TensorView &target);

}  // namespace ascend4j
