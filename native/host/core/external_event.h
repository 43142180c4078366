// Events that order a captured graph's replays against work outside of it (ACL_EVENT_EXTERNAL): a flag that a record
// sets, a reset clears, and a wait sleeps for, each in its stream's order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "core/task.h"

namespace ascend4j {

struct ExternalFlag {
    std::mutex mutex;
    std::condition_variable changed;
    std::atomic<bool> set{false};
    std::atomic<int64_t> records{0};  // that are queued
};

std::unique_ptr<Task> recordFlag(std::shared_ptr<ExternalFlag> flag);
std::unique_ptr<Task> resetFlag(std::shared_ptr<ExternalFlag> flag);
std::unique_ptr<Task> waitForFlag(std::shared_ptr<ExternalFlag> flag);

}  // namespace ascend4j
