#include <algorithm>
#include <cstring>
#include <vector>

#include "core/device_fixture.h"

using namespace ascend4j;

class ExecutorTest : public DeviceTest {
protected:
    void SetUp() override {
        DeviceTest::SetUp();
        create();
    }

    void TearDown() override {
        aclDestroyTensor(in_);
        aclDestroyTensor(out_);
        DeviceTest::TearDown();
    }

    void create() {
        for (void **place : {&x_, &y_, &z_}) {
            *place = allocate(16);
            EXPECT_EQ(aclrtMemset(*place, 16, 0, 16), ACL_SUCCESS);
        }
        aclDestroyTensor(in_);
        aclDestroyTensor(out_);
        in_ = floats(x_, 4);
        out_ = floats(y_, 4);
    }

    aclOpExecutor *plan(uint64_t workspace = 0, const aclTensor *between = nullptr) {
        uint64_t size = 77;
        aclOpExecutor *executor = nullptr;
        EXPECT_EQ(planIncrement(in_, between, out_, workspace, &size, &executor), ACLNN_SUCCESS);
        EXPECT_EQ(size, workspace);
        return executor;
    }

    static float first(const void *device) {
        float value = -1;
        EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_SUCCESS);
        EXPECT_EQ(aclrtMemcpy(&value, 4, device, 4, ACL_MEMCPY_DEVICE_TO_HOST), ACL_SUCCESS);
        return value;
    }

    void *x_ = nullptr;
    void *y_ = nullptr;
    void *z_ = nullptr;
    aclTensor *in_ = nullptr;
    aclTensor *out_ = nullptr;
};

