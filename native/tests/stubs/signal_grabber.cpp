// Part of a stand-in for libascendcl.so that takes over signals while it loads, as CANN's trace library does: the
// handler restores the old action and raises the signal again, which loses the fault's address. HotSpot then takes a
// null check for a crash. Unlike CANN's, this one pays no heed to ASCEND_COREDUMP_SIGNAL, so that a test shows the
// shim's restoring of handlers by itself.

#include <csignal>
#include <cstdlib>
#include <cstring>

namespace {

const int kSignals[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGQUIT, SIGTERM,      SIGINT,
                        SIGABRT, SIGTRAP, SIGXCPU, SIGXFSZ, SIGSYS,  SIGRTMIN + 1};
constexpr int kCount = sizeof(kSignals) / sizeof(kSignals[0]);

struct sigaction gOld[kCount];

void raiseAgain(int signal, siginfo_t *, void *) {
    for (int i = 0; i < kCount; ++i) {
        if (kSignals[i] == signal) {
            sigaction(signal, &gOld[i], nullptr);
        }
    }
    raise(signal);
}

__attribute__((constructor)) void takeSignals() {
    struct sigaction action;
    std::memset(&action, 0, sizeof(action));
    action.sa_sigaction = raiseAgain;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < kCount; ++i) {
        sigaction(kSignals[i], &action, &gOld[i]);
    }
    static char stack[64 * 1024];
    stack_t alternate;
    std::memset(&alternate, 0, sizeof(alternate));
    alternate.ss_sp = stack;
    alternate.ss_size = sizeof(stack);
    sigaltstack(&alternate, nullptr);
}

}  // namespace
