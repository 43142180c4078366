// Versions: the CANN that the device stands for, and its own.
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "acl/acl.h"
#include "core/context.h"
#include "core/error.h"
#include "core/event.h"
#include "core/executor.h"
#include "core/graph.h"
#include "core/memory.h"
#include "core/objects.h"
#include "core/settings.h"
#include "core/stream.h"
#include "core/thread_pool.h"
#include "kernels/isa.h"

#ifndef ASCEND4J_VERSION
#define ASCEND4J_VERSION "0.23.0rc1"
#endif

namespace {

using namespace ascend4j;

constexpr size_t kVersionBytes = 128;

struct Parts {
    int major = 0;
    int minor = 0;
    int patch = 0;
    std::string suffix;  // "rc1", "beta2" …, lower case; empty for a release
};

// Understands 9.1.0, 9.2.0-beta.2 and 8.1.RC1.
Parts parse(const std::string &text) {
    Parts parts;
    int *const numbers[] = {&parts.major, &parts.minor, &parts.patch};
    const char *at = text.c_str();
    for (int *number : numbers) {
        if (!std::isdigit(static_cast<unsigned char>(*at))) {
            break;
        }
        char *end = nullptr;
        *number = static_cast<int>(std::strtol(at, &end, 10));
        at = *end == '.' ? end + 1 : end;
    }
    for (; *at != '\0'; ++at) {
        if (std::isalnum(static_cast<unsigned char>(*at))) {
            parts.suffix += static_cast<char>(std::tolower(static_cast<unsigned char>(*at)));
        }
    }
    return parts;
}

int64_t versionNumber(const Parts &parts) {
    int64_t number = int64_t{parts.major} * 10000000 + int64_t{parts.minor} * 100000 + int64_t{parts.patch} * 1000;
    const struct {
        const char *name;
        int below;
    } stages[] = {{"alpha", 300}, {"beta", 200}, {"rc", 100}};
    for (const auto &stage : stages) {
        const size_t length = std::strlen(stage.name);
        if (parts.suffix.compare(0, length, stage.name) == 0) {
            number += std::atoi(parts.suffix.c_str() + length) - stage.below;
        }
    }
    return number;
}

bool isPackage(const std::string &name) {
    for (const char *known : {"runtime", "compiler", "bisheng-compiler", "hccl", "oam-tools", "toolkit", "opp", "ops_nn",
                              "ops_math", "ops_transformer", "ops-legacy", "cann"}) {
        if (name == known) {
            return true;
        }
    }
    return false;
}

std::string describeHost() {
    return std::string("host " ASCEND4J_VERSION " ") + isaName(isa()) + " threads=" + std::to_string(threadCount());
}

// Live objects; short keys only when the text would not fit otherwise. `graphs` and
// `leaked` (by a device that was reset while memory was allocated on it) appear when they are not 0.
std::string describeOutstanding() {
    const struct {
        const char *name;
        const char *brief;
        uint64_t value;
    } counts[] = {
        {"bytes", "b", deviceMemory().blocks().bytes()},
        {"pinned", "p", pinnedMemory().bytes()},
        {"streams", "st", streams().size()},
        {"events", "ev", events().size()},
        {"contexts", "ct", contexts().size()},
        {"tensors", "te", static_cast<uint64_t>(arena<aclTensor>().live())},
        {"scalars", "sc", static_cast<uint64_t>(arena<aclScalar>().live())},
        {"arrays", "ar", static_cast<uint64_t>(arena<aclIntArray>().live() + arena<aclFloatArray>().live() +
                                               arena<aclBoolArray>().live())},
        {"lists", "li", static_cast<uint64_t>(arena<aclTensorList>().live() + arena<aclScalarList>().live())},
        {"executors", "ex", static_cast<uint64_t>(arena<aclOpExecutor>().live())},
        {"graphs", "gr", graphs().size()},
        {"leaked", "lk", deviceMemory().leaked()},
    };
    std::string text;
    for (const bool brief : {false, true}) {
        text.clear();
        for (const auto &count : counts) {
            const bool rare = std::strcmp(count.name, "leaked") == 0 || std::strcmp(count.name, "graphs") == 0;
            if (count.value != 0 || !rare) {
                text += (text.empty() ? "" : " ") + std::string(brief ? count.brief : count.name) + '=' +
                        std::to_string(count.value);
            }
        }
        if (text.size() < kVersionBytes) {
            break;
        }
    }
    return text;
}

// Empty if there is no such package.
std::string packageVersion(const std::string &package) {
    if (package == "ascend4j_host") {
        return describeHost();
    }
    if (package == "ascend4j_host_outstanding") {
        return describeOutstanding();
    }
    return isPackage(package) ? settings().cann : "";
}

aclError missing(const char *call, const char *package) {
    return fail(ACL_ERROR_INVALID_FILE, call, "pkgName: the host device has no package '%.64s'", package);
}

}  // namespace

aclError aclrtGetVersion(int32_t *majorVersion, int32_t *minorVersion, int32_t *patchVersion) {
    if (majorVersion == nullptr || minorVersion == nullptr || patchVersion == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, "aclrtGetVersion", "majorVersion, minorVersion or patchVersion: found null");
    }
    *majorVersion = 1;
    *minorVersion = 17;
    *patchVersion = 0;
    return ACL_SUCCESS;
}

aclError aclsysGetCANNVersion(aclCANNPackageName name, aclCANNPackageVersion *version) {
    constexpr const char *call = "aclsysGetCANNVersion";
    if (version == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "version: found null");
    }
    if (name < ACL_PKG_NAME_CANN || name > ACL_PKG_NAME_DRIVER) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "name: found %d, expected 0 to 7", static_cast<int>(name));
    }
    if (name == ACL_PKG_NAME_DRIVER) {
        return missing(call, "driver");
    }
    const Parts parts = parse(settings().cann);
    std::memset(version, 0, sizeof(*version));
    std::snprintf(version->version, sizeof(version->version), "%s", settings().cann.c_str());
    std::snprintf(version->majorVersion, sizeof(version->majorVersion), "%d", parts.major);
    std::snprintf(version->minorVersion, sizeof(version->minorVersion), "%d", parts.minor);
    std::snprintf(version->releaseVersion, sizeof(version->releaseVersion), "%d", parts.patch);
    std::snprintf(version->patchVersion, sizeof(version->patchVersion), "%s", parts.suffix.c_str());
    return ACL_SUCCESS;
}

aclError aclsysGetVersionStr(char *pkgName, char *versionStr) {
    constexpr const char *call = "aclsysGetVersionStr";
    if (pkgName == nullptr || versionStr == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "%s: found null", pkgName == nullptr ? "pkgName" : "versionStr");
    }
    const std::string text = packageVersion(pkgName);
    if (text.empty()) {
        return missing(call, pkgName);
    }
    std::snprintf(versionStr, kVersionBytes, "%s", text.c_str());
    return ACL_SUCCESS;
}

aclError aclsysGetVersionNum(char *pkgName, int32_t *versionNum) {
    constexpr const char *call = "aclsysGetVersionNum";
    if (pkgName == nullptr || versionNum == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "%s: found null", pkgName == nullptr ? "pkgName" : "versionNum");
    }
    if (!isPackage(pkgName)) {
        return missing(call, pkgName);
    }
    *versionNum = static_cast<int32_t>(versionNumber(parse(settings().cann)));
    return ACL_SUCCESS;
}
