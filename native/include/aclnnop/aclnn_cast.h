/* Two-phase operator aclnnCast. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_CAST_H_
#define ASCEND4J_ACLNNOP_ACLNN_CAST_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnCastGetWorkspaceSize(
        const aclTensor *self, const aclDataType dtype, aclTensor *out, uint64_t *workspaceSize,
        aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnCast(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
