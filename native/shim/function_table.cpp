#include "function_table.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "ascend4j_shim.h"

namespace ascend4j {
namespace {

std::atomic<bool> gFilled{false};
thread_local const char *tLastAbsent = nullptr;

std::vector<const std::string *> &paths() {
    // Never destroyed: threads of the device libraries may still call while the process exits.
    static auto *const all = new std::vector<const std::string *>(kDeclaredCount, nullptr);
    return *all;
}

}  // namespace

void fillTable(const LibraryList &libraries) {
    for (size_t index = 0; index < kDeclaredCount; ++index) {
        const std::string *path = nullptr;
        void *address = libraries.find(kDeclared[index].name, kDeclared[index].partner, &path);
        paths()[index] = path;
        gAddresses[index].store(address, std::memory_order_release);
    }
    gFilled.store(true, std::memory_order_release);
}

const std::string *servedBy(size_t index) {
    return gFilled.load(std::memory_order_acquire) ? paths()[index] : nullptr;
}

size_t indexOf(const char *name) {
    if (name == nullptr) {
        return kDeclaredCount;
    }
    const Declared *end = kDeclared + kDeclaredCount;
    const Declared *found = std::lower_bound(
            kDeclared, end, name, [](const Declared &a, const char *b) { return std::strcmp(a.name, b) < 0; });
    return found != end && std::strcmp(found->name, name) == 0 ? static_cast<size_t>(found - kDeclared)
                                                               : kDeclaredCount;
}

int absent(size_t index) {
    tLastAbsent = kDeclared[index].name;
    return gFilled.load(std::memory_order_acquire) ? ASCEND4J_ERROR_SYMBOL_MISSING : ASCEND4J_ERROR_NOT_OPEN;
}

const char *lastAbsent() { return tLastAbsent; }

}  // namespace ascend4j
