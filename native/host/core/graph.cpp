#include "core/graph.h"

#include "acl/acl_mdl.h"
#include "core/memory.h"
#include "core/stream.h"
#include "core/task_group.h"

namespace ascend4j {
namespace {

std::atomic<size_t> occupied{0};

}  // namespace

CapturedTask::CapturedTask(std::unique_ptr<Task> captured) : task(std::move(captured)), released(releasedBlocks()) {
    task->freeze(memory);
}

CapturedTask::CapturedTask(std::unique_ptr<Task> captured, const CapturedTask &before)
    : task(std::move(captured)), released(releasedBlocks()) {
    memory.startFrom(released == before.released ? &before.memory : nullptr);
    task->freeze(memory);
    memory.startFrom(nullptr);
}

Graph::~Graph() {
    occupied.fetch_sub(streams_);
}

size_t Graph::add(std::shared_ptr<CapturedTask> task, bool fixed) {
    const size_t place = tasks_.size();
    if (fixed && head_ != SIZE_MAX && joinsLast(*task->task)) {
        ++together_[head_];
    } else {
        head_ = fixed ? place : SIZE_MAX;
    }
    tasks_.push_back(std::move(task));
    together_.push_back(1);
    return place;
}

bool Graph::joinsLast(const Task &task) const {
    bool joins = tasks_.size() - head_ < kMostTogether;
    for (size_t i = head_; joins && i < tasks_.size(); ++i) {
        joins = tasks_[i]->task->joins(task);
    }
    return joins;
}

void Graph::replace(size_t index, std::shared_ptr<CapturedTask> task) {
    if (task->released + 1 != intactAt_.load(std::memory_order_acquire)) {
        intactAt_.store(0, std::memory_order_release);
    }
    std::atomic_store(&tasks_[index], std::move(task));
}

bool Graph::occupyStream() {
    size_t before = occupied.load();
    do {
        if (before + streams().size() >= kMaxStreams) {
            return false;
        }
    } while (!occupied.compare_exchange_weak(before, before + 1));
    ++streams_;
    return true;
}

bool Graph::memoryIsIntact(std::string &text) {
    const uint64_t now = releasedBlocks() + 1;
    if (intactAt_.load(std::memory_order_acquire) == now) {
        return true;
    }
    for (size_t i = 0; i < tasks_.size(); ++i) {
        const auto current = task(i);
        std::string reason;
        if (!current->memory.check(reason)) {
            text = "task " + std::to_string(i) + ", " + current->task->name() + ": " + reason;
            return false;
        }
    }
    intactAt_.store(now, std::memory_order_release);
    return true;
}

HandleTable<Graph> &graphs() {
    static auto *table = new HandleTable<Graph>(HandleKind::Graph, kMaxGraphs);
    return *table;
}

size_t graphStreams() {
    return occupied.load();
}

void forgetGraph(const std::shared_ptr<Graph> &graph) {
    graphs().take(graph->handle);
    for (void *group : graph->groups) {
        taskGroups().take(group);
    }
}

}  // namespace ascend4j
