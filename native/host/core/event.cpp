#include "core/event.h"

#include <chrono>
#include <thread>

#include "acl/acl_rt.h"
#include "core/capture.h"
#include "core/context.h"
#include "core/error.h"
#include "core/futex.h"
#include "core/stream.h"
#include "core/task.h"
#include "core/thread_pool.h"
#include "core/timeouts.h"

namespace ascend4j {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kSlice = std::chrono::milliseconds(2);
constexpr int kSpins = 400;

void spin(const Recording &recording) {
    for (int i = 0; i < kSpins && allowedCores() > 1 && !recording.complete.load(std::memory_order_acquire); ++i) {
        cpuRelax();
    }
}

// False when `milliseconds` (negative: no limit) are over.
bool await(Recording &recording, int64_t milliseconds) {
    const auto ready = [&] { return recording.complete.load(std::memory_order_acquire); };
    spin(recording);
    std::unique_lock<std::mutex> lock(recording.mutex);
    if (milliseconds < 0) {
        recording.passed.wait(lock, ready);
        return true;
    }
    return recording.passed.wait_until(lock, Clock::now() + std::chrono::milliseconds(milliseconds), ready);
}

class RecordTask : public Task {
public:
    RecordTask(std::shared_ptr<Recording> recording, bool timed) : recording_(std::move(recording)), timed_(timed) {}

    aclError run(Stream &, std::string &) override {
        if (timed_) {
            recording_->nanoseconds.store(Clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
        }
        recording_->finish();
        return ACL_SUCCESS;
    }

    void skip() override { recording_->finish(); }
    bool instant() const override { return true; }
    const char *name() const override { return "aclrtRecordEvent"; }

private:
    const std::shared_ptr<Recording> recording_;
    const bool timed_;
};

class WaitTask : public Task {
public:
    WaitTask(std::shared_ptr<Event> event, std::shared_ptr<Recording> recording)
        : event_(std::move(event)), recording_(std::move(recording)) {
        event_->waits.fetch_add(1);
    }
    ~WaitTask() override { event_->waits.fetch_sub(1); }

    aclError run(Stream &stream, std::string &text) override {
        const uint32_t limit = waitTimeoutSeconds();
        const auto begin = Clock::now();
        spin(*recording_);
        std::unique_lock<std::mutex> lock(recording_->mutex);
        const auto ready = [this] { return recording_->complete.load(std::memory_order_acquire); };
        while (!recording_->passed.wait_until(lock, Clock::now() + kSlice, ready)) {
            if (stream.interrupted() || (!recording_->issued.load() && stream.abandonWait())) {
                return ACL_SUCCESS;
            }
            if (limit != 0 && Clock::now() - begin > std::chrono::seconds(limit)) {
                text = "the event was not recorded within the " + std::to_string(limit) + " s of aclrtSetOpWaitTimeout";
                return ACL_ERROR_RT_WAIT_TIMEOUT;
            }
        }
        return ACL_SUCCESS;
    }

    const char *name() const override { return "aclrtStreamWaitEvent"; }

private:
    const std::shared_ptr<Event> event_;
    const std::shared_ptr<Recording> recording_;
};

// Finds the event and checks that it belongs to the thread's context.
aclError findEvent(const char *call, void *handle, std::shared_ptr<Event> &event) {
    if (handle == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "event: found null");
    }
    std::shared_ptr<Context> context;
    if (const aclError error = currentContext(call, context)) {
        return error;
    }
    event = events().find(handle);
    if (event == nullptr) {
        return fail(ACL_ERROR_RT_INVALID_HANDLE, call, "event: %p is no live event; it was destroyed or never created",
                    handle);
    }
    if (event->context != context->handle) {
        return fail(ACL_ERROR_RT_STREAM_CONTEXT, call, "event: it belongs to another context than this thread's");
    }
    return ACL_SUCCESS;
}

aclError create(const char *call, aclrtEvent *event, uint32_t flags, bool extended) {
    constexpr uint32_t plain = ACL_EVENT_SYNC | ACL_EVENT_CAPTURE_STREAM_PROGRESS | ACL_EVENT_TIME_LINE;
    const uint32_t known = extended ? plain : plain | ACL_EVENT_EXTERNAL;
    if (event == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "event: found null");
    }
    std::shared_ptr<Context> context;
    if (const aclError error = currentContext(call, context)) {
        return error;
    }
    if (flags == 0 || (flags & ~known) != 0) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "flag: found 0x%x, expected some of 0x%x", flags, known);
    }
    auto external = (flags & ACL_EVENT_EXTERNAL) == 0 ? nullptr : std::make_shared<ExternalFlag>();
    void *handle = events().add(std::make_shared<Event>(context->handle, flags, extended, std::move(external)));
    if (handle == nullptr) {
        return fail(ACL_ERROR_RT_NO_EVENT_RESOURCE, call, "%zu events are live, the limit; destroy some", kMaxEvents);
    }
    *event = handle;
    return ACL_SUCCESS;
}

