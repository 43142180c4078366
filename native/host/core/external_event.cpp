#include "core/external_event.h"

#include <chrono>

#include "core/futex.h"
#include "core/stream.h"
#include "core/thread_pool.h"
#include "core/timeouts.h"

namespace ascend4j {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kSlice = std::chrono::milliseconds(2);
constexpr int kSpins = 400;

class FlagTask : public Task {
public:
    explicit FlagTask(std::shared_ptr<ExternalFlag> flag) : flag_(std::move(flag)) {}
    bool capturable() const override { return true; }

protected:
    const std::shared_ptr<ExternalFlag> flag_;
};

class RecordFlag : public FlagTask {
public:
    explicit RecordFlag(std::shared_ptr<ExternalFlag> flag) : FlagTask(std::move(flag)) { flag_->records.fetch_add(1); }
    ~RecordFlag() override {
        if (!captured_) flag_->records.fetch_sub(1);
    }

    // A graph that holds a record may never replay again, so its record is none to wait for.
    void freeze(FrozenMemory &) const override {
        captured_ = true;
        flag_->records.fetch_sub(1);
    }

    aclError run(Stream &, std::string &) override {
        const std::lock_guard<std::mutex> lock(flag_->mutex);
        flag_->set.store(true, std::memory_order_release);
        flag_->changed.notify_all();
        return ACL_SUCCESS;
    }

    bool instant() const override { return true; }
    const char *name() const override { return "aclrtRecordEvent"; }

private:
    mutable bool captured_ = false;
};

class ResetFlag : public FlagTask {
public:
    using FlagTask::FlagTask;

    aclError run(Stream &, std::string &) override {
        flag_->set.store(false, std::memory_order_release);
        return ACL_SUCCESS;
    }

    bool instant() const override { return true; }
    const char *name() const override { return "aclrtResetEvent"; }
};

class WaitForFlag : public FlagTask {
public:
    using FlagTask::FlagTask;

    aclError run(Stream &stream, std::string &text) override {
        const auto ready = [this] { return flag_->set.load(std::memory_order_acquire); };
        for (int i = 0; i < kSpins && allowedCores() > 1 && !ready(); ++i) {
            cpuRelax();
        }
        if (ready()) {
            return ACL_SUCCESS;
        }
        const uint32_t limit = waitTimeoutSeconds();
        const auto begin = Clock::now();
        std::unique_lock<std::mutex> lock(flag_->mutex);
        while (!flag_->changed.wait_until(lock, Clock::now() + kSlice, ready)) {
            if (stream.interrupted() || (flag_->records.load() == 0 && stream.abandonWait())) {
                return ACL_SUCCESS;
            }
            if (limit != 0 && Clock::now() - begin > std::chrono::seconds(limit)) {
                text = "the external event was not recorded within the " + std::to_string(limit) +
                       " s of aclrtSetOpWaitTimeout";
                return ACL_ERROR_RT_WAIT_TIMEOUT;
            }
        }
        return ACL_SUCCESS;
    }

    const char *name() const override { return "aclrtStreamWaitEvent"; }
};

}  // namespace

std::unique_ptr<Task> recordFlag(std::shared_ptr<ExternalFlag> flag) {
    return std::make_unique<RecordFlag>(std::move(flag));
}

std::unique_ptr<Task> resetFlag(std::shared_ptr<ExternalFlag> flag) {
    return std::make_unique<ResetFlag>(std::move(flag));
}

std::unique_ptr<Task> waitForFlag(std::shared_ptr<ExternalFlag> flag) {
    return std::make_unique<WaitForFlag>(std::move(flag));
}

}  // namespace ascend4j
