#include "core/replay.h"

#include "acl/acl_mdl.h"
#include "core/settings.h"
#include "core/stream.h"
#include "core/thread_pool.h"

namespace ascend4j {

namespace {

// Tasks of a graph that run together.
class JointTask : public Task {
public:
    JointTask(const Graph &graph, size_t first, size_t count) {
        for (size_t i = first; i < first + count; ++i) {
            held_.push_back(graph.task(i));
            tasks_.push_back(held_.back()->task.get());
        }
    }

    aclError run(Stream &, std::string &text) override { return held_[0]->task->runWith(tasks_, text); }
    const char *name() const override { return tasks_[0]->name(); }

private:
    std::vector<std::shared_ptr<CapturedTask>> held_;
    std::vector<const Task *> tasks_;
};

}  // namespace

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
    for (size_t i = 0, together = 1; i < count && !stream.interrupted(); i += together) {
        const auto current = graph_->task(i);
        aclError code = ACL_SUCCESS;
        together = checkEach ? 1 : graph_->together(i);
        if (together > 1) {
            JointTask joint(*graph_, i, together);
            code = stream.perform(joint, sequence + i, reason);
        } else if (checkEach && !current->memory.check(reason)) {
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
    restThreads();
    return first;
}

}  // namespace ascend4j
