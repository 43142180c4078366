// Products of FLOAT16 or BF16 activations with weights kept in INT4 or INT8: WeightQuantBatchMatmul.
#pragma once

#include <cstdint>
#include <vector>

#include "core/tensor_view.h"
#include "kernels/gemm.h"

namespace ascend4j {

// y[r, j] = sum over i of x[r, i] * (w[i, j] + offset[g(i), j]) * scale[g(i), j], plus bias[j]; g(i) = i / group.
struct WeightQuantShape {
    int64_t m = 0, n = 0, k = 0;
    int64_t group = 0;   // k for per-channel and per-tensor
    int64_t groups = 0;  // ceil(k / group)
    bool int4 = false;
    bool hasOffset = false;
    // Strides of weight, scale and offset, in elements (of four bits for INT4): between columns and along k or groups.
    int64_t weightColumn = 0, weightK = 0;
    int64_t scaleColumn = 0, scaleGroup = 0;
    int64_t offsetColumn = 0, offsetGroup = 0;
};

struct WeightQuantPlan {
    WeightQuantShape shape;
    aclDataType dtype = ACL_FLOAT16;  // of x, scale, offset and y
    // Quantizes activations to eight bits and multiplies integers; else weights become float32 and all is float32.
    bool inIntegers = false;
    GemmPlan gemm;      // of the float32 way
    BlockPlan blocks;   // of the integer way
    bool inTiles = false;  // the integer way by QuantTiles
    int parts = 1;         // of it: shares of scratch memory, each used by one thread at a time
    int64_t workspaceBytes() const;
};

struct WeightQuantOperands {
    TensorView x, weight, scale, offset, bias, y;  // offset and bias may be absent
};

WeightQuantPlan planWeightQuant(const WeightQuantShape &shape, aclDataType dtype, bool inIntegers);

void runWeightQuant(const WeightQuantPlan &plan, const WeightQuantOperands &operands, unsigned char *workspace);

// One of several products of the same x, quantized for all of them once.
struct WeightQuantProduct {
    const WeightQuantPlan *plan;
    WeightQuantOperands operands;
};

// Whether these can be computed together; so can then any number of them of which each pair can.
bool joinWeightQuant(const WeightQuantProduct &a, const WeightQuantProduct &b);

// Every product gets the bits that it has alone. The workspace is the one of the plan that asks for most.
void runWeightQuants(const std::vector<WeightQuantProduct> &products, unsigned char *workspace);

}  // namespace ascend4j
