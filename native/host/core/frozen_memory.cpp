#include "core/frozen_memory.h"

#include "core/memory.h"

namespace ascend4j {
namespace {

// Device or pinned memory; 0 for any other.
uint64_t generationOf(const void *address, uint64_t bytes) {
    auto block = deviceMemory().blocks().find(address, bytes);
    if (block == nullptr) {
        block = pinnedMemory().find(address, bytes);
    }
    return block == nullptr ? 0 : block->generation();
}

}  // namespace

void FrozenMemory::add(const void *address, uint64_t bytes, const char *name) {
    if (bytes > 0) {
        ranges_.push_back({address, bytes, generationOf(address, bytes), name});
    }
}

bool FrozenMemory::check(std::string &text) const {
    for (const Range &range : ranges_) {
        if (range.generation == 0 || generationOf(range.address, range.bytes) != range.generation) {
            text = std::string(range.name) +
                   ": its memory was freed after the capture, which keeps addresses; capture again";
            return false;
        }
    }
    return true;
}

}  // namespace ascend4j
