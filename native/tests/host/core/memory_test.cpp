#include <cstring>
#include <numeric>
#include <vector>

#include "core/device_fixture.h"

using namespace ascend4j;

namespace {

std::pair<size_t, size_t> memory() {
    size_t free = 0;
    size_t total = 0;
    EXPECT_EQ(aclrtGetMemInfo(ACL_HBM_MEM, &free, &total), ACL_SUCCESS);
    return {free, total};
}

struct Pinned {
    explicit Pinned(size_t size) { EXPECT_EQ(aclrtMallocHost(&address, size), ACL_SUCCESS); }
    ~Pinned() { aclrtFreeHost(address); }
    void *address = nullptr;
};

}  // namespace

TEST_F(DeviceTest, AllocationsAreAlignedAndCounted) {
    const auto before = memory();
    std::vector<void *> all;
    size_t expected = 0;
    for (size_t size : {size_t{1}, size_t{33}, size_t{4096}, size_t{3} << 20, size_t{9} << 20}) {
        all.push_back(allocate(size));
        EXPECT_EQ(reinterpret_cast<uintptr_t>(all.back()) % 64, 0U) << size;
        std::memset(all.back(), 1, size);
        expected += (size + 31) / 32 * 32 + 32;
    }
    void *tight = nullptr;
    ASSERT_EQ(aclrtMallocAlign32(&tight, 100, ACL_MEM_MALLOC_NORMAL_ONLY), ACL_SUCCESS);
    EXPECT_EQ(before.first - memory().first, expected + 128);
    all.push_back(tight);
    for (void *one : all) {
        EXPECT_EQ(aclrtFree(one), ACL_SUCCESS);
    }
    EXPECT_EQ(memory(), before);
    size_t free = 1;
    size_t total = 1;
    EXPECT_EQ(aclrtGetMemInfo(ACL_DDR_MEM, &free, &total), ACL_SUCCESS);
    EXPECT_EQ(total, 0U);
    EXPECT_EQ(aclrtGetMemInfo(static_cast<aclrtMemAttr>(99), &free, &total), ACL_ERROR_RT_PARAM_INVALID);
}

TEST_F(DeviceTest, BadAllocationsAreRefused) {
    void *address = nullptr;
    EXPECT_EQ(aclrtMalloc(&address, 0, ACL_MEM_MALLOC_HUGE_FIRST), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtMalloc(nullptr, 8, ACL_MEM_MALLOC_HUGE_FIRST), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtMalloc(&address, SIZE_MAX, ACL_MEM_MALLOC_HUGE_FIRST), ACL_ERROR_RT_MEMORY_ALLOCATION);
    EXPECT_EQ(message().rfind("EL0004: aclrtMalloc: ", 0), 0U);
    EXPECT_EQ(aclrtMallocHost(&address, SIZE_MAX), ACL_ERROR_RT_MEMORY_ALLOCATION);
    EXPECT_EQ(aclrtMallocHost(&address, 0), ACL_ERROR_INVALID_PARAM);
}

TEST_F(DeviceTest, TheLimitOfMemoryIsExact) {
    reopen("ASCEND4J_HOST_MEMORY", "1048576");
    EXPECT_EQ(memory(), (std::pair<size_t, size_t>(1048576, 1048576)));
    void *most = allocate(1048576 - 32 - 64);
    void *rest = nullptr;
    EXPECT_EQ(aclrtMalloc(&rest, 33, ACL_MEM_MALLOC_HUGE_FIRST), ACL_ERROR_RT_MEMORY_ALLOCATION);
    EXPECT_EQ(aclrtMalloc(&rest, 32, ACL_MEM_MALLOC_HUGE_FIRST), ACL_SUCCESS);
    EXPECT_EQ(memory().first, 0U);
    EXPECT_EQ(aclrtFree(most), ACL_SUCCESS);
    EXPECT_EQ(aclrtFree(rest), ACL_SUCCESS);
}

TEST_F(DeviceTest, UnknownAddressesAreNotFreed) {
    char *address = static_cast<char *>(allocate(128));
    int local = 0;
    EXPECT_EQ(aclrtFree(nullptr), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtFree(&local), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtFree(address + 64), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtFreeHost(address), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtFree(address), ACL_SUCCESS);
    EXPECT_EQ(aclrtFree(address), ACL_ERROR_RT_PARAM_INVALID);
}

