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

private:
    struct Range {
        const void *address;
        uint64_t bytes;
        uint64_t generation;  // 0: there was no allocation
        const char *name;
    };

    std::vector<Range> ranges_;
};

}  // namespace ascend4j