// The host may not look at an event that a capture uses, nor at one that orders replays.
aclError refuseOnHost(const char *call, Event &event) {
    const std::lock_guard<std::mutex> lock(event.mutex);
    if (const auto open = openCapture(event)) {
        open->invalidate(std::string(call) + " on an event of the capture");
        return fail(ACL_ERROR_RT_EVENT_CAPTURED, call, "event: a capture uses it; end the capture first");
    }
    if (event.external != nullptr) {
        return fail(ACL_ERROR_RT_FEATURE_NOT_SUPPORT, call, "event: created with ACL_EVENT_EXTERNAL, only streams see it");
    }
    return ACL_SUCCESS;
}

// Finds the event and the stream of a call that orders them.
aclError findBoth(const char *call, aclrtEvent event, aclrtStream stream, std::shared_ptr<Event> &mark,
                  std::shared_ptr<Stream> &line) {
    const aclError error = findEvent(call, event, mark);
    return error != ACL_SUCCESS ? error : findStream(call, stream, line);
}

// A capture leaves its events as if they had not been recorded.
void forgetCapture(Event &event) {
    if (event.captured != nullptr) {
        event.captured.reset();
        event.latest.reset();
    }
}

std::shared_ptr<Recording> latestOf(Event &event) {
    const std::lock_guard<std::mutex> lock(event.mutex);
    return event.latest;
}

aclError synchronize(const char *call, aclrtEvent handle, int64_t milliseconds) {
    std::shared_ptr<Event> event;
    if (const aclError error = findEvent(call, handle, event)) {
        return error;
    }
    if (const aclError error = refuseOnHost(call, *event)) {
        return error;
    }
    const auto recording = latestOf(*event);
    if (recording == nullptr || !recording->issued.load()) {
        if (event->extended) {
            return ACL_SUCCESS;
        }
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "event: it was not recorded; waiting for it would never end");
    }
    if (!await(*recording, milliseconds)) {
        return fail(ACL_ERROR_RT_EVENT_SYNC_TIMEOUT, call, "timeout: %lld ms are over",
                    static_cast<long long>(milliseconds));
    }
    return ACL_SUCCESS;
}

aclError timeOf(const char *call, const char *name, aclrtEvent handle, int64_t &nanoseconds) {
    std::shared_ptr<Event> event;
    if (const aclError error = findEvent(call, handle, event)) {
        return error;
    }
    if (const aclError error = refuseOnHost(call, *event)) {
        return error;
    }
    const auto recording = latestOf(*event);
    nanoseconds = recording == nullptr ? 0 : recording->nanoseconds.load();
    if ((event->flags & ACL_EVENT_TIME_LINE) == 0 || nanoseconds == 0) {
        return fail(ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID, call, "%s: %s", name,
                    (event->flags & ACL_EVENT_TIME_LINE) == 0 ? "created without ACL_EVENT_TIME_LINE"
                                                              : "its stream has not passed a record of it");
    }
    return ACL_SUCCESS;
}

}  // namespace