TEST_F(DeviceTest, PointersKnowWhereTheyPoint) {
    char *device = static_cast<char *>(allocate(128));
    const Pinned pinned(128);
    int local = 0;
    aclrtPtrAttributes attributes;
    ASSERT_EQ(aclrtPointerGetAttributes(device + 5, &attributes), ACL_SUCCESS);
    EXPECT_EQ(attributes.location.type, ACL_MEM_LOCATION_TYPE_DEVICE);
    ASSERT_EQ(aclrtPointerGetAttributes(pinned.address, &attributes), ACL_SUCCESS);
    EXPECT_EQ(attributes.location.type, ACL_MEM_LOCATION_TYPE_HOST);
    ASSERT_EQ(aclrtPointerGetAttributes(&local, &attributes), ACL_SUCCESS);
    EXPECT_EQ(attributes.location.type, ACL_MEM_LOCATION_TYPE_UNREGISTERED);
    EXPECT_EQ(aclrtPointerGetAttributes(nullptr, &attributes), ACL_ERROR_INVALID_PARAM);
}

TEST_F(DeviceTest, CopiesMoveBytesInEveryDirection) {
    std::vector<unsigned char> host(1000);
    std::iota(host.begin(), host.end(), static_cast<unsigned char>(0));
    std::vector<unsigned char> back(1000);
    void *first = allocate(1000);
    void *second = allocate(1000);
    ASSERT_EQ(aclrtMemcpy(first, 1000, host.data(), 1000, ACL_MEMCPY_HOST_TO_DEVICE), ACL_SUCCESS);
    ASSERT_EQ(aclrtMemcpy(second, 1000, first, 1000, ACL_MEMCPY_DEVICE_TO_DEVICE), ACL_SUCCESS);
    ASSERT_EQ(aclrtMemcpy(back.data(), 1000, second, 1000, ACL_MEMCPY_DEFAULT), ACL_SUCCESS);
    EXPECT_EQ(back, host);
    ASSERT_EQ(aclrtMemset(second, 1000, 7, 10), ACL_SUCCESS);
    ASSERT_EQ(aclrtMemcpy(back.data(), 1000, second, 11, ACL_MEMCPY_DEVICE_TO_HOST), ACL_SUCCESS);
    EXPECT_EQ(back[9], 7);
    EXPECT_EQ(back[10], host[10]);
    EXPECT_EQ(aclrtMemcpy(first, 0, host.data(), 0, ACL_MEMCPY_HOST_TO_DEVICE), ACL_SUCCESS);
}

