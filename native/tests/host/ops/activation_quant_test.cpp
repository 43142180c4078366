#include <cmath>
#include <limits>

#include "aclnnop/aclnn_ascend_quant.h"
#include "aclnnop/aclnn_dynamic_quant.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class ActivationQuantTest : public OpTest {};

TEST_F(ActivationQuantTest, givesEachRowAScaleOfItsOwn) {
    for (const aclDataType dtype : {ACL_FLOAT16, ACL_BF16}) {
        for (bool smoothed : {false, true}) {
            DeviceTensor &x = random(dtype, {3, 5, 67}, -9, 9, {600, 80, 1}), &smooth = random(dtype, {67}, 0.1, 2);
            DeviceTensor &y = tensor(ACL_INT8, {3, 5, 67}), &scale = tensor(ACL_FLOAT, {3, 5});
            ASSERT_EQ(RUN_OP(DynamicQuant, x.get(), smoothed ? smooth.get() : nullptr, y.get(), scale.get()), 0) << message_;
            const std::vector<double> values = x.values(), factors = smooth.values(), quants = y.values(), scales = scale.values();
            for (size_t r = 0; r < 15; r++) {
                double largest = 0;
                for (size_t i = 0; i < 67; i++) {
                    const double value = values[r * 67 + i] * (smoothed ? factors[i] : 1);
                    largest = std::max(largest, std::fabs(value));
                    // Half a step, and the rounding of float32 where two steps are as near.
                    ASSERT_LE(std::fabs(value - quants[r * 67 + i] * scales[r]), scales[r] * 0.50002);
                }
                EXPECT_NEAR(scales[r], largest / 127, largest * 1e-7);
            }
        }
    }
}

TEST_F(ActivationQuantTest, keepsZerosAndMarksRowsThatAreNoNumbers) {
    const double inf = std::numeric_limits<double>::infinity();
    DeviceTensor &x = filled(ACL_FLOAT16, {4, 2}, {0, 0, NAN, 1, inf, 1, -127, 63.5});
    DeviceTensor &y = tensor(ACL_INT8, {4, 2}), &scale = tensor(ACL_FLOAT, {4});
    ASSERT_EQ(RUN_OP(DynamicQuant, x.get(), nullptr, y.get(), scale.get()), 0) << message_;
    EXPECT_EQ(y.values(), (std::vector<double>{0, 0, 0, 0, 0, 0, -127, 64}));  // a tie goes to the even one
    EXPECT_EQ(scale.values()[0], 0);
    EXPECT_TRUE(std::isnan(scale.values()[1]));
    EXPECT_TRUE(std::isnan(scale.values()[2]));
    EXPECT_EQ(scale.values()[3], 1);
}

TEST_F(ActivationQuantTest, roundsByFixedScaleAndOffset) {
    DeviceTensor &x = filled(ACL_FLOAT, {1, 6}, {0.6, -0.6, 2.5, 1000, -1000, NAN});
    DeviceTensor &one = filled(ACL_FLOAT, {1}, {1}), &three = filled(ACL_FLOAT, {1}, {3}), &y = tensor(ACL_INT8, {1, 6});
    const auto quantized = [&](const char *mode, aclTensor *offset) {
        EXPECT_EQ(RUN_OP(AscendQuant, x.get(), one.get(), offset, false, mode, ACL_INT8, y.get()), 0) << message_;
        return y.values();
    };
    EXPECT_EQ(quantized("round", nullptr), (std::vector<double>{1, -1, 2, 127, -128, 0}));
    EXPECT_EQ(quantized("floor", nullptr), (std::vector<double>{0, -1, 2, 127, -128, 0}));
    EXPECT_EQ(quantized("ceil", nullptr), (std::vector<double>{1, 0, 3, 127, -128, 0}));
    EXPECT_EQ(quantized("trunc", three.get()), (std::vector<double>{3, 2, 5, 127, -128, 0}));
}

TEST_F(ActivationQuantTest, takesAScaleForEachElementOfARow) {
    for (const aclDataType dtype : kFloats) {
        DeviceTensor &x = random(dtype, {4, 33}), &scale = random(dtype, {33}, 1, 30), &offset = random(dtype, {33}, -9, 9);
        DeviceTensor &y = tensor(ACL_INT8, {4, 33});
        for (bool squared : {false, true}) {
            ASSERT_EQ(RUN_OP(AscendQuant, x.get(), scale.get(), offset.get(), squared, "round", ACL_INT8, y.get()), 0) << message_;
            const std::vector<double> v = x.values(), s = scale.values(), o = offset.values(), q = y.values();
            for (size_t i = 0; i < q.size(); i++) {
                const double factor = squared ? s[i % 33] * s[i % 33] : s[i % 33];
                const double exact = std::min(127.0, std::max(-128.0, v[i] * factor + o[i % 33]));
                ASSERT_LE(std::fabs(q[i] - exact), 0.5001);
            }
        }
    }
}

TEST_F(ActivationQuantTest, refusesOtherTypesShapesAndModes) {
    DeviceTensor &x = random(ACL_FLOAT16, {2, 32}), &wide = random(ACL_FLOAT, {2, 32}), &y = tensor(ACL_INT8, {2, 32});
    DeviceTensor &scale = tensor(ACL_FLOAT, {2}), &long3 = tensor(ACL_FLOAT, {3}), &one = random(ACL_FLOAT16, {1});
    DeviceTensor &bad = random(ACL_FLOAT16, {5}), &flat = random(ACL_FLOAT16, {32}), &narrow = tensor(ACL_INT8, {2, 31});
    EXPECT_EQ(RUN_OP(DynamicQuant, wide.get(), nullptr, y.get(), scale.get()), 161002);
    EXPECT_EQ(RUN_OP(DynamicQuant, x.get(), nullptr, x.get(), scale.get()), 161002);
    EXPECT_EQ(RUN_OP(DynamicQuant, flat.get(), nullptr, y.get(), scale.get()), 161002);
    EXPECT_EQ(RUN_OP(DynamicQuant, x.get(), nullptr, y.get(), long3.get()), 561002);
    EXPECT_EQ(RUN_OP(DynamicQuant, x.get(), nullptr, narrow.get(), scale.get()), 561002);
    EXPECT_EQ(RUN_OP(DynamicQuant, x.get(), bad.get(), y.get(), scale.get()), 561002);
    EXPECT_EQ(RUN_OP(DynamicQuant, x.get(), nullptr, y.get(), nullptr), 161001);
    EXPECT_EQ(RUN_OP(AscendQuant, x.get(), bad.get(), nullptr, false, "round", ACL_INT8, y.get()), 561002);
    EXPECT_EQ(RUN_OP(AscendQuant, x.get(), scale.get(), nullptr, false, "round", ACL_INT8, y.get()), 161002);
    EXPECT_EQ(RUN_OP(AscendQuant, x.get(), one.get(), nullptr, false, "nearest", ACL_INT8, y.get()), 161002);
    EXPECT_EQ(RUN_OP(AscendQuant, x.get(), one.get(), nullptr, false, nullptr, ACL_INT8, y.get()), 161002);
    EXPECT_EQ(RUN_OP(AscendQuant, x.get(), one.get(), nullptr, false, "round", ACL_INT32, y.get()), 161002);
}

}  // namespace
}  // namespace ascend4j
