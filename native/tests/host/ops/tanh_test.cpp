#include <cmath>
#include <limits>

#include "aclnnop/aclnn_tanh.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class TanhTest : public OpTest {};

TEST_F(TanhTest, answersEveryTypeAndStride) {
    for (const aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16}) {
        DeviceTensor &x = random(dtype, {3, 5, 66}, -4, 4, {600, 100, 1}), &y = tensor(dtype, {3, 5, 66}, {1, 3, 15});
        ASSERT_EQ(RUN_OP(Tanh, x.get(), y.get()), 0) << message_;
        std::vector<double> expected = x.values();
        for (double &value : expected) value = std::tanh(value);
        EXPECT_LT(worst(y.values(), expected), tolerance(dtype));
    }
}

TEST_F(TanhTest, saturatesAndKeepsNan) {
    const double inf = std::numeric_limits<double>::infinity();
    DeviceTensor &x = filled(ACL_FLOAT, {4}, {inf, -inf, NAN, 0}), &y = tensor(ACL_FLOAT, {4});
    ASSERT_EQ(RUN_OP(Tanh, x.get(), y.get()), 0) << message_;
    EXPECT_EQ(y.values()[0], 1);
    EXPECT_EQ(y.values()[1], -1);
    EXPECT_TRUE(std::isnan(y.values()[2]));
    EXPECT_EQ(y.values()[3], 0);
}

TEST_F(TanhTest, refusesOtherTypesAndShapes) {
    DeviceTensor &x = tensor(ACL_FLOAT, {4}), &narrow = tensor(ACL_FLOAT16, {4}), &shorter = tensor(ACL_FLOAT, {3}),
                 &whole = tensor(ACL_INT32, {4});
    EXPECT_EQ(RUN_OP(Tanh, x.get(), narrow.get()), 161002);
    EXPECT_EQ(RUN_OP(Tanh, x.get(), shorter.get()), 561002);
    EXPECT_EQ(RUN_OP(Tanh, whole.get(), whole.get()), 161002);
    EXPECT_EQ(RUN_OP(Tanh, x.get(), nullptr), 161001);
}

}  // namespace
}  // namespace ascend4j
