#include "core/task_group.h"

#include <cstring>

#include "acl/acl_mdl.h"
#include "core/error.h"

namespace ascend4j {
namespace {

class ExchangeTask : public Task {
public:
    ExchangeTask(std::shared_ptr<Graph> graph, std::shared_ptr<const TaskGroup> group,
                 std::vector<std::shared_ptr<CapturedTask>> tasks)
        : graph_(std::move(graph)), group_(std::move(group)), tasks_(std::move(tasks)) {}

    aclError run(Stream &, std::string &) override {
        for (size_t i = 0; i < tasks_.size(); ++i) {
            graph_->replace(group_->tasks[i], tasks_[i]);
        }
        return ACL_SUCCESS;
    }

    bool instant() const override { return true; }
    const char *name() const override { return "aclmdlRICaptureTaskUpdateEnd"; }

private:
    const std::shared_ptr<Graph> graph_;
    const std::shared_ptr<const TaskGroup> group_;
    const std::vector<std::shared_ptr<CapturedTask>> tasks_;
};

}  // namespace

HandleTable<TaskGroup> &taskGroups() {
    static auto *table = new HandleTable<TaskGroup>(HandleKind::TaskGroup, kMaxTaskGroups);
    return *table;
}

aclError GroupUpdate::append(const char *call, std::unique_ptr<Task> task) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const size_t place = launched_.size();
    if (place == group_->tasks.size()) {
        refused_ = ACL_ERROR_STREAM_TASK_GROUP_INTR;
        return fail(refused_, call, "task group: it has %zu tasks, this is one more", place);
    }
    const auto captured = graph_->task(group_->tasks[place]);
    if (!task->updatable() || std::strcmp(task->name(), captured->task->name()) != 0) {
        refused_ = ACL_ERROR_RT_FEATURE_NOT_SUPPORT_UPDATE_OP;
        return fail(refused_, call, "task group: found %s, expected %s as captured", task->name(), captured->task->name());
    }
    launched_.push_back(std::make_shared<CapturedTask>(std::move(task), *captured));
    return ACL_SUCCESS;
}

std::unique_ptr<Task> GroupUpdate::finish(const char *call, aclError &error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    error = refused_;
    if (refused_ != ACL_SUCCESS) {
        fail(error, call, "task group: a task in it was refused; the graph is as it was");
        return nullptr;
    }
    if (launched_.size() != group_->tasks.size()) {
        error = ACL_ERROR_STREAM_TASK_GROUP_INTR;
        fail(error, call, "task group: found %zu tasks, expected %zu as captured; the graph is as it was",
             launched_.size(), group_->tasks.size());
        return nullptr;
    }
    return std::make_unique<ExchangeTask>(graph_, group_, std::move(launched_));
}

}  // namespace ascend4j
