// What the control groups (version 1 or 2) of this process allow.
#pragma once

#include <cstdint>

namespace ascend4j {

// CPUs' worth of time per period, rounded up; 0 if unlimited.
int controlGroupCores();

// Bytes; 0 if unlimited.
uint64_t controlGroupMemory();

}  // namespace ascend4j
