/* Two-phase operator aclnnEmbedding. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_EMBEDDING_H_
#define ASCEND4J_ACLNNOP_ACLNN_EMBEDDING_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnEmbeddingGetWorkspaceSize(
        const aclTensor *weight, const aclTensor *indices, const aclTensor *out, uint64_t *workspaceSize,
        aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnEmbedding(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
