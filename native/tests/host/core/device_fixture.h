// A thread with device 0 set, and operators that exist for the tests only.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include "acl/acl.h"
#include "aclnn/acl_meta.h"
#include "core/op.h"
#include "core/settings.h"

namespace ascend4j {

// Starts and ends without an initialised ACL, a set device, or variables of the environment.
class DeviceTest : public ::testing::Test {
protected:
    void SetUp() override { open(); }

    void TearDown() override {
        int32_t device = 0;
        if (aclrtGetDevice(&device) == ACL_SUCCESS) {
            aclrtResetDeviceForce(device);
        }
        aclFinalize();
        for (const char *name : {"ASCEND4J_HOST_STRICT", "ASCEND4J_HOST_JITTER", "ASCEND4J_HOST_MEMORY",
                                 "ASCEND4J_HOST_DEVICES", "ASCEND4J_HOST_SOC", "ASCEND4J_HOST_CANN"}) {
            unsetenv(name);
        }
        reloadSettings();
        aclGetRecentErrMsg();
        aclrtGetLastError(ACL_RT_THREAD_LEVEL);
    }

    static void open() {
        ASSERT_EQ(aclInit(nullptr), ACL_SUCCESS);
        ASSERT_EQ(aclrtSetDevice(0), ACL_SUCCESS);
    }

    // With one more variable of the environment in force.
    static void reopen(const char *name, const char *value) {
        ASSERT_EQ(aclrtResetDevice(0), ACL_SUCCESS);
        ASSERT_EQ(aclFinalize(), ACL_SUCCESS);
        setenv(name, value, 1);
        open();
    }

    static void *allocate(size_t size) {
        void *address = nullptr;
        EXPECT_EQ(aclrtMalloc(&address, size, ACL_MEM_MALLOC_HUGE_FIRST), ACL_SUCCESS);
        return address;
    }

    static aclrtStream createStream() {
        aclrtStream stream = nullptr;
        EXPECT_EQ(aclrtCreateStream(&stream), ACL_SUCCESS);
        return stream;
    }

    static aclTensor *floats(void *data, int64_t count) {
        return aclCreateTensor(&count, 1, ACL_FLOAT, nullptr, 0, ACL_FORMAT_ND, &count, 1, data);
    }

    static std::string message() {
        const char *text = aclGetRecentErrMsg();
        return text == nullptr ? "" : text;
    }
};

// A host function that keeps its stream busy until the gate opens.
class Gate {
public:
    static void wait(void *gate) { static_cast<Gate *>(gate)->pass(); }

    void open() {
        const std::lock_guard<std::mutex> lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

    void awaitEntered() {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return entered_; });
    }

private:
    void pass() {
        std::unique_lock<std::mutex> lock(mutex_);
        entered_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    bool entered_ = false;
};

// out = in + 1, with an optional tensor between them.
inline aclnnStatus planIncrement(const aclTensor *in, const aclTensor *between, aclTensor *out, uint64_t workspace,
                                 uint64_t *workspaceSize, aclOpExecutor **executor) {
    OpPlan plan("testIncrement", workspaceSize, executor);
    const int x = plan.input(in, "in");
    plan.optional(between, "between");
    const int y = plan.output(out, "out");
    if (!plan.ok()) {
        return plan.status();
    }
    plan.requireDtype(x, {ACL_FLOAT});
    plan.requireRank(x, 1, 1);
    plan.requireShape(y, {plan[x].dim(0)});
    return plan.finish(workspace, [=](const OpRun &run) {
        for (int64_t i = 0; i < run[x].dim(0); ++i) {
            run[y].as<float>()[i] = run[x].as<float>()[i] + 1;
        }
        return ACL_SUCCESS;
    });
}

inline aclnnStatus launchIncrement(void *workspace, uint64_t size, aclOpExecutor *executor, aclrtStream stream) {
    return launchOp("testIncrement", workspace, size, executor, stream);
}

// An operator that always fails on its stream.
inline aclnnStatus launchFailing(aclrtStream stream, const char *text) {
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    OpPlan plan("testFailing", &size, &executor);
    const aclnnStatus status = plan.finish(0, [text](const OpRun &run) {
        return run.fail(ACL_ERROR_RT_AICORE_EXCEPTION, "index: %s", text);
    });
    return status != 0 ? status : launchOp("testFailing", nullptr, 0, executor, stream);
}

}  // namespace ascend4j
