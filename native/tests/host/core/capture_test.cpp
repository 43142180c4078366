// What a capture records, and what is illegal during one.
#include "core/graph.h"
#include "core/graph_device.h"

using namespace ascend4j;

TEST_F(GraphTest, CaptureRecordsAndDoesNotRun) {
    const aclrtStream stream = createStream();
    void *x = zeros();
    EXPECT_EQ(statusOf(stream), ACL_MODEL_RI_CAPTURE_STATUS_NONE);
    begin(stream);
    EXPECT_EQ(statusOf(stream), ACL_MODEL_RI_CAPTURE_STATUS_ACTIVE);
    ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
    ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
    const aclmdlRI graph = end(stream);
    ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    EXPECT_EQ(first(x), 0);
    replay(graph, stream);
    EXPECT_EQ(first(x), 2);
    const aclrtStream other = createStream();
    replay(graph, other);
    replay(graph, nullptr);
    EXPECT_EQ(first(x), 6) << "a graph replays on any stream of its context";
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_ERROR_RT_INVALID_HANDLE);
    EXPECT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_ERROR_RT_INVALID_HANDLE);
    EXPECT_EQ(aclmdlRIExecuteAsync(nullptr, stream), ACL_ERROR_INVALID_PARAM);
}

TEST_F(GraphTest, CopiesAndFillsAreCapturedWithPinnedMemory) {
    const aclrtStream stream = createStream();
    void *x = zeros();
    void *y = zeros();
    void *pinned = nullptr;
    ASSERT_EQ(aclrtMallocHost(&pinned, 32), ACL_SUCCESS);
    begin(stream);
    ASSERT_EQ(aclrtMemcpyAsync(x, 32, pinned, 32, ACL_MEMCPY_HOST_TO_DEVICE, stream), ACL_SUCCESS);
    ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
    ASSERT_EQ(aclrtMemcpyAsync(y, 32, x, 32, ACL_MEMCPY_DEVICE_TO_DEVICE, stream), ACL_SUCCESS);
    ASSERT_EQ(aclrtMemsetAsync(x, 32, 0, 32, stream), ACL_SUCCESS);
    const aclmdlRI graph = end(stream);
    for (float value : {3.0F, 40.0F}) {
        *static_cast<float *>(pinned) = value;
        replay(graph, stream);
        EXPECT_EQ(first(y), value + 1) << "the host buffer is read at each replay";
        EXPECT_EQ(first(x), 0);
    }
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
    EXPECT_EQ(aclrtFreeHost(pinned), ACL_SUCCESS);
}

TEST_F(GraphTest, CopiesOfPageableMemorySpoilTheCapture) {
    const aclrtStream stream = createStream();
    void *x = zeros();
    std::vector<float> host(8);
    begin(stream);
    EXPECT_EQ(aclrtMemcpyAsync(x, 32, host.data(), 32, ACL_MEMCPY_HOST_TO_DEVICE, stream),
              ACL_ERROR_RT_CAPTURE_MODE_BLOCK_ASYNC);
    EXPECT_EQ(statusOf(stream), ACL_MODEL_RI_CAPTURE_STATUS_INVALIDATED);
    EXPECT_EQ(increment(x, x, stream), ACLNN_ERR_RUNTIME_ERROR);
    EXPECT_NE(message().find("not pinned"), std::string::npos) << "the first reason is told";
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
}

TEST_F(GraphTest, AnEmptyCaptureIsAGraph) {
    const aclrtStream stream = createStream();
    begin(stream);
    const aclmdlRI graph = end(stream);
    replay(graph, stream);
    EXPECT_EQ(aclmdlRIDebugPrint(graph), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
}

TEST_F(GraphTest, BeginRefusesDefaultBusyAndUnknown) {
    const aclrtStream stream = createStream();
    EXPECT_EQ(aclmdlRICaptureBegin(nullptr, ACL_MODEL_RI_CAPTURE_MODE_GLOBAL), ACL_ERROR_RT_STREAM_CAPTURE_IMPLICIT);
    EXPECT_EQ(aclmdlRICaptureBegin(stream, static_cast<aclmdlRICaptureMode>(3)), ACL_ERROR_RT_PARAM_INVALID);
    begin(stream);
    EXPECT_EQ(aclmdlRICaptureBegin(stream, ACL_MODEL_RI_CAPTURE_MODE_GLOBAL), ACL_ERROR_RT_STREAM_CAPTURED);
    EXPECT_EQ(statusOf(stream), ACL_MODEL_RI_CAPTURE_STATUS_ACTIVE);
    aclmdlRICaptureStatus status = ACL_MODEL_RI_CAPTURE_STATUS_NONE;
    aclmdlRI graph = nullptr;
    ASSERT_EQ(aclmdlRICaptureGetInfo(stream, &status, &graph), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRIExecuteAsync(graph, createStream()), ACL_ERROR_RT_MODEL_CAPTURED);
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_ERROR_RT_MODEL_CAPTURED);
    EXPECT_EQ(aclmdlRIDestroy(end(stream)), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRICaptureEnd(stream, &graph), ACL_ERROR_RT_STREAM_NOT_CAPTURED);
    EXPECT_EQ(aclmdlRICaptureEnd(stream, nullptr), ACL_ERROR_INVALID_PARAM);
}

