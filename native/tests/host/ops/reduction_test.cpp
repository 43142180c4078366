#include "aclnnop/aclnn_argmax.h"
#include "aclnnop/aclnn_softmax.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

using ReductionTest = OpTest;

TEST_F(ReductionTest, findsTheFirstLargestAlongAnyDimension) {
    for (const aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_DOUBLE, ACL_INT8, ACL_INT32, ACL_INT64}) {
        DeviceTensor &self = random(dtype, {3, 41, 5}, -9, 9, {300, 7, 1}, 4);
        std::vector<double> values = self.values();
        for (double &value : values) value = std::trunc(value);  // many ties
        self.set(values);
        for (int64_t dim = -3; dim < 3; dim++) {
            for (const bool keep : {false, true}) {
                const auto axis = static_cast<size_t>((dim + 3) % 3);
                Dims shape = self.dims();
                const auto length = static_cast<size_t>(shape[axis]);
                shape[axis] = 1;
                if (!keep) shape.erase(shape.begin() + static_cast<int64_t>(axis));
                DeviceTensor &out = tensor(keep ? ACL_INT64 : ACL_INT32, shape);
                ASSERT_EQ(RUN_OP(ArgMax, self.get(), dim, keep, out.get()), 0) << message_;
                const size_t inner = axis == 0 ? 205 : axis == 1 ? 5 : 1;
                std::vector<double> expected;
                for (size_t line = 0; line < values.size() / length; line++) {
                    const size_t first = line / inner * inner * length + line % inner;
                    size_t best = 0;
                    for (size_t i = 1; i < length; i++) {
                        if (values[first + i * inner] > values[first + best * inner]) best = i;
                    }
                    expected.push_back(static_cast<double>(best));
                }
                EXPECT_EQ(out.values(), expected);
            }
        }
    }
}

TEST_F(ReductionTest, takesNanForTheLargestAndInfinitiesAsTheyAre) {
    for (const size_t width : {3, 40, 49152}) {
        std::vector<double> row(width, -INFINITY);
        const auto found = [&] {
            DeviceTensor &self = filled(ACL_FLOAT, {static_cast<int64_t>(width)}, row), &out = tensor(ACL_INT64, {});
            EXPECT_EQ(RUN_OP(ArgMax, self.get(), 0, false, out.get()), 0) << message_;
            return out.values()[0];
        };
        EXPECT_EQ(found(), 0);
        row[width - 1] = -3;
        EXPECT_EQ(found(), static_cast<double>(width - 1));
        row[width / 2] = INFINITY;
        EXPECT_EQ(found(), static_cast<double>(width / 2));
        row[width - 1] = NAN;
        EXPECT_EQ(found(), static_cast<double>(width - 1));
        row[1] = NAN;
        EXPECT_EQ(found(), 1);
    }
}

TEST_F(ReductionTest, givesDistributionsAlongAnyDimension) {
    const struct {
        aclDataType in, out;
    } types[] = {{ACL_FLOAT, ACL_FLOAT}, {ACL_FLOAT16, ACL_FLOAT16}, {ACL_BF16, ACL_BF16}, {ACL_FLOAT16, ACL_FLOAT}};
    for (const auto &type : types) {
        for (const double range : {1.0, 60.0}) {
            for (const int64_t dim : {0, 1, -1}) {
                DeviceTensor &self = random(type.in, {4, 67, 3}, -range, range, {1, 20, 5}, 1),
                             &out = tensor(type.out, {4, 67, 3}, {210, 3, 1});
                ASSERT_EQ(RUN_OP(Softmax, self.get(), dim, out.get()), 0) << message_;
                const std::vector<double> x = self.values();
                const size_t length = dim == 0 ? 4 : dim == 1 ? 67 : 3, inner = dim == 0 ? 201 : dim == 1 ? 3 : 1;
                std::vector<double> expected(x.size());
                for (size_t line = 0; line < x.size() / length; line++) {
                    const size_t first = line / inner * inner * length + line % inner;
                    double best = -INFINITY, sum = 0;
                    for (size_t i = 0; i < length; i++) best = std::max(best, x[first + i * inner]);
                    for (size_t i = 0; i < length; i++) sum += std::exp(x[first + i * inner] - best);
                    for (size_t i = 0; i < length; i++)
                        expected[first + i * inner] = std::exp(x[first + i * inner] - best) / sum;
                }
                EXPECT_LT(worst(out.values(), expected, 1e-4), tolerance(type.out));
            }
        }
    }
}

TEST_F(ReductionTest, treatsInfinitiesAsPyTorchDoes) {
    DeviceTensor &self = filled(ACL_FLOAT, {3, 2}, {-INFINITY, 1, -INFINITY, -INFINITY, NAN, 0}),
                 &out = tensor(ACL_FLOAT, {3, 2});
    ASSERT_EQ(RUN_OP(Softmax, self.get(), 1, out.get()), 0);
    const std::vector<double> found = out.values();
    EXPECT_EQ(found[0], 0);
    EXPECT_EQ(found[1], 1);
    for (size_t i = 2; i < 6; i++) EXPECT_TRUE(std::isnan(found[i])) << i;
}

TEST_F(ReductionTest, refusesWhatCannRefuses) {
    DeviceTensor &x = random(ACL_FLOAT, {2, 3}), &y = tensor(ACL_FLOAT16, {2, 3}), &index = tensor(ACL_INT64, {2});
    DeviceTensor &none = tensor(ACL_FLOAT, {2, 0}), &whole = tensor(ACL_INT32, {2, 3});
    EXPECT_EQ(RUN_OP(Softmax, nullptr, 0, x.get()), 161001);
    EXPECT_EQ(RUN_OP(Softmax, x.get(), 0, y.get()), 161002);
    EXPECT_EQ(RUN_OP(Softmax, whole.get(), 0, whole.get()), 161002);
    EXPECT_EQ(RUN_OP(Softmax, x.get(), 2, x.get()), 561002);
    EXPECT_EQ(RUN_OP(Softmax, x.get(), -3, x.get()), 561002);
    EXPECT_EQ(RUN_OP(ArgMax, x.get(), 1, true, index.get()), 561002);
    EXPECT_EQ(RUN_OP(ArgMax, x.get(), 1, false, y.get()), 161002);
    EXPECT_EQ(RUN_OP(ArgMax, none.get(), 1, false, index.get()), 561002);
    EXPECT_TRUE(said("empty")) << message_;
}

}  // namespace
}  // namespace ascend4j
