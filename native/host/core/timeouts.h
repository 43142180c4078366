// The process-wide limits of aclrtSetOpWaitTimeout and aclrtSetOpExecuteTimeOut, in seconds; 0 is no limit.
#pragma once

#include <cstdint>

namespace ascend4j {

uint32_t waitTimeoutSeconds();
uint32_t taskTimeoutSeconds();

}  // namespace ascend4j
