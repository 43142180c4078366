// Capture, replay and task groups as the C interface sees them.
#include <cstdio>

#include "acl/acl_mdl.h"
#include "core/capture.h"
#include "core/context.h"
#include "core/error.h"
#include "core/replay.h"
#include "core/stream.h"
#include "core/task_group.h"

namespace {

using namespace ascend4j;

aclError findGraph(const char *call, aclmdlRI handle, std::shared_ptr<Graph> &graph) {
    if (handle == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "modelRI: found null");
    }
    if (const aclError error = requireContext(call)) {
        return error;
    }
    graph = graphs().find(handle);
    if (graph == nullptr) {
        return fail(ACL_ERROR_RT_INVALID_HANDLE, call, "modelRI: %p is no live graph; it was destroyed or never captured",
                    handle);
    }
    if (!graph->captured.load(std::memory_order_acquire)) {
        return fail(ACL_ERROR_RT_MODEL_CAPTURED, call, "modelRI: its capture has not ended");
    }
    return ACL_SUCCESS;
}

// The open capture of a stream that must have one.
aclError findCapture(const char *call, aclrtStream handle, std::shared_ptr<Stream> &stream,
                     std::shared_ptr<Capture> &capture) {
    if (const aclError error = findStream(call, handle, stream)) {
        return error;
    }
    capture = stream->capture();
    if (capture == nullptr) {
        return fail(ACL_ERROR_RT_STREAM_NOT_CAPTURED, call, "stream: it is not being captured");
    }
    return ACL_SUCCESS;
}

bool isMode(aclmdlRICaptureMode mode) {
    return mode >= ACL_MODEL_RI_CAPTURE_MODE_GLOBAL && mode <= ACL_MODEL_RI_CAPTURE_MODE_RELAXED;
}

}  // namespace

aclError aclmdlRICaptureBegin(aclrtStream stream, aclmdlRICaptureMode mode) {
    constexpr const char *call = "aclmdlRICaptureBegin";
    std::shared_ptr<Stream> found;
    if (const aclError error = findStream(call, stream, found)) {
        return error;
    }
    if (!isMode(mode)) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "mode: found %d, expected 0 to 2", static_cast<int>(mode));
    }
    if (stream == nullptr) {
        return fail(ACL_ERROR_RT_STREAM_CAPTURE_IMPLICIT, call,
                    "stream: found null; a default stream cannot be captured, create one");
    }
    const auto graph = std::make_shared<Graph>(found->context);
    if (graphs().add(graph) == nullptr) {
        return fail(ACL_ERROR_RT_NO_MODEL_RESOURCE, call, "%zu graphs are live, the limit; destroy some", kMaxGraphs);
    }
    const aclError error = std::make_shared<Capture>(graph, mode)->begin(call, found);
    if (error != ACL_SUCCESS) {
        forgetGraph(graph);
    }
    return error;
}

aclError aclmdlRICaptureGetInfo(aclrtStream stream, aclmdlRICaptureStatus *status, aclmdlRI *modelRI) {
    constexpr const char *call = "aclmdlRICaptureGetInfo";
    if (status == nullptr || modelRI == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "%s: found null", status == nullptr ? "status" : "modelRI");
    }
    std::shared_ptr<Stream> found;
    if (const aclError error = findStream(call, stream, found)) {
        return error;
    }
    const auto capture = found->capture();
    *modelRI = capture == nullptr ? nullptr : capture->graph->handle;
    *status = capture == nullptr          ? ACL_MODEL_RI_CAPTURE_STATUS_NONE
              : capture->invalidated() ? ACL_MODEL_RI_CAPTURE_STATUS_INVALIDATED
                                       : ACL_MODEL_RI_CAPTURE_STATUS_ACTIVE;
    return ACL_SUCCESS;
}

aclError aclmdlRICaptureEnd(aclrtStream stream, aclmdlRI *modelRI) {
    constexpr const char *call = "aclmdlRICaptureEnd";
    if (modelRI == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "modelRI: found null");
    }
    *modelRI = nullptr;
    std::shared_ptr<Stream> found;
    std::shared_ptr<Capture> capture;
    if (const aclError error = findCapture(call, stream, found, capture)) {
        return error;
    }
    const aclError error = capture->finish(call, *found);
    if (error == ACL_SUCCESS) {
        *modelRI = capture->graph->handle;
    }
    return error;
}

aclError aclmdlRICaptureThreadExchangeMode(aclmdlRICaptureMode *mode) {
    constexpr const char *call = "aclmdlRICaptureThreadExchangeMode";
    if (mode == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "mode: found null");
    }
    if (!isMode(*mode)) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "mode: found %d, expected 0 to 2", static_cast<int>(*mode));
    }
    std::swap(threadCaptureMode(), *mode);
    return ACL_SUCCESS;
}

