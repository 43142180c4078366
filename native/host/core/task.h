// One piece of work of a stream.
#pragma once

#include <cstdint>
#include <string>

#include "acl/acl_base.h"

namespace ascend4j {

class Stream;

class Task {
public:
    virtual ~Task() = default;

    // On the stream's worker thread. A code other than ACL_SUCCESS becomes the stream's error, `text` its message.
    virtual aclError run(Stream &stream, std::string &text) = 0;

    // Instead of run, when the stream was aborted, stopped or destroyed before this task's turn.
    virtual void skip() {}

    // Name for messages.
    virtual const char *name() const = 0;

    uint64_t sequence = 0;  // place in the stream, from 1; set when enqueued
};

}  // namespace ascend4j
