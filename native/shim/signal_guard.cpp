#include "signal_guard.h"

#include <link.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace ascend4j {
namespace {

bool same(const struct sigaction &a, const struct sigaction &b) {
    if (a.sa_flags != b.sa_flags || a.sa_sigaction != b.sa_sigaction) {
        return false;
    }
    // The mask's words beyond the 64 real signals are not written by the kernel, so members are compared one by one.
    for (int signal = 1; signal <= 64; ++signal) {
        if (sigismember(&a.sa_mask, signal) != sigismember(&b.sa_mask, signal)) {
            return false;
        }
    }
    return true;
}

struct Range {
    uintptr_t start, end;
};

int collect(dl_phdr_info *object, size_t, void *ranges) {
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr) &segment = object->dlpi_phdr[i];
        if (segment.p_type == PT_LOAD) {
            const uintptr_t start = object->dlpi_addr + segment.p_vaddr;
            static_cast<std::vector<Range> *>(ranges)->push_back({start, start + segment.p_memsz});
        }
    }
    return 0;
}

// The code that was in the process before the first device library: the JVM, the application's own libraries.
const std::vector<Range> &earlierCode() {
    static const auto *const ranges = [] {
        auto *const all = new std::vector<Range>;
        dl_iterate_phdr(collect, all);
        return all;
    }();
    return *ranges;
}

bool isEarlier(const struct sigaction &action) {
    const auto address = reinterpret_cast<uintptr_t>(action.sa_sigaction);
    for (const Range &range : earlierCode()) {
        if (address >= range.start && address < range.end) {
            return true;
        }
    }
    return false;
}

}  // namespace

SignalGuard::SignalGuard() {
    earlierCode();
    for (int signal = 1; signal < kSignals; ++signal) {
        std::memset(&actions_[signal], 0, sizeof(actions_[signal]));
        // The two signals that libc keeps for itself answer EINVAL here and to everybody else.
        saved_[signal] = sigaction(signal, nullptr, &actions_[signal]) == 0;
    }
    std::memset(&stack_, 0, sizeof(stack_));
    stackSaved_ = sigaltstack(nullptr, &stack_) == 0;
}

SignalGuard::~SignalGuard() {
    for (int signal = 1; signal < kSignals; ++signal) {
        struct sigaction now;
        std::memset(&now, 0, sizeof(now));
        if (saved_[signal] && sigaction(signal, nullptr, &now) == 0 && !same(now, actions_[signal]) &&
            !isEarlier(now)) {
            sigaction(signal, &actions_[signal], nullptr);
        }
    }
    stack_t now;
    if (stackSaved_ && sigaltstack(nullptr, &now) == 0 &&
        (now.ss_sp != stack_.ss_sp || now.ss_size != stack_.ss_size || now.ss_flags != stack_.ss_flags)) {
        sigaltstack(&stack_, nullptr);
    }
}

}  // namespace ascend4j
