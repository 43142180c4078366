/* Two-phase operator aclnnTanh. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_TANH_H_
#define ASCEND4J_ACLNNOP_ACLNN_TANH_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnTanhGetWorkspaceSize(
        const aclTensor *self, aclTensor *out, uint64_t *workspaceSize, aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnTanh(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
