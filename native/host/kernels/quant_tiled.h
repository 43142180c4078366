// The integer way of a weight-quantized product by QuantTiles.
#pragma once

#include "kernels/quant_matmul.h"

namespace ascend4j {

// Shares of the work that are worth a thread each.
int tiledParts(const WeightQuantShape &shape);

int64_t tiledBytes(const WeightQuantPlan &plan);

void runTiled(const WeightQuantPlan &plan, const WeightQuantOperands &operands, unsigned char *workspace);

}  // namespace ascend4j
