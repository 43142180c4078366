// Random delays that bring ordering mistakes of a client to light (ASCEND4J_HOST_JITTER=seed).
#pragma once

#include <cstdint>

namespace ascend4j {

// Up to 200 µs before a task, now and then 2 ms; nothing unless jitter is on.
void delayByJitter(uint64_t sequence);

}  // namespace ascend4j
