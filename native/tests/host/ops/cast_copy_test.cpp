#include "aclnnop/aclnn_cast.h"
#include "aclnnop/aclnn_copy.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

using CastCopyTest = OpTest;

constexpr aclDataType kAll[] = {ACL_FLOAT, ACL_FLOAT16, ACL_BF16,  ACL_DOUBLE, ACL_INT8,
                                ACL_UINT8, ACL_INT16,   ACL_INT32, ACL_INT64,  ACL_BOOL};

bool isFloat(aclDataType dtype) {
    return dtype == ACL_FLOAT || dtype == ACL_FLOAT16 || dtype == ACL_BF16 || dtype == ACL_DOUBLE;
}

double castOf(aclDataType to, double value) {
    if (to == ACL_BOOL) return value != 0 ? 1 : 0;
    return rounded(to, isFloat(to) ? value : std::trunc(value));
}

TEST_F(CastCopyTest, castsBetweenAllTypes) {
    for (const aclDataType from : kAll) {
        for (const aclDataType to : kAll) {
            for (const int64_t n : {1, 37, 5000}) {
                const bool narrow = from == ACL_BOOL || from == ACL_UINT8 || to == ACL_UINT8;
                DeviceTensor &self = random(from, {n}, narrow ? 0 : -100, from == ACL_BOOL ? 1.99 : 100);
                DeviceTensor &out = tensor(to, {n});
                ASSERT_EQ(RUN_OP(Cast, self.get(), to, out.get()), 0) << message_;
                std::vector<double> expected = self.values();
                for (double &value : expected) value = castOf(to, value);
                EXPECT_EQ(out.values(), expected) << dtypeName(from) << " to " << dtypeName(to);
            }
        }
    }
}

TEST_F(CastCopyTest, bringsNanToZeroAndTheRestToTheNearestEnd) {
    const std::vector<double> values = {NAN, INFINITY, -INFINITY, 1e30, -1e30, 2.9, -2.9};
    const struct {
        aclDataType type;
        double low, high;
    } ends[] = {{ACL_INT8, -128, 127},
                {ACL_UINT8, 0, 255},
                {ACL_INT16, -32768, 32767},
                {ACL_INT32, -2147483648.0, 2147483647.0},
                {ACL_INT64, -9223372036854775808.0, 9223372036854775808.0}};
    for (const aclDataType from : {ACL_FLOAT, ACL_DOUBLE, ACL_BF16}) {
        DeviceTensor &self = filled(from, {7}, values);
        for (const auto &end : ends) {
            DeviceTensor &out = tensor(end.type, {7});
            ASSERT_EQ(RUN_OP(Cast, self.get(), end.type, out.get()), 0) << message_;
            const double below = end.low == 0 ? 0 : -2;
            EXPECT_EQ(out.values(), (std::vector<double>{0, end.high, end.low, end.high, end.low, 2, below}));
        }
    }
    DeviceTensor &wide = filled(ACL_INT32, {3}, {300, -129, 65535}), &small = tensor(ACL_INT8, {3});
    ASSERT_EQ(RUN_OP(Cast, wide.get(), ACL_INT8, small.get()), 0);
    EXPECT_EQ(small.values(), (std::vector<double>{44, 127, -1}));
}

TEST_F(CastCopyTest, roundsDoublesToHalfOnce) {
    // 1 + 2^-11 lies between two halves; what is added decides, and float32 alone would lose it.
    const double tie = 1 + std::ldexp(1.0, -11), little = std::ldexp(1.0, -40);
    DeviceTensor &self = filled(ACL_DOUBLE, {4}, {tie, tie + little, tie - little, -tie - little}),
                 &out = tensor(ACL_FLOAT16, {4});
    ASSERT_EQ(RUN_OP(Cast, self.get(), ACL_FLOAT16, out.get()), 0);
    const double next = 1 + std::ldexp(1.0, -10);
    EXPECT_EQ(out.values(), (std::vector<double>{1, next, 1, -next}));
}

TEST_F(CastCopyTest, copiesTransposedBroadcastAndConverted) {
    DeviceTensor &src = random(ACL_FLOAT16, {37, 53}, -2, 2, {1, 40}, 7),
                 &dst = tensor(ACL_FLOAT, {3, 37, 53}, {60, 200, 1}, 2);
    ASSERT_EQ(RUN_OP(InplaceCopy, dst.get(), src.get()), 0) << message_;
    std::vector<double> expected;
    const std::vector<double> one = src.values();
    for (int i = 0; i < 3; i++) expected.insert(expected.end(), one.begin(), one.end());
    EXPECT_EQ(dst.values(), expected);
    DeviceTensor &scalar = filled(ACL_INT64, {}, {-3});
    ASSERT_EQ(RUN_OP(InplaceCopy, dst.get(), scalar.get()), 0) << message_;
    EXPECT_EQ(dst.values(), std::vector<double>(3 * 37 * 53, -3));
}

TEST_F(CastCopyTest, leavesWhatLiesBetweenTheElementsAlone) {
    DeviceTensor &dst = tensor(ACL_FLOAT16, {4, 3}, {5, 1}), &src = filled(ACL_FLOAT16, {3}, {1, 1, 1});
    ASSERT_EQ(RUN_OP(InplaceCopy, dst.get(), src.get()), 0) << message_;
    const std::vector<unsigned char> raw = dst.read();
    for (size_t i = 0; i < raw.size() / 2; i++) EXPECT_EQ(raw[2 * i + 1], i % 5 < 3 ? 0x3c : 0) << i;
}

TEST_F(CastCopyTest, refusesWhatCannRefuses) {
    DeviceTensor &a = random(ACL_FLOAT, {2, 3}), &b = tensor(ACL_FLOAT16, {2, 3}), &c = tensor(ACL_FLOAT16, {3, 2});
    DeviceTensor &complex = tensor(ACL_COMPLEX64, {2, 3}), &expanded = tensor(ACL_FLOAT, {2, 3}, {0, 1});
    EXPECT_EQ(RUN_OP(Cast, nullptr, ACL_FLOAT16, b.get()), 161001);
    EXPECT_EQ(RUN_OP(Cast, a.get(), ACL_FLOAT, b.get()), 161002);
    EXPECT_EQ(RUN_OP(Cast, complex.get(), ACL_FLOAT16, b.get()), 161002);
    EXPECT_EQ(RUN_OP(Cast, a.get(), ACL_FLOAT16, c.get()), 561002);
    EXPECT_EQ(RUN_OP(InplaceCopy, b.get(), nullptr), 161001);
    EXPECT_EQ(RUN_OP(InplaceCopy, b.get(), c.get()), 561002);
    EXPECT_EQ(RUN_OP(InplaceCopy, expanded.get(), a.get()), 561002);
}

}  // namespace
}  // namespace ascend4j
