// Operators give the same bits launched one by one and replayed from a graph.
#include <functional>

#include "acl/acl_mdl.h"
#include "aclnnop/aclnn_add_rms_norm.h"
#include "aclnnop/aclnn_argmax.h"
#include "aclnnop/aclnn_cast.h"
#include "aclnnop/aclnn_embedding.h"
#include "aclnnop/aclnn_mm.h"
#include "aclnnop/aclnn_rms_norm.h"
#include "aclnnop/aclnn_silu.h"
#include "aclnnop/aclnn_softmax.h"
#include "aclnnop/aclnn_swi_glu.h"
#include "ops/attention_device.h"

using namespace ascend4j;

namespace {

class CapturedOpsTest : public OpTest {
protected:
    void TearDown() override {
        for (void *workspace : workspaces_) aclrtFree(workspace);
        OpTest::TearDown();
    }

    // Both phases without a wait; the workspace lives on, as a graph needs it. Its size is asked for beforehand.
    template <typename First, typename Second, typename... Arguments>
    int queue(First first, Second second, Arguments... arguments) {
        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        int status = first(arguments..., &size, &executor);
        if (status != 0) return status;
        void *workspace = nullptr;
        if (size > 0 && next_ < workspaces_.size()) {
            workspace = workspaces_[next_++];
        } else if (size > 0) {
            EXPECT_EQ(aclrtMalloc(&workspace, size, ACL_MEM_MALLOC_HUGE_FIRST), ACL_SUCCESS);
            workspaces_.push_back(workspace);
            next_ = workspaces_.size();
        }
        return second(workspace, size, executor, stream_);
    }

    // Runs `launch` eagerly, then captured after its outputs were cleared; compares the outputs' bytes.
    void compare(const char *name, const std::function<int()> &launch, const std::vector<DeviceTensor *> &outputs) {
        SCOPED_TRACE(name);
        next_ = workspaces_.size();
        const size_t own = next_;
        ASSERT_EQ(launch(), 0) << aclGetRecentErrMsg();
        ASSERT_EQ(aclrtSynchronizeStream(stream_), ACL_SUCCESS) << aclGetRecentErrMsg();
        std::vector<std::vector<unsigned char>> expected;
        for (DeviceTensor *output : outputs) {
            expected.push_back(output->read());
            output->set(std::vector<double>(static_cast<size_t>(product(output->dims())), 0.0));
        }
        next_ = own;
        ASSERT_EQ(aclmdlRICaptureBegin(stream_, ACL_MODEL_RI_CAPTURE_MODE_THREAD_LOCAL), ACL_SUCCESS);
        ASSERT_EQ(launch(), 0) << aclGetRecentErrMsg();
        aclmdlRI graph = nullptr;
        ASSERT_EQ(aclmdlRICaptureEnd(stream_, &graph), ACL_SUCCESS) << aclGetRecentErrMsg();
        for (int round = 0; round < 2; ++round) {
            ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream_), ACL_SUCCESS);
            ASSERT_EQ(aclrtSynchronizeStream(stream_), ACL_SUCCESS) << aclGetRecentErrMsg();
            for (size_t i = 0; i < outputs.size(); ++i) {
                EXPECT_EQ(outputs[i]->read(), expected[i]) << "output " << i << ", round " << round;
            }
        }
        EXPECT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
    }

private:
    std::vector<void *> workspaces_;
    size_t next_ = 0;
};

}  // namespace

#define QUEUE(name, ...) queue(aclnn##name##GetWorkspaceSize, aclnn##name, __VA_ARGS__)

TEST_F(CapturedOpsTest, giveTheBitsOfEagerLaunches) {
    for (const aclDataType dtype : {ACL_FLOAT16, ACL_BF16}) {
        DeviceTensor &x = random(dtype, {5, 64}), &y = random(dtype, {5, 64}), &w = random(dtype, {64, 96});
        DeviceTensor &gamma = random(dtype, {64}), &out = tensor(dtype, {5, 64}), &sum = tensor(dtype, {5, 64});
        DeviceTensor &wide = tensor(dtype, {5, 96}), &half = tensor(dtype, {5, 32}), &rstd = tensor(ACL_FLOAT, {5, 1});
        DeviceTensor &floats = tensor(ACL_FLOAT, {5, 64}), &best = tensor(ACL_INT64, {5});
        DeviceTensor &ids = filled(ACL_INT64, {3}, {4, 0, 2}), &rows = tensor(dtype, {3, 64});
        const int8_t keep = 0;
        compare("Mm", [&] { return QUEUE(Mm, x.get(), w.get(), wide.get(), keep); }, {&wide});
        compare("RmsNorm", [&] { return QUEUE(RmsNorm, x.get(), gamma.get(), 1e-6, out.get(), rstd.get()); }, {&out, &rstd});
        compare("AddRmsNorm",
                [&] { return QUEUE(AddRmsNorm, x.get(), y.get(), gamma.get(), 1e-6, out.get(), rstd.get(), sum.get()); },
                {&out, &sum});
        compare("Softmax", [&] { return QUEUE(Softmax, x.get(), int64_t{-1}, out.get()); }, {&out});
        compare("Silu", [&] { return QUEUE(Silu, x.get(), out.get()); }, {&out});
        compare("SwiGlu", [&] { return QUEUE(SwiGlu, x.get(), int64_t{-1}, half.get()); }, {&half});
        compare("Cast", [&] { return QUEUE(Cast, x.get(), ACL_FLOAT, floats.get()); }, {&floats});
        compare("ArgMax", [&] { return QUEUE(ArgMax, x.get(), int64_t{-1}, false, best.get()); }, {&best});
        compare("Embedding", [&] { return QUEUE(Embedding, x.get(), ids.get(), rows.get()); }, {&rows});
        compare("a chain",
                [&] {
                    const int first = QUEUE(RmsNorm, x.get(), gamma.get(), 1e-6, out.get(), rstd.get());
                    return first != 0 ? first : QUEUE(Mm, out.get(), w.get(), wide.get(), keep);
                },
                {&out, &wide});
    }
}

TEST_F(CapturedOpsTest, readTheirInputsAtEachReplay) {
    DeviceTensor &x = random(ACL_FLOAT16, {4, 32}), &w = random(ACL_FLOAT16, {32, 32}), &out = tensor(ACL_FLOAT16, {4, 32});
    const int8_t keep = 0;
    const auto launch = [&] { return QUEUE(Mm, x.get(), w.get(), out.get(), keep); };
    compare("first input", launch, {&out});
    x.set(randoms(4 * 32, -1, 1));
    compare("second input", launch, {&out});
}
