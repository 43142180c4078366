// aclnnMm: the product of two matrices; see matmul.cpp.
#include "aclnnop/aclnn_mm.h"

#include "ops/matmul_checks.h"

using namespace ascend4j;

aclnnStatus aclnnMmGetWorkspaceSize(const aclTensor *self, const aclTensor *mat2, aclTensor *out, int8_t cubeMathType,
                                    uint64_t *workspaceSize, aclOpExecutor **executor) {
    OpPlan plan("aclnnMm", workspaceSize, executor);
    return finishMatmul(plan, self, mat2, out, cubeMathType, 2, 2);
}

ASCEND4J_OP_LAUNCH(aclnnMm)
