// Captured graphs: flat lists of tasks that one stream replays back to back.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/frozen_memory.h"
#include "core/handle_table.h"
#include "core/task.h"

namespace ascend4j {

constexpr size_t kMaxGraphs = 65536;
constexpr size_t kMaxGraphTasks = 1 << 18;
constexpr size_t kMaxTaskGroups = 1 << 20;
constexpr size_t kMostTogether = 8;

struct CapturedTask {
    explicit CapturedTask(std::unique_ptr<Task> captured);

    // One that takes the place of another, mostly with the same memory.
    CapturedTask(std::unique_ptr<Task> captured, const CapturedTask &before);

    const std::unique_ptr<Task> task;
    FrozenMemory memory;
    const uint64_t released;  // releasedBlocks() before its memory was noted
};

// Tasks of several streams stand in the order of their launches: whatever an event orders was launched in that order.
class Graph {
public:
    explicit Graph(void *context) : context(context) {}
    ~Graph();
    Graph(const Graph &) = delete;
    Graph &operator=(const Graph &) = delete;

    // While it is captured. A task that is `fixed` is never replaced.
    size_t add(std::shared_ptr<CapturedTask> task, bool fixed);

    // How many tasks from this one on run together, if one before it does not run together with it.
    size_t together(size_t index) const { return together_[index]; }

    // Exchanges an operator; seen by replays that come to it later.
    void replace(size_t index, std::shared_ptr<CapturedTask> task);

    std::shared_ptr<CapturedTask> task(size_t index) const { return std::atomic_load(&tasks_[index]); }
    size_t size() const { return tasks_.size(); }

    // Charges streams of the device, which a graph occupies as long as it lives. False if there are too few.
    bool occupyStream();

    // False, with `text`, if memory of a task was freed since the capture. Costs nothing while nothing is freed.
    bool memoryIsIntact(std::string &text);

    void *handle = nullptr;
    void *const context;
    std::atomic<bool> captured{false};   // the capture has ended
    std::atomic<int64_t> pending{0};     // replays that are queued or running
    std::mutex running;                  // one replay at a time
    std::vector<void *> groups;          // handles of its task groups

private:
    bool joinsLast(const Task &task) const;

    std::vector<std::shared_ptr<CapturedTask>> tasks_;
    std::vector<uint8_t> together_;
    size_t head_ = SIZE_MAX;             // the first of the tasks that the next one may join; SIZE_MAX: none
    std::atomic<uint64_t> intactAt_{0};  // releasedBlocks() + 1 when all memory was last seen to be there; 0: never
    size_t streams_ = 0;
};

HandleTable<Graph> &graphs();

// Streams that live graphs occupy.
size_t graphStreams();

// Takes a graph and its task groups out of the tables.
void forgetGraph(const std::shared_ptr<Graph> &graph);

}  // namespace ascend4j
