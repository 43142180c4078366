// One pool for all kernels of the process: cores allowed by affinity, cgroup and aclrtSetDeviceResLimit.
#pragma once

#include <cstdint>
#include <functional>

namespace ascend4j {

// Splits [0, count) into at most `threads` contiguous ranges of at least `grain` items and runs them; the caller works
// too and returns when all are done. Which thread computes an item must not influence its result. Nested or
// concurrent calls run on the calling thread alone.
void parallelFor(int64_t count, int64_t grain, const std::function<void(int64_t begin, int64_t end)> &body);

// Nothing is to be computed for a while: idle threads sleep at once instead of looking out for work, so that the system
// finds their CPUs free for the threads that wait for what was computed.
void restThreads();

// Threads that parallelFor uses, the caller included.
int threadCount();

// Cores this process may use: affinity mask and cgroup quota; ASCEND4J_THREADS lowers it.
int allowedCores();

// Takes effect at the next parallelFor; clamped to [1, allowedCores()].
void setThreadCount(int threads);

}  // namespace ascend4j
