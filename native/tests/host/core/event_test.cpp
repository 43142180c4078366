#include <vector>

#include "core/device_fixture.h"

using namespace ascend4j;

namespace {

aclrtEvent create(uint32_t flags, bool extended) {
    aclrtEvent event = nullptr;
    EXPECT_EQ(extended ? aclrtCreateEventExWithFlag(&event, flags) : aclrtCreateEventWithFlag(&event, flags), ACL_SUCCESS);
    return event;
}

bool recorded(aclrtEvent event) {
    aclrtEventRecordedStatus status = ACL_EVENT_RECORDED_STATUS_NOT_READY;
    EXPECT_EQ(aclrtQueryEventStatus(event, &status), ACL_SUCCESS);
    return status == ACL_EVENT_RECORDED_STATUS_COMPLETE;
}

bool busy(aclrtStream stream) {
    aclrtStreamStatus status = ACL_STREAM_STATUS_RESERVED;
    EXPECT_EQ(aclrtStreamQuery(stream, &status), ACL_SUCCESS);
    return status == ACL_STREAM_STATUS_NOT_READY;
}

}  // namespace

TEST_F(DeviceTest, AStreamWaitsForAnEventOfAnother) {
    const aclrtStream first = createStream();
    const aclrtStream second = createStream();
    for (const bool extended : {false, true}) {
        const aclrtEvent event = create(ACL_EVENT_SYNC, extended);
        Gate gate;
        bool passed = false;
        bool seen = false;
        struct {
            bool *from;
            bool *to;
        } copy{&passed, &seen};
        ASSERT_EQ(aclrtLaunchHostFunc(first, Gate::wait, &gate), ACL_SUCCESS);
        ASSERT_EQ(aclrtLaunchHostFunc(first, [](void *flag) { *static_cast<bool *>(flag) = true; }, &passed), ACL_SUCCESS);
        ASSERT_EQ(aclrtRecordEvent(event, first), ACL_SUCCESS);
        ASSERT_EQ(aclrtStreamWaitEvent(second, event), ACL_SUCCESS);
        ASSERT_EQ(aclrtLaunchHostFunc(second,
                                      [](void *argument) {
                                          const auto *pair = static_cast<decltype(copy) *>(argument);
                                          *pair->to = *pair->from;
                                      },
                                      &copy),
                  ACL_SUCCESS);
        EXPECT_FALSE(recorded(event));
        EXPECT_TRUE(busy(second));
        EXPECT_EQ(aclrtSynchronizeEventWithTimeout(event, 10), ACL_ERROR_RT_EVENT_SYNC_TIMEOUT);
        gate.open();
        EXPECT_EQ(aclrtSynchronizeEvent(event), ACL_SUCCESS);
        EXPECT_TRUE(recorded(event));
        EXPECT_EQ(aclrtSynchronizeStream(second), ACL_SUCCESS);
        EXPECT_TRUE(seen);
        EXPECT_EQ(aclrtDestroyEvent(event), ACL_SUCCESS);
        EXPECT_EQ(aclrtDestroyEvent(event), ACL_ERROR_RT_INVALID_HANDLE);
    }
}

TEST_F(DeviceTest, AnIdleStreamPassesARecordWithinTheCall) {
    const aclrtStream stream = createStream();
    const aclrtEvent event = create(ACL_EVENT_SYNC, true);
    EXPECT_EQ(aclrtRecordEvent(event, stream), ACL_SUCCESS);
    EXPECT_TRUE(recorded(event)) << "before the stream had any other task";
    EXPECT_FALSE(busy(stream));
    Gate gate;
    ASSERT_EQ(aclrtLaunchHostFunc(stream, Gate::wait, &gate), ACL_SUCCESS);
    EXPECT_EQ(aclrtRecordEvent(event, stream), ACL_SUCCESS);
    EXPECT_FALSE(recorded(event)) << "behind a task that runs";
    gate.open();
    EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    EXPECT_TRUE(recorded(event));
    EXPECT_EQ(aclrtRecordEvent(event, stream), ACL_SUCCESS);
    EXPECT_TRUE(recorded(event)) << "once it is idle again";
}

