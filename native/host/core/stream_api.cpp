// Streams as the C interface sees them.
#include <algorithm>

#include "acl/acl_rt.h"
#include "core/context.h"
#include "core/error.h"
#include "core/graph.h"
#include "core/stream.h"
#include "core/task.h"

namespace ascend4j {
namespace {

constexpr uint32_t kMaxPriority = 7;
constexpr uint32_t kStreamFlags = 0x3F;

class HostFunctionTask : public Task {
public:
    HostFunctionTask(aclrtHostFunc function, void *argument) : function_(function), argument_(argument) {}

    aclError run(Stream &, std::string &) override {
        function_(argument_);
        return ACL_SUCCESS;
    }

    const char *name() const override { return "aclrtLaunchHostFunc"; }

private:
    const aclrtHostFunc function_;
    void *const argument_;
};

aclError create(const char *call, aclrtStream *stream, uint32_t priority, uint32_t flag) {
    if (stream == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "stream: found null");
    }
    std::shared_ptr<Context> context;
    if (const aclError error = currentContext(call, context)) {
        return error;
    }
    if (priority > kMaxPriority || (flag & ~kStreamFlags) != 0) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "found priority %u, flag 0x%x; expected 0 to %u, some of 0x%x",
                    priority, flag, kMaxPriority, kStreamFlags);
    }
    const bool full = streams().size() + graphStreams() >= kMaxStreams;
    void *handle = full ? nullptr
                        : streams().add(std::make_shared<Stream>(context->handle, context->device, context->policy));
    if (handle == nullptr) {
        return fail(ACL_ERROR_RT_NO_STREAM_RESOURCE, call, "%zu streams are live and graphs occupy %zu, the limit is %zu; destroy some", streams().size(),
                    graphStreams(), kMaxStreams);
    }
    *stream = handle;
    return ACL_SUCCESS;
}

aclError destroy(const char *call, aclrtStream stream, bool drain) {
    if (stream == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "stream: found null; a context's default stream cannot be destroyed");
    }
    std::shared_ptr<Stream> found;
    if (const aclError error = findStream(call, stream, found)) {
        return error;
    }
    if (found->onWorker()) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "stream: a host function must not destroy its own stream");
    }
    if (const aclError error = found->refuseWhileCaptured(call)) {
        return error;
    }
    if (streams().take(stream) != nullptr) {
        found->close(drain);
    }
    return ACL_SUCCESS;
}

}  // namespace

HandleTable<Stream> &streams() {
    static auto *table = new HandleTable<Stream>(HandleKind::Stream, kMaxStreams);
    return *table;
}

aclError findStream(const char *call, void *handle, std::shared_ptr<Stream> &stream) {
    std::shared_ptr<Context> context;
    if (const aclError error = currentContext(call, context)) {
        return error;
    }
    stream = handle == nullptr ? context->defaultStream : streams().find(handle);
    if (stream == nullptr) {
        return fail(ACL_ERROR_RT_INVALID_HANDLE, call,
                    "stream: %p is no live stream; it was destroyed or never created", handle);
    }
    if (stream->context != context->handle) {
        return fail(ACL_ERROR_RT_STREAM_CONTEXT, call, "stream: it belongs to another context than this thread's");
    }
    return ACL_SUCCESS;
}

}  // namespace ascend4j

using namespace ascend4j;

aclError aclrtCreateStream(aclrtStream *stream) {
    return create("aclrtCreateStream", stream, 0, 0);
}

aclError aclrtCreateStreamWithConfig(aclrtStream *stream, uint32_t priority, uint32_t flag) {
    return create("aclrtCreateStreamWithConfig", stream, priority, flag);
}

aclError aclrtDestroyStream(aclrtStream stream) {
    return destroy("aclrtDestroyStream", stream, true);
}

aclError aclrtDestroyStreamForce(aclrtStream stream) {
    return destroy("aclrtDestroyStreamForce", stream, false);
}

aclError aclrtSynchronizeStream(aclrtStream stream) {
    constexpr const char *call = "aclrtSynchronizeStream";
    std::shared_ptr<Stream> found;
    const aclError error = findStream(call, stream, found);
    return error != ACL_SUCCESS ? error : found->synchronize(call, -1);
}

aclError aclrtSynchronizeStreamWithTimeout(aclrtStream stream, int32_t timeout) {
    constexpr const char *call = "aclrtSynchronizeStreamWithTimeout";
    std::shared_ptr<Stream> found;
    if (const aclError error = findStream(call, stream, found)) {
        return error;
    }
    if (timeout == 0 || timeout < -1) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "timeout: found %d, expected -1 (for ever) or milliseconds above 0",
                    timeout);
    }
    return found->synchronize(call, timeout);
}

aclError aclrtStreamQuery(aclrtStream stream, aclrtStreamStatus *status) {
    constexpr const char *call = "aclrtStreamQuery";
    if (status == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "status: found null");
    }
    std::shared_ptr<Stream> found;
    if (const aclError error = findStream(call, stream, found)) {
        return error;
    }
    bool complete = false;
    const aclError failure = found->query(call, complete);
    *status = complete ? ACL_STREAM_STATUS_COMPLETE : ACL_STREAM_STATUS_NOT_READY;
    return failure;
}

aclError aclrtStreamAbort(aclrtStream stream) {
    std::shared_ptr<Stream> found;
    if (const aclError error = findStream("aclrtStreamAbort", stream, found)) {
        return error;
    }
    if (const aclError error = found->refuseWhileCaptured("aclrtStreamAbort")) {
        return error;
    }
    found->abort();
    return ACL_SUCCESS;
}

aclError aclrtSetStreamFailureMode(aclrtStream stream, uint64_t mode) {
    constexpr const char *call = "aclrtSetStreamFailureMode";
    if (stream == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "stream: found null; a default stream has no failure mode of its own");
    }
    std::shared_ptr<Stream> found;
    const aclError error = findStream(call, stream, found);
    return error != ACL_SUCCESS ? error : found->setFailureMode(call, mode);
}

aclError aclrtGetStreamAvailableNum(uint32_t *streamCount) {
    constexpr const char *call = "aclrtGetStreamAvailableNum";
    if (streamCount == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "streamCount: found null");
    }
    if (const aclError error = requireContext(call)) {
        return error;
    }
    *streamCount = static_cast<uint32_t>(kMaxStreams - std::min(kMaxStreams, streams().size() + graphStreams()));
    return ACL_SUCCESS;
}

aclError aclrtLaunchHostFunc(aclrtStream stream, aclrtHostFunc fn, void *args) {
    constexpr const char *call = "aclrtLaunchHostFunc";
    if (fn == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "fn: found null");
    }
    std::shared_ptr<Stream> found;
    const aclError error = findStream(call, stream, found);
    return error != ACL_SUCCESS ? error : found->enqueue(call, std::make_unique<HostFunctionTask>(fn, args));
}
