// Devices as the C interface counts them.
#pragma once

#include "acl/acl_base.h"

namespace ascend4j {

// aclrtSetDevice without the check that aclInit was called.
aclError setDevice(int32_t deviceId);

// True between aclInit and the matching aclFinalize.
bool initialized();

}  // namespace ascend4j
