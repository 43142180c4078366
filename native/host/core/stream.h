// A FIFO of tasks with a worker thread of its own, started by the first task.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/handle_table.h"
#include "core/task.h"

namespace ascend4j {

constexpr size_t kMaxStreams = 1984;

// What all streams of a context share: with ACL_STOP_ON_FAILURE the first failure stops them all.
struct FailurePolicy {
    std::atomic<bool> stopOnFailure{false};
    std::atomic<aclError> stoppedBy{ACL_SUCCESS};
    std::mutex mutex;
    std::string text;  // guarded by mutex
};

class Capture;
class GroupUpdate;

class Stream : public std::enable_shared_from_this<Stream> {
public:
    Stream(void *context, int device, std::shared_ptr<FailurePolicy> policy)
        : context(context), device(device), policy_(std::move(policy)) {}

    // Cheap: a lock, a push, and a wake-up only if the worker sleeps. Records a message for `call` on failure. While
    // the stream is captured or updates a task group, the task goes there instead.
    aclError enqueue(const char *call, std::unique_ptr<Task> task);

    // The capture that the stream takes part in, and the task group that it updates; null if none. A stream has at most
    // one of the two; the setters answer false if it has one already.
    std::shared_ptr<Capture> capture() const;
    std::shared_ptr<GroupUpdate> update() const;
    bool setCapture(std::shared_ptr<Capture> capture);
    bool setUpdate(std::shared_ptr<GroupUpdate> update);
    void clearRecording();

    // Refuses `call` and spoils the capture if the stream takes part in one.
    aclError refuseWhileCaptured(const char *call) const;

    // Waits for all tasks enqueued before; milliseconds < 0 waits for ever. Gives the stream's error.
    aclError synchronize(const char *call, int64_t milliseconds);
    aclError query(const char *call, bool &complete);

    // Drops what has not begun, makes waiters return ACL_ERROR_RT_STREAM_ABORT, clears the error.
    void abort();

    // No further task; `drain` waits for those enqueued, otherwise they are dropped.
    void close(bool drain);

    // Once per stream.
    aclError setFailureMode(const char *call, uint64_t mode);

    // For the running task: true if it should give up, as the stream was aborted, stopped or is closing.
    bool interrupted() const;

    // Runs a task on the worker: exceptions and the time limit become codes, `text` their message.
    aclError perform(Task &task, uint64_t delay, std::string &text);

    // Whether a failure ends what the stream still has to do.
    bool stopsOnFailure() const { return policy_->stopOnFailure.load(std::memory_order_acquire); }

    // For a task that waits for an event which nobody has recorded: true, and the rest of the queue is dropped, once
    // the stream is being destroyed, for then the destruction would never end.
    bool abandonWait();

    bool onWorker() const;

    void *handle = nullptr;  // null for a default stream
    void *const context;
    const int device;

private:
    bool await(uint64_t target, int64_t milliseconds);
    void start();
    void loop();
    bool next(std::vector<std::unique_ptr<Task>> &batch);
    bool idle() const;
    void runHere(Task &task);
    void execute(Task &task);
    aclError record(const char *call, std::unique_ptr<Task> task);
    void complete(uint64_t sequence);
    void recordFailure(aclError code, const std::string &text);
    aclError reportFailure(const char *call);

    const std::shared_ptr<FailurePolicy> policy_;
    mutable std::mutex mutex_;  // queue_, closed_, started_, modeSet_, capture_, update_
    std::condition_variable work_;
    std::vector<std::unique_ptr<Task>> queue_;
    bool closed_ = false;
    bool started_ = false;
    bool modeSet_ = false;
    bool sleeping_ = false;
    std::shared_ptr<Capture> capture_;
    std::shared_ptr<GroupUpdate> update_;
    std::atomic<bool> recording_{false};  // one of the two is set
    uint64_t running_ = 0;                // the worker's own, or guarded by mutex_ while the stream is idle
    std::atomic<uint64_t> enqueued_{0};
    std::atomic<uint64_t> taken_{0};
    std::atomic<uint64_t> done_{0};
    std::atomic<uint64_t> abortedThrough_{0};
    std::atomic<uint64_t> aborts_{0};
    std::atomic<bool> draining_{false};  // closing, but what is queued still runs
    std::atomic<bool> closing_{false};   // what is queued is dropped
    std::mutex waitMutex_;  // failure_, failureText_ and the waiters
    std::condition_variable finished_;
    std::atomic<uint64_t> wanted_{UINT64_MAX};  // the lowest sequence that a waiter sleeps for
    std::atomic<aclError> failure_{ACL_SUCCESS};
    std::string failureText_;
};

// Explicit streams; default streams belong to their context alone.
HandleTable<Stream> &streams();

// The calling thread's stream for a handle: null is the current context's default stream. Records the message.
aclError findStream(const char *call, void *handle, std::shared_ptr<Stream> &stream);

}  // namespace ascend4j
