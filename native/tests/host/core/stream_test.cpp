#include <memory>
#include <vector>

#include "core/device_fixture.h"
#include "core/stream.h"

using namespace ascend4j;

namespace {

struct Step {
    std::vector<int> *log;
    int number;

    static void run(void *step) {
        static_cast<Step *>(step)->log->push_back(static_cast<Step *>(step)->number);
    }
};

}  // namespace

TEST_F(DeviceTest, TasksRunInOrder) {
    const aclrtStream stream = createStream();
    std::vector<int> log;
    std::vector<Step> steps(1000);
    for (int i = 0; i < 1000; ++i) {
        steps[static_cast<size_t>(i)] = {&log, i};
        ASSERT_EQ(aclrtLaunchHostFunc(stream, Step::run, &steps[static_cast<size_t>(i)]), ACL_SUCCESS);
    }
    ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    ASSERT_EQ(log.size(), 1000U);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(log[static_cast<size_t>(i)], i);
    }
    EXPECT_EQ(aclrtLaunchHostFunc(stream, nullptr, nullptr), ACL_ERROR_INVALID_PARAM);
}

TEST_F(DeviceTest, LaunchDoesNotWaitAndQuerySaysSo) {
    const aclrtStream stream = createStream();
    Gate gate;
    ASSERT_EQ(aclrtLaunchHostFunc(stream, Gate::wait, &gate), ACL_SUCCESS);
    aclrtStreamStatus status = ACL_STREAM_STATUS_RESERVED;
    EXPECT_EQ(aclrtStreamQuery(stream, &status), ACL_SUCCESS);
    EXPECT_EQ(status, ACL_STREAM_STATUS_NOT_READY);
    EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(stream, 20), ACL_ERROR_RT_STREAM_SYNC_TIMEOUT);
    EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(stream, 0), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(stream, -2), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_SUCCESS) << "the default stream is a stream of its own";
    gate.open();
    EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(stream, -1), ACL_SUCCESS);
    EXPECT_EQ(aclrtStreamQuery(stream, &status), ACL_SUCCESS);
    EXPECT_EQ(status, ACL_STREAM_STATUS_COMPLETE);
}

TEST_F(DeviceTest, StaleAndGarbageHandlesAreRefused) {
    const aclrtStream stream = createStream();
    ASSERT_EQ(aclrtDestroyStream(stream), ACL_SUCCESS);
    int garbage = 0;
    for (void *handle : {stream, static_cast<void *>(&garbage), reinterpret_cast<void *>(0x10)}) {
        EXPECT_EQ(aclrtSynchronizeStream(handle), ACL_ERROR_RT_INVALID_HANDLE);
        EXPECT_EQ(aclrtDestroyStream(handle), ACL_ERROR_RT_INVALID_HANDLE);
        EXPECT_EQ(launchFailing(handle, ""), ACLNN_ERR_RUNTIME_ERROR);
    }
    EXPECT_NE(createStream(), stream) << "handles are never used twice";
}

TEST_F(DeviceTest, TheDefaultStreamIsNotDestroyed) {
    EXPECT_EQ(aclrtDestroyStream(nullptr), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtDestroyStreamForce(nullptr), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtCreateStream(nullptr), ACL_ERROR_INVALID_PARAM);
    aclrtStream stream = nullptr;
    EXPECT_EQ(aclrtCreateStreamWithConfig(&stream, 8, 0), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtCreateStreamWithConfig(&stream, 0, ACL_STREAM_FAST_LAUNCH | ACL_STREAM_FAST_SYNC), ACL_SUCCESS);
}

TEST_F(DeviceTest, StreamsAreLimited) {
    uint32_t available = 0;
    ASSERT_EQ(aclrtGetStreamAvailableNum(&available), ACL_SUCCESS);
    EXPECT_EQ(available, 1984U);
    std::vector<aclrtStream> all(available);
    for (aclrtStream &stream : all) {
        ASSERT_EQ(aclrtCreateStream(&stream), ACL_SUCCESS);
    }
    aclrtStream one = nullptr;
    EXPECT_EQ(aclrtCreateStream(&one), ACL_ERROR_RT_NO_STREAM_RESOURCE);
    EXPECT_EQ(message().rfind("EL0009", 0), 0U);
    EXPECT_EQ(aclrtDestroyStream(all[7]), ACL_SUCCESS);
    EXPECT_EQ(aclrtCreateStream(&one), ACL_SUCCESS);
}

