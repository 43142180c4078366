#include "core/stream.h"

#include <system_error>
#include <thread>

#include "acl/acl_rt.h"
#include "core/capture.h"
#include "core/error.h"
#include "core/futex.h"
#include "core/jitter.h"
#include "core/native_thread.h"
#include "core/settings.h"
#include "core/task_group.h"
#include "core/thread_pool.h"
#include "core/timeouts.h"

namespace ascend4j {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kIdleSpin = std::chrono::microseconds(30);
constexpr auto kWaitSpin = std::chrono::microseconds(15);

thread_local const Stream *workerOf = nullptr;

// A spinning thread on the only core keeps the others from working.
template <typename Ready>
bool spin(std::chrono::microseconds limit, Ready ready) {
    if (ready()) {
        return true;
    }
    if (allowedCores() < 2) {
        return false;
    }
    const auto end = Clock::now() + limit;
    do {
        for (int i = 0; i < 32; ++i) {
            cpuRelax();
            if (ready()) {
                return true;
            }
        }
    } while (Clock::now() < end);
    return false;
}

}  // namespace

aclError Stream::enqueue(const char *call, std::unique_ptr<Task> task) {
    if (const aclError stopped = policy_->stoppedBy.load(std::memory_order_acquire)) {
        const std::lock_guard<std::mutex> lock(policy_->mutex);
        return fail(stopped, call, "refused: a task of this context failed and its failure mode is stop (%s)",
                    policy_->text.c_str());
    }
    if (recording_.load(std::memory_order_acquire)) {
        return record(call, std::move(task));
    }
    bool wake = false;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (closed_) {
            return fail(ACL_ERROR_RT_INVALID_HANDLE, call, "stream: it is being destroyed");
        }
        if (task->instant() && idle()) {
            runHere(*task);
            return ACL_SUCCESS;
        }
        try {
            if (!started_) {
                start();
            }
            task->sequence = enqueued_.load(std::memory_order_relaxed) + 1;
            queue_.push_back(std::move(task));
        } catch (const std::exception &error) {
            return fail(ACL_ERROR_RT_RESOURCE_ALLOC_FAIL, call, "stream: no thread or memory for it (%s)", error.what());
        }
        enqueued_.fetch_add(1, std::memory_order_release);
        wake = sleeping_;
    }
    if (wake) {
        work_.notify_one();
    }
    return ACL_SUCCESS;
}

// With mutex_ held, so it stays so. Tests that stretch time want every task on the worker.
bool Stream::idle() const {
    return done_.load(std::memory_order_acquire) == enqueued_.load(std::memory_order_relaxed) && !settings().jitter;
}

// On an idle stream with mutex_ held: waking the worker would cost more than the task, and a core that kernels use.
void Stream::runHere(Task &task) {
    task.sequence = enqueued_.load(std::memory_order_relaxed) + 1;
    taken_.store(task.sequence, std::memory_order_relaxed);
    enqueued_.store(task.sequence, std::memory_order_release);
    execute(task);
    complete(task.sequence);
}

// The host thread decides the order of launches, so a stream that stops being captured meanwhile is the caller's race.
aclError Stream::record(const char *call, std::unique_ptr<Task> task) {
    if (const auto open = capture()) {
        return open->append(call, *this, std::move(task));
    }
    if (const auto open = update()) {
        return open->append(call, std::move(task));
    }
    return fail(ACL_ERROR_STREAM_CAPTURE_CONFLICT, call, "stream: its capture ended during this call");
}

std::shared_ptr<Capture> Stream::capture() const {
    if (!recording_.load(std::memory_order_acquire)) {
        return nullptr;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    return capture_;
}

std::shared_ptr<GroupUpdate> Stream::update() const {
    if (!recording_.load(std::memory_order_acquire)) {
        return nullptr;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    return update_;
}

bool Stream::setCapture(std::shared_ptr<Capture> capture) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (recording_.exchange(true)) {
        return false;
    }
    capture_ = std::move(capture);
    return true;
}

bool Stream::setUpdate(std::shared_ptr<GroupUpdate> update) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (recording_.exchange(true)) {
        return false;
    }
    update_ = std::move(update);
    return true;
}

void Stream::clearRecording() {
    const std::lock_guard<std::mutex> lock(mutex_);
    capture_.reset();
    update_.reset();
    recording_.store(false, std::memory_order_release);
}