TEST_F(DeviceTest, AnUnrecordedExtendedEventIsComplete) {
    const aclrtEvent event = create(ACL_EVENT_SYNC, true);
    EXPECT_TRUE(recorded(event));
    EXPECT_EQ(aclrtStreamWaitEvent(nullptr, event), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(nullptr, 5000), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeEvent(event), ACL_SUCCESS);
    aclrtEventWaitStatus status;
    EXPECT_EQ(aclrtQueryEventWaitStatus(event, &status), ACL_ERROR_RT_FEATURE_NOT_SUPPORT);
    EXPECT_EQ(aclrtResetEvent(event, nullptr), ACL_ERROR_RT_FEATURE_NOT_SUPPORT);
}

TEST_F(DeviceTest, AWaitBindsToTheRecordBeforeIt) {
    const aclrtStream first = createStream();
    const aclrtStream second = createStream();
    const aclrtEvent event = create(ACL_EVENT_SYNC, true);
    Gate gate;
    ASSERT_EQ(aclrtRecordEvent(event, first), ACL_SUCCESS);
    ASSERT_EQ(aclrtStreamWaitEvent(second, event), ACL_SUCCESS);
    ASSERT_EQ(aclrtLaunchHostFunc(first, Gate::wait, &gate), ACL_SUCCESS);
    ASSERT_EQ(aclrtRecordEvent(event, first), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(second, 5000), ACL_SUCCESS);
    EXPECT_FALSE(recorded(event));
    gate.open();
    EXPECT_EQ(aclrtSynchronizeEvent(event), ACL_SUCCESS);
}

TEST_F(DeviceTest, ALegacyEventIsWaitedForBeforeItIsRecordedAndReset) {
    const aclrtStream first = createStream();
    const aclrtStream second = createStream();
    aclrtEvent event = nullptr;
    ASSERT_EQ(aclrtCreateEvent(&event), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeEvent(event), ACL_ERROR_RT_PARAM_INVALID);
    for (int round = 0; round < 20; ++round) {
        ASSERT_EQ(aclrtStreamWaitEvent(second, event), ACL_SUCCESS);
        ASSERT_EQ(aclrtResetEvent(event, second), ACL_SUCCESS);
        aclrtEventWaitStatus status = ACL_EVENT_WAIT_STATUS_RESERVED;
        EXPECT_EQ(aclrtQueryEventWaitStatus(event, &status), ACL_SUCCESS);
        EXPECT_EQ(status, ACL_EVENT_WAIT_STATUS_NOT_READY);
        EXPECT_FALSE(recorded(event));
        EXPECT_TRUE(busy(second));
        ASSERT_EQ(aclrtRecordEvent(event, first), ACL_SUCCESS);
        ASSERT_EQ(aclrtSynchronizeStreamWithTimeout(second, 5000), ACL_SUCCESS);
        EXPECT_TRUE(recorded(event));
        ASSERT_EQ(aclrtResetEvent(event, second), ACL_SUCCESS);
        EXPECT_FALSE(recorded(event));
    }
}

TEST_F(DeviceTest, DestroyingAStreamEndsAWaitThatNobodyAnswers) {
    const aclrtStream stream = createStream();
    aclrtEvent event = nullptr;
    ASSERT_EQ(aclrtCreateEvent(&event), ACL_SUCCESS);
    ASSERT_EQ(aclrtStreamWaitEvent(stream, event), ACL_SUCCESS);
    EXPECT_EQ(aclrtDestroyStream(stream), ACL_SUCCESS);
}

TEST_F(DeviceTest, AnOverdueWaitIsTheStreamsError) {
    aclrtEvent event = nullptr;
    ASSERT_EQ(aclrtCreateEvent(&event), ACL_SUCCESS);
    ASSERT_EQ(aclrtSetOpWaitTimeout(1), ACL_SUCCESS);
    ASSERT_EQ(aclrtStreamWaitEvent(nullptr, event), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_ERROR_RT_WAIT_TIMEOUT);
    ASSERT_EQ(aclrtSetOpWaitTimeout(0), ACL_SUCCESS);
}

