// Events: marks in a stream's order that others wait for.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "core/external_event.h"
#include "core/handle_table.h"

namespace ascend4j {

constexpr size_t kMaxEvents = 65536;

// One recording of an event. A legacy event that is waited for before anybody recorded it has one that is not issued.
struct Recording {
    std::atomic<bool> issued{false};    // aclrtRecordEvent was called
    std::atomic<bool> complete{false};  // the stream has passed it
    std::atomic<int64_t> nanoseconds{0};
    std::mutex mutex;
    std::condition_variable passed;

    void finish();
};

struct CaptureMark;

struct Event {
    Event(void *context, uint32_t flags, bool extended, std::shared_ptr<ExternalFlag> external)
        : context(context), flags(flags), extended(extended), external(std::move(external)) {}

    void *handle = nullptr;
    void *const context;
    const uint32_t flags;
    const bool extended;  // made by aclrtCreateEventExWithFlag: re-recordable without a reset
    const std::shared_ptr<ExternalFlag> external;  // of ACL_EVENT_EXTERNAL; such an event has no recordings
    std::mutex mutex;
    std::shared_ptr<const CaptureMark> captured;  // guarded by mutex; null until recorded in a capture
    std::shared_ptr<Recording> latest;  // guarded by mutex; null until recorded or waited for
    std::atomic<int> waits{0};          // waits of streams that are not over
};

HandleTable<Event> &events();

}  // namespace ascend4j
