// aclnnSilu and aclnnTanh: functions of one element, taken row by row in float32.
#include <cmath>

#include "aclnnop/aclnn_silu.h"
#include "aclnnop/aclnn_tanh.h"
#include "kernels/vector_kernels.h"
#include "ops/common.h"
#include "ops/element_copy.h"
#include "ops/strided_walk.h"

namespace ascend4j {
namespace {

// Replaces n elements by their values.
using RowFunction = void (*)(float *row, int64_t n);

void applyRows(const TensorView &self, const TensorView &out, RowFunction function) {
    StridedWalk walk(out);
    walk.add(self);
    walk.add(out);
    walk.collapse();
    const int64_t inBytes = elementBytes(self.dtype), outBytes = elementBytes(out.dtype);
    walk.run([&](const int64_t *offsets, int64_t n) {
        float *row = scratchRow(0, n);
        auto *bytes = reinterpret_cast<unsigned char *>(row);
        convertElements(self.dtype, self.bytes() + offsets[0] * inBytes, walk.stride(0), ACL_FLOAT, bytes, 1, n);
        function(row, n);
        convertElements(ACL_FLOAT, bytes, 1, out.dtype, out.bytes() + offsets[1] * outBytes, walk.stride(1), n);
    });
}

aclnnStatus planUnary(OpPlan &plan, const aclTensor *self, aclTensor *out, RowFunction function) {
    const int x = plan.input(self, "self");
    const int y = plan.output(out, "out");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(x, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, y, "out", x, "self");
    requirePlain(plan, x, "self");
    requirePlain(plan, y, "out");
    requireSameShape(plan, y, "out", x, "self");
    requireDistinctElements(plan, y, "out");
    return plan.finish(0, [=](const OpRun &run) {
        applyRows(run[x], run[y], function);
        return ACL_SUCCESS;
    });
}

void siluRow(float *row, int64_t n) { vectorKernels().silu(row, row, n); }

void tanhRow(float *row, int64_t n) {
    for (int64_t i = 0; i < n; i++) row[i] = std::tanh(row[i]);
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnSiluGetWorkspaceSize(const aclTensor *self, aclTensor *out, uint64_t *workspaceSize,
                                      aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnSilu", workspaceSize, executor);
    return planUnary(plan, self, out, siluRow);
}
ASCEND4J_OP_LAUNCH(aclnnSilu)

aclnnStatus aclnnTanhGetWorkspaceSize(const aclTensor *self, aclTensor *out, uint64_t *workspaceSize,
                                      aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnTanh", workspaceSize, executor);
    return planUnary(plan, self, out, tanhRow);
}
ASCEND4J_OP_LAUNCH(aclnnTanh)
