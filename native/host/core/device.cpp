// Device queries, limits and synchronization.
#include "core/device.h"

#include <atomic>

#include "acl/acl_rt.h"
#include "core/capture.h"
#include "core/context.h"
#include "core/error.h"
#include "core/settings.h"
#include "core/thread_pool.h"
#include "core/timeouts.h"

namespace ascend4j {
namespace {

std::atomic<uint32_t> waitSeconds{0};
std::atomic<uint32_t> taskSeconds{0};

aclError checkLimit(const char *call, int32_t deviceId, aclrtDevResLimitType type) {
    if (deviceId < 0 || deviceId >= settings().devices) {
        return fail(ACL_ERROR_RT_INVALID_DEVICEID, call, "deviceId: found %d, expected 0 to %d", deviceId,
                    settings().devices - 1);
    }
    if (type != ACL_RT_DEV_RES_CUBE_CORE && type != ACL_RT_DEV_RES_VECTOR_CORE) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "type: found %d, expected 0 (cube) or 1 (vector)",
                    static_cast<int>(type));
    }
    return ACL_SUCCESS;
}

aclError synchronizeDevice(const char *call, int32_t timeout) {
    std::shared_ptr<Context> context;
    if (const aclError error = currentContext(call, context)) {
        return error;
    }
    if (timeout == 0 || timeout < -1) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "timeout: found %d, expected -1 (for ever) or milliseconds above 0",
                    timeout);
    }
    if (const aclError error = refuseWhileCapturing(call, context->handle)) {
        return error;
    }
    auto all = streams().select([&](const Stream &stream) { return stream.device == context->device; });
    for (const auto &other : contexts().select([&](const Context &c) { return c.device == context->device; })) {
        all.push_back(other->defaultStream);
    }
    aclError first = ACL_SUCCESS;
    std::string text;
    for (const auto &stream : all) {
        const aclError error = stream->synchronize(call, timeout);
        if (error != ACL_SUCCESS && first == ACL_SUCCESS) {
            first = error;
            text = recentMessage();
        }
    }
    return first == ACL_SUCCESS ? first : failWith(first, text);
}

}  // namespace

uint32_t waitTimeoutSeconds() {
    return waitSeconds.load(std::memory_order_relaxed);
}

uint32_t taskTimeoutSeconds() {
    return taskSeconds.load(std::memory_order_relaxed);
}

}  // namespace ascend4j

using namespace ascend4j;

aclError aclrtSetDevice(int32_t deviceId) {
    if (strict() && !initialized()) {
        return fail(ACL_ERROR_UNINITIALIZE, "aclrtSetDevice", "aclInit was not called (strict mode)");
    }
    return setDevice(deviceId);
}

aclError aclrtGetDevice(int32_t *deviceId) {
    if (deviceId == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, "aclrtGetDevice", "deviceId: found null");
    }
    std::shared_ptr<Context> context;
    if (const aclError error = currentContext("aclrtGetDevice", context)) {
        return error;
    }
    *deviceId = context->device;
    return ACL_SUCCESS;
}

aclError aclrtGetDeviceCount(uint32_t *count) {
    if (count == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, "aclrtGetDeviceCount", "count: found null");
    }
    *count = static_cast<uint32_t>(settings().devices);
    return ACL_SUCCESS;
}

aclError aclrtGetRunMode(aclrtRunMode *runMode) {
    if (runMode == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, "aclrtGetRunMode", "runMode: found null");
    }
    *runMode = ACL_HOST;
    return ACL_SUCCESS;
}

aclError aclrtSynchronizeDevice(void) {
    return synchronizeDevice("aclrtSynchronizeDevice", -1);
}

aclError aclrtSynchronizeDeviceWithTimeout(int32_t timeout) {
    return synchronizeDevice("aclrtSynchronizeDeviceWithTimeout", timeout);
}

const char *aclrtGetSocName(void) {
    return settings().soc.c_str();
}

// Both kinds of core are the kernel pool's threads. More than there are is no error: the device has what it has.
aclError aclrtSetDeviceResLimit(int32_t deviceId, aclrtDevResLimitType type, uint32_t value) {
    constexpr const char *call = "aclrtSetDeviceResLimit";
    if (const aclError error = checkLimit(call, deviceId, type)) {
        return error;
    }
    if (value == 0) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "value: found 0, expected at least 1");
    }
    setThreadCount(static_cast<int>(value > 1024 ? 1024 : value));
    return ACL_SUCCESS;
}

aclError aclrtGetDeviceResLimit(int32_t deviceId, aclrtDevResLimitType type, uint32_t *value) {
    constexpr const char *call = "aclrtGetDeviceResLimit";
    if (value == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "value: found null");
    }
    if (const aclError error = checkLimit(call, deviceId, type)) {
        return error;
    }
    *value = static_cast<uint32_t>(threadCount());
    return ACL_SUCCESS;
}

aclError aclrtSetOpWaitTimeout(uint32_t timeout) {
    waitSeconds.store(timeout, std::memory_order_relaxed);
    return ACL_SUCCESS;
}

aclError aclrtSetOpExecuteTimeOut(uint32_t timeout) {
    taskSeconds.store(timeout, std::memory_order_relaxed);
    return ACL_SUCCESS;
}
