// Captured operators whose parameters can be exchanged between replays.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/graph.h"

namespace ascend4j {

struct TaskGroup {
    void *handle = nullptr;
    std::weak_ptr<Graph> graph;
    std::vector<size_t> tasks;  // places in the graph
};

HandleTable<TaskGroup> &taskGroups();

// An update in progress: the launches of one stream, which take the places of the group's operators at its end.
class GroupUpdate {
public:
    GroupUpdate(std::shared_ptr<Graph> graph, std::shared_ptr<const TaskGroup> group)
        : graph_(std::move(graph)), group_(std::move(group)) {}

    aclError append(const char *call, std::unique_ptr<Task> task);

    // The task that exchanges all operators, in the stream's order; null, with a message, unless all were launched.
    std::unique_ptr<Task> finish(const char *call, aclError &error);

private:
    const std::shared_ptr<Graph> graph_;
    const std::shared_ptr<const TaskGroup> group_;
    std::mutex mutex_;
    std::vector<std::shared_ptr<CapturedTask>> launched_;
    aclError refused_ = ACL_SUCCESS;
};

}  // namespace ascend4j