TEST_F(DeviceTest, FlagsDecideWhatAnEventCanDo) {
    aclrtEvent event = nullptr;
    EXPECT_EQ(aclrtCreateEventWithFlag(&event, 0), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtCreateEventExWithFlag(&event, 0x80), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtCreateEvent(nullptr), ACL_ERROR_INVALID_PARAM);
    const aclrtEvent timed = create(ACL_EVENT_TIME_LINE, false);
    EXPECT_EQ(aclrtStreamWaitEvent(nullptr, timed), ACL_ERROR_RT_PARAM_INVALID);
    const aclrtEvent untimed = create(ACL_EVENT_SYNC, true);
    ASSERT_EQ(aclrtRecordEvent(timed, nullptr), ACL_SUCCESS);
    ASSERT_EQ(aclrtRecordEvent(untimed, nullptr), ACL_SUCCESS);
    ASSERT_EQ(aclrtSynchronizeStream(nullptr), ACL_SUCCESS);
    float ms = 0;
    EXPECT_EQ(aclrtEventElapsedTime(&ms, timed, untimed), ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID);
}

TEST_F(DeviceTest, ElapsedTimeIsThatBetweenTwoRecords) {
    const aclrtEvent begin = create(ACL_EVENT_TIME_LINE, true);
    const aclrtEvent end = create(ACL_EVENT_TIME_LINE, true);
    float ms = 0;
    EXPECT_EQ(aclrtEventElapsedTime(&ms, begin, end), ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID);
    ASSERT_EQ(aclrtRecordEvent(begin, nullptr), ACL_SUCCESS);
    ASSERT_EQ(aclrtLaunchHostFunc(nullptr, [](void *) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); },
                                  nullptr),
              ACL_SUCCESS);
    ASSERT_EQ(aclrtRecordEvent(end, nullptr), ACL_SUCCESS);
    ASSERT_EQ(aclrtSynchronizeEvent(end), ACL_SUCCESS);
    ASSERT_EQ(aclrtEventElapsedTime(&ms, begin, end), ACL_SUCCESS);
    EXPECT_GE(ms, 20.0F);
    EXPECT_EQ(aclrtEventElapsedTime(&ms, end, begin), ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL);
    EXPECT_EQ(aclrtEventElapsedTime(nullptr, begin, end), ACL_ERROR_INVALID_PARAM);
}

TEST_F(DeviceTest, EventsAreLimited) {
    uint32_t available = 0;
    ASSERT_EQ(aclrtGetEventAvailNum(&available), ACL_SUCCESS);
    EXPECT_EQ(available, 65536U);
    aclrtEvent event = nullptr;
    for (uint32_t i = 0; i < available; ++i) {
        ASSERT_EQ(aclrtCreateEventExWithFlag(&event, ACL_EVENT_SYNC), ACL_SUCCESS);
    }
    EXPECT_EQ(aclrtCreateEvent(&event), ACL_ERROR_RT_NO_EVENT_RESOURCE);
}

TEST_F(DeviceTest, EventsBelongToAContext) {
    const aclrtEvent event = create(ACL_EVENT_SYNC, true);
    aclrtContext other = nullptr;
    ASSERT_EQ(aclrtCreateContext(&other, 0), ACL_SUCCESS);
    EXPECT_EQ(aclrtRecordEvent(event, nullptr), ACL_ERROR_RT_STREAM_CONTEXT);
    EXPECT_EQ(aclrtDestroyContext(other), ACL_SUCCESS);
    ASSERT_EQ(aclrtSetDevice(0), ACL_SUCCESS);
    EXPECT_EQ(aclrtRecordEvent(event, nullptr), ACL_SUCCESS);
    EXPECT_EQ(aclrtRecordEvent(&other, nullptr), ACL_ERROR_RT_INVALID_HANDLE);
    EXPECT_EQ(aclrtRecordEvent(nullptr, nullptr), ACL_ERROR_INVALID_PARAM);
}

TEST_F(DeviceTest, AnAbortedRecordStillReleasesItsWaiters) {
    const aclrtStream first = createStream();
    const aclrtStream second = createStream();
    const aclrtEvent event = create(ACL_EVENT_SYNC, true);
    Gate gate;
    ASSERT_EQ(aclrtLaunchHostFunc(first, Gate::wait, &gate), ACL_SUCCESS);
    ASSERT_EQ(aclrtRecordEvent(event, first), ACL_SUCCESS);
    ASSERT_EQ(aclrtStreamWaitEvent(second, event), ACL_SUCCESS);
    gate.awaitEntered();
    ASSERT_EQ(aclrtDestroyStreamForce(first), ACL_SUCCESS);
    gate.open();
    EXPECT_EQ(aclrtSynchronizeStreamWithTimeout(second, 5000), ACL_SUCCESS);
}
