// One piece of work of a stream.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "acl/acl_base.h"
#include "core/frozen_memory.h"

namespace ascend4j {

class Stream;

class Task {
public:
    virtual ~Task() = default;

    // On the stream's worker thread. A code other than ACL_SUCCESS becomes the stream's error, `text` its message.
    virtual aclError run(Stream &stream, std::string &text) = 0;

    // Instead of run, when the stream was aborted, stopped or destroyed before this task's turn.
    virtual void skip() {}

    // True if a graph may hold it: run may be called any number of times.
    virtual bool capturable() const { return false; }

    // True if another of its name may take its place in a graph: an operator.
    virtual bool updatable() const { return false; }

    // True if it runs other tasks, each of which is delayed and timed by itself.
    virtual bool composite() const { return false; }

    // True if it only marks something, at once: a stream with nothing to do lets the calling thread run it.
    virtual bool instant() const { return false; }

    // True if a graph may run `next`, which follows it, together with it.
    virtual bool joins(const Task &) const { return false; }

    // Runs all of these, of which this is the first and each joins the ones behind it.
    virtual aclError runWith(const std::vector<const Task *> &, std::string &) { return 0; }

    // Notes the memory it uses, when it is captured.
    virtual void freeze(FrozenMemory &) const {}

    // Name for messages.
    virtual const char *name() const = 0;

    uint64_t sequence = 0;  // place in the stream, from 1; set when enqueued
};

}  // namespace ascend4j
