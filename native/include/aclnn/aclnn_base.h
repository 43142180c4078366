/* aclnn set-up; aclInit does the same work, so calling these is optional. */
#ifndef ASCEND4J_ACLNN_ACLNN_BASE_H_
#define ASCEND4J_ACLNN_ACLNN_BASE_H_

#include "aclnn/acl_meta.h"

#ifdef __cplusplus
extern "C" {
#endif

ACL_FUNC_VISIBILITY aclnnStatus aclnnInit(const char *configPath);
ACL_FUNC_VISIBILITY aclnnStatus aclnnFinalize(void);

#ifdef __cplusplus
}
#endif

#endif
