// aclnnSilu and aclnnTanh: functions of one element, taken row by row in float32.
#include <cmath>

#include "aclnnop/aclnn_silu.h"
#include "aclnnop/aclnn_tanh.h"
#include "kernels/vector_kernels.h"
#include "ops/row_function.h"

namespace ascend4j {
namespace {

aclnnStatus planUnary(OpPlan &plan, const aclTensor *self, const aclTensor *out, RowFunction function) {
    return finishRows(plan, planRows(plan, self, "self", out, "out"), function);
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
