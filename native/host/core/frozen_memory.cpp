#include "core/frozen_memory.h"

#include "core/memory.h"

namespace ascend4j {
namespace {

// Device or pinned memory; 0 for any other.
uint64_t currentGeneration(const void *address, uint64_t bytes) {
    auto block = deviceMemory().blocks().find(address, bytes);
    if (block == nullptr) {
        block = pinnedMemory().find(address, bytes);
    }
    return block == nullptr ? 0 : block->generation();
}

}  // namespace

void FrozenMemory::add(const void *address, uint64_t bytes, const char *name) {
    if (bytes > 0) {
        if (ranges_.empty()) {
            ranges_.reserve(8);
        }
        ranges_.push_back({address, bytes, generationOf(address, bytes), name});
    }
}

// An operator notes its tensors in the same order each time, so the place is tried first.
uint64_t FrozenMemory::generationOf(const void *address, uint64_t bytes) const {
    if (known_ != nullptr && ranges_.size() < known_->ranges_.size()) {
        const Range &before = known_->ranges_[ranges_.size()];
        if (before.address == address && before.bytes == bytes && before.generation != 0) {
            return before.generation;
        }
    }
    return currentGeneration(address, bytes);
}

bool FrozenMemory::check(std::string &text) const {
    for (const Range &range : ranges_) {
        if (range.generation == 0 || currentGeneration(range.address, range.bytes) != range.generation) {
            text = std::string(range.name) +
                   ": its memory was freed after the capture, which keeps addresses; capture again";
            return false;
        }
    }
    return true;
}

}  // namespace ascend4j
