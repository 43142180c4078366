#include <cmath>
#include <limits>

#include "aclnnop/aclnn_geglu_v3.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class GeGluTest : public OpTest {};

double gelu(double x, bool tanhForm) {
    return tanhForm ? 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)))
                    : 0.5 * x * std::erfc(-x / std::sqrt(2.0));
}

TEST_F(GeGluTest, multipliesTheGeluOfOneHalfByTheOther) {
    for (const aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16}) {
        for (const int64_t approximate : {0, 1}) {
            for (const bool left : {true, false}) {
                const int64_t rows = 3, width = 2051;
                DeviceTensor &pair = random(dtype, {rows, 2 * width}, -6, 6);
                DeviceTensor &out = tensor(dtype, {rows, width}), &alone = tensor(dtype, {rows, width});
                ASSERT_EQ(RUN_OP(GeGluV3, pair.get(), int64_t{-1}, approximate, left, out.get(), alone.get()), 0)
                    << message_;
                const std::vector<double> x = pair.values();
                std::vector<double> products, gelus;
                for (int64_t row = 0; row < rows; row++) {
                    for (int64_t i = 0; i < width; i++) {
                        const double first = x[2 * row * width + i], second = x[2 * row * width + width + i];
                        gelus.push_back(gelu(left ? first : second, approximate == 1));
                        products.push_back(gelus.back() * (left ? second : first));
                    }
                }
                EXPECT_LE(worst(alone.values(), gelus), 8 * tolerance(dtype));
                EXPECT_LE(worst(out.values(), products), 8 * tolerance(dtype));
            }
        }
    }
}

TEST_F(GeGluTest, staysFiniteFarFromZeroAndKeepsNan) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    DeviceTensor &pair = filled(ACL_FLOAT, {1, 10}, {3e38, -3e38, 17, -17, nan, 1, 1, 1, 1, 1});
    DeviceTensor &out = tensor(ACL_FLOAT, {1, 5}), &alone = tensor(ACL_FLOAT, {1, 5});
    ASSERT_EQ(RUN_OP(GeGluV3, pair.get(), int64_t{1}, int64_t{1}, true, out.get(), alone.get()), 0) << message_;
    const std::vector<double> found = out.values();
    EXPECT_FLOAT_EQ(static_cast<float>(found[0]), 3e38f);
    EXPECT_NEAR(found[1], 0, 1e-30);
    EXPECT_EQ(found[2], 17);
    EXPECT_NEAR(found[3], 0, 1e-30);
    EXPECT_TRUE(std::isnan(found[4]));
}

TEST_F(GeGluTest, splitsAnInnerDimension) {
    DeviceTensor &pair = filled(ACL_FLOAT, {2, 2, 1}, {1, 2, 3, 4});
    DeviceTensor &out = tensor(ACL_FLOAT, {2, 1, 1}), &alone = tensor(ACL_FLOAT, {2, 1, 1});
    ASSERT_EQ(RUN_OP(GeGluV3, pair.get(), int64_t{1}, int64_t{0}, true, out.get(), alone.get()), 0) << message_;
    EXPECT_NEAR(out.values()[0], gelu(1, false) * 2, 1e-6);
    EXPECT_NEAR(out.values()[1], gelu(3, false) * 4, 1e-6);
}

TEST_F(GeGluTest, refusesWhatTheDocumentForbids) {
    DeviceTensor &odd = tensor(ACL_FLOAT, {2, 3}), &pair = tensor(ACL_FLOAT, {2, 4}), &half = tensor(ACL_FLOAT, {2, 2}),
                 &other = tensor(ACL_FLOAT16, {2, 2}), &whole = tensor(ACL_INT8, {2, 4});
    EXPECT_EQ(RUN_OP(GeGluV3, odd.get(), int64_t{-1}, int64_t{1}, true, half.get(), half.get()), 561002);
    EXPECT_EQ(RUN_OP(GeGluV3, pair.get(), int64_t{-1}, int64_t{1}, true, pair.get(), half.get()), 561002);
    EXPECT_EQ(RUN_OP(GeGluV3, pair.get(), int64_t{-1}, int64_t{2}, true, half.get(), half.get()), 161002);
    EXPECT_EQ(RUN_OP(GeGluV3, pair.get(), int64_t{-1}, int64_t{1}, true, other.get(), half.get()), 161002);
    EXPECT_EQ(RUN_OP(GeGluV3, whole.get(), int64_t{-1}, int64_t{1}, true, half.get(), half.get()), 161002);
    EXPECT_EQ(RUN_OP(GeGluV3, pair.get(), int64_t{-1}, int64_t{1}, true, half.get(), nullptr), 161001);
}

}  // namespace
}  // namespace ascend4j
