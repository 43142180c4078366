#include "recorder.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace recorder {
namespace {

// libascendcl.so is opened by path, since its name alone would find the recorder. What it lacks is looked for in the
// other two, which a real CANN keeps apart.
struct Target {
    void *handles[3] = {};

    Target() {
        const char *directory = std::getenv("ASCEND4J_RECORD_TARGET");
        const char *names[] = {"libascendcl.so", "libnnopbase.so", "libopapi.so"};
        for (int i = 0; directory != nullptr && i < 3; ++i) {
            const std::string path = std::string(directory) + "/" + names[i];
            handles[i] = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        }
        if (handles[0] == nullptr) {
            const char *reason = directory == nullptr ? "ASCEND4J_RECORD_TARGET is not set" : dlerror();
            std::fprintf(stderr, "recorder: no library to forward to: %s\n", reason == nullptr ? "?" : reason);
        }
    }
};

// The target's other libraries depend on libascendcl.so by name, which finds the recorder: its functions do not count.
bool isOurs(const void *address) {
    static const int anchor = 0;
    Dl_info theirs, ours;
    return dladdr(address, &theirs) != 0 && dladdr(&anchor, &ours) != 0 && theirs.dli_fbase == ours.dli_fbase;
}

int recordFile() {
    static const int file = [] {
        const char *path = std::getenv("ASCEND4J_RECORD_FILE");
        const int opened = path == nullptr ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (path != nullptr && opened < 0) {
            std::fprintf(stderr, "recorder: cannot write %s; nothing is recorded\n", path);
        }
        return opened;
    }();
    return file;
}

}  // namespace

void *real(const char *function) {
    static const Target *const target = new Target;
    for (void *handle : target->handles) {
        void *address = handle == nullptr ? nullptr : dlsym(handle, function);
        if (address != nullptr && !isOurs(address)) {
            return address;
        }
    }
    return nullptr;
}

void append(const std::string &line) {
    static std::mutex lock;
    const std::lock_guard<std::mutex> hold(lock);
    const int file = recordFile();
    for (size_t done = 0; file >= 0 && done < line.size();) {
        const ssize_t count = write(file, line.data() + done, line.size() - done);
        if (count <= 0) {
            std::fprintf(stderr, "recorder: the record is incomplete: a write failed\n");
            return;
        }
        done += static_cast<size_t>(count);
    }
}

}  // namespace recorder
