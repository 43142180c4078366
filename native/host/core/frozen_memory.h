// The allocations that a captured task uses, as they were when it was captured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ascend4j {

class FrozenMemory {
public:
    // `name` is a literal, or lives as long as the task. No bytes: nothing to note.
    void add(const void *address, uint64_t bytes, const char *name);

    // False, with `text`, when one of them was freed since, even if a new allocation has taken its place.
    bool check(std::string &text) const;

    // Spares looking up what `known` has looked up; only while no memory has been freed since.
    void startFrom(const FrozenMemory *known) { known_ = known; }

private:
    struct Range {
        const void *address;
        uint64_t bytes;
        uint64_t generation;  // 0: there was no allocation
        const char *name;
    };

    uint64_t generationOf(const void *address, uint64_t bytes) const;

    std::vector<Range> ranges_;
    const FrozenMemory *known_ = nullptr;
};

}  // namespace ascend4j
