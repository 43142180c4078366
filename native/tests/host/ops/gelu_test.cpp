#include <cmath>

#include "aclnnop/aclnn_gelu_v2.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class GeluTest : public OpTest {};

double byErf(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }

double byTanh(double x) { return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))); }

TEST_F(GeluTest, answersEveryTypeFormAndStride) {
    for (const aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16}) {
        for (const int64_t form : {0, 1}) {
            DeviceTensor &x = random(dtype, {3, 5, 66}, -6, 6, {600, 100, 1}), &y = tensor(dtype, {3, 5, 66}, {1, 3, 15});
            ASSERT_EQ(RUN_OP(GeluV2, x.get(), form, y.get()), 0) << message_;
            std::vector<double> expected = x.values();
            for (double &value : expected) value = form == 0 ? byErf(value) : byTanh(value);
            EXPECT_LT(worst(y.values(), expected, 0.1), 2 * tolerance(dtype)) << form;
        }
    }
}

TEST_F(GeluTest, isAccurateOverItsWholeRange) {
    std::vector<double> points;
    for (int i = -8000; i <= 8000; i++) points.push_back(rounded(ACL_FLOAT, i / 1000.0));
    DeviceTensor &x = filled(ACL_FLOAT, {16001}, points), &y = tensor(ACL_FLOAT, {16001});
    ASSERT_EQ(RUN_OP(GeluV2, x.get(), 0, y.get()), 0) << message_;
    const std::vector<double> found = y.values();
    for (size_t i = 0; i < points.size(); i++) {
        ASSERT_NEAR(found[i], byErf(points[i]), 4e-7 * std::max(1.0, std::fabs(points[i]))) << points[i];
    }
}

TEST_F(GeluTest, givesAnElementTheSameBitsAnywhere) {
    DeviceTensor &x = random(ACL_FLOAT, {1037}, -5, 5), &y = tensor(ACL_FLOAT, {1037});
    ASSERT_EQ(RUN_OP(GeluV2, x.get(), 0, y.get()), 0);
    const std::vector<double> values = x.values(), together = y.values();
    for (const size_t at : {size_t{0}, size_t{511}, size_t{512}, size_t{1036}}) {
        DeviceTensor &one = filled(ACL_FLOAT, {1}, {values[at]}), &alone = tensor(ACL_FLOAT, {1});
        ASSERT_EQ(RUN_OP(GeluV2, one.get(), 0, alone.get()), 0);
        EXPECT_EQ(alone.values()[0], together[at]);
    }
}

TEST_F(GeluTest, keepsNanAndTheEnds) {
    DeviceTensor &x = filled(ACL_FLOAT, {4}, {INFINITY, -60, NAN, 0}), &y = tensor(ACL_FLOAT, {4});
    ASSERT_EQ(RUN_OP(GeluV2, x.get(), 0, y.get()), 0) << message_;
    EXPECT_EQ(y.values()[0], INFINITY);
    EXPECT_EQ(y.values()[1], 0);
    EXPECT_TRUE(std::isnan(y.values()[2]));
    EXPECT_EQ(y.values()[3], 0);
}

TEST_F(GeluTest, refusesOtherTypesShapesAndForms) {
    DeviceTensor &x = tensor(ACL_FLOAT, {4}), &narrow = tensor(ACL_FLOAT16, {4}), &shorter = tensor(ACL_FLOAT, {3}),
                 &whole = tensor(ACL_INT32, {4});
    EXPECT_EQ(RUN_OP(GeluV2, x.get(), 0, narrow.get()), 161002);
    EXPECT_EQ(RUN_OP(GeluV2, x.get(), 0, shorter.get()), 561002);
    EXPECT_EQ(RUN_OP(GeluV2, whole.get(), 0, whole.get()), 161002);
    EXPECT_EQ(RUN_OP(GeluV2, x.get(), 2, x.get()), 561002);
    EXPECT_EQ(RUN_OP(GeluV2, x.get(), 0, nullptr), 161001);
}

}  // namespace
}  // namespace ascend4j