TEST_F(DeviceTest, BadCopiesAreRefused) {
    char host[256] = {};
    char *device = static_cast<char *>(allocate(128));
    const auto copy = [&](void *dst, size_t max, const void *src, size_t count, int kind) {
        return aclrtMemcpy(dst, max, src, count, static_cast<aclrtMemcpyKind>(kind));
    };
    EXPECT_EQ(copy(nullptr, 8, host, 8, 1), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(copy(device, 8, nullptr, 8, 1), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(copy(device, 8, host, 9, 1), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(copy(device, 8, host, 8, 9), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(copy(device, 256, host, 129, 1), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(copy(host, 256, device + 64, 65, 2), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(copy(host + 128, 8, host, 8, 1), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_NE(message().find("lies in no live device allocation"), std::string::npos);
    EXPECT_EQ(copy(device, 8, host, 8, 3), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(copy(device, 8, host, 8, 0), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(copy(host, 8, host + 8, 8, 0), ACL_SUCCESS);
    EXPECT_EQ(aclrtMemset(nullptr, 8, 0, 8), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtMemset(device, 8, 0, 9), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtMemset(device, 256, 0, 129), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtMemset(host, 8, 0, 8), ACL_ERROR_RT_PARAM_INVALID);
    ASSERT_EQ(aclrtFree(device), ACL_SUCCESS);
    EXPECT_EQ(copy(host, 8, device, 8, 2), ACL_ERROR_RT_PARAM_INVALID);
}

TEST_F(DeviceTest, PinnedCopiesReadTheHostWhenTheStreamComes) {
    const aclrtStream stream = createStream();
    const Pinned pinned(4);
    int *host = static_cast<int *>(pinned.address);
    void *device = allocate(4);
    Gate gate;
    *host = 1;
    ASSERT_EQ(aclrtLaunchHostFunc(stream, Gate::wait, &gate), ACL_SUCCESS);
    ASSERT_EQ(aclrtMemcpyAsync(device, 4, host, 4, ACL_MEMCPY_HOST_TO_DEVICE, stream), ACL_SUCCESS);
    *host = 2;
    gate.open();
    ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
    int back = 0;
    ASSERT_EQ(aclrtMemcpy(&back, 4, device, 4, ACL_MEMCPY_DEVICE_TO_HOST), ACL_SUCCESS);
    EXPECT_EQ(back, 2);
}

TEST_F(DeviceTest, PageableCopiesWaitForTheStream) {
    const aclrtStream stream = createStream();
    void *device = allocate(4);
    Gate gate;
    ASSERT_EQ(aclrtLaunchHostFunc(stream, Gate::wait, &gate), ACL_SUCCESS);
    ASSERT_EQ(aclrtMemsetAsync(device, 4, 3, 4, stream), ACL_SUCCESS);
    std::thread opener([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        gate.open();
    });
    int back = 0;
    ASSERT_EQ(aclrtMemcpyAsync(&back, 4, device, 4, ACL_MEMCPY_DEVICE_TO_HOST, stream), ACL_SUCCESS);
    EXPECT_EQ(back, 0x03030303);
    opener.join();
    int other = 0;
    EXPECT_EQ(aclrtMemcpyAsync(&back, 4, &other, 4, ACL_MEMCPY_HOST_TO_HOST, stream), ACL_ERROR_RT_FEATURE_NOT_SUPPORT);
    EXPECT_EQ(aclrtMemcpyAsync(&back, 4, &other, 4, ACL_MEMCPY_DEFAULT, stream), ACL_ERROR_RT_FEATURE_NOT_SUPPORT);
}

TEST_F(DeviceTest, MemoryFreedBeforeItsCopyIsTheStreamsError) {
    const aclrtStream stream = createStream();
    void *device = allocate(64);
    void *pinned = nullptr;
    ASSERT_EQ(aclrtMallocHost(&pinned, 64), ACL_SUCCESS);
    for (const bool host : {false, true}) {
        Gate gate;
        ASSERT_EQ(aclrtLaunchHostFunc(stream, Gate::wait, &gate), ACL_SUCCESS);
        ASSERT_EQ(aclrtMemcpyAsync(device, 64, pinned, 64, ACL_MEMCPY_HOST_TO_DEVICE, stream), ACL_SUCCESS);
        ASSERT_EQ(host ? aclrtFreeHost(pinned) : aclrtFree(device), ACL_SUCCESS);
        gate.open();
        EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_ERROR_RT_AICORE_EXCEPTION) << message();
        ASSERT_EQ(aclrtStreamAbort(stream), ACL_SUCCESS);
        device = host ? device : allocate(64);
    }
}

TEST_F(DeviceTest, TwoDimensionalCopiesKeepTheirPitch) {
    unsigned char host[4][8];
    std::memset(host, 9, sizeof(host));
    unsigned char *device = static_cast<unsigned char *>(allocate(4 * 16));
    ASSERT_EQ(aclrtMemset(device, 64, 0, 64), ACL_SUCCESS);
    ASSERT_EQ(aclrtMemcpy2d(device, 16, host, 8, 5, 4, ACL_MEMCPY_HOST_TO_DEVICE), ACL_SUCCESS);
    unsigned char back[64];
    ASSERT_EQ(aclrtMemcpy(back, 64, device, 64, ACL_MEMCPY_DEVICE_TO_HOST), ACL_SUCCESS);
    for (int i = 0; i < 64; ++i) {
        EXPECT_EQ(back[i], i % 16 < 5 ? 9 : 0) << i;
    }
    EXPECT_EQ(aclrtMemcpy2d(device, 4, host, 8, 5, 4, ACL_MEMCPY_HOST_TO_DEVICE), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtMemcpy2d(device, 16, host, 8, 8, 5, ACL_MEMCPY_HOST_TO_DEVICE), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtMemcpy2d(device, SIZE_MAX, host, 8, 5, 4, ACL_MEMCPY_HOST_TO_DEVICE), ACL_ERROR_RT_PARAM_INVALID);
    EXPECT_EQ(aclrtMemcpy2d(host, 8, host, 8, 5, 4, ACL_MEMCPY_HOST_TO_HOST), ACL_ERROR_RT_PARAM_INVALID);
    ASSERT_EQ(aclrtMemcpy2dAsync(back, 8, device, 16, 5, 4, ACL_MEMCPY_DEVICE_TO_HOST, nullptr), ACL_SUCCESS);
    EXPECT_EQ(back[8 * 3 + 4], 9);
}
