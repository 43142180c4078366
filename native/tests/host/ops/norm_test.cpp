#include "aclnnop/aclnn_add_rms_norm.h"
#include "aclnnop/aclnn_rms_norm.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class NormTest : public OpTest {
protected:
    static void reference(const std::vector<double> &x, const std::vector<double> &gamma, double epsilon,
                          std::vector<double> *y, std::vector<double> *rstd) {
        const size_t width = gamma.size();
        for (size_t row = 0; row < x.size() / width; row++) {
            double sum = 0;
            for (size_t i = 0; i < width; i++) sum += x[row * width + i] * x[row * width + i];
            rstd->push_back(1 / std::sqrt(sum / static_cast<double>(width) + epsilon));
            for (size_t i = 0; i < width; i++) y->push_back(x[row * width + i] * rstd->back() * gamma[i]);
        }
    }
};

TEST_F(NormTest, normalizesEveryTypeAndOddWidths) {
    for (const aclDataType dtype : kFloats) {
        for (const aclDataType gammaType : {dtype, ACL_FLOAT}) {
            for (const int64_t width : {1, 7, 64, 333, 576}) {
                DeviceTensor &x = random(dtype, {2, 3, width}), &gamma = random(gammaType, {width});
                DeviceTensor &y = tensor(dtype, {2, 3, width}), &rstd = tensor(ACL_FLOAT, {2, 3, 1});
                ASSERT_EQ(RUN_OP(RmsNorm, x.get(), gamma.get(), 1e-5, y.get(), rstd.get()), 0) << message_;
                std::vector<double> expected, inverse;
                reference(x.values(), gamma.values(), 1e-5, &expected, &inverse);
                EXPECT_LT(worst(y.values(), expected), tolerance(dtype)) << dtypeName(dtype) << " " << width;
                EXPECT_LT(worst(rstd.values(), inverse), 2e-6);
            }
        }
    }
}

TEST_F(NormTest, normalizesOverSeveralDimensionsOfStridedViews) {
    DeviceTensor &x = random(ACL_FLOAT, {5, 4, 6}, -2, 2, {60, 9, 1}, 3), &gamma = random(ACL_FLOAT, {4, 6});
    DeviceTensor &y = tensor(ACL_FLOAT, {5, 4, 6}, {1, 5, 20}), &rstd = tensor(ACL_FLOAT, {5, 1, 1});
    ASSERT_EQ(RUN_OP(RmsNorm, x.get(), gamma.get(), 1e-6, y.get(), rstd.get()), 0) << message_;
    std::vector<double> expected, inverse;
    reference(x.values(), gamma.values(), 1e-6, &expected, &inverse);
    EXPECT_LT(worst(y.values(), expected), 2e-6);
}

TEST_F(NormTest, normalizesTheRoundedSum) {
    for (const aclDataType dtype : kFloats) {
        DeviceTensor &x1 = random(dtype, {9, 100}), &x2 = random(dtype, {9, 100}), &gamma = random(dtype, {100});
        DeviceTensor &y = tensor(dtype, {9, 100}), &rstd = tensor(ACL_FLOAT, {9, 1}), &sum = tensor(dtype, {9, 100});
        ASSERT_EQ(RUN_OP(AddRmsNorm, x1.get(), x2.get(), gamma.get(), 1e-5, y.get(), rstd.get(), sum.get()), 0)
            << message_;
        std::vector<double> total = x1.values(), expected, inverse;
        for (size_t i = 0; i < total.size(); i++) total[i] = rounded(dtype, total[i] + x2.values()[i]);
        EXPECT_EQ(sum.values(), total);
        reference(total, gamma.values(), 1e-5, &expected, &inverse);
        EXPECT_LT(worst(y.values(), expected), tolerance(dtype));
    }
}

TEST_F(NormTest, givesARowTheSameBitsInAnyBatch) {
    DeviceTensor &many = random(ACL_FLOAT16, {33, 577}), &gamma = random(ACL_FLOAT16, {577});
    DeviceTensor &y = tensor(ACL_FLOAT16, {33, 577}), &rstd = tensor(ACL_FLOAT, {33, 1});
    ASSERT_EQ(RUN_OP(RmsNorm, many.get(), gamma.get(), 1e-5, y.get(), rstd.get()), 0);
    const std::vector<double> all = many.values();
    DeviceTensor &one = filled(ACL_FLOAT16, {1, 577}, {all.end() - 577, all.end()});
    DeviceTensor &single = tensor(ACL_FLOAT16, {1, 577}), &r = tensor(ACL_FLOAT, {1, 1});
    ASSERT_EQ(RUN_OP(RmsNorm, one.get(), gamma.get(), 1e-5, single.get(), r.get()), 0);
    const std::vector<double> batched = y.values();
    EXPECT_EQ(single.values(), std::vector<double>(batched.end() - 577, batched.end()));
}

TEST_F(NormTest, refusesWhatCannRefuses) {
    DeviceTensor &x = random(ACL_FLOAT16, {2, 8}), &gamma = random(ACL_FLOAT16, {8}), &wide = random(ACL_FLOAT16, {9});
    DeviceTensor &other = random(ACL_BF16, {8}), &y = tensor(ACL_FLOAT16, {2, 8}), &rstd = tensor(ACL_FLOAT, {2, 1});
    DeviceTensor &flat = tensor(ACL_FLOAT, {2}), &integers = tensor(ACL_INT32, {2, 8});
    EXPECT_EQ(RUN_OP(RmsNorm, nullptr, gamma.get(), 1e-5, y.get(), rstd.get()), 161001);
    EXPECT_EQ(RUN_OP(RmsNorm, x.get(), other.get(), 1e-5, y.get(), rstd.get()), 161002);
    EXPECT_TRUE(said("gamma") && said("BF16") && said("FLOAT16")) << message_;
    EXPECT_EQ(RUN_OP(RmsNorm, integers.get(), gamma.get(), 1e-5, y.get(), rstd.get()), 161002);
    EXPECT_EQ(RUN_OP(RmsNorm, x.get(), wide.get(), 1e-5, y.get(), rstd.get()), 561002);
    EXPECT_TRUE(said("gamma") && said("[9]") && said("[2, 8]")) << message_;
    EXPECT_EQ(RUN_OP(RmsNorm, x.get(), gamma.get(), 1e-5, y.get(), flat.get()), 561002);
    EXPECT_EQ(RUN_OP(RmsNorm, x.get(), gamma.get(), std::nan(""), y.get(), rstd.get()), 561002);
    EXPECT_EQ(RUN_OP(AddRmsNorm, x.get(), x.get(), random(ACL_FLOAT, {8}).get(), 1e-5, y.get(), rstd.get(), y.get()),
              161002);
}

}  // namespace
}  // namespace ascend4j
