/* Two-phase operator aclnnSilu. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_SILU_H_
#define ASCEND4J_ACLNNOP_ACLNN_SILU_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnSiluGetWorkspaceSize(
        const aclTensor *self, aclTensor *out, uint64_t *workspaceSize, aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnSilu(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
