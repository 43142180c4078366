// aclnnArgMax and aclnnSoftmax: one result or one distribution per row along a dimension.
#include <algorithm>

#include "aclnnop/aclnn_argmax.h"
#include "aclnnop/aclnn_softmax.h"
#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "kernels/vector_kernels.h"
#include "ops/common.h"
#include "ops/element_copy.h"

namespace ascend4j {
namespace {

// The rows of a view along `dim`: their number, length, and where each begins.
class Lines {
public:
    Lines(const TensorView &view, int dim) : view_(view), dim_(dim) {
        length_ = view.rank == 0 ? 1 : view.dims[dim];
        stride_ = view.rank == 0 ? 1 : view.strides[dim];
        for (int i = 0; i < view.rank; i++) count_ *= i == dim ? 1 : view.dims[i];
    }
    int64_t count() const { return count_; }
    int64_t length() const { return length_; }
    int64_t stride() const { return stride_; }
    unsigned char *begin(int64_t line) const {
        int64_t offset = 0;
        for (int i = view_.rank - 1; i >= 0; i--) {
            if (i == dim_) continue;
            offset += line % view_.dims[i] * view_.strides[i];
            line /= view_.dims[i];
        }
        return view_.bytes() + offset * elementBytes(view_.dtype);
    }

private:
    TensorView view_;
    int dim_;
    int64_t count_ = 1, length_ = 1, stride_ = 1;
};

int64_t largestFloat(const Lines &lines, int64_t line, aclDataType dtype) {
    const unsigned char *from = lines.begin(line);
    if (lines.stride() == 1 && dtype == ACL_FLOAT) {
        return vectorKernels().argMax(reinterpret_cast<const float *>(from), lines.length());
    }
    float *row = scratchRow(0, lines.length());
    convertElements(dtype, from, lines.stride(), ACL_FLOAT, reinterpret_cast<unsigned char *>(row), 1, lines.length());
    return vectorKernels().argMax(row, lines.length());
}

template <typename T>
int64_t firstLargest(const unsigned char *from, int64_t stride, int64_t n) {
    const T *values = reinterpret_cast<const T *>(from);
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++) {
        const T value = values[i * stride], top = values[best * stride];
        if (value > top || (value != value && top == top)) best = i;
    }
    return best;
}

int64_t largestOf(const Lines &lines, int64_t line, aclDataType dtype) {
    switch (dtype) {
        case ACL_DOUBLE: return firstLargest<double>(lines.begin(line), lines.stride(), lines.length());
        case ACL_INT64: return firstLargest<int64_t>(lines.begin(line), lines.stride(), lines.length());
        case ACL_INT32: return firstLargest<int32_t>(lines.begin(line), lines.stride(), lines.length());
        case ACL_INT16: return firstLargest<int16_t>(lines.begin(line), lines.stride(), lines.length());
        case ACL_INT8: return firstLargest<int8_t>(lines.begin(line), lines.stride(), lines.length());
        case ACL_UINT8: return firstLargest<uint8_t>(lines.begin(line), lines.stride(), lines.length());
        default: return largestFloat(lines, line, dtype);
    }
}

void argMax(const TensorView &self, int dim, const TensorView &out) {
    const Lines lines(self, dim);
    // The result's elements in row-major order are the lines in theirs, whether the dimension was kept or not.
    unsigned char *target = out.bytes();
    parallelFor(lines.count(), grainFor(lines.length()), [&](int64_t begin, int64_t end) {
        for (int64_t line = begin; line < end; line++) {
            const int64_t best = largestOf(lines, line, self.dtype);
            if (out.dtype == ACL_INT32) {
                reinterpret_cast<int32_t *>(target)[line] = static_cast<int32_t>(best);
            } else {
                reinterpret_cast<int64_t *>(target)[line] = best;
            }
        }
    });
}

void softmaxRow(const float *x, float *y, int64_t n) {
    const VectorKernels &kernels = vectorKernels();
    const float sum = kernels.expSum(x, kernels.maximum(x, n), y, n);
    kernels.scale(y, 1.0f / sum, y, n);
}

void softmax(const TensorView &self, int dim, const TensorView &out) {
    const Lines from(self, dim), to(out, dim);
    if (from.length() == 0) return;
    parallelFor(from.count(), grainFor(from.length()), [&](int64_t begin, int64_t end) {
        for (int64_t line = begin; line < end; line++) {
            float *row = scratchRow(0, from.length());
            auto *bytes = reinterpret_cast<unsigned char *>(row);
            convertElements(self.dtype, from.begin(line), from.stride(), ACL_FLOAT, bytes, 1, from.length());
            softmaxRow(row, row, from.length());
            convertElements(ACL_FLOAT, bytes, 1, out.dtype, to.begin(line), to.stride(), from.length());
        }
    });
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnArgMaxGetWorkspaceSize(const aclTensor *self, int64_t dim, bool keepdim, aclTensor *out,
                                        uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnArgMax", workspaceSize, executor);
    const int input = plan.input(self, "self");
    const int result = plan.output(out, "out");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(
        input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_DOUBLE, ACL_INT8, ACL_UINT8, ACL_INT16, ACL_INT32, ACL_INT64});
    plan.requireDtype(result, {ACL_INT32, ACL_INT64});
    requirePlain(plan, input, "self");
    requireDistinctElements(plan, result, "out");
    int at = 0;
    if (!plan.ok() || !resolveDim(plan, dim, plan[input].rank, "dim", &at)) return plan.status();
    const TensorView &view = plan[input];
    TensorView expected;
    for (int i = 0; i < view.rank; i++) {
        if (i != at)
            expected.dims[expected.rank++] = view.dims[i];
        else if (keepdim)
            expected.dims[expected.rank++] = 1;
    }
    ASCEND4J_REQUIRE(plan, sameShape(plan[result], expected), ACLNN_ERR_INNER_TILING_ERROR, "out: shape %s, expected %s",
                 shapeText(plan[result]).c_str(), shapeText(expected).c_str());
    plan.require(view.rank == 0 || view.dims[at] > 0 || expected.elements() == 0, ACLNN_ERR_INNER_TILING_ERROR,
                 "self: dimension %d is empty, expected at least one element", at);
    if (!plan.ok()) return plan.status();
    Staging staging;
    staging.output(plan, result);
    return plan.finish(staging.bytes(), [=](const OpRun &run) {
        argMax(run[input], at, staging.open(run, result));
        staging.close(run);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnArgMax)

aclnnStatus aclnnSoftmaxGetWorkspaceSize(const aclTensor *self, int64_t dim, aclTensor *out, uint64_t *workspaceSize,
                                         aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnSoftmax", workspaceSize, executor);
    const int input = plan.input(self, "self");
    const int result = plan.output(out, "out");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    const bool widens = plan[input].dtype == ACL_FLOAT16 && plan[result].dtype == ACL_FLOAT;
    if (!widens) requireSameDtype(plan, result, "out", input, "self");
    requirePlain(plan, input, "self");
    requireSameShape(plan, result, "out", input, "self");
    requireDistinctElements(plan, result, "out");
    int at = 0;
    if (!plan.ok() || !resolveDim(plan, dim, plan[input].rank, "dim", &at)) return plan.status();
    return plan.finish(0, [=](const OpRun &run) {
        softmax(run[input], at, run[result]);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnSoftmax)
