// aclnnBatchMatMul: products of matrices numbered by one leading dimension; see matmul.cpp.
#include "aclnnop/aclnn_batch_matmul.h"

#include "ops/matmul_checks.h"

using namespace ascend4j;

aclnnStatus aclnnBatchMatMulGetWorkspaceSize(const aclTensor *self, const aclTensor *mat2, aclTensor *out,
                                             int8_t cubeMathType, uint64_t *workspaceSize, aclOpExecutor **executor) {
    OpPlan plan("aclnnBatchMatMul", workspaceSize, executor);
    return finishMatmul(plan, self, mat2, out, cubeMathType, 3, 3);
}

ASCEND4J_OP_LAUNCH(aclnnBatchMatMul)