void Recording::finish() {
    const std::lock_guard<std::mutex> lock(mutex);
    complete.store(true, std::memory_order_release);
    passed.notify_all();
}

HandleTable<Event> &events() {
    static auto *table = new HandleTable<Event>(HandleKind::Event, kMaxEvents);
    return *table;
}

}  // namespace ascend4j

using namespace ascend4j;

aclError aclrtCreateEvent(aclrtEvent *event) {
    return create("aclrtCreateEvent", event, ACL_EVENT_SYNC | ACL_EVENT_TIME_LINE, false);
}

aclError aclrtCreateEventWithFlag(aclrtEvent *event, uint32_t flag) {
    return create("aclrtCreateEventWithFlag", event, flag, false);
}

aclError aclrtCreateEventExWithFlag(aclrtEvent *event, uint32_t flag) {
    return create("aclrtCreateEventExWithFlag", event, flag, true);
}

aclError aclrtDestroyEvent(aclrtEvent event) {
    constexpr const char *call = "aclrtDestroyEvent";
    std::shared_ptr<Event> found;
    if (const aclError error = findEvent(call, event, found)) {
        return error;
    }
    if (found->external == nullptr) {
        if (const aclError error = refuseOnHost(call, *found)) {
            return error;
        }
    }
    events().take(event);
    return ACL_SUCCESS;
}

aclError aclrtRecordEvent(aclrtEvent event, aclrtStream stream) {
    constexpr const char *call = "aclrtRecordEvent";
    std::shared_ptr<Event> mark;
    std::shared_ptr<Stream> line;
    if (const aclError error = findBoth(call, event, stream, mark, line)) {
        return error;
    }
    if (mark->external != nullptr) {
        return line->enqueue(call, recordFlag(mark->external));
    }
    const std::lock_guard<std::mutex> lock(mark->mutex);
    if (const auto capture = line->capture()) {
        return capture->recordEvent(call, *line, *mark);
    }
    if (const auto open = openCapture(*mark)) {
        open->invalidate("aclrtRecordEvent of its event on a stream outside");
        return fail(ACL_ERROR_RT_EVENT_CAPTURED, call, "event: a capture uses it; end the capture first");
    }
    forgetCapture(*mark);
    const bool pending = mark->latest != nullptr && !mark->latest->issued.load();
    const auto recording = pending ? mark->latest : std::make_shared<Recording>();
    const bool timed = (mark->flags & ACL_EVENT_TIME_LINE) != 0;
    if (const aclError error = line->enqueue(call, std::make_unique<RecordTask>(recording, timed))) {
        return error;
    }
    recording->issued.store(true);
    mark->latest = recording;
    return ACL_SUCCESS;
}

aclError aclrtResetEvent(aclrtEvent event, aclrtStream stream) {
    constexpr const char *call = "aclrtResetEvent";
    std::shared_ptr<Event> mark;
    std::shared_ptr<Stream> line;
    if (const aclError error = findBoth(call, event, stream, mark, line)) {
        return error;
    }
    if (mark->external != nullptr) {
        return line->enqueue(call, resetFlag(mark->external));
    }
    if (mark->extended) {
        return fail(ACL_ERROR_RT_FEATURE_NOT_SUPPORT, call,
                    "event: made by aclrtCreateEventExWithFlag; record it again without a reset");
    }
    // Every wait holds the recording it was bound to when it was enqueued, so the stream itself has nothing to do.
    const std::lock_guard<std::mutex> lock(mark->mutex);
    if (mark->latest != nullptr && mark->latest->issued.load()) {
        mark->latest.reset();
    }
    return ACL_SUCCESS;
}