aclError Stream::refuseWhileCaptured(const char *call) const {
    const auto open = capture();
    if (open == nullptr) {
        return ACL_SUCCESS;
    }
    open->invalidate(std::string(call) + " on a stream of the capture");
    return fail(ACL_ERROR_RT_STREAM_CAPTURED, call, "stream: it is being captured; end the capture first");
}

void Stream::start() {
    const std::string id = handle == nullptr ? "0" : std::to_string(reinterpret_cast<uint64_t>(handle) >> 4 & 0xFFFFF);
    startThread("acl-stream-" + id, [self = shared_from_this()] { self->loop(); });
    started_ = true;
}

void Stream::loop() {
    workerOf = this;
    std::vector<std::unique_ptr<Task>> batch;
    while (next(batch)) {
        for (std::unique_ptr<Task> &task : batch) {
            const uint64_t sequence = task->sequence;
            execute(*task);
            task.reset();
            complete(sequence);
        }
        batch.clear();
    }
}

// Takes all that is queued; false when the stream is closed and empty.
bool Stream::next(std::vector<std::unique_ptr<Task>> &batch) {
    const auto ready = [this] { return enqueued_.load(std::memory_order_acquire) != taken_.load(std::memory_order_relaxed); };
    spin(kIdleSpin, ready);
    std::unique_lock<std::mutex> lock(mutex_);
    while (queue_.empty()) {
        if (closed_) {
            return false;
        }
        sleeping_ = true;
        work_.wait(lock);
        sleeping_ = false;
    }
    batch.swap(queue_);
    taken_.store(batch.back()->sequence, std::memory_order_relaxed);
    return true;
}

void Stream::execute(Task &task) {
    running_ = task.sequence;
    if (interrupted()) {
        task.skip();
        return;
    }
    std::string text;
    const aclError code = perform(task, task.sequence, text);
    if (code != ACL_SUCCESS) {
        recordFailure(code, std::string(errorClass(code)) + ": " + task.name() + ": " + text);
    }
}

aclError Stream::perform(Task &task, uint64_t delay, std::string &text) {
    aclError code = ACL_SUCCESS;
    const uint32_t limit = task.composite() ? 0 : taskTimeoutSeconds();
    if (!task.composite()) {
        delayByJitter(delay);
    }
    const auto begin = limit == 0 ? Clock::time_point() : Clock::now();
    try {
        code = task.run(*this, text);
    } catch (const std::exception &error) {
        code = ACL_ERROR_RT_AICORE_EXCEPTION;
        text = error.what();
    } catch (...) {
        code = ACL_ERROR_RT_AICORE_EXCEPTION;
        text = "unknown exception";
    }
    if (code == ACL_SUCCESS && limit != 0 && Clock::now() - begin > std::chrono::seconds(limit)) {
        code = ACL_ERROR_RT_AICORE_TIMEOUT;
        text = "ran longer than the " + std::to_string(limit) + " s of aclrtSetOpExecuteTimeOut";
    }
    return code;
}

void Stream::complete(uint64_t sequence) {
    done_.store(sequence, std::memory_order_seq_cst);
    if (sequence >= wanted_.load(std::memory_order_seq_cst)) {
        const std::lock_guard<std::mutex> lock(waitMutex_);
        wanted_.store(UINT64_MAX, std::memory_order_seq_cst);
        finished_.notify_all();
    }
}

void Stream::recordFailure(aclError code, const std::string &text) {
    {
        const std::lock_guard<std::mutex> lock(waitMutex_);
        if (failure_.load(std::memory_order_relaxed) == ACL_SUCCESS) {
            failureText_ = text;
            failure_.store(code, std::memory_order_release);
        }
    }
    if (policy_->stopOnFailure.load(std::memory_order_acquire)) {
        const std::lock_guard<std::mutex> lock(policy_->mutex);
        if (policy_->stoppedBy.load(std::memory_order_relaxed) == ACL_SUCCESS) {
            policy_->text = text;
            policy_->stoppedBy.store(code, std::memory_order_release);
        }
    }
}

