// A copy or fill whose addresses have been checked.
#pragma once

#include <cstddef>
#include <memory>

#include "acl/acl_rt.h"
#include "core/memory.h"

namespace ascend4j {

// Rows of bytes from one place to another; a plain copy has one row.
struct Transfer {
    void *target = nullptr;
    const void *source = nullptr;
    size_t targetPitch = 0;
    size_t sourcePitch = 0;
    size_t width = 0;
    size_t height = 1;
    bool targetOnDevice = false;
    bool sourceOnDevice = false;
    bool later = false;  // runs on a stream: its host ends are pinned memory, which must still be there

    bool empty() const { return width == 0 || height == 0; }
    size_t targetSpan() const { return empty() ? 0 : targetPitch * (height - 1) + width; }
    size_t sourceSpan() const { return empty() ? 0 : sourcePitch * (height - 1) + width; }

    // Where the two ends really are, and whether `kind` allows it. Records the message.
    aclError locate(const char *call, aclrtMemcpyKind kind);

    // True if each host end is pinned memory, which an asynchronous copy may touch later.
    bool pinned() const;

    // Holds the blocks while it copies; false if an end is no longer allocated.
    bool run() const;
};

}  // namespace ascend4j
