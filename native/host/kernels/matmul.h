// Matrix products of tensor views: Mm, Matmul with broadcast batches, BatchMatMul.
#pragma once

#include <cstdint>

#include "core/tensor_view.h"
#include "kernels/gemm.h"

namespace ascend4j {

// Sizes and strides of a product, without addresses. Batch dimensions are broadcast: stride 0 where one side repeats.
struct MatmulShape {
    int64_t m = 0, n = 0, k = 0;
    int batchRank = 0;
    int64_t batchDims[kMaxDims] = {};
    int64_t selfBatch[kMaxDims] = {}, mat2Batch[kMaxDims] = {}, outBatch[kMaxDims] = {};
    int64_t selfRow = 0, selfK = 0, mat2K = 0, mat2Column = 0, outRow = 0, outColumn = 0;

    int64_t batches() const;
};

// Combines the views by torch.matmul's rules: a one-dimensional self is a row, a one-dimensional mat2 a column, the
// leading dimensions broadcast. Gives false if inner, batch or out dimensions disagree.
bool shapeMatmul(const TensorView &self, const TensorView &mat2, const TensorView &out, MatmulShape *shape);

struct MatmulPlan {
    MatmulShape shape;
    aclDataType dtype = ACL_FLOAT;
    bool inHalf = false;     // round FLOAT and BF16 operands to FLOAT16 (cubeMathType 2)
    bool packLeft = false;   // self is not dense float32 rows
    bool widenRight = false;  // few rows: read 16-bit columns in place
    GemmPlan gemm;
    int64_t workspaceBytes() const;
};

MatmulPlan planMatmul(const MatmulShape &shape, aclDataType dtype, int8_t cubeMathType);

void runMatmul(const MatmulPlan &plan, const TensorView &self, const TensorView &mat2, const TensorView &out,
               unsigned char *workspace);

}  // namespace ascend4j
