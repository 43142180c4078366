#include "core/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "core/control_group.h"
#include "core/futex.h"
#include "core/native_thread.h"

namespace ascend4j {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMaxThreads = 1024;
constexpr auto kIdleSpin = std::chrono::microseconds(40);
constexpr auto kJoinSpin = std::chrono::microseconds(100);

int countCores() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    int cores = 0;
    if (sched_getaffinity(0, sizeof(mask), &mask) == 0) {
        cores = CPU_COUNT(&mask);
    } else {  // more CPUs than the mask holds
        cores = static_cast<int>(std::thread::hardware_concurrency());
    }
    const int quota = controlGroupCores();
    if (quota > 0) {
        cores = std::min(cores, quota);
    }
    if (const char *text = std::getenv("ASCEND4J_THREADS")) {
        const long wanted = std::strtol(text, nullptr, 10);
        if (wanted >= 1) {
            cores = static_cast<int>(std::min<long>(cores, wanted));
        }
    }
    return std::clamp(cores, 1, kMaxThreads);
}

// The CPUs this process may use, if the pool has a thread for each; else none. A worker that the system wakes on its
// caller's CPU would take it away from the caller while another one is idle; a pool that shares the machine's CPUs with
// others leaves the choice to the system.
std::vector<int> ownCpus() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    std::vector<int> cpus;
    if (sched_getaffinity(0, sizeof(mask), &mask) == 0 && CPU_COUNT(&mask) == allowedCores()) {
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (CPU_ISSET(cpu, &mask)) {
                cpus.push_back(cpu);
            }
        }
    }
    return cpus;
}

void pinTo(int cpu) {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    CPU_SET(cpu, &mask);
    sched_setaffinity(0, sizeof(mask), &mask);  // a refusal costs speed only
}

// Spins until `ready()` or the time is over; reads the clock only now and then.
template <typename Ready>
bool spin(std::chrono::microseconds limit, Ready ready) {
    const auto end = Clock::now() + limit;
    do {
        for (int i = 0; i < 32; ++i) {
            if (ready()) {
                return true;
            }
            cpuRelax();
        }
    } while (Clock::now() < end);
    return ready();
}

