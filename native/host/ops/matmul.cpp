// aclnnMatmul: matrix product of 1 to 6 dimensions with broadcast batches. FLOAT, FLOAT16 and BF16, both operands of
// one type; sums in float32, one rounding at the output. Operands and output may be any strided views.
#include "aclnnop/aclnn_matmul.h"

#include "ops/matmul_checks.h"

using namespace ascend4j;

aclnnStatus aclnnMatmulGetWorkspaceSize(const aclTensor *self, const aclTensor *mat2, aclTensor *out,
                                        int8_t cubeMathType, uint64_t *workspaceSize, aclOpExecutor **executor) {
    OpPlan plan("aclnnMatmul", workspaceSize, executor);
    return finishMatmul(plan, self, mat2, out, cubeMathType, 1, 6);
}

ASCEND4J_OP_LAUNCH(aclnnMatmul)
