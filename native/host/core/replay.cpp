#include "core/replay.h"

#include "acl/acl_mdl.h"
#include "core/settings.h"
#include "core/stream.h"

namespace ascend4j {

aclError ReplayTask::run(Stream &stream, std::string &text) {
    std::unique_lock<std::mutex> running(graph_->running, std::try_to_lock);
    if (!running.owns_lock()) {
        if (strict()) {
            text = "the graph is already running in another stream; a graph runs once at a time";
            return ACL_ERROR_RT_MODEL_EXECUTE;
        }
        running.lock();
    }
    if (!graph_->memoryIsIntact(text)) {
        return ACL_ERROR_RT_AICORE_EXCEPTION;
    }
    return replay(stream, text);
}

// As in a stream, a failed task does not keep the next ones from running unless the failure mode says so.
aclError ReplayTask::replay(Stream &stream, std::string &text) {
    aclError first = ACL_SUCCESS;
    std::string reason;
    const bool checkEach = strict();
    const size_t count = graph_->size();
    for (size_t i = 0; i < count && !stream.interrupted(); ++i) {
        const auto current = graph_->task(i);
        aclError code = ACL_SUCCESS;
        if (checkEach && !current->memory.check(reason)) {
            code = ACL_ERROR_RT_AICORE_EXCEPTION;
        } else {
            code = stream.perform(*current->task, sequence + i, reason);
        }
        if (code != ACL_SUCCESS && first == ACL_SUCCESS) {
            first = code;
            text = "task " + std::to_string(i) + ", " + current->task->name() + ": " + reason;
            if (stream.stopsOnFailure()) {
                break;
            }
        }
    }
    return first;
}

}  // namespace ascend4j
