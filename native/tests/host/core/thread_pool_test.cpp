#include "core/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace ascend4j;

TEST(ThreadPoolTest, EveryItemIsComputedOnce) {
    for (int64_t count : {0, 1, 2, 3, 7, 64, 1001}) {
        for (int round = 0; round < 200; ++round) {
            std::vector<int> hits(static_cast<size_t>(count));
            parallelFor(count, 1, [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; ++i) {
                    ++hits[static_cast<size_t>(i)];
                }
            });
            for (int hit : hits) {
                ASSERT_EQ(hit, 1);
            }
        }
    }
}

TEST(ThreadPoolTest, SmallWorkStaysOnTheCaller) {
    int calls = 0;
    const std::thread::id caller = std::this_thread::get_id();
    parallelFor(99, 50, [&](int64_t begin, int64_t end) {
        EXPECT_EQ(begin, 0);
        EXPECT_EQ(end, 99);
        EXPECT_EQ(std::this_thread::get_id(), caller);
        ++calls;
    });
    EXPECT_EQ(calls, 1);
}

TEST(ThreadPoolTest, NestedAndConcurrentCallsComplete) {
    std::atomic<int64_t> sum{0};
    const auto work = [&] {
        for (int round = 0; round < 200; ++round) {
            parallelFor(8, 1, [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; ++i) {
                    parallelFor(4, 1, [&](int64_t b, int64_t e) { sum += e - b; });
                }
            });
        }
    };
    std::thread other(work);
    work();
    other.join();
    EXPECT_EQ(sum, 2 * 200 * 8 * 4);
}

TEST(ThreadPoolTest, AnExceptionReachesTheCallerAndThePoolGoesOn) {
    EXPECT_THROW(parallelFor(8, 1, [](int64_t, int64_t) { throw std::runtime_error("x"); }), std::runtime_error);
    std::atomic<int64_t> items{0};
    parallelFor(8, 1, [&](int64_t begin, int64_t end) { items += end - begin; });
    EXPECT_EQ(items, 8);
}

TEST(ThreadPoolTest, SleepingWorkersWakeUp) {
    std::atomic<int64_t> items{0};
    for (int round = 0; round < 20; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        parallelFor(1000, 1, [&](int64_t begin, int64_t end) { items += end - begin; });
    }
    EXPECT_EQ(items, 20000);
}

TEST(ThreadPoolTest, TheLimitIsClampedToTheCores) {
    setThreadCount(0);
    EXPECT_EQ(threadCount(), 1);
    setThreadCount(1000000);
    EXPECT_EQ(threadCount(), allowedCores());
    EXPECT_GE(allowedCores(), 1);
}
