#include "core/device_fixture.h"
#include "core/thread_pool.h"

using namespace ascend4j;

TEST_F(DeviceTest, EveryThreadSetsItsOwnDevice) {
    std::thread([] {
        int32_t device = 0;
        void *address = nullptr;
        EXPECT_EQ(aclrtGetDevice(&device), ACL_ERROR_RT_CONTEXT_NULL);
        EXPECT_EQ(aclrtMalloc(&address, 64, ACL_MEM_MALLOC_HUGE_FIRST), ACL_ERROR_RT_CONTEXT_NULL);
        EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_ERROR_RT_CONTEXT_NULL);
        EXPECT_NE(message().find("aclrtSetDevice"), std::string::npos);
        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        EXPECT_EQ(planIncrement(nullptr, nullptr, nullptr, 0, &size, &executor), ACLNN_ERR_RUNTIME_ERROR);
        EXPECT_NE(message().find("107002"), std::string::npos);
    }).join();
}

TEST_F(DeviceTest, UnknownDevicesAreRefused) {
    EXPECT_EQ(aclrtSetDevice(1), ACL_ERROR_RT_INVALID_DEVICEID);
    EXPECT_EQ(aclrtSetDevice(-1), ACL_ERROR_RT_INVALID_DEVICEID);
    EXPECT_EQ(aclrtResetDevice(8), ACL_ERROR_RT_INVALID_DEVICEID);
    uint32_t count = 0;
    EXPECT_EQ(aclrtGetDeviceCount(&count), ACL_SUCCESS);
    EXPECT_EQ(count, 1U);
    reopen("ASCEND4J_HOST_DEVICES", "3");
    EXPECT_EQ(aclrtGetDeviceCount(&count), ACL_SUCCESS);
    EXPECT_EQ(count, 3U);
    EXPECT_EQ(aclrtSetDevice(2), ACL_SUCCESS);
    int32_t device = 0;
    EXPECT_EQ(aclrtGetDevice(&device), ACL_SUCCESS);
    EXPECT_EQ(device, 2);
    EXPECT_EQ(aclrtResetDevice(2), ACL_SUCCESS);
    EXPECT_EQ(aclrtSetDevice(0), ACL_SUCCESS);
}

TEST_F(DeviceTest, ResetIsCounted) {
    ASSERT_EQ(aclrtSetDevice(0), ACL_SUCCESS);
    ASSERT_EQ(aclrtResetDevice(0), ACL_SUCCESS);
    int32_t device = -1;
    EXPECT_EQ(aclrtGetDevice(&device), ACL_SUCCESS);
    ASSERT_EQ(aclrtResetDevice(0), ACL_SUCCESS);
    EXPECT_EQ(aclrtGetDevice(&device), ACL_ERROR_RT_CONTEXT_NULL);
    EXPECT_EQ(aclrtResetDevice(0), ACL_ERROR_RT_PARAM_INVALID);
    ASSERT_EQ(aclrtSetDevice(0), ACL_SUCCESS);
}

TEST_F(DeviceTest, ResetTakesTheDeviceFromOtherThreadsToo) {
    aclrtContext own = nullptr;
    ASSERT_EQ(aclrtGetCurrentContext(&own), ACL_SUCCESS);
    std::atomic<int> stage{0};
    std::thread other([&] {
        EXPECT_EQ(aclrtSetCurrentContext(own), ACL_SUCCESS);
        stage = 1;
        while (stage != 2) {
            std::this_thread::yield();
        }
        int32_t device = 0;
        EXPECT_EQ(aclrtGetDevice(&device), ACL_ERROR_RT_CONTEXT_NULL);
        EXPECT_EQ(aclrtSetCurrentContext(own), ACL_ERROR_RT_PARAM_INVALID);
    });
    while (stage != 1) {
        std::this_thread::yield();
    }
    EXPECT_EQ(aclrtResetDevice(0), ACL_SUCCESS);
    stage = 2;
    other.join();
}

TEST_F(DeviceTest, ContextsKeepTheirStreamsApart) {
    const aclrtStream first = createStream();
    aclrtContext second = nullptr;
    ASSERT_EQ(aclrtCreateContext(&second, 0), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(first), ACL_ERROR_RT_STREAM_CONTEXT);
    const aclrtStream inside = createStream();
    EXPECT_EQ(aclrtSynchronizeStream(inside), ACL_SUCCESS);
    EXPECT_EQ(aclrtDestroyContext(second), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_ERROR_RT_CONTEXT_NULL);
    EXPECT_EQ(aclrtSetCurrentContext(second), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtDestroyContext(second), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtSetCurrentContext(nullptr), ACL_ERROR_INVALID_PARAM);
    ASSERT_EQ(aclrtSetDevice(0), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(first), ACL_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(inside), ACL_ERROR_RT_INVALID_HANDLE);
}

TEST_F(DeviceTest, TheDevicesOwnContextIsNotDestroyed) {
    aclrtContext own = nullptr;
    ASSERT_EQ(aclrtGetCurrentContext(&own), ACL_SUCCESS);
    EXPECT_EQ(aclrtDestroyContext(own), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtDestroyContext(nullptr), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtDestroyContext(&own), ACL_ERROR_RT_PARAM_INVALID);
}

TEST_F(DeviceTest, CoreLimitsAreThePoolsThreads) {
    uint32_t cores = 0;
    EXPECT_EQ(aclrtSetDeviceResLimit(0, ACL_RT_DEV_RES_CUBE_CORE, 0), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtSetDeviceResLimit(1, ACL_RT_DEV_RES_CUBE_CORE, 1), ACL_ERROR_RT_INVALID_DEVICEID);
    ASSERT_EQ(aclrtSetDeviceResLimit(0, ACL_RT_DEV_RES_CUBE_CORE, 1), ACL_SUCCESS);
    ASSERT_EQ(aclrtGetDeviceResLimit(0, ACL_RT_DEV_RES_VECTOR_CORE, &cores), ACL_SUCCESS);
    EXPECT_EQ(cores, 1U);
    EXPECT_EQ(threadCount(), 1);
    ASSERT_EQ(aclrtSetDeviceResLimit(0, ACL_RT_DEV_RES_CUBE_CORE, 4000000000U), ACL_SUCCESS);
    EXPECT_EQ(threadCount(), allowedCores());
}

TEST_F(DeviceTest, SynchronizeDeviceReportsAnyStreamsError) {
    const aclrtStream stream = createStream();
    ASSERT_EQ(launchFailing(stream, "41 of 40"), ACLNN_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeDevice(), ACL_ERROR_RT_AICORE_EXCEPTION);
    EXPECT_NE(message().find("testFailing: index: 41 of 40"), std::string::npos);
    EXPECT_EQ(aclrtSynchronizeDeviceWithTimeout(0), ACL_ERROR_RT_PARAM_INVALID);
}