TEST_F(GraphTest, WaitingForTheCapturedStreamSpoilsTheCapture) {
    using Call = aclError (*)(aclrtStream);
    const Call calls[] = {
            aclrtSynchronizeStream,
            [](aclrtStream s) { return aclrtSynchronizeStreamWithTimeout(s, 10); },
            [](aclrtStream s) {
                aclrtStreamStatus status;
                return aclrtStreamQuery(s, &status);
            },
            aclrtDestroyStream,
            aclrtDestroyStreamForce,
            aclrtStreamAbort,
            [](aclrtStream) { return aclrtSynchronizeDevice(); },
            [](aclrtStream) { return aclrtSynchronizeDeviceWithTimeout(10); },
            [](aclrtStream) { return aclrtResetDevice(0); },
    };
    for (aclmdlRICaptureMode mode : {ACL_MODEL_RI_CAPTURE_MODE_GLOBAL, ACL_MODEL_RI_CAPTURE_MODE_RELAXED}) {
        for (const Call call : calls) {
            const aclrtStream stream = createStream();
            begin(stream, mode);
            EXPECT_EQ(call(stream), ACL_ERROR_RT_STREAM_CAPTURED) << &call - calls;
            EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
        }
    }
}

TEST_F(GraphTest, LookingAtACapturedEventSpoilsTheCapture) {
    using Call = aclError (*)(aclrtEvent);
    const Call calls[] = {
            aclrtSynchronizeEvent,
            [](aclrtEvent e) {
                aclrtEventRecordedStatus status;
                return aclrtQueryEventStatus(e, &status);
            },
            aclrtDestroyEvent,
            [](aclrtEvent e) { return aclrtRecordEvent(e, nullptr); },
    };
    for (const Call call : calls) {
        const aclrtStream stream = createStream();
        const aclrtEvent mark = event();
        begin(stream);
        ASSERT_EQ(aclrtRecordEvent(mark, stream), ACL_SUCCESS);
        EXPECT_EQ(call(mark), ACL_ERROR_RT_EVENT_CAPTURED) << &call - calls;
        EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
        EXPECT_EQ(call(mark), ACL_SUCCESS) << "free again after the capture";
    }
}

