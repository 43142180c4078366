#include "core/jitter.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "core/settings.h"

namespace ascend4j {
namespace {

uint64_t mix(uint64_t value) {  // splitmix64
    value += 0x9E3779B97F4A7C15;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
    value = (value ^ value >> 27) * 0x94D049BB133111EB;
    return value ^ value >> 31;
}

std::atomic<uint64_t> threads{0};

}  // namespace

void delayByJitter(uint64_t sequence) {
    const Settings &now = settings();
    if (!now.jitter) {
        return;
    }
    thread_local const uint64_t thread = threads.fetch_add(1);
    const uint64_t random = mix(now.jitterSeed ^ mix(thread) ^ sequence);
    const uint64_t micros = random % 32 == 0 ? 2000 : (random >> 8) % 200;
    std::this_thread::sleep_for(std::chrono::microseconds(micros));
}

}  // namespace ascend4j
