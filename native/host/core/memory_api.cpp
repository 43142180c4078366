// Allocation as the C interface sees it.
#include <algorithm>
#include <cstring>

#include "acl/acl_rt.h"
#include "core/capture.h"
#include "core/context.h"
#include "core/error.h"
#include "core/memory.h"

namespace {

using namespace ascend4j;

constexpr size_t kUnit = 32;
constexpr size_t kLargest = SIZE_MAX / 4;

aclError allocate(const char *call, void **devPtr, size_t size, size_t padding) {
    if (devPtr == nullptr || size == 0) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "found devPtr %s, size %zu; expected a pointer and a size above 0",
                    devPtr == nullptr ? "null" : "given", size);
    }
    std::shared_ptr<Context> context;
    if (const aclError error = currentContext(call, context)) {
        return error;
    }
    if (const aclError error = refuseUnsafe(call)) {
        return error;
    }
    const size_t length = size > kLargest ? kLargest : (size + kUnit - 1) / kUnit * kUnit + padding;
    const auto block = deviceMemory().allocate(context->device, size, length);
    if (block == nullptr) {
        const uint64_t used = deviceMemory().used(context->device);
        return fail(ACL_ERROR_RT_MEMORY_ALLOCATION, call,
                    "size: %zu bytes wanted, %llu of %llu free on device %d; free some or raise ASCEND4J_HOST_MEMORY",
                    size, static_cast<unsigned long long>(deviceMemory().total() - std::min(used, deviceMemory().total())),
                    static_cast<unsigned long long>(deviceMemory().total()), context->device);
    }
    *devPtr = block->address();
    return ACL_SUCCESS;
}

}  // namespace

aclError aclrtMalloc(void **devPtr, size_t size, aclrtMemMallocPolicy) {
    return allocate("aclrtMalloc", devPtr, size, kUnit);
}

aclError aclrtMallocAlign32(void **devPtr, size_t size, aclrtMemMallocPolicy) {
    return allocate("aclrtMallocAlign32", devPtr, size, 0);
}

aclError aclrtMallocCached(void **devPtr, size_t size, aclrtMemMallocPolicy) {
    return allocate("aclrtMallocCached", devPtr, size, kUnit);
}

aclError aclrtFree(void *devPtr) {
    constexpr const char *call = "aclrtFree";
    if (devPtr == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "devPtr: found null");
    }
    if (const aclError error = requireContext(call)) {
        return error;
    }
    if (const aclError error = refuseUnsafe(call)) {
        return error;
    }
    if (!deviceMemory().free(devPtr)) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call,
                    "devPtr: %p is not the start of a live allocation; it was freed already or never allocated", devPtr);
    }
    return ACL_SUCCESS;
}

aclError aclrtMallocHost(void **hostPtr, size_t size) {
    constexpr const char *call = "aclrtMallocHost";
    if (hostPtr == nullptr || size == 0) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "found hostPtr %s, size %zu; expected a pointer and a size above 0",
                    hostPtr == nullptr ? "null" : "given", size);
    }
    if (const aclError error = requireContext(call)) {
        return error;
    }
    if (const aclError error = refuseUnsafe(call)) {
        return error;
    }
    auto block = size > kLargest ? nullptr : Block::allocate(size, size, -1);
    if (block == nullptr) {
        return fail(ACL_ERROR_RT_MEMORY_ALLOCATION, call, "size: the system has no %zu bytes", size);
    }
    *hostPtr = block->address();
    pinnedMemory().add(std::move(block));
    return ACL_SUCCESS;
}

aclError aclrtFreeHost(void *hostPtr) {
    constexpr const char *call = "aclrtFreeHost";
    if (hostPtr == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "hostPtr: found null");
    }
    if (const aclError error = requireContext(call)) {
        return error;
    }
    if (const aclError error = refuseUnsafe(call)) {
        return error;
    }
    if (pinnedMemory().take(hostPtr) == nullptr) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call,
                    "hostPtr: %p is not the start of live pinned memory; it was freed already or never allocated", hostPtr);
    }
    return ACL_SUCCESS;
}

aclError aclrtPointerGetAttributes(const void *ptr, aclrtPtrAttributes *attributes) {
    constexpr const char *call = "aclrtPointerGetAttributes";
    if (ptr == nullptr || attributes == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "found ptr %p, attributes %p; expected two pointers", ptr,
                    static_cast<void *>(attributes));
    }
    if (const aclError error = requireContext(call)) {
        return error;
    }
    std::memset(attributes, 0, sizeof(*attributes));
    attributes->location.type = ACL_MEM_LOCATION_TYPE_UNREGISTERED;
    auto block = deviceMemory().blocks().find(ptr);
    if (block != nullptr) {
        attributes->location.type = ACL_MEM_LOCATION_TYPE_DEVICE;
        attributes->location.id = static_cast<uint32_t>(block->device());
    } else if ((block = pinnedMemory().find(ptr)) != nullptr) {
        attributes->location.type = ACL_MEM_LOCATION_TYPE_HOST;
    }
    attributes->pageSize = block != nullptr && block->huge() ? 2U << 20 : 4096;
    return ACL_SUCCESS;
}

// The device has one kind of memory, HBM; DDR is an answer of 0 as on cards without it.
aclError aclrtGetMemInfo(aclrtMemAttr attr, size_t *free, size_t *total) {
    constexpr const char *call = "aclrtGetMemInfo";
    if (free == nullptr || total == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "free or total: found null");
    }
    std::shared_ptr<Context> context;
    if (const aclError error = currentContext(call, context)) {
        return error;
    }
    switch (attr) {
        case ACL_HBM_MEM:
        case ACL_HBM_MEM_HUGE:
        case ACL_HBM_MEM_NORMAL:
            *total = deviceMemory().total();
            *free = *total - std::min<uint64_t>(deviceMemory().used(context->device), *total);
            return ACL_SUCCESS;
        case ACL_DDR_MEM:
        case ACL_DDR_MEM_HUGE:
        case ACL_DDR_MEM_NORMAL:
            *total = 0;
            *free = 0;
            return ACL_SUCCESS;
        default:
            return fail(ACL_ERROR_RT_PARAM_INVALID, call, "attr: found %d, expected 0 to 5", static_cast<int>(attr));
    }
}
