#include "kernels/matmul.h"

#include <algorithm>

#include "core/thread_pool.h"

namespace ascend4j {
namespace {

constexpr int8_t kUseFp16 = 2;

// Element offset of a batch: its number taken apart over the batch dimensions.
int64_t batchOffset(const MatmulShape &shape, const int64_t *strides, int64_t batch) {
    int64_t offset = 0;
    for (int d = shape.batchRank - 1; d >= 0; d--) {
        offset += batch % shape.batchDims[d] * strides[d];
        batch /= shape.batchDims[d];
    }
    return offset;
}

// Whether rows of all batches follow one another at one stride; `row` gets that stride.
bool rowsFollow(const MatmulShape &shape, const int64_t *batchStrides, int64_t *row) {
    int64_t stride = *row, span = shape.m;
    bool fixed = shape.m > 1;
    for (int d = shape.batchRank - 1; d >= 0; d--) {
        if (shape.batchDims[d] == 1) continue;
        if (!fixed) stride = batchStrides[d];
        if (batchStrides[d] != stride * span) return false;
        fixed = true;
        span *= shape.batchDims[d];
    }
    *row = stride;
    return true;
}

// One right operand for all batches: their rows then make one tall product, which reads it once.
void foldBatches(MatmulShape *shape) {
    for (int d = 0; d < shape->batchRank; d++) {
        if (shape->batchDims[d] > 1 && shape->mat2Batch[d] != 0) return;
    }
    int64_t selfRow = shape->selfRow, outRow = shape->outRow;
    if (!rowsFollow(*shape, shape->selfBatch, &selfRow) || !rowsFollow(*shape, shape->outBatch, &outRow)) return;
    shape->m *= shape->batches();
    shape->batchRank = 0;
    shape->selfRow = selfRow;
    shape->outRow = outRow;
}

bool broadcastBatches(const TensorView &self, const TensorView &mat2, const TensorView &out, MatmulShape *shape) {
    const int selfRank = std::max(self.rank - 2, 0), mat2Rank = std::max(mat2.rank - 2, 0);
    shape->batchRank = std::max(selfRank, mat2Rank);
    for (int d = 0; d < shape->batchRank; d++) {
        const int s = d - (shape->batchRank - selfRank), t = d - (shape->batchRank - mat2Rank);
        const int64_t selfDim = s >= 0 ? self.dims[s] : 1, mat2Dim = t >= 0 ? mat2.dims[t] : 1;
        if (selfDim != mat2Dim && selfDim != 1 && mat2Dim != 1) return false;
        shape->batchDims[d] = selfDim == 1 ? mat2Dim : selfDim;
        if (out.dims[d] != shape->batchDims[d]) return false;
        shape->selfBatch[d] = selfDim == 1 ? 0 : self.strides[s];
        shape->mat2Batch[d] = mat2Dim == 1 ? 0 : mat2.strides[t];
        shape->outBatch[d] = out.strides[d];
    }
    return true;
}

StridedRows leftRows(const MatmulPlan &plan, const TensorView &self, int64_t batch) {
    const MatmulShape &shape = plan.shape;
    const int64_t offset = batchOffset(shape, shape.selfBatch, batch);
    return {plan.dtype, elementAt(self.bytes(), plan.dtype, offset), shape.selfRow, shape.selfK};
}

StridedRows rightColumns(const MatmulPlan &plan, const TensorView &mat2, int64_t batch) {
    const MatmulShape &shape = plan.shape;
    const int64_t offset = batchOffset(shape, shape.mat2Batch, batch);
    return {plan.dtype, elementAt(mat2.bytes(), plan.dtype, offset), shape.mat2Column, shape.mat2K};
}

int64_t leftPitch(const MatmulPlan &plan) { return paddedTo(plan.shape.k, 16); }

void packLeft(const MatmulPlan &plan, const TensorView &self, float *target) {
    const MatmulShape &shape = plan.shape;
    const int64_t pitch = leftPitch(plan), rows = shape.batches() * shape.m;
    const int64_t grain = std::max<int64_t>(4, 65536 / std::max<int64_t>(shape.k, 1));
    parallelFor(rows, grain, [&](int64_t begin, int64_t end) {
        while (begin < end) {
            const int64_t batch = begin / shape.m, first = begin % shape.m;
            const int64_t count = std::min(shape.m - first, end - begin);
            StridedRows source = leftRows(plan, self, batch);
            source.data = elementAt(source.data, source.dtype, first * source.rowStride);
            gatherRows(source, count, shape.k, target + begin * pitch, pitch);
            for (int64_t r = begin; plan.inHalf && r < begin + count; r++) roundToHalf(target + r * pitch, shape.k);
            begin += count;
        }
    });
}

}  // namespace

int64_t MatmulShape::batches() const {
    int64_t count = 1;
    for (int d = 0; d < batchRank; d++) count *= batchDims[d];
    return count;
}

bool shapeMatmul(const TensorView &self, const TensorView &mat2, const TensorView &out, MatmulShape *shape) {
    const bool row = self.rank == 1, column = mat2.rank == 1;
    shape->m = row ? 1 : self.dim(-2);
    shape->k = self.dim(-1);
    shape->n = column ? 1 : mat2.dim(-1);
    if (mat2.dim(column ? 0 : -2) != shape->k) return false;
    const int batchRank = std::max({self.rank, mat2.rank, 2}) - 2;
    if (out.rank != batchRank + (row ? 0 : 1) + (column ? 0 : 1)) return false;
    if (!broadcastBatches(self, mat2, out, shape)) return false;
    if (!row && out.dims[batchRank] != shape->m) return false;
    if (!column && out.dim(-1) != shape->n) return false;
    shape->selfRow = row ? 0 : self.stride(-2);
    shape->selfK = self.stride(-1);
    shape->mat2K = mat2.stride(column ? -1 : -2);
    shape->mat2Column = column ? 0 : mat2.stride(-1);
    shape->outRow = row ? 0 : out.strides[batchRank];
    shape->outColumn = column ? 0 : out.stride(-1);
    foldBatches(shape);
    return true;
}

int64_t MatmulPlan::workspaceBytes() const {
    WorkspaceCursor cursor(nullptr);
    if (packLeft) cursor.take<float>(leftPitch(*this) * shape.batches() * shape.m);
    cursor.take<unsigned char>(gemm.workspaceBytes());
    return cursor.bytes();
}

// cubeMathType 1 and 3 allow HF32, a float32 of ten mantissa bits. That is a licence, not a duty: FLOAT is computed in
// full float32 for them as for 0. Only 2 changes the operands.
MatmulPlan planMatmul(const MatmulShape &shape, aclDataType dtype, int8_t cubeMathType) {
    MatmulPlan plan;
    plan.shape = shape;
    plan.dtype = dtype;
    plan.inHalf = cubeMathType == kUseFp16 && dtype != ACL_FLOAT16;
    plan.packLeft = dtype != ACL_FLOAT || plan.inHalf || (shape.selfK != 1 && shape.k > 1);
    plan.widenRight = dtype == ACL_FLOAT || shape.m <= kRowsToWiden;
    const bool unpacks = !(dtype == ACL_FLOAT && !plan.inHalf && shape.mat2K == 1);
    plan.gemm = planGemm(shape.batches(), shape.m, shape.n, shape.k, unpacks);
    return plan;
}

void runMatmul(const MatmulPlan &plan, const TensorView &self, const TensorView &mat2, const TensorView &out,
               unsigned char *workspace) {
    const MatmulShape &shape = plan.shape;
    WorkspaceCursor cursor(workspace);
    float *packed = plan.packLeft ? cursor.take<float>(leftPitch(plan) * shape.batches() * shape.m) : nullptr;
    if (packed != nullptr) packLeft(plan, self, packed);

    Gemm gemm;
    gemm.batches = shape.batches();
    gemm.m = shape.m;
    gemm.n = shape.n;
    gemm.k = shape.k;
    gemm.lda = packed != nullptr ? leftPitch(plan) : shape.selfRow;
    gemm.left = [&](int64_t batch) {
        if (packed != nullptr) return const_cast<const float *>(packed) + batch * shape.m * leftPitch(plan);
        return static_cast<const float *>(leftRows(plan, self, batch).data);
    };
    if (plan.widenRight && !plan.inHalf) gemm.right = [&](int64_t batch) { return rightColumns(plan, mat2, batch); };
    gemm.unpack = [&](int64_t batch, int64_t first, int64_t count, float *target, int64_t pitch, unsigned char *) {
        StridedRows source = rightColumns(plan, mat2, batch);
        source.data = elementAt(source.data, source.dtype, first * source.rowStride);
        gatherRows(source, count, shape.k, target, pitch);
        for (int64_t c = 0; plan.inHalf && c < count; c++) roundToHalf(target + c * pitch, shape.k);
    };
    gemm.store = [&](int64_t batch, int64_t row, int64_t column, int64_t count, const float *values) {
        const int64_t index = batchOffset(shape, shape.outBatch, batch) + row * shape.outRow + column * shape.outColumn;
        void *target = out.bytes() + index * (elementBits(plan.dtype) / 8);
        scatterRow(values, count, plan.dtype, target, shape.outColumn);
    };
    runGemm(gemm, plan.gemm, cursor.take<unsigned char>(plan.gemm.workspaceBytes()));
}

}  // namespace ascend4j
