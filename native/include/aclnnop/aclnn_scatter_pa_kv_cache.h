/* Two-phase operator aclnnScatterPaKvCache. */
#ifndef ASCEND4J_ACLNNOP_ACLNN_SCATTER_PA_KV_CACHE_H_
#define ASCEND4J_ACLNNOP_ACLNN_SCATTER_PA_KV_CACHE_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnScatterPaKvCacheGetWorkspaceSize(
        const aclTensor *key, aclTensor *keyCacheRef, const aclTensor *slotMapping, const aclTensor *value,
        aclTensor *valueCacheRef, const aclTensor *compressLensOptional, const aclTensor *compressSeqOffsetOptional,
        const aclTensor *seqLensOptional, char *cacheModeOptional, char *scatterModeOptional,
        const aclIntArray *stridesOptional, const aclIntArray *offsetsOptional, uint64_t *workspaceSize,
        aclOpExecutor **executor);

ACL_FUNC_VISIBILITY aclnnStatus aclnnScatterPaKvCache(
        void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

#ifdef __cplusplus
}
#endif

#endif