TEST_F(GraphTest, ModesDecideWhichUnsafeCallsAreRefused) {
    const aclrtStream stream = createStream();
    void *x = zeros();
    float host = 0;
    const auto copy = [&] { return aclrtMemcpy(&host, 4, x, 4, ACL_MEMCPY_DEVICE_TO_HOST); };
    aclrtContext own = nullptr;
    ASSERT_EQ(aclrtGetCurrentContext(&own), ACL_SUCCESS);
    const auto elsewhere = [&](aclmdlRICaptureMode exchanged) {
        aclError error = ACL_SUCCESS;
        std::thread([&] {
            aclrtSetCurrentContext(own);
            aclmdlRICaptureThreadExchangeMode(&exchanged);
            error = copy();
        }).join();
        return error;
    };
    const auto refused = ACL_ERROR_RT_CAPTURE_MODE_NOT_SUPPORT;
    const auto global = ACL_MODEL_RI_CAPTURE_MODE_GLOBAL;
    const auto local = ACL_MODEL_RI_CAPTURE_MODE_THREAD_LOCAL;
    const auto relaxed = ACL_MODEL_RI_CAPTURE_MODE_RELAXED;
    const struct {
        aclmdlRICaptureMode capture, thread;
        aclError here, there;
    } rows[] = {{global, global, refused, refused}, {global, local, refused, ACL_SUCCESS},
                {global, relaxed, ACL_SUCCESS, ACL_SUCCESS}, {local, global, refused, ACL_SUCCESS},
                {local, relaxed, ACL_SUCCESS, ACL_SUCCESS}, {relaxed, global, ACL_SUCCESS, ACL_SUCCESS}};
    for (const auto &row : rows) {
        begin(stream, row.capture);
        aclmdlRICaptureMode mode = row.thread;
        ASSERT_EQ(aclmdlRICaptureThreadExchangeMode(&mode), ACL_SUCCESS);
        EXPECT_EQ(mode, global);
        EXPECT_EQ(copy(), row.here) << row.capture << row.thread;
        EXPECT_EQ(codeOfEnd(stream), row.here == ACL_SUCCESS ? ACL_SUCCESS : ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
        ASSERT_EQ(aclmdlRICaptureThreadExchangeMode(&mode), ACL_SUCCESS);
        begin(stream, row.capture);
        EXPECT_EQ(elsewhere(row.thread), row.there) << row.capture << row.thread;
        EXPECT_EQ(codeOfEnd(stream), row.there == ACL_SUCCESS ? ACL_SUCCESS : ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
    }
}

TEST_F(GraphTest, AllocatingDuringACaptureFollowsTheModeToo) {
    const aclrtStream stream = createStream();
    void *x = zeros();
    void *more = nullptr;
    using Call = std::function<aclError()>;
    for (const Call &call : {Call([&] { return aclrtMalloc(&more, 64, ACL_MEM_MALLOC_HUGE_FIRST); }),
                             Call([&] { return aclrtFree(x); }), Call([&] { return aclrtMallocHost(&more, 64); }),
                             Call([&] { return aclrtMemset(x, 32, 0, 32); })}) {
        begin(stream);
        EXPECT_EQ(call(), ACL_ERROR_RT_CAPTURE_MODE_NOT_SUPPORT);
        EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
        begin(stream, ACL_MODEL_RI_CAPTURE_MODE_RELAXED);
        EXPECT_EQ(call(), ACL_SUCCESS);
        EXPECT_EQ(aclmdlRIDestroy(end(stream)), ACL_SUCCESS);
        if (x == nullptr) break;
        int64_t gone = 0;
        if (aclrtMemcpy(&gone, 4, x, 4, ACL_MEMCPY_DEVICE_TO_HOST) != ACL_SUCCESS) x = zeros();
    }
}

TEST_F(GraphTest, TheEndBelongsToTheStreamAndThreadOfTheBegin) {
    const aclrtStream stream = createStream();
    const aclrtStream other = createStream();
    aclrtContext own = nullptr;
    ASSERT_EQ(aclrtGetCurrentContext(&own), ACL_SUCCESS);
    const auto endElsewhere = [&] {
        aclError error = ACL_SUCCESS;
        aclmdlRI graph = nullptr;
        std::thread([&] {
            aclrtSetCurrentContext(own);
            error = aclmdlRICaptureEnd(stream, &graph);
        }).join();
        return error;
    };
    begin(stream);
    fork(stream, other);
    const aclrtEvent back = event();
    ASSERT_EQ(aclrtRecordEvent(back, other), ACL_SUCCESS);
    ASSERT_EQ(aclrtStreamWaitEvent(stream, back), ACL_SUCCESS);
    aclmdlRI graph = nullptr;
    EXPECT_EQ(aclmdlRICaptureEnd(other, &graph), ACL_ERROR_RT_STREAM_CAPTURE_UNMATCHED);
    EXPECT_EQ(endElsewhere(), ACL_ERROR_RT_STREAM_CAPTURE_WRONG_THREAD);
    EXPECT_EQ(aclmdlRIDestroy(end(stream)), ACL_SUCCESS) << "its owner can still end it";
    begin(stream, ACL_MODEL_RI_CAPTURE_MODE_RELAXED);
    EXPECT_EQ(endElsewhere(), ACL_SUCCESS);
}

TEST_F(GraphTest, StreamsJoinAndReturnByEvents) {
    const aclrtStream stream = createStream();
    const aclrtStream other = createStream();
    void *x = zeros();
    void *y = zeros();
    begin(stream);
    ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
    fork(stream, other);
    EXPECT_EQ(statusOf(other), ACL_MODEL_RI_CAPTURE_STATUS_ACTIVE);
    ASSERT_EQ(increment(x, y, other), ACLNN_SUCCESS);
    const aclrtEvent back = event();
    ASSERT_EQ(aclrtRecordEvent(back, other), ACL_SUCCESS);
    ASSERT_EQ(aclrtStreamWaitEvent(stream, back), ACL_SUCCESS);
    ASSERT_EQ(increment(y, y, stream), ACLNN_SUCCESS);
    const aclmdlRI graph = end(stream);
    EXPECT_EQ(statusOf(other), ACL_MODEL_RI_CAPTURE_STATUS_NONE);
    replay(graph, stream);
    EXPECT_EQ(first(y), 3);
    EXPECT_EQ(increment(x, x, other), ACLNN_SUCCESS) << "the other stream runs tasks again";
    EXPECT_EQ(aclrtSynchronizeStream(other), ACL_SUCCESS);
    EXPECT_EQ(first(x), 2);
    ASSERT_EQ(aclrtRecordEvent(back, other), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeEvent(back), ACL_SUCCESS);
}

TEST_F(GraphTest, AStreamThatDoesNotReturnLeavesNoGraph) {
    const aclrtStream stream = createStream();
    const aclrtStream other = createStream();
    void *x = zeros();
    begin(stream);
    fork(stream, other);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_UNJOINED);
    begin(stream);
    fork(stream, other);
    const aclrtEvent back = event();
    ASSERT_EQ(aclrtRecordEvent(back, other), ACL_SUCCESS);
    ASSERT_EQ(aclrtStreamWaitEvent(stream, back), ACL_SUCCESS);
    ASSERT_EQ(increment(x, x, other), ACLNN_SUCCESS);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_UNJOINED) << "work after the join is not joined";
}

