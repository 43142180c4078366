// aclnnScatterNdUpdate: varRef[indices[i]] = updates[i]; of duplicates the last one stays.
#include <cstring>

#include "aclnnop/aclnn_scatter_nd_update.h"
#include "ops/common.h"
#include "ops/element_copy.h"

namespace ascend4j {
namespace {

// Element offsets of the written slices, or an empty result and a message for an index outside varRef.
aclError sliceOffsets(const OpRun &run, const TensorView &var, const TensorView &indices,
                      std::vector<int64_t> *offsets) {
    const std::vector<int64_t> values = indexValues(indices);
    const int64_t depth = indices.dim(-1);
    for (size_t i = 0; i < values.size(); i += static_cast<size_t>(depth)) {
        int64_t offset = 0;
        for (int64_t d = 0; d < depth; d++) {
            const int64_t index = values[i + static_cast<size_t>(d)];
            if (index < 0 || index >= var.dims[d]) {
                return run.fail(kKernelFault, "indices: row %zu, column %lld is %lld, expected a value in [0, %lld)",
                                i / static_cast<size_t>(depth), static_cast<long long>(d),
                                static_cast<long long>(index), static_cast<long long>(var.dims[d]));
            }
            offset += index * var.strides[d];
        }
        offsets->push_back(offset);
    }
    return ACL_SUCCESS;
}

aclError scatter(const OpRun &run, const TensorView &var, const TensorView &indices, const TensorView &updates) {
    std::vector<int64_t> offsets;
    const aclError status = sliceOffsets(run, var, indices, &offsets);
    if (status != ACL_SUCCESS) return status;
    const int depth = static_cast<int>(indices.dim(-1));
    TensorView slice = var;
    slice.rank = var.rank - depth;
    for (int i = 0; i < slice.rank; i++) {
        slice.dims[i] = var.dims[depth + i];
        slice.strides[i] = var.strides[depth + i];
    }
    const int64_t bytes = elementBytes(var.dtype), sliceElements = slice.elements();
    const bool dense = slice.contiguous();
    unsigned char *from = updates.bytes();
    for (const int64_t offset : offsets) {
        TensorView target = slice;
        target.offset = var.offset + offset;
        if (dense) {
            std::memcpy(target.bytes(), from, static_cast<size_t>(sliceElements * bytes));
        } else {
            copyElements(contiguousLike(slice, from), target);
        }
        from += sliceElements * bytes;
    }
    return ACL_SUCCESS;
}

void checkShapes(OpPlan &plan, int var, int indices, int updates) {
    const TensorView &target = plan[var], &index = plan[indices];
    const int64_t depth = index.dim(-1);
    plan.require(depth >= 1 && depth <= 7 && depth <= target.rank, ACLNN_ERR_INNER_TILING_ERROR,
                 "indices: last dimension %lld, expected 1 to %d", static_cast<long long>(depth),
                 target.rank < 7 ? target.rank : 7);
    plan.require(index.rank - 1 + target.rank - depth <= kMaxDims, ACLNN_ERR_PARAM_INVALID,
                 "updates: more than %d dimensions would be needed", kMaxDims);
    if (!plan.ok()) return;
    TensorView expected;
    for (int i = 0; i < index.rank - 1; i++) expected.dims[expected.rank++] = index.dims[i];
    for (int i = static_cast<int>(depth); i < target.rank; i++) expected.dims[expected.rank++] = target.dims[i];
    plan.require(sameShape(plan[updates], expected), ACLNN_ERR_INNER_TILING_ERROR, "updates: shape %s, expected %s",
                 shapeText(plan[updates]).c_str(), shapeText(expected).c_str());
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnScatterNdUpdateGetWorkspaceSize(aclTensor *varRef, const aclTensor *indices, const aclTensor *updates,
                                                 uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnScatterNdUpdate", workspaceSize, executor);
    const int var = plan.output(varRef, "varRef");
    const int index = plan.input(indices, "indices");
    const int update = plan.input(updates, "updates");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(var, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_INT64, ACL_INT32, ACL_INT8, ACL_BOOL});
    plan.requireDtype(index, {ACL_INT32, ACL_INT64});
    requireSameDtype(plan, update, "updates", var, "varRef");
    requirePlain(plan, var, "varRef");
    plan.requireRank(var, 1, kMaxDims);
    plan.requireRank(index, 2, kMaxDims);
    requireDistinctElements(plan, var, "varRef");
    if (!plan.ok()) return plan.status();
    checkShapes(plan, var, index, update);
    if (!plan.ok()) return plan.status();
    Staging staging;
    staging.input(plan, update);
    return plan.finish(staging.bytes(),
                       [=](const OpRun &run) { return scatter(run, run[var], run[index], staging.open(run, update)); });
}
ASCEND4J_OP_LAUNCH(aclnnScatterNdUpdate)
