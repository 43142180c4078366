#include <algorithm>
#include <cmath>

#include "aclnnop/aclnn_grouped_matmul_v4.h"
#include "aclnnop/aclnn_moe_finalize_routing_v2.h"
#include "aclnnop/aclnn_moe_gating_top_k_softmax_v2.h"
#include "aclnnop/aclnn_moe_init_routing_v2.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class MoeTest : public OpTest {
protected:
    aclTensorList *list(DeviceTensor &tensor) {
        const aclTensor *one = tensor.create();
        lists_.push_back(aclCreateTensorList(&one, 1));
        return lists_.back();
    }
    void TearDown() override {
        for (aclTensorList *one : lists_) aclDestroyTensorList(one);
        OpTest::TearDown();
    }
    int grouped(DeviceTensor &x, DeviceTensor &weight, DeviceTensor &groups, int64_t listType, DeviceTensor &out) {
        const aclTensorList *none = nullptr;
        aclTensorList *noOutput = nullptr;
        return RUN_OP(GroupedMatmulV4, list(x), list(weight), none, none, none, none, none, none, groups.get(), none,
                      none, none, int64_t{2}, int64_t{0}, listType, int64_t{0}, list(out), noOutput, noOutput);
    }

    std::vector<aclTensorList *> lists_;
};

TEST_F(MoeTest, choosesTheBestExpertsAndNormalisesTheirWeights) {
    for (const aclDataType dtype : kFloats) {
        for (const int64_t renorm : {0, 1}) {
            const int64_t rows = 7, experts = 9, k = 3;
            DeviceTensor &x = random(dtype, {rows, experts}, -3, 3), &y = tensor(dtype, {rows, k}),
                         &chosen = tensor(ACL_INT32, {rows, k});
            const aclTensor *none = nullptr;
            ASSERT_EQ(RUN_OP(MoeGatingTopKSoftmaxV2, x.get(), none, k, renorm, false, y.get(), chosen.get(), none), 0)
                << message_;
            const std::vector<double> in = x.values(), ids = chosen.values(), weights = y.values();
            for (int64_t row = 0; row < rows; row++) {
                std::vector<size_t> order(experts);
                std::iota(order.begin(), order.end(), 0);
                const double *logits = in.data() + row * experts;
                std::stable_sort(order.begin(), order.end(),
                                 [logits](size_t a, size_t b) { return logits[a] > logits[b]; });
                double sum = 0;
                for (size_t i = 0; i < static_cast<size_t>(renorm == 1 ? k : experts); i++) {
                    sum += std::exp(logits[order[i]]);
                }
                for (int64_t i = 0; i < k; i++) {
                    const auto at = static_cast<size_t>(row * k + i);
                    EXPECT_EQ(ids[at], static_cast<double>(order[static_cast<size_t>(i)]));
                    EXPECT_NEAR(weights[at], std::exp(logits[order[static_cast<size_t>(i)]]) / sum, 2 * tolerance(dtype));
                }
            }
        }
    }
}

TEST_F(MoeTest, takesTheFirstOfEqualsAndLeavesFinishedRowsOut) {
    DeviceTensor &x = filled(ACL_FLOAT, {2, 3}, {1, 1, 1, 0, 2, 2}), &finished = filled(ACL_BOOL, {2}, {0, 1});
    DeviceTensor &y = tensor(ACL_FLOAT, {2, 2}), &chosen = tensor(ACL_INT32, {2, 2}), &all = tensor(ACL_FLOAT, {2, 3});
    ASSERT_EQ(RUN_OP(MoeGatingTopKSoftmaxV2, x.get(), finished.get(), int64_t{2}, int64_t{0}, true, y.get(),
                     chosen.get(), all.get()),
              0)
        << message_;
    EXPECT_EQ(chosen.values(), (std::vector<double>{0, 1, 3, 3}));
    EXPECT_NEAR(all.values()[0], 1.0 / 3, 1e-6);
}

TEST_F(MoeTest, sortsRowsByExpertAndBringsThemBack) {
    const int64_t rows = 5, k = 2, experts = 4, width = 3;
    DeviceTensor &x = random(ACL_FLOAT, {rows, width});
    DeviceTensor &chosen = filled(ACL_INT32, {rows, k}, {3, 0, 0, 3, 2, 0, 3, 2, 0, 2});
    DeviceTensor &expanded = tensor(ACL_FLOAT, {rows * k, width}), &places = tensor(ACL_INT32, {rows * k});
    for (const int64_t flag : {1, 2}) {
        DeviceTensor &counts = tensor(ACL_INT32, {experts});
        const aclTensor *none = nullptr;
        ASSERT_EQ(RUN_OP(MoeInitRoutingV2, x.get(), chosen.get(), int64_t{0}, int64_t{0}, experts, int64_t{0}, flag,
                         false, expanded.get(), places.get(), counts.get(), none),
                  0)
            << message_;
        EXPECT_EQ(counts.values(), flag == 1 ? (std::vector<double>{4, 4, 7, 10}) : (std::vector<double>{4, 0, 3, 3}));
    }
    EXPECT_EQ(places.values(), (std::vector<double>{7, 0, 1, 8, 4, 2, 9, 5, 3, 6}));
    const std::vector<double> in = x.values(), sorted = expanded.values(), at = places.values();
    for (size_t i = 0; i < at.size(); i++) {
        for (size_t c = 0; c < static_cast<size_t>(width); c++) {
            EXPECT_EQ(sorted[static_cast<size_t>(at[i]) * width + c], in[i / k * width + c]);
        }
    }
    DeviceTensor &scales = random(ACL_FLOAT, {rows, k}), &out = tensor(ACL_FLOAT, {rows, width});
    const aclTensor *none = nullptr;
    ASSERT_EQ(RUN_OP(MoeFinalizeRoutingV2, expanded.get(), places.get(), none, none, none, scales.get(), none,
                     int64_t{2}, out.get()),
              0)
        << message_;
    const std::vector<double> s = scales.values(), found = out.values();
    for (size_t i = 0; i < found.size(); i++) {
        const size_t row = i / width;
        EXPECT_NEAR(found[i], (s[row * 2] + s[row * 2 + 1]) * in[i], 1e-5);
    }
}

