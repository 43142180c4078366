// Replays: frozen addresses, failures, pending work, external events and task groups.
#include <chrono>

#include "core/graph_device.h"

using namespace ascend4j;

namespace {

// An operator that keeps its stream busy until the gate opens.
aclnnStatus holdStream(Gate &gate, aclrtStream stream) {
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    OpPlan plan("testHold", &size, &executor);
    Gate *shared = &gate;
    const aclnnStatus status = plan.finish(0, [shared](const OpRun &) {
        Gate::wait(shared);
        return ACL_SUCCESS;
    });
    return status != 0 ? status : launchOp("testHold", nullptr, 0, executor, stream);
}

}  // namespace

TEST_F(GraphTest, MemoryFreedAfterTheCaptureFailsTheReplay) {
    for (const char *strictness : {"0", "1"}) {
        reopen("ASCEND4J_HOST_STRICT", strictness);
        const aclrtStream stream = createStream();
        void *x = zeros();
        void *y = zeros();
        begin(stream);
        ASSERT_EQ(increment(x, y, stream), ACLNN_SUCCESS);
        const aclmdlRI graph = end(stream);
        replay(graph, stream);
        EXPECT_EQ(first(y), 1);
        ASSERT_EQ(aclrtFree(x), ACL_SUCCESS);
        std::vector<void *> again(64);
        for (void *&block : again) block = zeros();  // the address is likely to be in use again
        ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS);
        EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_ERROR_RT_AICORE_EXCEPTION);
        const std::string text = message();
        EXPECT_NE(text.find("task 0, testIncrement: in: its memory was freed"), std::string::npos) << text;
    }
}

TEST_F(GraphTest, AFreeOfOtherMemoryDoesNotHurt) {
    const aclrtStream stream = createStream();
    void *x = zeros();
    begin(stream);
    ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
    const aclmdlRI graph = end(stream);
    for (int i = 1; i <= 5; ++i) {
        ASSERT_EQ(aclrtFree(zeros()), ACL_SUCCESS);
        replay(graph, stream);
        EXPECT_EQ(first(x), static_cast<float>(i));
    }
}

TEST_F(GraphTest, AFailedTaskIsNamedAndTheOthersRunUnlessTheModeIsStop) {
    for (const uint64_t mode : {ACL_CONTINUE_ON_FAILURE, ACL_STOP_ON_FAILURE}) {
        const aclrtStream stream = createStream();
        void *x = zeros();
        begin(stream);
        ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
        ASSERT_EQ(launchFailing(stream, "bad"), ACLNN_SUCCESS);
        ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
        const aclmdlRI graph = end(stream);
        ASSERT_EQ(aclrtSetStreamFailureMode(stream, mode), ACL_SUCCESS);
        ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS);
        EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_ERROR_RT_AICORE_EXCEPTION);
        const std::string text = message();
        EXPECT_NE(text.find("aclmdlRIExecuteAsync: task 1, testFailing: index: bad"), std::string::npos) << text;
        EXPECT_EQ(first(x), mode == ACL_STOP_ON_FAILURE ? 1 : 2);
    }
}

TEST_F(GraphTest, AGraphWithPendingReplaysIsNotDestroyed) {
    const aclrtStream stream = createStream();
    Gate gate;
    begin(stream);
    ASSERT_EQ(holdStream(gate, stream), ACLNN_SUCCESS);
    const aclmdlRI graph = end(stream);
    ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_ERROR_RT_MODEL_RUNNING);
    gate.awaitEntered();
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_ERROR_RT_MODEL_RUNNING);
    gate.open();
    ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
}

TEST_F(GraphTest, OneGraphInTwoStreamsAtOnceIsAnErrorInStrictMode) {
    reopen("ASCEND4J_HOST_STRICT", "1");
    const aclrtStream stream = createStream();
    const aclrtStream other = createStream();
    Gate gate;
    begin(stream);
    ASSERT_EQ(holdStream(gate, stream), ACLNN_SUCCESS);
    const aclmdlRI graph = end(stream);
    ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS);
    gate.awaitEntered();
    ASSERT_EQ(aclmdlRIExecuteAsync(graph, other), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(other), ACL_ERROR_RT_MODEL_EXECUTE);
    gate.open();
    EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
}

TEST_F(GraphTest, ExternalEventsHoldTheReplayUntilTheyAreRecorded) {
    const aclrtStream stream = createStream();
    const aclrtStream update = createStream();
    const aclrtEvent ready = event(ACL_EVENT_EXTERNAL);
    void *x = zeros();
    begin(stream);
    ASSERT_EQ(aclrtStreamWaitEvent(stream, ready), ACL_SUCCESS);
    ASSERT_EQ(aclrtResetEvent(ready, stream), ACL_SUCCESS);
    ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
    const aclmdlRI graph = end(stream);
    for (int i = 1; i <= 3; ++i) {
        ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS);
        EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(stream, 20), ACL_ERROR_RT_STREAM_SYNC_TIMEOUT);
        EXPECT_EQ(first(x), static_cast<float>(i - 1));
        ASSERT_EQ(aclrtRecordEvent(ready, update), ACL_SUCCESS);
        ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
        EXPECT_EQ(first(x), static_cast<float>(i));
    }
    ASSERT_EQ(aclrtRecordEvent(ready, update), ACL_SUCCESS);
    ASSERT_EQ(aclrtSynchronizeStream(update), ACL_SUCCESS);
    replay(graph, stream);
    EXPECT_EQ(first(x), 4) << "recorded before the replay is as good";
}

