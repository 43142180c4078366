#include "core/capture.h"

#include <algorithm>
#include <atomic>

#include "core/error.h"
#include "core/event.h"
#include "core/stream.h"
#include "core/task_group.h"

namespace ascend4j {
namespace {

// All that are open; few, so a list serves.
struct OpenCaptures {
    std::mutex mutex;
    std::vector<std::shared_ptr<Capture>> all;
    std::atomic<size_t> count{0};
};

OpenCaptures &openCaptures() {
    static auto *instance = new OpenCaptures();
    return *instance;
}

std::vector<std::shared_ptr<Capture>> listed() {
    OpenCaptures &open = openCaptures();
    if (open.count.load(std::memory_order_acquire) == 0) {
        return {};
    }
    const std::lock_guard<std::mutex> lock(open.mutex);
    return open.all;
}

}  // namespace

aclError Capture::begin(const char *call, const std::shared_ptr<Stream> &origin) {
    if (!graph->occupyStream()) {
        return fail(ACL_ERROR_RT_NO_STREAM_RESOURCE, call,
                    "%zu streams are live and graphs occupy %zu, the limit is %zu; destroy some", streams().size(),
                    graphStreams(), kMaxStreams);
    }
    if (!origin->setCapture(shared_from_this())) {
        return fail(origin->capture() != nullptr ? ACL_ERROR_RT_STREAM_CAPTURED : ACL_ERROR_STREAM_TASK_GROUP_STATUS,
                    call, "stream: it is being captured already, or updates a task group");
    }
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        lanes_.push_back({origin, {0}});
        open_ = true;
    }
    OpenCaptures &open = openCaptures();
    const std::lock_guard<std::mutex> lock(open.mutex);
    open.all.push_back(shared_from_this());
    open.count.store(open.all.size(), std::memory_order_release);
    return ACL_SUCCESS;
}

aclError Capture::check(const char *call) const {
    if (!open_) {
        return fail(ACL_ERROR_RT_STREAM_NOT_CAPTURED, call, "stream: its capture has ended");
    }
    if (invalidated_) {
        return fail(ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED, call, "the capture is invalid since %s; end it",
                    reason_.c_str());
    }
    return ACL_SUCCESS;
}

aclError Capture::spoil(aclError code, const char *call, const std::string &text) {
    if (!invalidated_) {
        invalidated_ = true;
        reason_ = std::string(call) + " (" + text + ")";
    }
    return fail(code, call, "%s; the capture is invalid now", text.c_str());
}

size_t Capture::laneOf(const Stream &stream) const {
    const auto found = std::find_if(lanes_.begin(), lanes_.end(),
                                    [&](const Lane &lane) { return lane.stream.get() == &stream; });
    return static_cast<size_t>(found - lanes_.begin());
}

void Capture::step(size_t lane) {
    ++lanes_[lane].seen[lane];
}

aclError Capture::append(const char *call, Stream &stream, std::unique_ptr<Task> task) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const aclError error = check(call)) {
        return error;
    }
    if (!task->capturable()) {
        return spoil(ACL_ERROR_RT_FEATURE_NOT_SUPPORT, call, std::string(task->name()) + " cannot be captured");
    }
    if (graph->size() == kMaxGraphTasks) {
        return spoil(ACL_ERROR_RT_OVER_LIMIT, call, "a graph holds " + std::to_string(kMaxGraphTasks) + " tasks at most");
    }
    const bool grouped = group_ != nullptr && groupStream_ == &stream;
    if (grouped && !task->updatable()) {
        return spoil(ACL_ERROR_RT_FEATURE_NOT_SUPPORT_UPDATE_OP, call,
                     std::string(task->name()) + " in a task group, which takes operators only");
    }
    const size_t place = graph->add(std::make_shared<CapturedTask>(std::move(task)), !grouped);
    if (grouped) {
        group_->tasks.push_back(place);
    }
    step(laneOf(stream));
    return ACL_SUCCESS;
}

