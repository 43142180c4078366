// Threads that live inside somebody else's process.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <string>
#include <thread>
#include <utility>

namespace ascend4j {

// Whether this thread was started by startThread, not by the host process.
inline thread_local bool ownThread = false;

// Starts a detached, named thread that takes no asynchronous signal: those belong to the host process (a JVM steers
// its own threads by them). Throws std::system_error if the system has no thread left.
template <typename Body>
void startThread(const std::string &name, Body body) {
    sigset_t blocked;
    sigset_t before;
    sigfillset(&blocked);
    for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF}) {
        sigdelset(&blocked, fault);
    }
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    try {
        std::thread thread([body = std::move(body)]() mutable {
            ownThread = true;
            body();
        });
        pthread_setname_np(thread.native_handle(), name.substr(0, 15).c_str());
        thread.detach();
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace ascend4j
