// aclnnEmbedding and aclnnGatherV2: slices of a tensor picked by an index tensor, moved bit by bit.
#include <cstring>

#include "aclnnop/aclnn_embedding.h"
#include "aclnnop/aclnn_gather_v2.h"
#include "core/thread_pool.h"
#include "ops/common.h"
#include "ops/element_copy.h"

namespace ascend4j {
namespace {

// out[o, i, …] = self[o, index[i], …], where o runs over the dimensions before `dim`.
aclError gather(const OpRun &run, const TensorView &self, int dim, const TensorView &index, const TensorView &out,
                const char *indexName) {
    const std::vector<int64_t> picks = indexValues(index);
    const int64_t limit = self.dims[dim];
    for (size_t i = 0; i < picks.size(); i++) {
        if (picks[i] < 0 || picks[i] >= limit) {
            return run.fail(kKernelFault, "%s: element %zu is %lld, expected a value in [0, %lld)", indexName, i,
                            static_cast<long long>(picks[i]), static_cast<long long>(limit));
        }
    }
    TensorView slice = self;  // the dimensions after `dim`
    slice.rank = self.rank - dim - 1;
    for (int i = 0; i < slice.rank; i++) {
        slice.dims[i] = self.dims[dim + 1 + i];
        slice.strides[i] = self.strides[dim + 1 + i];
    }
    TensorView leading = self;
    leading.rank = dim;
    const int64_t sliceElements = slice.elements(), bytes = elementBytes(self.dtype);
    const bool dense = slice.contiguous();
    const auto count = static_cast<int64_t>(picks.size());
    unsigned char *target = out.bytes();
    if (sliceElements == 0) return ACL_SUCCESS;
    parallelFor(leading.elements() * count, grainFor(sliceElements), [&](int64_t begin, int64_t end) {
        for (int64_t item = begin; item < end; item++) {
            int64_t offset = picks[static_cast<size_t>(item % count)] * self.strides[dim];
            int64_t rest = item / count;
            for (int i = dim - 1; i >= 0; i--) {
                offset += rest % self.dims[i] * self.strides[i];
                rest /= self.dims[i];
            }
            unsigned char *to = target + item * sliceElements * bytes;
            TensorView source = slice;
            source.offset = self.offset + offset;
            if (dense) {
                std::memcpy(to, source.bytes(), static_cast<size_t>(sliceElements * bytes));
            } else {
                copyElements(source, contiguousLike(slice, to));
            }
        }
    });
    return ACL_SUCCESS;
}

struct Names {
    const char *self;
    const char *index;
};

aclnnStatus plan(OpPlan &plan, const aclTensor *selfTensor, int64_t dim, const aclTensor *indexTensor,
                 const aclTensor *outTensor, Names names) {
    const int self = plan.input(selfTensor, names.self);
    const int index = plan.input(indexTensor, names.index);
    const int out = plan.output(outTensor, "out");
    if (!plan.ok()) return plan.status();
    requirePlain(plan, self, names.self);
    plan.require(elementBits(plan[self].dtype) >= 8, ACLNN_ERR_PARAM_INVALID,
                 "%s: data type %s, expected one of whole bytes", names.self, dtypeName(plan[self].dtype));
    plan.requireDtype(index, {ACL_INT32, ACL_INT64});
    requireSameDtype(plan, out, "out", self, names.self);
    plan.requireRank(self, 1, kMaxDims);
    plan.require(plan[self].rank + plan[index].rank - 1 <= kMaxDims, ACLNN_ERR_PARAM_INVALID,
                 "out: %d dimensions would be needed, expected at most %d", plan[self].rank + plan[index].rank - 1,
                 kMaxDims);
    plan.requireContiguous(out);
    int at = 0;
    if (!plan.ok() || !resolveDim(plan, dim, plan[self].rank, "dim", &at)) return plan.status();
    TensorView expected;
    for (int i = 0; i < at; i++) expected.dims[expected.rank++] = plan[self].dims[i];
    for (int i = 0; i < plan[index].rank; i++) expected.dims[expected.rank++] = plan[index].dims[i];
    for (int i = at + 1; i < plan[self].rank; i++) expected.dims[expected.rank++] = plan[self].dims[i];
    ASCEND4J_REQUIRE(plan, sameShape(plan[out], expected), ACLNN_ERR_INNER_TILING_ERROR, "out: shape %s, expected %s",
                 shapeText(plan[out]).c_str(), shapeText(expected).c_str());
    const char *indexName = names.index;
    return plan.finish(0,
                       [=](const OpRun &run) { return gather(run, run[self], at, run[index], run[out], indexName); });
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnEmbeddingGetWorkspaceSize(const aclTensor *weight, const aclTensor *indices, const aclTensor *out,
                                           uint64_t *workspaceSize, aclOpExecutor **executor) {
    ascend4j::OpPlan plan("aclnnEmbedding", workspaceSize, executor);
    return ascend4j::plan(plan, weight, 0, indices, out, {"weight", "indices"});
}
ASCEND4J_OP_LAUNCH(aclnnEmbedding)

aclnnStatus aclnnGatherV2GetWorkspaceSize(const aclTensor *self, int64_t dim, const aclTensor *index, aclTensor *out,
                                          uint64_t *workspaceSize, aclOpExecutor **executor) {
    ascend4j::OpPlan plan("aclnnGatherV2", workspaceSize, executor);
    return ascend4j::plan(plan, self, dim, index, out, {"self", "index"});
}
ASCEND4J_OP_LAUNCH(aclnnGatherV2)
