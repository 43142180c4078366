// Sums and products of broadcast, strided operands with PyTorch's promotion.
#pragma once

#include "core/tensor_view.h"

namespace ascend4j {

enum class Arithmetic { Add, Multiply };

bool isFloating(aclDataType dtype);

// The type in which two operands are combined. A 0-D operand yields to one with dimensions of the same or a higher
// category (bool, integer, floating), as in PyTorch.
aclDataType promote(const TensorView &a, const TensorView &b);

// Whether a result of type `computed` may be stored as `out`: never from a floating to an integer type, nor to BOOL
// from anything else.
bool storable(aclDataType computed, aclDataType out);

// out = self + alpha * other, or self * other. Operands are first brought to `computed`; float types are then combined
// in float32, DOUBLE in double, integers modulo their width, BOOL as or / and; one rounding at the end.
void computeBinary(Arithmetic operation, aclDataType computed, const TensorView &self, const TensorView &other,
                   double alpha, const TensorView &out);

// out = self * factor
void computeScaled(aclDataType computed, const TensorView &self, double factor, const TensorView &out);

}  // namespace ascend4j
