/* Two-phase operator aclnnScatterNdUpdate. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_SCATTER_ND_UPDATE_H_
#define ASCEND4J_ACLNNOP_ACLNN_SCATTER_ND_UPDATE_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnScatterNdUpdateGetWorkspaceSize(
        aclTensor *varRef, const aclTensor *indices, const aclTensor *updates, uint64_t *workspaceSize,
        aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnScatterNdUpdate(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
