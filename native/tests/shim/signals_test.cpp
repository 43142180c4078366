// The signal handlers of the process survive a library that takes them.
#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "child.h"
#include "signal_guard.h"

namespace {

sigjmp_buf gBack;
void *volatile gFault = nullptr;

void ours(int, siginfo_t *info, void *) {
    gFault = info->si_addr;
    siglongjmp(gBack, 1);
}

constexpr int kRestorer = 0x04000000;  // added by the C library to whatever is set

struct sigaction current(int signal) {
    struct sigaction action;
    std::memset(&action, 0, sizeof(action));
    sigaction(signal, nullptr, &action);
    action.sa_flags &= ~kRestorer;
    return action;
}

void handle(int signal, void (*handler)(int, siginfo_t *, void *)) {
    struct sigaction action;
    std::memset(&action, 0, sizeof(action));
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO;
    ASSERT_EQ(0, sigaction(signal, &action, nullptr));
}

void grab(int, siginfo_t *, void *) {}

TEST(Signals, AreOursAgainAfterALibraryTookThem) {
    inChild([] {
        handle(SIGSEGV, ours);
        std::vector<struct sigaction> before;
        for (int signal = 1; signal <= 64; ++signal) {
            before.push_back(current(signal));
        }
        ASSERT_EQ(0, openCann(stub("signal-grabber")).code);
        for (int signal = 1; signal <= 64; ++signal) {
            EXPECT_EQ(before[signal - 1].sa_sigaction, current(signal).sa_sigaction) << "signal " << signal;
            EXPECT_EQ(before[signal - 1].sa_flags, current(signal).sa_flags) << "signal " << signal;
        }
    });
}

TEST(Signals, ReachOurHandlerWithTheFaultsAddress) {
    inChild([] {
        handle(SIGSEGV, ours);
        ASSERT_EQ(0, openCann(stub("signal-grabber")).code);
        volatile int *volatile const address = reinterpret_cast<volatile int *>(0x40);
        if (sigsetjmp(gBack, 1) == 0) {
            *address = 1;
            FAIL() << "the write must fault";
        }
        EXPECT_EQ(reinterpret_cast<void *>(0x40), gFault) << "a raised signal would have none";
    });
}

TEST(Signals, KeepTheAlternateStack) {
    inChild([] {
        std::vector<char> memory(1 << 16);
        stack_t mine;
        std::memset(&mine, 0, sizeof(mine));
        mine.ss_sp = memory.data();
        mine.ss_size = memory.size();
        ASSERT_EQ(0, sigaltstack(&mine, nullptr));
        ASSERT_EQ(0, openCann(stub("signal-grabber")).code);
        stack_t now;
        ASSERT_EQ(0, sigaltstack(nullptr, &now));
        EXPECT_EQ(static_cast<void *>(memory.data()), now.ss_sp);
        EXPECT_EQ(memory.size(), now.ss_size);
    });
}

TEST(Signals, AreRestoredWhenTheOpenFailsAfterwards) {
    inChild([] {
        handle(SIGSEGV, ours);
        TemporaryDirectory directory;
        const std::string broken = "ln -s '" + stub("signal-grabber") + "/libascendcl.so' '" + directory.path() +
                                   "/libascendcl.so' && echo broken > '" + directory.path() + "/libopapi.so'";
        ASSERT_EQ(0, std::system(broken.c_str()));
        EXPECT_EQ(ASCEND4J_ERROR_OPEN_FAILED, openCann(directory.path()).code);
        EXPECT_EQ(ours, current(SIGSEGV).sa_sigaction);
    });
}

TEST(Signals, KeepAHandlerThatTheApplicationSetsMeanwhile) {
    inChild([] {
        {
            const ascend4j::SignalGuard guard;
            handle(SIGTERM, grab);
        }
        EXPECT_EQ(grab, current(SIGTERM).sa_sigaction);
    });
}

TEST(Signals, AreTakenBackFromALibraryThatIgnoresThem) {
    inChild([] {
        handle(SIGPIPE, grab);
        {
            const ascend4j::SignalGuard guard;
            signal(SIGPIPE, SIG_IGN);
        }
        EXPECT_EQ(grab, current(SIGPIPE).sa_sigaction);
    });
}

TEST(Signals, TellTheTraceLibraryToStayAway) {
    inChild([] {
        setenv("ASCEND_COREDUMP_SIGNAL", "all", 1);
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        EXPECT_STREQ("none", std::getenv("ASCEND_COREDUMP_SIGNAL"));
    });
}

}  // namespace
