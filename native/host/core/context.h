// Devices and contexts, and which context a thread works with.
#pragma once

#include <atomic>
#include <memory>

#include "core/handle_table.h"
#include "core/stream.h"

namespace ascend4j {

struct Context {
    Context(int device, bool primary) : device(device), primary(primary), policy(std::make_shared<FailurePolicy>()) {}

    void *handle = nullptr;
    const int device;
    const bool primary;
    std::atomic<bool> alive{true};
    const std::shared_ptr<FailurePolicy> policy;
    std::shared_ptr<Stream> defaultStream;  // set before the context is published
};

HandleTable<Context> &contexts();

// The thread's context. ACL_ERROR_RT_CONTEXT_NULL if none is set, ACL_ERROR_RT_PARAM_INVALID if it was destroyed;
// both with a message.
aclError currentContext(const char *call, std::shared_ptr<Context> &context);

// The same where the context itself is not needed.
aclError requireContext(const char *call);

}  // namespace ascend4j
