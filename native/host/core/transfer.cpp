#include "core/transfer.h"

#include <cstring>

#include "core/error.h"

namespace ascend4j {
namespace {

const char *kindName(aclrtMemcpyKind kind) {
    switch (kind) {
        case ACL_MEMCPY_HOST_TO_HOST: return "host to host";
        case ACL_MEMCPY_HOST_TO_DEVICE: return "host to device";
        case ACL_MEMCPY_DEVICE_TO_HOST: return "device to host";
        case ACL_MEMCPY_DEVICE_TO_DEVICE: return "device to device";
        case ACL_MEMCPY_DEFAULT: return "default";
    }
    return "unknown";
}

// One end: must it be on the device, is it, and do all its bytes lie in one allocation?
aclError locateEnd(const char *call, const char *name, const void *address, size_t bytes, aclrtMemcpyKind kind,
                   bool deviceWanted, bool &onDevice) {
    onDevice = deviceMemory().blocks().find(address) != nullptr;
    if (onDevice) {
        if (kind == ACL_MEMCPY_HOST_TO_HOST) {
            return fail(ACL_ERROR_RT_PARAM_INVALID, call, "%s: %p is device memory, the kind is host to host", name,
                        address);
        }
        if (deviceMemory().blocks().find(address, bytes) == nullptr) {
            return fail(ACL_ERROR_RT_PARAM_INVALID, call, "%s: %zu bytes from %p leave their allocation", name, bytes,
                        address);
        }
    } else if (deviceWanted) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "%s: %p lies in no live device allocation, the kind is %s", name,
                    address, kindName(kind));
    }
    return ACL_SUCCESS;
}

}  // namespace

aclError Transfer::locate(const char *call, aclrtMemcpyKind kind) {
    if (kind < ACL_MEMCPY_HOST_TO_HOST || kind > ACL_MEMCPY_DEFAULT) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "kind: found %d, expected 0 to 4", static_cast<int>(kind));
    }
    if (empty()) {
        return ACL_SUCCESS;
    }
    const bool toDevice = kind == ACL_MEMCPY_HOST_TO_DEVICE || kind == ACL_MEMCPY_DEVICE_TO_DEVICE;
    const bool fromDevice = kind == ACL_MEMCPY_DEVICE_TO_HOST || kind == ACL_MEMCPY_DEVICE_TO_DEVICE;
    if (const aclError error = locateEnd(call, "dst", target, targetSpan(), kind, toDevice, targetOnDevice)) {
        return error;
    }
    return locateEnd(call, "src", source, sourceSpan(), kind, fromDevice, sourceOnDevice);
}

bool Transfer::pinned() const {
    return (targetOnDevice || pinnedMemory().find(target, targetSpan()) != nullptr) &&
           (sourceOnDevice || pinnedMemory().find(source, sourceSpan()) != nullptr);
}

bool Transfer::run() const {
    if (empty()) {
        return true;
    }
    const auto hold = [this](const void *address, size_t bytes, bool onDevice) {
        return onDevice ? deviceMemory().blocks().find(address, bytes) : pinnedMemory().find(address, bytes);
    };
    const auto end = hold(target, targetSpan(), targetOnDevice);
    const auto begin = hold(source, sourceSpan(), sourceOnDevice);
    if ((end == nullptr && (targetOnDevice || later)) || (begin == nullptr && (sourceOnDevice || later))) {
        return false;
    }
    for (size_t row = 0; row < height; ++row) {
        std::memmove(static_cast<char *>(target) + row * targetPitch,
                     static_cast<const char *>(source) + row * sourcePitch, width);
    }
    return true;
}

}  // namespace ascend4j
