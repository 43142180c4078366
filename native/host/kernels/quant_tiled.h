// The integer way of a weight-quantized product by QuantTiles.
#pragma once

#include "kernels/quant_matmul.h"

namespace ascend4j {

// Shares of the work that are worth a thread each.
int tiledParts(const WeightQuantShape &shape);

int64_t tiledBytes(const WeightQuantPlan &plan);

// Whether products of one x can be computed together.
bool joinTiled(const WeightQuantShape &a, const WeightQuantShape &b);

// Products of one x, each pair of which can be computed together, in the workspace of the one that has most parts.
void runTiled(const std::vector<WeightQuantProduct> &products, unsigned char *workspace);

}  // namespace ascend4j
