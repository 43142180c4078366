// aclInit and its counterparts.
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>

#include "acl/acl.h"
#include "aclnn/aclnn_base.h"
#include "core/device.h"
#include "core/error.h"
#include "core/settings.h"

namespace {

using namespace ascend4j;

std::mutex mutex;
uint64_t references = 0;  // guarded by mutex
std::string config;       // guarded by mutex; the path of the first aclInit

// The device has nothing to configure, so a file's form is all that is looked at.
aclError readConfig(const std::string &path) {
    if (path.empty()) {
        return ACL_SUCCESS;
    }
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file.is_open() || file.bad()) {
        return fail(ACL_ERROR_INVALID_FILE, "aclInit", "configPath: cannot read '%s'", path.c_str());
    }
    const size_t first = text.find_first_not_of(" \t\r\n");
    const size_t last = text.find_last_not_of(" \t\r\n");
    if (first != std::string::npos && (text[first] != '{' || text[last] != '}')) {
        return fail(ACL_ERROR_PARSE_FILE, "aclInit", "configPath: '%s' holds no JSON object", path.c_str());
    }
    return ACL_SUCCESS;
}

}  // namespace

namespace ascend4j {

bool initialized() {
    const std::lock_guard<std::mutex> lock(mutex);
    return references > 0;
}

}  // namespace ascend4j

aclError aclInit(const char *configPath) {
    const std::string path = configPath == nullptr ? "" : configPath;
    const std::lock_guard<std::mutex> lock(mutex);
    if (references > 0) {
        if (path != config) {
            return fail(ACL_ERROR_INVALID_PARAM, "aclInit", "configPath: found '%s', but '%s' is in force", path.c_str(),
                        config.c_str());
        }
        ++references;
        return fail(ACL_ERROR_REPEAT_INITIALIZE, "aclInit", "called already; reference count is now %llu",
                    static_cast<unsigned long long>(references));
    }
    reloadSettings();
    if (!settings().problem.empty()) {
        return fail(ACL_ERROR_INVALID_PARAM, "aclInit", "environment: %s", settings().problem.c_str());
    }
    if (const aclError error = readConfig(path)) {
        return error;
    }
    config = path;
    references = 1;
    return ACL_SUCCESS;
}

aclError aclFinalize(void) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (references == 0) {
        return fail(ACL_ERROR_REPEAT_FINALIZE, "aclFinalize", "not initialized, or finalized already");
    }
    references = 0;
    return ACL_SUCCESS;
}

aclError aclFinalizeReference(uint64_t *refCount) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (references == 0) {
        return fail(ACL_ERROR_REPEAT_FINALIZE, "aclFinalizeReference", "not initialized, or finalized already");
    }
    --references;
    if (refCount != nullptr) {
        *refCount = references;
    }
    return ACL_SUCCESS;
}

aclnnStatus aclnnInit(const char *) {
    return ACLNN_SUCCESS;
}

aclnnStatus aclnnFinalize(void) {
    return ACLNN_SUCCESS;
}
