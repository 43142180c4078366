/* Two-phase operator aclnnGeGluV3. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_GEGLU_V3_H_
#define ASCEND4J_ACLNNOP_ACLNN_GEGLU_V3_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnGeGluV3GetWorkspaceSize(
        const aclTensor *self, int64_t dim, int64_t approximate, bool activateLeft, aclTensor *out,
        aclTensor *outGelu, uint64_t *workspaceSize, aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnGeGluV3(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
