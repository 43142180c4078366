// Captured calls of an operator that its graph computes together.
#include <atomic>

#include "core/graph_device.h"

using namespace ascend4j;

namespace {

std::atomic<int> runs{0}, widest{0};

// out = in + 1, any number of calls at once.
class JointIncrement : public OpJoint {
public:
    JointIncrement(int x, int y) : x_(x), y_(y) {}

    bool takes(const OpRun &own, const OpCall &other) const override {
        return own[x_].dim(0) == other.run[x_].dim(0);
    }

    aclError run(const std::vector<OpCall> &calls) const override {
        runs.fetch_add(1);
        widest.store(std::max(widest.load(), static_cast<int>(calls.size())));
        for (const OpCall &call : calls) {
            for (int64_t i = 0; i < call.run[x_].dim(0); ++i) {
                call.run[y_].as<float>()[i] = call.run[x_].as<float>()[i] + 1;
            }
        }
        return ACL_SUCCESS;
    }

private:
    const int x_, y_;
};

aclnnStatus incrementJointly(void *from, void *to, aclrtStream stream, int64_t count = 8) {
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    aclTensor *in = aclCreateTensor(&count, 1, ACL_FLOAT, nullptr, 0, ACL_FORMAT_ND, &count, 1, from);
    aclTensor *out = aclCreateTensor(&count, 1, ACL_FLOAT, nullptr, 0, ACL_FORMAT_ND, &count, 1, to);
    OpPlan plan("testJoint", &size, &executor);
    const int x = plan.input(in, "in"), y = plan.output(out, "out");
    const auto joint = std::make_shared<const JointIncrement>(x, y);
    const auto alone = [joint](const OpRun &run) { return joint->run({{joint.get(), run}}); };
    const aclnnStatus status = plan.finish(0, alone, joint);
    aclDestroyTensor(in);
    aclDestroyTensor(out);
    return status != 0 ? status : launchOp("testJoint", nullptr, 0, executor, stream);
}

class JointTest : public GraphTest {
protected:
    void SetUp() override {
        GraphTest::SetUp();
        stream_ = createStream();
        ASSERT_EQ(aclrtMalloc(&memory_, 4096, ACL_MEM_MALLOC_NORMAL_ONLY), ACL_SUCCESS);
        ASSERT_EQ(aclrtMemset(memory_, 4096, 0, 4096), ACL_SUCCESS);
    }

    void TearDown() override {
        aclrtFree(memory_);
        GraphTest::TearDown();
    }

    // Eight floats.
    float *slot(int index) const { return static_cast<float *>(memory_) + 8 * index; }

    // Replays what `launches` queues; how often the operator ran, and how many calls it took at most at once.
    std::pair<int, int> replayed(const std::function<void()> &launches) {
        begin(stream_);
        launches();
        const aclmdlRI graph = end(stream_);
        runs.store(0);
        widest.store(0);
        EXPECT_EQ(aclmdlRIExecuteAsync(graph, stream_), ACL_SUCCESS);
        EXPECT_EQ(aclrtSynchronizeStream(stream_), ACL_SUCCESS) << message();
        EXPECT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
        return {runs.load(), widest.load()};
    }

    aclrtStream stream_ = nullptr;
    void *memory_ = nullptr;
};

}  // namespace

TEST_F(JointTest, NeighboursOfOneOperatorRunTogether) {
    const auto found = replayed([&] {
        for (int i = 1; i < 4; ++i) ASSERT_EQ(incrementJointly(slot(0), slot(i), stream_), ACLNN_SUCCESS);
        ASSERT_EQ(increment(slot(3), slot(4), stream_), ACLNN_SUCCESS);
        ASSERT_EQ(incrementJointly(slot(0), slot(5), stream_), ACLNN_SUCCESS);
    });
    EXPECT_EQ(found, std::make_pair(2, 3)) << "three together, one behind another operator alone";
    for (int i : {1, 2, 3, 5}) EXPECT_EQ(*slot(i), 1) << i;
    EXPECT_EQ(*slot(4), 2);
}

TEST_F(JointTest, WhatReadsOrWritesAnothersResultRunsAfterIt) {
    EXPECT_EQ(replayed([&] {
                  ASSERT_EQ(incrementJointly(slot(0), slot(1), stream_), ACLNN_SUCCESS);
                  ASSERT_EQ(incrementJointly(slot(1), slot(2), stream_), ACLNN_SUCCESS);
              }),
              std::make_pair(2, 1))
            << "reads it";
    EXPECT_EQ(*slot(2), 2);
    EXPECT_EQ(replayed([&] {
                  ASSERT_EQ(incrementJointly(slot(4), slot(5), stream_), ACLNN_SUCCESS);
                  ASSERT_EQ(incrementJointly(slot(6), slot(4), stream_), ACLNN_SUCCESS);
              }),
              std::make_pair(2, 1))
            << "overwrites what it read";
    EXPECT_EQ(replayed([&] {
                  ASSERT_EQ(incrementJointly(slot(4), slot(8), stream_), ACLNN_SUCCESS);
                  ASSERT_EQ(incrementJointly(slot(4), slot(8) + 4, stream_), ACLNN_SUCCESS);
              }),
              std::make_pair(2, 1))
            << "writes a part of it again";
}

TEST_F(JointTest, CallsThatTheOperatorKeepsApartRunAlone) {
    EXPECT_EQ(replayed([&] {
                  ASSERT_EQ(incrementJointly(slot(0), slot(1), stream_), ACLNN_SUCCESS);
                  ASSERT_EQ(incrementJointly(slot(0), slot(2), stream_, 4), ACLNN_SUCCESS);
              }),
              std::make_pair(2, 1));
}

TEST_F(JointTest, CallsThatCanBeExchangedRunAlone) {
    EXPECT_EQ(replayed([&] {
                  aclrtTaskGrp group = nullptr;
                  ASSERT_EQ(incrementJointly(slot(0), slot(1), stream_), ACLNN_SUCCESS);
                  ASSERT_EQ(aclmdlRICaptureTaskGrpBegin(stream_), ACL_SUCCESS);
                  ASSERT_EQ(incrementJointly(slot(0), slot(2), stream_), ACLNN_SUCCESS);
                  ASSERT_EQ(aclmdlRICaptureTaskGrpEnd(stream_, &group), ACL_SUCCESS);
                  ASSERT_EQ(incrementJointly(slot(0), slot(3), stream_), ACLNN_SUCCESS);
              }),
              std::make_pair(3, 1));
}

TEST_F(JointTest, StrictModeChecksAndRunsEachAlone) {
    reopen("ASCEND4J_HOST_STRICT", "1");
    stream_ = createStream();
    ASSERT_EQ(aclrtMalloc(&memory_, 4096, ACL_MEM_MALLOC_NORMAL_ONLY), ACL_SUCCESS);
    EXPECT_EQ(replayed([&] {
                  ASSERT_EQ(incrementJointly(slot(0), slot(1), stream_), ACLNN_SUCCESS);
                  ASSERT_EQ(incrementJointly(slot(0), slot(2), stream_), ACLNN_SUCCESS);
              }),
              std::make_pair(2, 1));
}
