#include "ascend4j_shim.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "acl/acl.h"
#include "function_table.h"
#include "library_list.h"
#include "signal_guard.h"

namespace ascend4j {
namespace {

// What this process holds. Never destroyed, as the libraries are never closed.
struct Opened {
    std::mutex lock;
    LibraryList libraries;
    std::string directories;  // of the attempt that loaded something, successful or not
    bool complete = false;
};

Opened &opened() {
    static auto *const state = new Opened;
    return *state;
}

std::string join(const std::vector<std::string> &directories) {
    std::string text;
    for (const std::string &directory : directories) {
        text += (text.empty() ? "" : ":") + directory;
    }
    return text;
}

bool sameFile(const std::string &a, const std::string &b) {
    struct stat left, right;
    return stat(a.c_str(), &left) == 0 && stat(b.c_str(), &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

// Where a CANN runtime lives that somebody else loaded before us; libraries that we open would bind to it by name.
std::string loadedElsewhere() {
    void *handle = dlopen("libascendcl.so", RTLD_NOLOAD | RTLD_LAZY);
    link_map *map = nullptr;
    std::string path;
    if (handle != nullptr && dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0) {
        path = map->l_name;
    }
    if (handle != nullptr) {
        dlclose(handle);
    }
    return path;
}

bool clashes(const std::vector<std::string> &directories, std::string &error) {
    const std::string other = loadedElsewhere();
    for (const std::string &directory : directories) {
        const std::string ours = directory + "/libascendcl.so";
        struct stat status;
        if (!other.empty() && stat(ours.c_str(), &status) == 0) {
            if (!sameFile(other, ours)) {
                error = "this process already holds " + other + ", so " + ours + " cannot be opened beside it; "
                        "use one CANN in a process";
                return true;
            }
            return false;
        }
    }
    return false;
}

// A link stub answers every call with one code; the version call needs neither set-up nor a device.
bool isStub(const LibraryList &libraries) {
    const std::string *path = nullptr;
    void *address = libraries.find("aclrtGetVersion", nullptr, &path);
    int32_t major = 0, minor = 0, patch = 0;
    return address != nullptr && reinterpret_cast<decltype(&aclrtGetVersion)>(address)(&major, &minor, &patch) ==
                                         ACL_ERROR_COMPILING_STUB_MODE;
}

int openLibraries(Opened &state, const std::vector<std::string> &directories, bool withCustom, std::string &error) {
    state.directories = join(directories);
    // In C, since a JVM cannot change its own environment: it keeps CANN's trace library from taking the signals.
    setenv("ASCEND_COREDUMP_SIGNAL", "none", 1);
    const SignalGuard guard;
    LibraryList attempt;
    const bool success = attempt.open(directories, withCustom, error);
    if (!success && attempt.empty()) {
        state.directories.clear();
        return ASCEND4J_ERROR_OPEN_FAILED;
    }
    state.libraries = std::move(attempt);
    if (!success) {
        return ASCEND4J_ERROR_OPEN_FAILED;
    }
    if (isStub(state.libraries)) {
        error = state.libraries.runtimePath() + " is a link stub (code 100039): a stub directory is ahead in the "
                "library path; remove devlib and lib64/stub directories from it";
        return ASCEND4J_ERROR_STUB_LIBRARY;
    }
    fillTable(state.libraries);
    state.complete = true;
    return 0;
}

int openOnce(const char *list, bool withCustom, std::string &error) {
    std::vector<std::string> directories;
    if (!splitDirectories(list, directories, error)) {
        return list == nullptr || list[0] != '/' ? ASCEND4J_ERROR_INVALID_ARGUMENT : ASCEND4J_ERROR_OPEN_FAILED;
    }
    Opened &state = opened();
    const std::lock_guard<std::mutex> hold(state.lock);
    const std::string wanted = join(directories);
    if (state.complete && state.directories == wanted) {
        return 0;
    }
    if (!state.directories.empty()) {
        error = std::string("this process ") + (state.complete ? "has opened" : "failed after loading libraries of") +
                " '" + state.directories + "', so '" + wanted + "' cannot be opened; start a new process for it";
        return ASCEND4J_ERROR_OPENED_OTHER;
    }
    if (withCustom && clashes(directories, error)) {
        return ASCEND4J_ERROR_OPENED_OTHER;
    }
    return openLibraries(state, directories, withCustom, error);
}

void copyText(const std::string &text, char *out, size_t size) {
    if (out != nullptr && size > 0) {
        const size_t length = std::min(text.size(), size - 1);
        std::memcpy(out, text.data(), length);
        out[length] = '\0';
    }
}

int openReporting(const char *directories, bool withCustom, char *error, size_t errorSize) {
    std::string text;
    int code = ASCEND4J_ERROR_OPEN_FAILED;
    try {
        code = openOnce(directories, withCustom, text);
    } catch (const std::exception &problem) {
        text = std::string("cannot open the device libraries: ") + problem.what();
    }
    copyText(text, error, errorSize);
    return code;
}

}  // namespace
}  // namespace ascend4j

using namespace ascend4j;

int ascend4j_open(const char *directories, char *error, size_t errorSize) {
    return openReporting(directories, true, error, errorSize);
}

int ascend4j_open_host(const char *directories, char *error, size_t errorSize) {
    return openReporting(directories, false, error, errorSize);
}

int ascend4j_has(const char *symbol) {
    const size_t index = indexOf(symbol);
    return index < kDeclaredCount && gAddresses[index].load(std::memory_order_acquire) != nullptr ? 1 : 0;
}

const char *ascend4j_since(const char *symbol) {
    const size_t index = indexOf(symbol);
    return index < kDeclaredCount ? kDeclared[index].since : nullptr;
}

const char *ascend4j_library_path(const char *symbol) {
    if (symbol == nullptr) {
        Opened &state = opened();
        const std::lock_guard<std::mutex> hold(state.lock);
        return state.complete ? state.libraries.runtimePath().c_str() : nullptr;
    }
    const size_t index = indexOf(symbol);
    const std::string *path = index < kDeclaredCount ? servedBy(index) : nullptr;
    return path == nullptr ? nullptr : path->c_str();
}

const char *ascend4j_missing_symbol(void) { return lastAbsent(); }

int ascend4j_last_error_message(char *out, size_t size) {
    const char *message = ascend4j_has("aclGetRecentErrMsg") != 0 ? aclGetRecentErrMsg() : nullptr;
    const std::string text = message == nullptr ? "" : message;
    copyText(text, out, size);
    return static_cast<int>(text.size());
}

const char *ascend4j_open_notes(void) {
    Opened &state = opened();
    const std::lock_guard<std::mutex> hold(state.lock);
    return state.libraries.notes().c_str();
}
