/* Two-phase operator aclnnArgMax. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_ARGMAX_H_
#define ASCEND4J_ACLNNOP_ACLNN_ARGMAX_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnArgMaxGetWorkspaceSize(
        const aclTensor *self, int64_t dim, bool keepdim, aclTensor *out, uint64_t *workspaceSize,
        aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnArgMax(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
