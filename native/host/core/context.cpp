#include "core/context.h"

#include <mutex>
#include <vector>

#include "acl/acl_rt.h"
#include "core/capture.h"
#include "core/device.h"
#include "core/error.h"
#include "core/event.h"
#include "core/memory.h"
#include "core/settings.h"

namespace ascend4j {
namespace {

constexpr int kMaxDevices = 8;
constexpr size_t kMaxContexts = 1 << 16;

struct Device {
    std::shared_ptr<Context> primary;
    uint64_t references = 0;
};

struct Devices {
    std::mutex mutex;  // guards all below, and orders creation and destruction of contexts
    Device devices[kMaxDevices];
};

Devices &devices() {
    static auto *instance = new Devices();
    return *instance;
}

thread_local std::shared_ptr<Context> current;

aclError checkDevice(const char *call, int64_t device) {
    if (!settings().problem.empty()) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "environment: %s", settings().problem.c_str());
    }
    if (device < 0 || device >= settings().devices) {
        return fail(ACL_ERROR_RT_INVALID_DEVICEID, call, "deviceId: found %lld, expected 0 to %d",
                    static_cast<long long>(device), settings().devices - 1);
    }
    return ACL_SUCCESS;
}

std::shared_ptr<Context> openContext(int device, bool primary) {
    auto context = std::make_shared<Context>(device, primary);
    if (contexts().add(context) == nullptr) {
        return nullptr;
    }
    context->defaultStream = std::make_shared<Stream>(context->handle, device, context->policy);
    return context;
}

// Streams, events and finally the context itself. Whoever still has it as current gets an error from now on.
void closeContext(const std::shared_ptr<Context> &context, bool drain) {
    context->alive.store(false, std::memory_order_release);
    abandonCaptures(context->handle);
    contexts().take(context->handle);
    const auto own = [&](const auto &object) { return object.context == context->handle; };
    for (const auto &stream : streams().select(own)) {
        streams().take(stream->handle);
        stream->close(drain);
    }
    context->defaultStream->close(drain);
    for (const auto &event : events().select(own)) {
        events().take(event->handle);
    }
    for (const auto &graph : graphs().select(own)) {
        forgetGraph(graph);
    }
}

bool anyContextOn(int device) {
    return !contexts().select([&](const Context &context) { return context.device == device; }).empty();
}

aclError release(const char *call, int32_t deviceId, bool force) {
    if (const aclError error = checkDevice(call, deviceId)) {
        return error;
    }
    Devices &all = devices();
    const std::lock_guard<std::mutex> lock(all.mutex);
    Device &device = all.devices[deviceId];
    if (device.references == 0) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "deviceId: device %d is not set; pair every reset with a set",
                    deviceId);
    }
    if (!force && device.references == 1) {
        if (const aclError error = refuseWhileCapturing(call, device.primary->handle)) {
            return error;
        }
    }
    device.references = force ? 0 : device.references - 1;
    if (device.references > 0) {
        return ACL_SUCCESS;
    }
    closeContext(device.primary, !force);
    if (current == device.primary) {
        current.reset();
    }
    device.primary.reset();
    if (!anyContextOn(deviceId)) {
        deviceMemory().releaseDevice(deviceId);
    }
    return ACL_SUCCESS;
}

}  // namespace

HandleTable<Context> &contexts() {
    static auto *table = new HandleTable<Context>(HandleKind::Context, kMaxContexts);
    return *table;
}

aclError currentContext(const char *call, std::shared_ptr<Context> &context) {
    if (const aclError error = requireContext(call)) {
        return error;
    }
    context = current;
    return ACL_SUCCESS;
}

aclError requireContext(const char *call) {
    if (current == nullptr || (current->primary && !current->alive.load(std::memory_order_acquire))) {
        return fail(ACL_ERROR_RT_CONTEXT_NULL, call,
                    "this thread has no device; call aclrtSetDevice or aclrtSetCurrentContext in it first");
    }
    if (!current->alive.load(std::memory_order_acquire)) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "this thread's context was destroyed");
    }
    return ACL_SUCCESS;
}

aclError setDevice(int32_t deviceId) {
    constexpr const char *call = "aclrtSetDevice";
    if (const aclError error = checkDevice(call, deviceId)) {
        return error;
    }
    Devices &all = devices();
    const std::lock_guard<std::mutex> lock(all.mutex);
    Device &device = all.devices[deviceId];
    if (device.primary == nullptr) {
        device.primary = openContext(deviceId, true);
        if (device.primary == nullptr) {
            return fail(ACL_ERROR_RT_RESOURCE_ALLOC_FAIL, call, "too many contexts");
        }
    }
    ++device.references;
    current = device.primary;
    return ACL_SUCCESS;
}

}  // namespace ascend4j

using namespace ascend4j;

aclError aclrtResetDevice(int32_t deviceId) {
    return release("aclrtResetDevice", deviceId, false);
}

aclError aclrtResetDeviceForce(int32_t deviceId) {
    return release("aclrtResetDeviceForce", deviceId, true);
}

aclError aclrtCreateContext(aclrtContext *context, int32_t deviceId) {
    constexpr const char *call = "aclrtCreateContext";
    if (context == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "context: found null");
    }
    if (const aclError error = checkDevice(call, deviceId)) {
        return error;
    }
    const std::lock_guard<std::mutex> lock(devices().mutex);
    const auto fresh = openContext(deviceId, false);
    if (fresh == nullptr) {
        return fail(ACL_ERROR_RT_RESOURCE_ALLOC_FAIL, call, "too many contexts (%zu)", contexts().size());
    }
    current = fresh;
    *context = fresh->handle;
    return ACL_SUCCESS;
}

aclError aclrtDestroyContext(aclrtContext context) {
    constexpr const char *call = "aclrtDestroyContext";
    if (context == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "context: found null");
    }
    const std::lock_guard<std::mutex> lock(devices().mutex);
    const auto found = contexts().find(context);
    if (found == nullptr || found->primary) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "context: %p is %s", context,
                    found == nullptr ? "no live context" : "a device's own context; use aclrtResetDevice");
    }
    if (const aclError error = refuseWhileCapturing(call, context)) {
        return error;
    }
    closeContext(found, true);
    if (current == found) {
        current.reset();
    }
    if (!anyContextOn(found->device)) {
        deviceMemory().releaseDevice(found->device);
    }
    return ACL_SUCCESS;
}

aclError aclrtSetCurrentContext(aclrtContext context) {
    constexpr const char *call = "aclrtSetCurrentContext";
    if (context == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "context: found null");
    }
    auto found = contexts().find(context);
    if (found == nullptr) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "context: %p is no live context", context);
    }
    current = std::move(found);
    return ACL_SUCCESS;
}

aclError aclrtGetCurrentContext(aclrtContext *context) {
    if (context == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, "aclrtGetCurrentContext", "context: found null");
    }
    if (const aclError error = requireContext("aclrtGetCurrentContext")) {
        return error;
    }
    *context = current->handle;
    return ACL_SUCCESS;
}