aclError aclrtStreamWaitEvent(aclrtStream stream, aclrtEvent event) {
    constexpr const char *call = "aclrtStreamWaitEvent";
    std::shared_ptr<Event> mark;
    std::shared_ptr<Stream> line;
    if (const aclError error = findBoth(call, event, stream, mark, line)) {
        return error;
    }
    if (mark->external != nullptr) {
        return line->enqueue(call, waitForFlag(mark->external));
    }
    if ((mark->flags & ACL_EVENT_SYNC) == 0) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "event: created without ACL_EVENT_SYNC, streams cannot wait for it");
    }
    const std::lock_guard<std::mutex> lock(mark->mutex);
    auto capture = line->capture();
    if (capture == nullptr) {
        capture = openCapture(*mark);
    }
    if (capture != nullptr) {
        return capture->waitEvent(call, line, *mark);
    }
    forgetCapture(*mark);
    if (mark->latest == nullptr) {
        if (mark->extended) {
            return ACL_SUCCESS;
        }
        mark->latest = std::make_shared<Recording>();
    }
    return line->enqueue(call, std::make_unique<WaitTask>(mark, mark->latest));
}

aclError aclrtQueryEventStatus(aclrtEvent event, aclrtEventRecordedStatus *status) {
    constexpr const char *call = "aclrtQueryEventStatus";
    if (status == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "status: found null");
    }
    std::shared_ptr<Event> mark;
    if (const aclError error = findEvent(call, event, mark)) {
        return error;
    }
    if (const aclError error = refuseOnHost(call, *mark)) {
        return error;
    }
    const auto recording = latestOf(*mark);
    const bool complete = recording == nullptr ? mark->extended : recording->complete.load();
    *status = complete ? ACL_EVENT_RECORDED_STATUS_COMPLETE : ACL_EVENT_RECORDED_STATUS_NOT_READY;
    return ACL_SUCCESS;
}

aclError aclrtQueryEventWaitStatus(aclrtEvent event, aclrtEventWaitStatus *status) {
    constexpr const char *call = "aclrtQueryEventWaitStatus";
    if (status == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "status: found null");
    }
    std::shared_ptr<Event> mark;
    if (const aclError error = findEvent(call, event, mark)) {
        return error;
    }
    if (const aclError error = refuseOnHost(call, *mark)) {
        return error;
    }
    if (mark->extended) {
        return fail(ACL_ERROR_RT_FEATURE_NOT_SUPPORT, call, "event: made by aclrtCreateEventExWithFlag");
    }
    *status = mark->waits.load() == 0 ? ACL_EVENT_WAIT_STATUS_COMPLETE : ACL_EVENT_WAIT_STATUS_NOT_READY;
    return ACL_SUCCESS;
}

aclError aclrtSynchronizeEvent(aclrtEvent event) {
    return synchronize("aclrtSynchronizeEvent", event, -1);
}

aclError aclrtSynchronizeEventWithTimeout(aclrtEvent event, int32_t timeout) {
    if (timeout == 0 || timeout < -1) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, "aclrtSynchronizeEventWithTimeout",
                    "timeout: found %d, expected -1 (for ever) or milliseconds above 0", timeout);
    }
    return synchronize("aclrtSynchronizeEventWithTimeout", event, timeout);
}

aclError aclrtEventElapsedTime(float *ms, aclrtEvent startEvent, aclrtEvent endEvent) {
    constexpr const char *call = "aclrtEventElapsedTime";
    if (ms == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "ms: found null");
    }
    int64_t begin = 0;
    int64_t end = 0;
    if (const aclError error = timeOf(call, "startEvent", startEvent, begin)) {
        return error;
    }
    if (const aclError error = timeOf(call, "endEvent", endEvent, end)) {
        return error;
    }
    if (end < begin) {
        return fail(ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL, call, "endEvent was passed %lld ns before startEvent",
                    static_cast<long long>(begin - end));
    }
    *ms = static_cast<float>(static_cast<double>(end - begin) / 1e6);
    return ACL_SUCCESS;
}

aclError aclrtGetEventAvailNum(uint32_t *eventCount) {
    if (eventCount == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, "aclrtGetEventAvailNum", "eventCount: found null");
    }
    if (const aclError error = requireContext("aclrtGetEventAvailNum")) {
        return error;
    }
    *eventCount = static_cast<uint32_t>(kMaxEvents - events().size());
    return ACL_SUCCESS;
}
