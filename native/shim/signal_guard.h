// Keeps a process's signal handlers across code that replaces them.
#ifndef ASCEND4J_SHIM_SIGNAL_GUARD_H_
#define ASCEND4J_SHIM_SIGNAL_GUARD_H_

#include <csignal>

namespace ascend4j {

// CANN's trace library takes SIGSEGV and a dozen more in its constructor, and later raises them again without the
// fault address. HotSpot lives on SIGSEGV (null checks, safepoints), so its handlers must be back before Java runs.
// A handler that the JVM or the application sets meanwhile, in another thread, stays: its code was there before.
class SignalGuard {
public:
    SignalGuard();
    ~SignalGuard();
    SignalGuard(const SignalGuard &) = delete;
    SignalGuard &operator=(const SignalGuard &) = delete;

private:
    static constexpr int kSignals = 65;  // 1..64; slot 0 is unused
    struct sigaction actions_[kSignals];
    bool saved_[kSignals];
    stack_t stack_;
    bool stackSaved_;
};

}  // namespace ascend4j

#endif
