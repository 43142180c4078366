// Operators that are a function of one element: y has x's shape and type, and rows are computed in float32.
#pragma once

#include <cstdint>

#include "core/op.h"

namespace ascend4j {

// Replaces n elements by their values.
using RowFunction = void (*)(float *row, int64_t n);

struct RowTensors {
    int input;
    int output;
};

// Takes both tensors and checks them; the plan's status says what was wrong.
RowTensors planRows(OpPlan &plan, const aclTensor *x, const char *xName, const aclTensor *y, const char *yName);

// Ends the plan with a body that applies the function.
aclnnStatus finishRows(OpPlan &plan, RowTensors tensors, RowFunction function);

}  // namespace ascend4j
