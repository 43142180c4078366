#include "core/error.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "acl/acl.h"

namespace ascend4j {
namespace {

constexpr size_t kTextBytes = 1024;

// Plain data, so that a thread's exit runs no destructor of ours inside somebody else's process.
thread_local char recent[kTextBytes];
thread_local char handedOut[kTextBytes];
thread_local aclError lastError = ACL_SUCCESS;

}  // namespace

const char *errorClass(int code) {
    switch (code) {
        case ACL_ERROR_RT_MEMORY_ALLOCATION:
        case ACL_ERROR_RT_DEVICE_OOM:
            return "EL0004";
        case ACL_ERROR_RT_NO_STREAM_RESOURCE:
        case ACL_ERROR_RT_NO_EVENT_RESOURCE:
            return "EL0009";
        default:
            break;
    }
    if (code >= 561000 && code < 562000) {
        return "EZ9999";
    }
    if (code >= 161000 && code < 162000) {
        return "EZ1001";
    }
    return code >= 500000 || code / 100000 == 3 ? "EZ9999" : "EE1001";
}

int fail(int code, const char *call, const char *format, ...) {
    const int used = std::snprintf(recent, kTextBytes, "%s: %s: ", errorClass(code), call);
    if (used > 0 && static_cast<size_t>(used) < kTextBytes) {
        va_list arguments;
        va_start(arguments, format);
        std::vsnprintf(recent + used, kTextBytes - static_cast<size_t>(used), format, arguments);
        va_end(arguments);
    }
    lastError = code;
    return code;
}

int failWith(int code, const std::string &text) {
    std::snprintf(recent, kTextBytes, "%s", text.c_str());
    lastError = code;
    return code;
}

std::string recentMessage() {
    return recent;
}

std::string takeRecentMessage() {
    std::string text = recent;
    recent[0] = '\0';
    return text;
}

}  // namespace ascend4j

const char *aclGetRecentErrMsg(void) {
    using namespace ascend4j;
    if (recent[0] == '\0') {
        return nullptr;
    }
    std::memcpy(handedOut, recent, kTextBytes);
    recent[0] = '\0';
    return handedOut;
}

aclError aclrtPeekAtLastError(aclrtLastErrLevel level) {
    if (level != ACL_RT_THREAD_LEVEL) {
        return ascend4j::fail(ACL_ERROR_RT_PARAM_INVALID, "aclrtPeekAtLastError", "level: found %d, expected %d",
                              static_cast<int>(level), static_cast<int>(ACL_RT_THREAD_LEVEL));
    }
    return ascend4j::lastError;
}

aclError aclrtGetLastError(aclrtLastErrLevel level) {
    if (level != ACL_RT_THREAD_LEVEL) {
        return ascend4j::fail(ACL_ERROR_RT_PARAM_INVALID, "aclrtGetLastError", "level: found %d, expected %d",
                              static_cast<int>(level), static_cast<int>(ACL_RT_THREAD_LEVEL));
    }
    const aclError error = ascend4j::lastError;
    ascend4j::lastError = ACL_SUCCESS;
    return error;
}
