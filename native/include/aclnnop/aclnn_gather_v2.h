/* Two-phase operator aclnnGatherV2. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_GATHER_V2_H_
#define ASCEND4J_ACLNNOP_ACLNN_GATHER_V2_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnGatherV2GetWorkspaceSize(
        const aclTensor *self, int64_t dim, const aclTensor *index, aclTensor *out, uint64_t *workspaceSize,
        aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnGatherV2(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