// The job is one word: epoch (32 bits), ranges (16), next range to claim (16). A claim is a compare-and-swap on it, so
// a worker that wakes late can never touch a finished job, and the caller never waits for a worker that has not begun.
class Pool {
public:
    void run(int ranges, int64_t count, const std::function<void(int64_t, int64_t)> &body) {
        if (busy_.exchange(true, std::memory_order_acquire)) {
            body(0, count);
            return;
        }
        bindCaller();
        start(ranges - 1);
        resting_.store(false, std::memory_order_relaxed);
        body_ = &body;
        count_ = count;
        failure_ = nullptr;
        remaining_.store(static_cast<uint32_t>(ranges), std::memory_order_relaxed);
        const uint64_t epoch = (state_.load(std::memory_order_relaxed) >> 32) + 1;
        state_.store(epoch << 32 | static_cast<uint64_t>(ranges) << 16, std::memory_order_seq_cst);
        if (sleepers_.load(std::memory_order_seq_cst) > 0) {
            wake_.fetch_add(1, std::memory_order_seq_cst);
            futexWake(wake_, ranges - 1);
        }
        work(static_cast<uint32_t>(epoch));
        join();
        const std::exception_ptr failure = failure_;
        busy_.store(false, std::memory_order_release);
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

    void rest() { resting_.store(true, std::memory_order_relaxed); }

private:
    // Claims and computes ranges of this epoch until none is left.
    void work(uint32_t epoch) {
        uint64_t state = state_.load(std::memory_order_acquire);
        while (static_cast<uint32_t>(state >> 32) == epoch) {
            const int64_t ranges = static_cast<int64_t>(state >> 16 & 0xFFFF);
            const int64_t index = static_cast<int64_t>(state & 0xFFFF);
            if (index >= ranges) {
                return;
            }
            if (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) {
                continue;
            }
            compute(index, ranges);
            state = state_.load(std::memory_order_acquire);
        }
    }

    void compute(int64_t index, int64_t ranges) {
        const int64_t share = count_ / ranges;
        const int64_t rest = count_ % ranges;
        const int64_t begin = index * share + std::min(index, rest);
        try {
            (*body_)(begin, begin + share + (index < rest ? 1 : 0));
        } catch (...) {
            const std::lock_guard<std::mutex> lock(failureMutex_);
            failure_ = std::current_exception();
        }
        if (remaining_.fetch_sub(1, std::memory_order_seq_cst) == 1 && joining_.load(std::memory_order_seq_cst)) {
            futexWake(remaining_);
        }
    }

    void join() {
        const auto done = [this] { return remaining_.load(std::memory_order_acquire) == 0; };
        if (spin(kJoinSpin, done)) {
            return;
        }
        joining_.store(true, std::memory_order_seq_cst);
        for (uint32_t left; (left = remaining_.load(std::memory_order_seq_cst)) != 0;) {
            futexWait(remaining_, left);
        }
        joining_.store(false, std::memory_order_relaxed);
    }

    // The first of our threads that uses the pool, as a rule the one stream's, gets the CPU that no worker has; else
    // the system may leave it on a worker's, where the two take turns. The host process's threads are left alone.
    void bindCaller() {
        static thread_local bool asked = false;
        if (asked || !ownThread || cpus_.empty()) {
            return;
        }
        asked = true;
        static thread_local struct Place {
            Pool *pool = nullptr;
            ~Place() {
                if (pool != nullptr) {
                    pool->bound_.store(false);
                }
            }
        } place;
        if (!bound_.exchange(true)) {
            place.pool = this;
            pinTo(cpus_[0]);
        }
    }

    // Called with busy_ held, so workers_ needs no other guard. Fewer workers than asked for is no failure.
    void start(int wanted) {
        while (workers_ < wanted) {
            try {
                startThread("acl-kernel-" + std::to_string(workers_ + 1), [this, place = workers_ + 1] {
                    const size_t cpu = static_cast<size_t>(place);  // the first is left to the caller
                    if (cpu < cpus_.size()) {
                        pinTo(cpus_[cpu]);
                    }
                    loop();
                });
            } catch (const std::system_error &) {
                return;
            }
            ++workers_;
        }
    }

    void loop() {
        uint32_t seen = 0;
        while (true) {
            const auto changed = [&] {
                return static_cast<uint32_t>(state_.load(std::memory_order_acquire) >> 32) != seen;
            };
            const auto rests = [&] { return resting_.load(std::memory_order_relaxed); };
            if (!spin(kIdleSpin, [&] { return changed() || rests(); }) || !changed()) {
                const uint32_t ticket = wake_.load(std::memory_order_seq_cst);
                sleepers_.fetch_add(1, std::memory_order_seq_cst);
                if (static_cast<uint32_t>(state_.load(std::memory_order_seq_cst) >> 32) == seen) {
                    futexWait(wake_, ticket);
                }
                sleepers_.fetch_sub(1, std::memory_order_seq_cst);
                continue;
            }
            seen = static_cast<uint32_t>(state_.load(std::memory_order_acquire) >> 32);
            work(seen);
        }
    }

    alignas(64) std::atomic<uint64_t> state_{0};
    alignas(64) std::atomic<uint32_t> remaining_{0};
    alignas(64) std::atomic<uint32_t> wake_{0};
    std::atomic<int> sleepers_{0};
    std::atomic<bool> busy_{false};
    std::atomic<bool> joining_{false};
    std::atomic<bool> bound_{false};
    std::atomic<bool> resting_{false};
    int64_t count_ = 0;
    const std::function<void(int64_t, int64_t)> *body_ = nullptr;
    std::mutex failureMutex_;
    std::exception_ptr failure_;
    int workers_ = 0;
    const std::vector<int> cpus_ = ownCpus();
};

// Never destroyed: its threads outlive every static object of the process.
Pool &pool() {
    static Pool *instance = new Pool();
    return *instance;
}

std::atomic<int> &limit() {
    static std::atomic<int> threads{allowedCores()};
    return threads;
}

}  // namespace

int allowedCores() {
    static const int cores = countCores();
    return cores;
}

int threadCount() {
    return limit().load(std::memory_order_relaxed);
}

void setThreadCount(int threads) {
    limit().store(std::clamp(threads, 1, allowedCores()), std::memory_order_relaxed);
}

void restThreads() {
    pool().rest();
}

void parallelFor(int64_t count, int64_t grain, const std::function<void(int64_t begin, int64_t end)> &body) {
    if (count <= 0) {
        return;
    }
    const int64_t ranges = std::min<int64_t>(threadCount(), count / std::max<int64_t>(grain, 1));
    if (ranges <= 1) {
        body(0, count);
        return;
    }
    pool().run(static_cast<int>(ranges), count, body);
}

}  // namespace ascend4j