TEST_F(DeviceTest, AFailureIsReportedAtTheNextSyncAndStays) {
    const aclrtStream stream = createStream();
    std::vector<int> log;
    Step step{&log, 1};
    ASSERT_EQ(launchFailing(stream, "first"), ACLNN_SUCCESS);
    ASSERT_EQ(launchFailing(stream, "second"), ACLNN_SUCCESS);
    ASSERT_EQ(aclrtLaunchHostFunc(stream, Step::run, &step), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_ERROR_RT_AICORE_EXCEPTION);
    EXPECT_NE(message().find("EZ9999: testFailing: index: first"), std::string::npos);
    EXPECT_EQ(log.size(), 1U) << "by default the stream goes on";
    EXPECT_EQ(aclrtPeekAtLastError(ACL_RT_THREAD_LEVEL), ACL_ERROR_RT_AICORE_EXCEPTION);
    aclrtStreamStatus status = ACL_STREAM_STATUS_RESERVED;
    EXPECT_EQ(aclrtStreamQuery(stream, &status), ACL_ERROR_RT_AICORE_EXCEPTION);
    EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_SUCCESS);
    EXPECT_EQ(aclrtStreamAbort(stream), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
}

TEST_F(DeviceTest, StopOnFailureStopsTheContext) {
    const aclrtStream stream = createStream();
    const aclrtStream other = createStream();
    EXPECT_EQ(aclrtSetStreamFailureMode(stream, 2), ACL_ERROR_RT_PARAM_INVALID);
    ASSERT_EQ(aclrtSetStreamFailureMode(stream, ACL_STOP_ON_FAILURE), ACL_SUCCESS);
    EXPECT_EQ(aclrtSetStreamFailureMode(stream, ACL_CONTINUE_ON_FAILURE), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtSetStreamFailureMode(nullptr, ACL_STOP_ON_FAILURE), ACL_ERROR_INVALID_PARAM);
    Gate gate;
    std::vector<int> log;
    Step step{&log, 1};
    ASSERT_EQ(aclrtLaunchHostFunc(other, Gate::wait, &gate), ACL_SUCCESS);
    ASSERT_EQ(aclrtLaunchHostFunc(other, Step::run, &step), ACL_SUCCESS);
    gate.awaitEntered();
    ASSERT_EQ(launchFailing(stream, "stops"), ACLNN_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_ERROR_RT_AICORE_EXCEPTION);
    EXPECT_EQ(aclrtLaunchHostFunc(other, Step::run, &step), ACL_ERROR_RT_AICORE_EXCEPTION);
    EXPECT_EQ(launchFailing(other, ""), ACLNN_ERR_RUNTIME_ERROR);
    gate.open();
    EXPECT_EQ(aclrtSynchronizeStream(other), ACL_ERROR_RT_AICORE_EXCEPTION);
    EXPECT_TRUE(log.empty());
}