aclError aclmdlRIExecuteAsync(aclmdlRI modelRI, aclrtStream stream) {
    constexpr const char *call = "aclmdlRIExecuteAsync";
    std::shared_ptr<Graph> graph;
    std::shared_ptr<Stream> line;
    if (const aclError error = findGraph(call, modelRI, graph)) {
        return error;
    }
    if (const aclError error = findStream(call, stream, line)) {
        return error;
    }
    if (graph->context != line->context) {
        return fail(ACL_ERROR_RT_MODEL_CONTEXT, call, "modelRI: it was captured in another context than the stream's");
    }
    return line->enqueue(call, std::make_unique<ReplayTask>(graph));
}

aclError aclmdlRIDestroy(aclmdlRI modelRI) {
    constexpr const char *call = "aclmdlRIDestroy";
    std::shared_ptr<Graph> graph;
    if (const aclError error = findGraph(call, modelRI, graph)) {
        return error;
    }
    if (graph->pending.load() != 0) {
        return fail(ACL_ERROR_RT_MODEL_RUNNING, call, "modelRI: a replay is queued or running; wait for its stream first");
    }
    forgetGraph(graph);
    return ACL_SUCCESS;
}

aclError aclmdlRIDebugPrint(aclmdlRI modelRI) {
    std::shared_ptr<Graph> graph;
    if (const aclError error = findGraph("aclmdlRIDebugPrint", modelRI, graph)) {
        return error;
    }
    std::printf("graph %p: %zu tasks, %zu task groups\n", modelRI, graph->size(), graph->groups.size());
    for (size_t i = 0; i < graph->size(); ++i) {
        std::printf("  %zu %s\n", i, graph->task(i)->task->name());
    }
    std::fflush(stdout);
    return ACL_SUCCESS;
}

aclError aclmdlRICaptureTaskGrpBegin(aclrtStream stream) {
    constexpr const char *call = "aclmdlRICaptureTaskGrpBegin";
    std::shared_ptr<Stream> found;
    std::shared_ptr<Capture> capture;
    const aclError error = findCapture(call, stream, found, capture);
    return error != ACL_SUCCESS ? error : capture->beginGroup(call, *found);
}

aclError aclmdlRICaptureTaskGrpEnd(aclrtStream stream, aclrtTaskGrp *handle) {
    constexpr const char *call = "aclmdlRICaptureTaskGrpEnd";
    if (handle == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "handle: found null");
    }
    *handle = nullptr;
    std::shared_ptr<Stream> found;
    std::shared_ptr<Capture> capture;
    const aclError error = findCapture(call, stream, found, capture);
    return error != ACL_SUCCESS ? error : capture->endGroup(call, *found, handle);
}

aclError aclmdlRICaptureTaskUpdateBegin(aclrtStream stream, aclrtTaskGrp handle) {
    constexpr const char *call = "aclmdlRICaptureTaskUpdateBegin";
    std::shared_ptr<Stream> line;
    if (const aclError error = findStream(call, stream, line)) {
        return error;
    }
    if (handle == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "handle: found null");
    }
    const auto group = taskGroups().find(handle);
    const auto graph = group == nullptr ? nullptr : group->graph.lock();
    if (graph == nullptr) {
        return fail(ACL_ERROR_RT_INVALID_HANDLE, call, "handle: %p is no task group of a live graph", handle);
    }
    if (!graph->captured.load(std::memory_order_acquire)) {
        return fail(ACL_ERROR_RT_MODEL_CAPTURED, call, "handle: the capture of its graph has not ended");
    }
    if (const aclError error = line->refuseWhileCaptured(call)) {
        return error;
    }
    if (!line->setUpdate(std::make_shared<GroupUpdate>(graph, group))) {
        return fail(ACL_ERROR_STREAM_TASK_GROUP_STATUS, call, "stream: it updates a task group already; end that first");
    }
    return ACL_SUCCESS;
}

aclError aclmdlRICaptureTaskUpdateEnd(aclrtStream stream) {
    constexpr const char *call = "aclmdlRICaptureTaskUpdateEnd";
    std::shared_ptr<Stream> line;
    if (const aclError error = findStream(call, stream, line)) {
        return error;
    }
    const auto update = line->update();
    if (update == nullptr) {
        return fail(ACL_ERROR_STREAM_TASK_GROUP_STATUS, call, "stream: it updates no task group");
    }
    line->clearRecording();
    aclError error = ACL_SUCCESS;
    auto exchange = update->finish(call, error);
    return error != ACL_SUCCESS ? error : line->enqueue(call, std::move(exchange));
}