aclError Capture::recordEvent(const char *call, Stream &stream, Event &event) {
    const auto other = openCapture(event);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const aclError error = check(call)) {
        return error;
    }
    if (other != nullptr && other.get() != this) {
        return spoil(ACL_ERROR_STREAM_CAPTURE_CONFLICT, call, "event: it belongs to another capture");
    }
    const size_t lane = laneOf(stream);
    event.captured = std::make_shared<CaptureMark>(CaptureMark{weak_from_this(), lanes_[lane].seen});
    return ACL_SUCCESS;
}

aclError Capture::waitEvent(const char *call, const std::shared_ptr<Stream> &stream, const Event &event) {
    const auto owner = openCapture(event);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const aclError error = check(call)) {
        return error;
    }
    if (owner.get() != this) {
        return owner == nullptr
                       ? spoil(ACL_ERROR_RT_CAPTURE_DEPENDENCY, call, "event: it was not recorded in this capture")
                       : spoil(ACL_ERROR_STREAM_CAPTURE_CONFLICT, call, "event: it belongs to another capture");
    }
    if (laneOf(*stream) == lanes_.size()) {
        if (const aclError error = join(call, stream)) {
            return error;
        }
    }
    const size_t lane = laneOf(*stream);
    Progress &seen = lanes_[lane].seen;
    for (size_t i = 0; i < event.captured->before.size(); ++i) {
        seen[i] = std::max(seen[i], event.captured->before[i]);
    }
    step(lane);
    return ACL_SUCCESS;
}

aclError Capture::join(const char *call, const std::shared_ptr<Stream> &stream) {
    if (stream->handle == nullptr) {
        return spoil(ACL_ERROR_RT_STREAM_CAPTURE_IMPLICIT, call, "stream: a default stream cannot join a capture");
    }
    if (stream->capture() != nullptr || stream->update() != nullptr) {
        return spoil(ACL_ERROR_STREAM_CAPTURE_CONFLICT, call, "stream: it is in another capture or updates a task group");
    }
    if (!graph->occupyStream()) {
        return spoil(ACL_ERROR_RT_NO_STREAM_RESOURCE, call, "no stream is left for another branch of the graph");
    }
    if (!stream->setCapture(shared_from_this())) {
        return spoil(ACL_ERROR_STREAM_CAPTURE_CONFLICT, call, "stream: it joined another capture meanwhile");
    }
    lanes_.push_back({stream, {}});
    for (Lane &lane : lanes_) {
        lane.seen.resize(lanes_.size(), 0);
    }
    return ACL_SUCCESS;
}

aclError Capture::beginGroup(const char *call, Stream &stream) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const aclError error = check(call)) {
        return error;
    }
    if (group_ != nullptr) {
        return fail(ACL_ERROR_STREAM_TASK_GROUP_STATUS, call, "stream: a task group is open; groups do not nest");
    }
    group_ = std::make_shared<TaskGroup>();
    group_->graph = graph;
    groupStream_ = &stream;
    return ACL_SUCCESS;
}

aclError Capture::endGroup(const char *call, Stream &stream, void **handle) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const aclError error = check(call)) {
        return error;
    }
    if (group_ == nullptr || groupStream_ != &stream || group_->tasks.empty()) {
        return fail(ACL_ERROR_STREAM_TASK_GROUP_STATUS, call, "stream: %s",
                    group_ == nullptr           ? "no task group is open"
                    : groupStream_ != &stream ? "the open task group is another stream's"
                                              : "the task group holds no operator");
    }
    if (taskGroups().add(group_) == nullptr) {
        return spoil(ACL_ERROR_RT_RESOURCE_ALLOC_FAIL, call, "too many task groups");
    }
    *handle = group_->handle;
    graph->groups.push_back(group_->handle);
    group_.reset();
    return ACL_SUCCESS;
}

void Capture::invalidate(const std::string &reason) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (open_ && !invalidated_) {
        invalidated_ = true;
        reason_ = reason;
    }
}

bool Capture::invalidated() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return invalidated_;
}

bool Capture::open() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return open_;
}