TEST_F(DeviceTest, AbortDropsWhatHasNotBegun) {
    const aclrtStream stream = createStream();
    Gate gate;
    std::vector<int> log;
    Step step{&log, 1};
    ASSERT_EQ(aclrtLaunchHostFunc(stream, Gate::wait, &gate), ACL_SUCCESS);
    ASSERT_EQ(aclrtLaunchHostFunc(stream, Step::run, &step), ACL_SUCCESS);
    aclrtContext own = nullptr;
    ASSERT_EQ(aclrtGetCurrentContext(&own), ACL_SUCCESS);
    gate.awaitEntered();
    std::thread waiter([&] {
        ASSERT_EQ(aclrtSetCurrentContext(own), ACL_SUCCESS);
        EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_ERROR_RT_STREAM_ABORT);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    std::thread opener([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        gate.open();
    });
    EXPECT_EQ(aclrtStreamAbort(stream), ACL_SUCCESS);
    opener.join();
    waiter.join();
    EXPECT_TRUE(log.empty());
    ASSERT_EQ(aclrtLaunchHostFunc(stream, Step::run, &step), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    EXPECT_EQ(log.size(), 1U);
}

TEST_F(DeviceTest, DestroyWaitsAndForceDoesNot) {
    std::vector<int> log;
    Step step{&log, 1};
    const aclrtStream patient = createStream();
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(aclrtLaunchHostFunc(patient, Step::run, &step), ACL_SUCCESS);
    }
    EXPECT_EQ(aclrtDestroyStream(patient), ACL_SUCCESS);
    EXPECT_EQ(log.size(), 100U);
    static Gate gate;  // outlives the worker, which nobody waits for
    const aclrtStream hasty = createStream();
    ASSERT_EQ(aclrtLaunchHostFunc(hasty, Gate::wait, &gate), ACL_SUCCESS);
    ASSERT_EQ(aclrtLaunchHostFunc(hasty, Step::run, &step), ACL_SUCCESS);
    gate.awaitEntered();
    EXPECT_EQ(aclrtDestroyStreamForce(hasty), ACL_SUCCESS);
    gate.open();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(log.size(), 100U);
}

TEST_F(DeviceTest, ExceptionsInABodyBecomeTheStreamsError) {
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    OpPlan plan("testThrowing", &size, &executor);
    ASSERT_EQ(plan.finish(0, [](const OpRun &) -> aclError { throw std::bad_alloc(); }), ACLNN_SUCCESS);
    ASSERT_EQ(launchOp("testThrowing", nullptr, 0, executor, nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_ERROR_RT_AICORE_EXCEPTION);
    EXPECT_NE(message().find("bad_alloc"), std::string::npos);
}

TEST_F(DeviceTest, ALongTaskIsReportedWhenALimitIsSet) {
    ASSERT_EQ(aclrtSetOpExecuteTimeOut(1), ACL_SUCCESS);
    ASSERT_EQ(aclrtLaunchHostFunc(nullptr, [](void *) { std::this_thread::sleep_for(std::chrono::milliseconds(1100)); },
                                  nullptr),
              ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_ERROR_RT_AICORE_TIMEOUT);
    ASSERT_EQ(aclrtSetOpExecuteTimeOut(0), ACL_SUCCESS);
}

TEST_F(DeviceTest, AHostFunctionMayNotWaitForItsOwnStream) {
    aclError found = ACL_SUCCESS;
    struct Both {
        aclrtContext context;
        aclrtStream stream;
        aclError *result;
    } both{nullptr, createStream(), &found};
    ASSERT_EQ(aclrtGetCurrentContext(&both.context), ACL_SUCCESS);
    ASSERT_EQ(aclrtLaunchHostFunc(both.stream,
                                  [](void *argument) {
                                      const auto *own = static_cast<Both *>(argument);
                                      aclrtSetCurrentContext(own->context);
                                      *own->result = aclrtSynchronizeStream(own->stream);
                                  },
                                  &both),
              ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(both.stream), ACL_SUCCESS);
    EXPECT_EQ(found, ACL_ERROR_RT_PARAM_INVALID);
}

TEST_F(DeviceTest, ManyThreadsShareAStream) {
    const aclrtStream stream = createStream();
    aclrtContext own = nullptr;
    ASSERT_EQ(aclrtGetCurrentContext(&own), ACL_SUCCESS);
    int sum = 0;  // only the worker touches it
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            ASSERT_EQ(aclrtSetCurrentContext(own), ACL_SUCCESS);
            for (int i = 0; i < 500; ++i) {
                ASSERT_EQ(aclrtLaunchHostFunc(stream, [](void *value) { ++*static_cast<int *>(value); }, &sum),
                          ACL_SUCCESS);
                if (i % 50 == 0) {
                    ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
                }
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    EXPECT_EQ(sum, 2000);
}