TEST_F(ExecutorTest, TwoPhasesComputeAndConsumeTheExecutor) {
    aclOpExecutor *executor = plan();
    ASSERT_EQ(launchIncrement(nullptr, 0, executor, nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(first(y_), 1);
    EXPECT_EQ(launchIncrement(nullptr, 0, executor, nullptr), ACLNN_ERR_INNER);
    EXPECT_EQ(aclDestroyAclOpExecutor(executor), ACLNN_ERR_INNER);
}

TEST_F(ExecutorTest, TensorsMayGoRightAfterTheLaunch) {
    ASSERT_EQ(launchIncrement(nullptr, 0, plan(), nullptr), ACLNN_SUCCESS);
    ASSERT_EQ(aclDestroyTensor(in_), ACLNN_SUCCESS);
    ASSERT_EQ(aclDestroyTensor(out_), ACLNN_SUCCESS);
    EXPECT_EQ(first(y_), 1);
    in_ = out_ = nullptr;
}

TEST_F(ExecutorTest, BadExecutorsAreRefused) {
    int garbage[64] = {};
    auto *wrong = reinterpret_cast<aclOpExecutor *>(garbage);
    EXPECT_EQ(launchIncrement(nullptr, 0, nullptr, nullptr), ACLNN_ERR_PARAM_NULLPTR);
    EXPECT_EQ(launchIncrement(nullptr, 0, wrong, nullptr), ACLNN_ERR_INNER);
    EXPECT_EQ(aclSetAclOpExecutorRepeatable(nullptr), ACLNN_ERR_INNER_NULLPTR);
    EXPECT_EQ(aclSetAclOpExecutorRepeatable(wrong), ACLNN_ERR_INNER);
    EXPECT_EQ(aclDestroyAclOpExecutor(nullptr), ACLNN_ERR_INNER_NULLPTR);
    EXPECT_EQ(launchOp("testOther", nullptr, 0, plan(), nullptr), ACLNN_ERR_PARAM_INVALID);
    EXPECT_NE(message().find("testIncrement"), std::string::npos);
}

TEST_F(ExecutorTest, AMissingWorkspaceCostsTheExecutor) {
    aclOpExecutor *executor = plan(1024);
    EXPECT_EQ(launchIncrement(nullptr, 1024, executor, nullptr), ACLNN_ERR_PARAM_NULLPTR);
    EXPECT_EQ(launchIncrement(allocate(1024), 1024, executor, nullptr), ACLNN_ERR_INNER);
    EXPECT_EQ(launchIncrement(allocate(1024), 512, plan(1024), nullptr), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(launchIncrement(allocate(1024), 1024, plan(1024), nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(first(y_), 1);
}

TEST_F(ExecutorTest, ARepeatableExecutorRunsAgainWithOtherAddresses) {
    aclOpExecutor *executor = plan();
    ASSERT_EQ(aclSetAclOpExecutorRepeatable(executor), ACLNN_SUCCESS);
    ASSERT_EQ(launchIncrement(nullptr, 0, executor, nullptr), ACLNN_SUCCESS);
    ASSERT_EQ(aclSetInputTensorAddr(executor, 0, in_, y_), ACLNN_SUCCESS);
    ASSERT_EQ(aclSetOutputTensorAddr(executor, 0, out_, z_), ACLNN_SUCCESS);
    ASSERT_EQ(launchIncrement(nullptr, 0, executor, nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(first(y_), 1);
    EXPECT_EQ(first(z_), 2);
    ASSERT_EQ(aclSetTensorAddr(executor, 0, in_, z_), ACLNN_SUCCESS);
    ASSERT_EQ(aclSetTensorAddr(executor, 2, out_, x_), ACLNN_SUCCESS);
    ASSERT_EQ(launchIncrement(nullptr, 0, executor, nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(first(x_), 3);
    EXPECT_EQ(aclDestroyAclOpExecutor(executor), ACLNN_SUCCESS);
}

TEST_F(ExecutorTest, AddressIndicesAreChecked) {
    aclOpExecutor *executor = plan();
    EXPECT_EQ(aclSetTensorAddr(executor, 3, in_, x_), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(aclSetTensorAddr(executor, 1, in_, x_), ACLNN_ERR_PARAM_INVALID) << "null in phase 1";
    EXPECT_EQ(aclSetInputTensorAddr(executor, 2, in_, x_), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(aclSetOutputTensorAddr(executor, 1, in_, x_), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(aclSetTensorAddr(executor, 0, nullptr, x_), ACLNN_ERR_INNER_NULLPTR);
    EXPECT_EQ(aclSetTensorAddr(nullptr, 0, in_, x_), ACLNN_ERR_INNER_NULLPTR);
    EXPECT_EQ(aclDestroyAclOpExecutor(executor), ACLNN_SUCCESS);
}

TEST_F(ExecutorTest, ListMembersCountOneByOne) {
    const aclTensor *members[] = {floats(x_, 4), floats(y_, 4)};
    const aclTensorList *list = aclCreateTensorList(members, 2);
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    OpPlan plan("testList", &size, &executor);
    EXPECT_EQ(plan.list(list, "list"), 0);
    EXPECT_EQ(plan.listSize(list), 2U);
    EXPECT_EQ(plan.output(out_, "out"), 2);
    ASSERT_EQ(plan.finish(0, [](const OpRun &run) {
        run[2].as<float>()[0] = run[1].as<float>()[0] + 5;
        return ACL_SUCCESS;
    }),
              ACLNN_SUCCESS);
    EXPECT_EQ(aclSetTensorAddr(executor, 1, in_, x_), ACLNN_SUCCESS);
    EXPECT_EQ(aclSetTensorAddr(executor, 3, in_, x_), ACLNN_ERR_PARAM_INVALID);
    ASSERT_EQ(launchOp("testList", nullptr, 0, executor, nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(first(y_), 5);
    EXPECT_EQ(aclDestroyTensorList(list), ACLNN_SUCCESS);
}

TEST_F(ExecutorTest, PhaseOneNamesTheParameter) {
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    EXPECT_EQ(planIncrement(nullptr, nullptr, out_, 0, &size, &executor), ACLNN_ERR_PARAM_NULLPTR);
    EXPECT_EQ(message(), "EZ1001: testIncrement: in: found null, expected a tensor");
    EXPECT_EQ(executor, nullptr);
    EXPECT_EQ(planIncrement(in_, nullptr, out_, 0, nullptr, &executor), ACLNN_ERR_PARAM_NULLPTR);
    const int64_t three[] = {3};
    const int64_t square[] = {2, 2};
    const aclTensor *whole = aclCreateTensor(three, 1, ACL_INT32, nullptr, 0, ACL_FORMAT_ND, three, 1, x_);
    EXPECT_EQ(planIncrement(whole, nullptr, out_, 0, &size, &executor), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(message(), "EZ1001: testIncrement: in: data type INT32, expected FLOAT");
    aclTensor *flat = aclCreateTensor(square, 2, ACL_FLOAT, nullptr, 0, ACL_FORMAT_ND, square, 2, x_);
    EXPECT_EQ(planIncrement(flat, nullptr, out_, 0, &size, &executor), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(message(), "EZ1001: testIncrement: in: rank 2, expected 1 to 1");
    EXPECT_EQ(planIncrement(in_, nullptr, flat, 0, &size, &executor), ACLNN_ERR_INNER_TILING_ERROR);
    EXPECT_EQ(message(), "EZ9999: testIncrement: out: shape [2, 2], expected [4]");
    aclDestroyTensor(flat);
    EXPECT_EQ(planIncrement(in_, flat, out_, 0, &size, &executor), ACLNN_ERR_PARAM_INVALID) << "destroyed";
    aclDestroyTensor(whole);
}

TEST_F(ExecutorTest, AnAddressNeverSetIsRefused) {
    aclTensor *empty = floats(nullptr, 4);
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    ASSERT_EQ(planIncrement(empty, nullptr, out_, 0, &size, &executor), ACLNN_SUCCESS);
    EXPECT_EQ(launchIncrement(nullptr, 0, executor, nullptr), ACLNN_ERR_PARAM_NULLPTR);
    EXPECT_NE(message().find("in: its address was never set"), std::string::npos);
    aclDestroyTensor(empty);
}

TEST_F(ExecutorTest, StrictModeChecksEverySpan) {
    reopen("ASCEND4J_HOST_STRICT", "1");
    create();
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    float host[4] = {};
    aclTensor *outside = floats(host, 4);
    EXPECT_EQ(planIncrement(outside, nullptr, out_, 0, &size, &executor), ACLNN_ERR_PARAM_INVALID);
    EXPECT_NE(message().find("in: address"), std::string::npos);
    aclTensor *beyond = floats(x_, 5);
    EXPECT_EQ(planIncrement(beyond, nullptr, out_, 0, &size, &executor), ACLNN_ERR_PARAM_INVALID);
    EXPECT_NE(message().find("in: the view spans 20 bytes"), std::string::npos);
    EXPECT_EQ(launchIncrement(host, 16, plan(16), nullptr), ACLNN_ERR_PARAM_INVALID);
    aclDestroyTensor(outside);
    aclDestroyTensor(beyond);
}

TEST_F(ExecutorTest, StrictModePoisonsAndScribbles) {
    reopen("ASCEND4J_HOST_STRICT", "1");
    create();
    auto *fresh = static_cast<unsigned char *>(allocate(64));
    EXPECT_EQ(fresh[0], 0xCD);
    EXPECT_EQ(fresh[63], 0xCD);
    EXPECT_EQ(launchIncrement(fresh, 64, plan(16), nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_SUCCESS);
    EXPECT_TRUE(std::all_of(fresh, fresh + 64, [](unsigned char byte) { return byte == 0xA5; }));
    ASSERT_EQ(aclrtFree(fresh), ACL_SUCCESS);
    EXPECT_EQ(fresh[0], 0xDD) << "kept in quarantine, so this read is defined";
}

TEST_F(ExecutorTest, StrictModeReportsMemoryFreedUnderAQueuedTask) {
    reopen("ASCEND4J_HOST_STRICT", "1");
    create();
    Gate gate;
    ASSERT_EQ(aclrtLaunchHostFunc(nullptr, Gate::wait, &gate), ACL_SUCCESS);
    ASSERT_EQ(launchIncrement(nullptr, 0, plan(), nullptr), ACLNN_SUCCESS);
    ASSERT_EQ(aclrtFree(x_), ACL_SUCCESS);
    gate.open();
    EXPECT_EQ(aclrtSynchronizeStream(nullptr), ACL_ERROR_RT_AICORE_EXCEPTION);
    EXPECT_NE(message().find("testIncrement: in: its device memory was freed"), std::string::npos);
}

TEST_F(ExecutorTest, JitterKeepsTheResults) {
    reopen("ASCEND4J_HOST_JITTER", "17");
    create();
    aclOpExecutor *executor = plan();
    ASSERT_EQ(aclSetAclOpExecutorRepeatable(executor), ACLNN_SUCCESS);
    ASSERT_EQ(aclSetTensorAddr(executor, 2, out_, x_), ACLNN_SUCCESS);
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(launchIncrement(nullptr, 0, executor, nullptr), ACLNN_SUCCESS);
    }
    EXPECT_EQ(first(x_), 50);
    EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(3));
    EXPECT_EQ(aclDestroyAclOpExecutor(executor), ACLNN_SUCCESS);
}
