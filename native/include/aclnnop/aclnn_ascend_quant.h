/* Two-phase operator aclnnAscendQuant. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_ASCEND_QUANT_H_
#define ASCEND4J_ACLNNOP_ACLNN_ASCEND_QUANT_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnAscendQuantGetWorkspaceSize(
        const aclTensor *x, const aclTensor *scale, const aclTensor *offset, bool sqrtMode, const char *roundMode,
        int32_t dstType, const aclTensor *y, uint64_t *workspaceSize, aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnAscendQuant(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