TEST_F(GraphTest, ExternalEventsAreNotSeenByTheHost) {
    const aclrtEvent mark = event(ACL_EVENT_EXTERNAL);
    aclrtEventRecordedStatus status;
    EXPECT_EQ(aclrtSynchronizeEvent(mark), ACL_ERROR_RT_FEATURE_NOT_SUPPORT);
    EXPECT_EQ(aclrtQueryEventStatus(mark, &status), ACL_ERROR_RT_FEATURE_NOT_SUPPORT);
    EXPECT_EQ(aclrtDestroyEvent(mark), ACL_SUCCESS);
    aclrtEvent extended = nullptr;
    EXPECT_EQ(aclrtCreateEventExWithFlag(&extended, ACL_EVENT_EXTERNAL), ACL_ERROR_RT_PARAM_INVALID);
}

TEST_F(GraphTest, AReplayThatWaitsForEverCanBeAbortedOrTimesOut) {
    const aclrtStream stream = createStream();
    const aclrtEvent never = event(ACL_EVENT_EXTERNAL);
    void *x = zeros();
    begin(stream);
    ASSERT_EQ(aclrtStreamWaitEvent(stream, never), ACL_SUCCESS);
    ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
    const aclmdlRI graph = end(stream);
    ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS);
    EXPECT_EQ(aclrtStreamAbort(stream), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    EXPECT_EQ(first(x), 0) << "what follows in the graph is dropped";
    ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS);
    EXPECT_EQ(aclrtDestroyStream(stream), ACL_SUCCESS) << "nobody can record the event any more";
    const aclrtStream patient = createStream();
    ASSERT_EQ(aclrtSetOpWaitTimeout(1), ACL_SUCCESS);
    ASSERT_EQ(aclmdlRIExecuteAsync(graph, patient), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(patient), ACL_ERROR_RT_WAIT_TIMEOUT);
    ASSERT_EQ(aclrtSetOpWaitTimeout(0), ACL_SUCCESS);
}

TEST_F(GraphTest, ExternalEventsOrderStreamsBehindAReplayToo) {
    const aclrtStream stream = createStream();
    const aclrtStream other = createStream();
    const aclrtEvent done = event(ACL_EVENT_EXTERNAL);
    void *x = zeros();
    void *y = zeros();
    begin(stream);
    ASSERT_EQ(increment(x, x, stream), ACLNN_SUCCESS);
    ASSERT_EQ(aclrtRecordEvent(done, stream), ACL_SUCCESS);
    const aclmdlRI graph = end(stream);
    ASSERT_EQ(aclrtStreamWaitEvent(other, done), ACL_SUCCESS);
    ASSERT_EQ(increment(x, y, other), ACLNN_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(other, 20), ACL_ERROR_RT_STREAM_SYNC_TIMEOUT);
    replay(graph, stream);
    ASSERT_EQ(aclrtSynchronizeStream(other), ACL_SUCCESS);
    EXPECT_EQ(first(y), 2);
    ASSERT_EQ(aclrtResetEvent(done, other), ACL_SUCCESS);
    ASSERT_EQ(aclrtStreamWaitEvent(other, done), ACL_SUCCESS);
    EXPECT_EQ(aclrtDestroyStream(other), ACL_SUCCESS) << "no replay is queued that would record it";
}

class TaskGroupTest : public GraphTest {
protected:
    // x → y by one operator in a group.
    void capture() {
        x = zeros();
        y = zeros();
        z = zeros();
        begin(stream = createStream());
        update = createStream();
        ASSERT_EQ(aclmdlRICaptureTaskGrpBegin(stream), ACL_SUCCESS);
        ASSERT_EQ(increment(x, y, stream), ACLNN_SUCCESS);
        ASSERT_EQ(aclmdlRICaptureTaskGrpEnd(stream, &group), ACL_SUCCESS) << message();
        ASSERT_EQ(increment(y, y, stream), ACLNN_SUCCESS);
        graph = end(stream);
    }

    aclrtStream stream = nullptr, update = nullptr;
    aclrtTaskGrp group = nullptr;
    aclmdlRI graph = nullptr;
    void *x = nullptr, *y = nullptr, *z = nullptr;
};

