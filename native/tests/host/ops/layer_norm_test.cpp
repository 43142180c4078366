#include <cmath>

#include "aclnnop/aclnn_layer_norm.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class LayerNormTest : public OpTest {
protected:
    aclIntArray *sizes(std::vector<int64_t> values) {
        arrays_.push_back(aclCreateIntArray(values.data(), values.size()));
        return arrays_.back();
    }

    void TearDown() override {
        for (aclIntArray *array : arrays_) aclDestroyIntArray(array);
        OpTest::TearDown();
    }

private:
    std::vector<aclIntArray *> arrays_;
};

std::vector<double> normalized(const std::vector<double> &x, const std::vector<double> &weight,
                               const std::vector<double> &bias, double eps) {
    const size_t width = weight.size();
    std::vector<double> y(x.size());
    for (size_t row = 0; row < x.size(); row += width) {
        double mean = 0, variance = 0;
        for (size_t i = 0; i < width; i++) mean += x[row + i] / static_cast<double>(width);
        for (size_t i = 0; i < width; i++) variance += std::pow(x[row + i] - mean, 2) / static_cast<double>(width);
        for (size_t i = 0; i < width; i++) {
            y[row + i] = (x[row + i] - mean) / std::sqrt(variance + eps) * weight[i] + bias[i];
        }
    }
    return y;
}

TEST_F(LayerNormTest, normalizesRowsOfEveryTypeAndOddWidth) {
    for (const aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16}) {
        for (const int64_t width : {1, 7, 48, 385}) {
            DeviceTensor &x = random(dtype, {2, 3, width}, -3, 5), &weight = random(dtype, {width}, 0.5, 2),
                         &bias = random(dtype, {width}, -1, 1), &y = tensor(dtype, {2, 3, width});
            ASSERT_EQ(RUN_OP(LayerNorm, x.get(), sizes({width}), weight.get(), bias.get(), 1e-5, y.get(), nullptr,
                             nullptr),
                      0)
                << message_;
            const auto expected = normalized(x.values(), weight.values(), bias.values(), 1e-5);
            EXPECT_LT(worst(y.values(), expected, 1.0), 4 * tolerance(dtype)) << width;
        }
    }
}

TEST_F(LayerNormTest, givesStatisticsOfStridedInputWithoutParameters) {
    DeviceTensor &x = random(ACL_FLOAT, {5, 4, 6}, -2, 2, {48, 12, 1}), &y = tensor(ACL_FLOAT, {5, 4, 6}),
                 &mean = tensor(ACL_FLOAT, {5, 1, 1}), &rstd = tensor(ACL_FLOAT, {5, 1, 1});
    ASSERT_EQ(RUN_OP(LayerNorm, x.get(), sizes({4, 6}), nullptr, nullptr, 1e-5, y.get(), mean.get(), rstd.get()), 0)
        << message_;
    const std::vector<double> ones(24, 1), zeros(24, 0);
    EXPECT_LT(worst(y.values(), normalized(x.values(), ones, zeros, 1e-5), 1.0), 4 * tolerance(ACL_FLOAT));
    double sum = 0;
    for (size_t i = 0; i < 24; i++) sum += x.values()[i];
    EXPECT_NEAR(mean.values()[0], sum / 24, 1e-5);
    EXPECT_GT(rstd.values()[0], 0);
}

TEST_F(LayerNormTest, givesARowTheSameBitsInAnyBatch) {
    DeviceTensor &weight = random(ACL_FLOAT, {129}, 0.5, 2), &bias = random(ACL_FLOAT, {129}, -1, 1);
    DeviceTensor &many = random(ACL_FLOAT, {40, 129}, -3, 3), &all = tensor(ACL_FLOAT, {40, 129});
    ASSERT_EQ(RUN_OP(LayerNorm, many.get(), sizes({129}), weight.get(), bias.get(), 1e-12, all.get(), nullptr, nullptr),
              0);
    const std::vector<double> values = many.values(), together = all.values();
    for (const int64_t row : {0, 17, 39}) {
        const auto from = values.begin() + row * 129;
        DeviceTensor &one = filled(ACL_FLOAT, {1, 129}, std::vector<double>(from, from + 129)),
                     &alone = tensor(ACL_FLOAT, {1, 129});
        ASSERT_EQ(
            RUN_OP(LayerNorm, one.get(), sizes({129}), weight.get(), bias.get(), 1e-12, alone.get(), nullptr, nullptr),
            0);
        EXPECT_EQ(alone.values(), std::vector<double>(together.begin() + row * 129, together.begin() + row * 129 + 129));
    }
}

TEST_F(LayerNormTest, refusesWhatTheDeviceRefuses) {
    DeviceTensor &x = tensor(ACL_FLOAT, {4, 8}), &narrow = tensor(ACL_FLOAT16, {4, 8}), &gamma = tensor(ACL_FLOAT, {8}),
                 &shorter = tensor(ACL_FLOAT, {7}), &whole = tensor(ACL_INT32, {4, 8});
    EXPECT_EQ(RUN_OP(LayerNorm, x.get(), sizes({8}), gamma.get(), gamma.get(), 1e-5, narrow.get(), nullptr, nullptr),
              161002);
    EXPECT_EQ(RUN_OP(LayerNorm, whole.get(), sizes({8}), nullptr, nullptr, 1e-5, whole.get(), nullptr, nullptr), 161002);
    EXPECT_EQ(RUN_OP(LayerNorm, x.get(), sizes({7}), nullptr, nullptr, 1e-5, x.get(), nullptr, nullptr), 561002);
    EXPECT_EQ(RUN_OP(LayerNorm, x.get(), sizes({8}), shorter.get(), nullptr, 1e-5, x.get(), nullptr, nullptr), 561002);
    EXPECT_EQ(RUN_OP(LayerNorm, x.get(), sizes({8}), nullptr, nullptr, NAN, x.get(), nullptr, nullptr), 561002);
    EXPECT_EQ(RUN_OP(LayerNorm, x.get(), nullptr, nullptr, nullptr, 1e-5, x.get(), nullptr, nullptr), 161001);
}

}  // namespace
}  // namespace ascend4j