TEST_F(MoeTest, addsResidualsAndBiases) {
    DeviceTensor &expanded = filled(ACL_FLOAT, {2, 2}, {1, 2, 3, 4}), &places = filled(ACL_INT32, {2}, {1, 0});
    DeviceTensor &x1 = filled(ACL_FLOAT, {2, 2}, {10, 10, 20, 20}), &bias = filled(ACL_FLOAT, {2, 2}, {5, 5, 7, 7});
    DeviceTensor &experts = filled(ACL_INT32, {2, 1}, {1, 0}), &out = tensor(ACL_FLOAT, {2, 2});
    const aclTensor *none = nullptr;
    ASSERT_EQ(RUN_OP(MoeFinalizeRoutingV2, expanded.get(), places.get(), x1.get(), none, bias.get(), none,
                     experts.get(), int64_t{0}, out.get()),
              0)
        << message_;
    EXPECT_EQ(out.values(), (std::vector<double>{20, 21, 26, 27}));
}

TEST_F(MoeTest, multipliesEachRunOfRowsByItsOwnMatrix) {
    const int64_t rows = 41, k = 24, n = 10, groups = 4;
    for (const aclDataType dtype : kFloats) {
        for (const bool transposed : {false, true}) {
            DeviceTensor &x = random(dtype, {rows, k});
            DeviceTensor &weight = transposed ? random(dtype, {groups, k, n}, -2, 2, {k * n, 1, k})
                                              : random(dtype, {groups, k, n});
            DeviceTensor &out = tensor(dtype, {rows, n});
            DeviceTensor &ends = filled(ACL_INT64, {groups}, {3, 3, 36, 41});
            ASSERT_EQ(grouped(x, weight, ends, 0, out), 0) << message_;
            const std::vector<double> a = x.values(), b = weight.values(), found = out.values();
            std::vector<double> expected(found.size());
            for (int64_t row = 0; row < rows; row++) {
                const int64_t group = row < 3 ? 0 : row < 36 ? 2 : 3;
                for (int64_t c = 0; c < n; c++) {
                    for (int64_t i = 0; i < k; i++) {
                        expected[static_cast<size_t>(row * n + c)] +=
                            a[static_cast<size_t>(row * k + i)] * b[static_cast<size_t>((group * k + i) * n + c)];
                    }
                }
            }
            EXPECT_LE(worst(found, expected, 1), 4 * tolerance(dtype));
            DeviceTensor &counts = filled(ACL_INT64, {groups}, {3, 0, 33, 5}), &again = tensor(dtype, {rows, n});
            ASSERT_EQ(grouped(x, weight, counts, 1, again), 0) << message_;
            EXPECT_EQ(again.values(), found);
        }
    }
}

TEST_F(MoeTest, givesARowTheSameBitsInGroupsOfAnySize) {
    const int64_t k = 80, n = 33;
    for (const aclDataType dtype : kFloats) {
        DeviceTensor &x = random(dtype, {64, k}), &weight = random(dtype, {2, k, n}), &out = tensor(dtype, {64, n});
        DeviceTensor &all = filled(ACL_INT64, {2}, {64, 64});
        ASSERT_EQ(grouped(x, weight, all, 0, out), 0) << message_;
        const std::vector<double> whole = out.values();
        for (const int64_t first : {1, 2, 5, 17}) {
            DeviceTensor &few = filled(ACL_INT64, {2}, {static_cast<double>(first), static_cast<double>(first)});
            DeviceTensor &part = tensor(dtype, {64, n});
            ASSERT_EQ(grouped(x, weight, few, 0, part), 0) << message_;
            const std::vector<double> found = part.values();
            EXPECT_TRUE(std::equal(found.begin(), found.begin() + first * n, whole.begin())) << first;
        }
    }
}

TEST_F(MoeTest, refusesWhatDoesNotFit) {
    DeviceTensor &x = random(ACL_FLOAT, {4, 8}), &weight = random(ACL_FLOAT, {2, 8, 3}), &out = tensor(ACL_FLOAT, {4, 3});
    DeviceTensor &past = filled(ACL_INT64, {2}, {2, 5}), &back = filled(ACL_INT64, {2}, {3, 2}),
                 &short_ = filled(ACL_INT64, {1}, {4});
    EXPECT_EQ(grouped(x, weight, short_, 0, out), 561002);
    EXPECT_EQ(grouped(x, random(ACL_FLOAT16, {2, 8, 3}), past, 0, out), 161002);
    EXPECT_EQ(grouped(x, random(ACL_FLOAT, {2, 7, 3}), past, 0, out), 561002);
    EXPECT_NE(grouped(x, weight, past, 0, out), 0);
    EXPECT_TRUE(said("groupList")) << message_;
    renewStream();
    EXPECT_NE(grouped(x, weight, back, 0, out), 0);
    renewStream();
    DeviceTensor &y = tensor(ACL_FLOAT, {4, 9}), &chosen = tensor(ACL_INT32, {4, 9});
    const aclTensor *none = nullptr;
    EXPECT_EQ(RUN_OP(MoeGatingTopKSoftmaxV2, x.get(), none, int64_t{9}, int64_t{0}, false, y.get(), chosen.get(), none),
              561002);
}

}  // namespace
}  // namespace ascend4j
