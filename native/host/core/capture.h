// A capture in progress: streams record their tasks into a graph instead of running them.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "acl/acl_mdl.h"
#include "core/graph.h"

namespace ascend4j {

class Stream;
class Capture;
struct Event;
struct TaskGroup;

// For each stream of the capture, how many of its steps come before a point.
using Progress = std::vector<uint64_t>;

// What an event recorded in a capture stands for.
struct CaptureMark {
    std::weak_ptr<Capture> capture;
    Progress before;
};

class Capture : public std::enable_shared_from_this<Capture> {
public:
    Capture(std::shared_ptr<Graph> graph, aclmdlRICaptureMode mode)
        : graph(std::move(graph)), mode(mode), thread(std::this_thread::get_id()) {}

    // The stream that began. It must be free for a capture.
    aclError begin(const char *call, const std::shared_ptr<Stream> &origin);

    aclError append(const char *call, Stream &stream, std::unique_ptr<Task> task);

    // Events of the capture order its streams; a stream that waits for one joins. Both with the event's mutex held.
    aclError recordEvent(const char *call, Stream &stream, Event &event);
    aclError waitEvent(const char *call, const std::shared_ptr<Stream> &stream, const Event &event);

    aclError beginGroup(const char *call, Stream &stream);
    aclError endGroup(const char *call, Stream &stream, void **handle);

    // From now on every use fails, and so does the end. The first reason stands.
    void invalidate(const std::string &reason);
    bool invalidated() const;

    // Ends it; ACL_SUCCESS if the graph can be replayed. Its streams are free again in any case.
    aclError finish(const char *call, const Stream &stream);
    void abandon();
    bool open() const;

    const std::shared_ptr<Graph> graph;
    const aclmdlRICaptureMode mode;
    const std::thread::id thread;

private:
    struct Lane {
        std::shared_ptr<Stream> stream;
        Progress seen;
    };

    aclError check(const char *call) const;
    aclError join(const char *call, const std::shared_ptr<Stream> &stream);
    aclError spoil(aclError code, const char *call, const std::string &text);
    size_t laneOf(const Stream &stream) const;
    void step(size_t lane);
    bool unjoined() const;
    void release();

    mutable std::mutex mutex_;  // guards all below
    std::vector<Lane> lanes_;   // the first is the origin's
    std::shared_ptr<TaskGroup> group_;
    const Stream *groupStream_ = nullptr;
    bool open_ = false;
    bool invalidated_ = false;
    std::string reason_;
};

// The capture that an event belongs to, while it lasts. With the event's mutex held.
std::shared_ptr<Capture> openCapture(const Event &event);

// Refuses a call that waits for the device or the driver (107030) where a capture's mode forbids it, and spoils it.
aclError refuseUnsafe(const char *call);

// Refuses, and spoils, a call on a context in which captures are open (107027).
aclError refuseWhileCapturing(const char *call, const void *context);
void abandonCaptures(const void *context);

// The calling thread's mode, which captures of other threads look at.
aclmdlRICaptureMode &threadCaptureMode();

}  // namespace ascend4j