TEST_F(TaskGroupTest, AnUpdateTakesThePlaceOfTheCapturedOperator) {
    capture();
    replay(graph, stream);
    EXPECT_EQ(first(y), 2);
    ASSERT_EQ(assign(10, z, stream), ACLNN_SUCCESS);
    ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    ASSERT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_SUCCESS);
    ASSERT_EQ(increment(z, y, update), ACLNN_SUCCESS);
    ASSERT_EQ(aclmdlRICaptureTaskUpdateEnd(update), ACL_SUCCESS);
    ASSERT_EQ(aclrtSynchronizeStream(update), ACL_SUCCESS);
    EXPECT_EQ(first(y), 2) << "an update does not run the operator";
    replay(graph, stream);
    EXPECT_EQ(first(y), 12);
    replay(graph, stream);
    EXPECT_EQ(first(y), 12) << "it stays until the next update";
}

TEST_F(TaskGroupTest, AnUpdateMustMatchInNumberAndType) {
    capture();
    ASSERT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateEnd(update), ACL_ERROR_STREAM_TASK_GROUP_INTR);
    ASSERT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_SUCCESS);
    ASSERT_EQ(increment(z, y, update), ACLNN_SUCCESS);
    EXPECT_EQ(increment(z, y, update), ACLNN_ERR_RUNTIME_ERROR);
    EXPECT_NE(message().find("107034"), std::string::npos);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateEnd(update), ACL_ERROR_STREAM_TASK_GROUP_INTR);
    ASSERT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_SUCCESS);
    EXPECT_EQ(assign(3, y, update), ACLNN_ERR_RUNTIME_ERROR);
    EXPECT_NE(message().find("207019"), std::string::npos);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateEnd(update), ACL_ERROR_RT_FEATURE_NOT_SUPPORT_UPDATE_OP);
    ASSERT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_SUCCESS);
    EXPECT_EQ(aclrtMemsetAsync(y, 32, 0, 32, update), ACL_ERROR_RT_FEATURE_NOT_SUPPORT_UPDATE_OP);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateEnd(update), ACL_ERROR_RT_FEATURE_NOT_SUPPORT_UPDATE_OP);
    replay(graph, stream);
    EXPECT_EQ(first(y), 2) << "the graph is as it was captured";
}

TEST_F(TaskGroupTest, GroupsAndUpdatesDoNotNest) {
    capture();
    aclrtTaskGrp other = nullptr;
    EXPECT_EQ(aclmdlRICaptureTaskGrpBegin(stream), ACL_ERROR_RT_STREAM_NOT_CAPTURED);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateEnd(update), ACL_ERROR_STREAM_TASK_GROUP_STATUS);
    ASSERT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_ERROR_STREAM_TASK_GROUP_STATUS);
    EXPECT_EQ(aclmdlRICaptureBegin(update, ACL_MODEL_RI_CAPTURE_MODE_GLOBAL), ACL_ERROR_STREAM_TASK_GROUP_STATUS);
    ASSERT_EQ(increment(z, y, update), ACLNN_SUCCESS);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateEnd(update), ACL_SUCCESS);
    begin(stream);
    EXPECT_EQ(aclmdlRICaptureTaskGrpEnd(stream, &other), ACL_ERROR_STREAM_TASK_GROUP_STATUS);
    ASSERT_EQ(aclmdlRICaptureTaskGrpBegin(stream), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRICaptureTaskGrpBegin(stream), ACL_ERROR_STREAM_TASK_GROUP_STATUS);
    EXPECT_EQ(aclmdlRICaptureTaskGrpEnd(stream, &other), ACL_ERROR_STREAM_TASK_GROUP_STATUS) << "empty";
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_STREAM_TASK_GROUP_INTR);
    begin(stream);
    ASSERT_EQ(aclmdlRICaptureTaskGrpBegin(stream), ACL_SUCCESS);
    EXPECT_EQ(aclrtMemsetAsync(y, 32, 0, 32, stream), ACL_ERROR_RT_FEATURE_NOT_SUPPORT_UPDATE_OP);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
    begin(stream);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateBegin(stream, group), ACL_ERROR_RT_STREAM_CAPTURED);
    EXPECT_EQ(codeOfEnd(stream), ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED);
}

TEST_F(TaskGroupTest, GroupsEndWithTheirGraph) {
    capture();
    EXPECT_EQ(aclmdlRICaptureTaskUpdateBegin(update, nullptr), ACL_ERROR_INVALID_PARAM);
    ASSERT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
    EXPECT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_ERROR_RT_INVALID_HANDLE);
}

TEST_F(TaskGroupTest, MemoryOfAnUpdateIsWatchedToo) {
    capture();
    replay(graph, stream);
    void *w = zeros();
    ASSERT_EQ(aclmdlRICaptureTaskUpdateBegin(update, group), ACL_SUCCESS);
    ASSERT_EQ(increment(w, y, update), ACLNN_SUCCESS);
    ASSERT_EQ(aclmdlRICaptureTaskUpdateEnd(update), ACL_SUCCESS);
    ASSERT_EQ(aclrtSynchronizeStream(update), ACL_SUCCESS);
    ASSERT_EQ(aclrtFree(w), ACL_SUCCESS);
    ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_ERROR_RT_AICORE_EXCEPTION);
}