bool Capture::unjoined() const {
    for (size_t i = 1; i < lanes_.size(); ++i) {
        if (lanes_[0].seen[i] < lanes_[i].seen[i]) {
            return true;
        }
    }
    return false;
}

aclError Capture::finish(const char *call, const Stream &stream) {
    aclError error = ACL_SUCCESS;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (open_ && laneOf(stream) != 0) {
            return fail(ACL_ERROR_RT_STREAM_CAPTURE_UNMATCHED, call, "stream: the capture began on another stream; end it there");
        }
        if (open_ && mode != ACL_MODEL_RI_CAPTURE_MODE_RELAXED && thread != std::this_thread::get_id()) {
            return fail(ACL_ERROR_RT_STREAM_CAPTURE_WRONG_THREAD, call,
                        "another thread began the capture; end it there, or begin it as RELAXED");
        }
        error = check(call);
        if (error == ACL_SUCCESS && group_ != nullptr) {
            error = fail(ACL_ERROR_STREAM_TASK_GROUP_INTR, call, "a task group was not ended; there is no graph");
        }
        if (error == ACL_SUCCESS && unjoined()) {
            error = fail(ACL_ERROR_RT_STREAM_UNJOINED, call,
                         "a stream that joined the capture was not joined back by an event; there is no graph");
        }
    }
    release();
    if (error == ACL_SUCCESS) {
        graph->captured.store(true, std::memory_order_release);
    } else {
        forgetGraph(graph);
    }
    return error;
}

void Capture::abandon() {
    release();
    forgetGraph(graph);
}

void Capture::release() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!open_) {
            return;
        }
        open_ = false;
        for (const Lane &lane : lanes_) {
            lane.stream->clearRecording();
        }
        lanes_.clear();
    }
    OpenCaptures &open = openCaptures();
    const std::lock_guard<std::mutex> lock(open.mutex);
    open.all.erase(std::remove(open.all.begin(), open.all.end(), shared_from_this()), open.all.end());
    open.count.store(open.all.size(), std::memory_order_release);
}

std::shared_ptr<Capture> openCapture(const Event &event) {
    auto owner = event.captured == nullptr ? nullptr : event.captured->capture.lock();
    return owner != nullptr && owner->open() ? owner : nullptr;
}

aclError refuseUnsafe(const char *call) {
    const auto open = listed();
    const aclmdlRICaptureMode own = threadCaptureMode();
    if (open.empty() || own == ACL_MODEL_RI_CAPTURE_MODE_RELAXED) {
        return ACL_SUCCESS;
    }
    bool refused = false;
    for (const auto &capture : open) {
        const bool mine = capture->thread == std::this_thread::get_id();
        const bool forbids = mine ? capture->mode != ACL_MODEL_RI_CAPTURE_MODE_RELAXED
                                  : capture->mode == ACL_MODEL_RI_CAPTURE_MODE_GLOBAL &&
                                            own == ACL_MODEL_RI_CAPTURE_MODE_GLOBAL;
        if (forbids) {
            capture->invalidate(std::string(call) + ", which its mode forbids");
            refused = true;
        }
    }
    return refused ? fail(ACL_ERROR_RT_CAPTURE_MODE_NOT_SUPPORT, call,
                          "a stream is being captured in a mode that forbids this call; make it before the capture, or "
                          "change the thread's mode to RELAXED around it")
                   : ACL_SUCCESS;
}

aclError refuseWhileCapturing(const char *call, const void *context) {
    for (const auto &capture : listed()) {
        if (capture->graph->context == context) {
            capture->invalidate(call);
            return fail(ACL_ERROR_RT_STREAM_CAPTURED, call, "a stream is being captured; end the capture first");
        }
    }
    return ACL_SUCCESS;
}

void abandonCaptures(const void *context) {
    for (const auto &capture : listed()) {
        if (capture->graph->context == context) {
            capture->abandon();
        }
    }
}

aclmdlRICaptureMode &threadCaptureMode() {
    thread_local aclmdlRICaptureMode mode = ACL_MODEL_RI_CAPTURE_MODE_GLOBAL;
    return mode;
}

}  // namespace ascend4j