TEST_F(GraphTest, EventsFromOutsideAndOtherCapturesAreRefused) {
    const aclrtStream stream = createStream();
    const aclrtStream other = createStream();
    const aclrtEvent mark = event();
    ASSERT_EQ(aclrtRecordEvent(mark, other), ACL_SUCCESS);
    begin(stream);
    EXPECT_EQ(aclrtStreamWaitEvent(stream, mark), ACL_ERROR_RT_CAPTURE_DEPENDENCY);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
    begin(stream);
    begin(other);
    ASSERT_EQ(aclrtRecordEvent(mark, stream), ACL_SUCCESS);
    EXPECT_EQ(aclrtStreamWaitEvent(other, mark), ACL_ERROR_STREAM_CAPTURE_CONFLICT);
    EXPECT_EQ(aclrtStreamWaitEvent(nullptr, mark), ACL_ERROR_RT_STREAM_CAPTURE_IMPLICIT);
    EXPECT_EQ(codeOfEnd(other), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
}

TEST_F(GraphTest, HostFunctionsAndReplaysAreNotCaptured) {
    const aclrtStream stream = createStream();
    begin(stream);
    const aclmdlRI graph = end(stream);
    begin(stream);
    EXPECT_EQ(aclrtLaunchHostFunc(stream, [](void *) {}, nullptr), ACL_ERROR_RT_FEATURE_NOT_SUPPORT);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
    begin(stream);
    EXPECT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_ERROR_RT_FEATURE_NOT_SUPPORT);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS) << "the refused replay is not pending";
}

TEST_F(GraphTest, GraphsOccupyStreams) {
    uint32_t before = 0;
    uint32_t after = 0;
    const aclrtStream stream = createStream();
    ASSERT_EQ(aclrtGetStreamAvailableNum(&before), ACL_SUCCESS);
    std::vector<aclmdlRI> made;
    for (uint32_t i = 0; i < before; ++i) {
        begin(stream);
        made.push_back(end(stream));
    }
    ASSERT_EQ(aclrtGetStreamAvailableNum(&after), ACL_SUCCESS);
    EXPECT_EQ(after, 0U);
    EXPECT_EQ(aclmdlRICaptureBegin(stream, ACL_MODEL_RI_CAPTURE_MODE_GLOBAL), ACL_ERROR_RT_NO_STREAM_RESOURCE);
    EXPECT_EQ(message().rfind("EL0009", 0), 0U);
    aclrtStream another = nullptr;
    EXPECT_EQ(aclrtCreateStream(&another), ACL_ERROR_RT_NO_STREAM_RESOURCE);
    for (aclmdlRI graph : made) {
        ASSERT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
    }
    ASSERT_EQ(aclrtGetStreamAvailableNum(&after), ACL_SUCCESS);
    EXPECT_EQ(after, before);
}

TEST_F(GraphTest, TasksOfAGraphAreLimited) {
    const aclrtStream stream = createStream();
    void *x = zeros();
    begin(stream);
    for (size_t i = 0; i < kMaxGraphTasks; ++i) {
        ASSERT_EQ(aclrtMemsetAsync(x, 32, 0, 32, stream), ACL_SUCCESS);
    }
    EXPECT_EQ(aclrtMemsetAsync(x, 32, 0, 32, stream), ACL_ERROR_RT_OVER_LIMIT);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
}