aclError Stream::reportFailure(const char *call) {
    if (failure_.load(std::memory_order_acquire) != ACL_SUCCESS) {
        const std::lock_guard<std::mutex> lock(waitMutex_);
        const aclError code = failure_.load(std::memory_order_relaxed);
        return code == ACL_SUCCESS ? code : failWith(code, failureText_ + " (reported by " + call + ")");
    }
    if (const aclError stopped = policy_->stoppedBy.load(std::memory_order_acquire)) {
        const std::lock_guard<std::mutex> lock(policy_->mutex);
        return failWith(stopped, policy_->text + " (another stream of the context; reported by " + call + ")");
    }
    return ACL_SUCCESS;
}

bool Stream::await(uint64_t target, int64_t milliseconds) {
    const auto ready = [&] { return done_.load(std::memory_order_seq_cst) >= target; };
    if (spin(kWaitSpin, ready)) {
        return true;
    }
    const auto deadline = Clock::now() + std::chrono::milliseconds(milliseconds < 0 ? 0 : milliseconds);
    std::unique_lock<std::mutex> lock(waitMutex_);
    while (true) {
        if (target < wanted_.load(std::memory_order_relaxed)) {
            wanted_.store(target, std::memory_order_seq_cst);
        }
        if (ready()) {
            return true;
        }
        if (milliseconds < 0) {
            finished_.wait(lock);
        } else if (Clock::now() >= deadline) {
            return false;
        } else {
            finished_.wait_until(lock, deadline);
        }
    }
}

aclError Stream::synchronize(const char *call, int64_t milliseconds) {
    if (const aclError captured = refuseWhileCaptured(call)) {
        return captured;
    }
    if (onWorker()) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "stream: a host function must not wait for its own stream");
    }
    const uint64_t aborts = aborts_.load(std::memory_order_acquire);
    const bool finished = await(enqueued_.load(std::memory_order_acquire), milliseconds);
    if (aborts_.load(std::memory_order_acquire) != aborts) {
        return fail(ACL_ERROR_RT_STREAM_ABORT, call, "stream: aborted while waiting");
    }
    if (!finished) {
        return fail(ACL_ERROR_RT_STREAM_SYNC_TIMEOUT, call, "timeout: %lld ms are over, tasks are still running",
                    static_cast<long long>(milliseconds));
    }
    return reportFailure(call);
}

aclError Stream::query(const char *call, bool &complete) {
    if (const aclError captured = refuseWhileCaptured(call)) {
        return captured;
    }
    complete = done_.load(std::memory_order_acquire) >= enqueued_.load(std::memory_order_acquire);
    return reportFailure(call);
}

void Stream::abort() {
    const uint64_t target = enqueued_.load(std::memory_order_acquire);
    abortedThrough_.store(target, std::memory_order_release);
    aborts_.fetch_add(1, std::memory_order_acq_rel);
    if (onWorker()) {
        return;
    }
    await(target, -1);  // the running task ends first; those that wait for events look at interrupted()
    const std::lock_guard<std::mutex> lock(waitMutex_);
    failure_.store(ACL_SUCCESS, std::memory_order_release);
    failureText_.clear();
}

void Stream::close(bool drain) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
    }
    (drain ? draining_ : closing_).store(true, std::memory_order_release);
    work_.notify_one();
    if (drain && !onWorker()) {
        await(enqueued_.load(std::memory_order_acquire), -1);
    }
}

bool Stream::abandonWait() {
    if (!draining_.load(std::memory_order_acquire)) {
        return false;
    }
    closing_.store(true, std::memory_order_release);
    return true;
}

aclError Stream::setFailureMode(const char *call, uint64_t mode) {
    if (mode != ACL_CONTINUE_ON_FAILURE && mode != ACL_STOP_ON_FAILURE) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "mode: found %llu, expected 0 (continue) or 1 (stop)",
                    static_cast<unsigned long long>(mode));
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (modeSet_) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "stream: its failure mode is set already; it can be set once");
    }
    modeSet_ = true;
    if (mode == ACL_STOP_ON_FAILURE) {
        policy_->stopOnFailure.store(true, std::memory_order_release);
    }
    return ACL_SUCCESS;
}

bool Stream::interrupted() const {
    return closing_.load(std::memory_order_acquire) || running_ <= abortedThrough_.load(std::memory_order_acquire) ||
           policy_->stoppedBy.load(std::memory_order_acquire) != ACL_SUCCESS;
}

bool Stream::onWorker() const {
    return workerOf == this;
}

}  // namespace ascend4j
