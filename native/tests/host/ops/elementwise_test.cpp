#include "aclnnop/aclnn_add.h"
#include "aclnnop/aclnn_mul.h"
#include "aclnnop/aclnn_silu.h"
#include "aclnnop/aclnn_swi_glu.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class ElementwiseTest : public OpTest {
protected:
    aclScalar *scalar(double value) {
        scalars_.push_back(aclCreateScalar(&value, ACL_DOUBLE));
        return scalars_.back();
    }
    void TearDown() override {
        for (aclScalar *one : scalars_) aclDestroyScalar(one);
        OpTest::TearDown();
    }

    std::vector<aclScalar *> scalars_;
};

TEST_F(ElementwiseTest, promotesAsPyTorchDoes) {
    const struct {
        aclDataType self, other, out;
    } cases[] = {{ACL_FLOAT16, ACL_FLOAT16, ACL_FLOAT16}, {ACL_BF16, ACL_BF16, ACL_BF16},
                 {ACL_FLOAT, ACL_FLOAT, ACL_FLOAT},       {ACL_FLOAT16, ACL_FLOAT, ACL_FLOAT},
                 {ACL_BF16, ACL_FLOAT16, ACL_FLOAT},      {ACL_INT32, ACL_FLOAT16, ACL_FLOAT16},
                 {ACL_INT64, ACL_INT32, ACL_INT64},       {ACL_INT8, ACL_UINT8, ACL_INT16},
                 {ACL_DOUBLE, ACL_FLOAT, ACL_DOUBLE},     {ACL_INT8, ACL_INT8, ACL_FLOAT},
                 {ACL_FLOAT, ACL_FLOAT, ACL_FLOAT16}};
    for (const auto &c : cases) {
        for (const int64_t n : {1, 15, 4099}) {
            DeviceTensor &self = random(c.self, {n}, 0, 9), &other = random(c.other, {n}, 0, 9);
            DeviceTensor &sum = tensor(c.out, {n}), &product = tensor(c.out, {n});
            ASSERT_EQ(RUN_OP(Add, self.get(), other.get(), scalar(3), sum.get()), 0) << message_;
            ASSERT_EQ(RUN_OP(Mul, self.get(), other.get(), product.get()), 0) << message_;
            std::vector<double> added = self.values(), multiplied = added;
            const std::vector<double> second = other.values();
            for (size_t i = 0; i < second.size(); i++) {
                added[i] = rounded(c.out, added[i] + 3 * second[i]);
                multiplied[i] = rounded(c.out, multiplied[i] * second[i]);
            }
            // The reference rounds once from double, the kernel from float32: at most one place apart.
            const double place = c.out == ACL_DOUBLE ? 0 : 2 * tolerance(c.out);
            EXPECT_LE(worst(sum.values(), added), place);
            EXPECT_LE(worst(product.values(), multiplied), place);
        }
    }
}

TEST_F(ElementwiseTest, roundsToThePromotedTypeBeforeWidening) {
    DeviceTensor &a = filled(ACL_FLOAT16, {1}, {2048}), &b = filled(ACL_FLOAT16, {1}, {1}), &c = tensor(ACL_FLOAT, {1});
    ASSERT_EQ(RUN_OP(Add, a.get(), b.get(), scalar(1), c.get()), 0) << message_;
    EXPECT_EQ(c.values()[0], 2048);
}

TEST_F(ElementwiseTest, wrapsIntegersAndJoinsBooleans) {
    DeviceTensor &a = filled(ACL_INT8, {3}, {127, -128, 100}), &b = filled(ACL_INT8, {3}, {1, -1, 100}),
                 &c = tensor(ACL_INT8, {3});
    ASSERT_EQ(RUN_OP(Add, a.get(), b.get(), scalar(1), c.get()), 0) << message_;
    EXPECT_EQ(c.values(), (std::vector<double>{-128, 127, -56}));
    ASSERT_EQ(RUN_OP(Mul, a.get(), b.get(), c.get()), 0);
    EXPECT_EQ(c.values(), (std::vector<double>{127, -128, 16}));
    DeviceTensor &p = filled(ACL_BOOL, {4}, {0, 0, 1, 1}), &q = filled(ACL_BOOL, {4}, {0, 1, 0, 1}),
                 &r = tensor(ACL_BOOL, {4});
    ASSERT_EQ(RUN_OP(Add, p.get(), q.get(), scalar(1), r.get()), 0);
    EXPECT_EQ(r.values(), (std::vector<double>{0, 1, 1, 1}));
    ASSERT_EQ(RUN_OP(Mul, p.get(), q.get(), r.get()), 0);
    EXPECT_EQ(r.values(), (std::vector<double>{0, 0, 0, 1}));
}

TEST_F(ElementwiseTest, broadcastsStridedViewsUpToEightDimensions) {
    DeviceTensor &self = random(ACL_FLOAT, {2, 1, 3, 1, 2, 1, 5, 3}, -2, 2, {400, 1, 100, 1, 40, 1, 3, 1}, 5);
    DeviceTensor &other = random(ACL_FLOAT, {4, 1, 3}, -2, 2, {1, 1, 9});
    DeviceTensor &out = tensor(ACL_FLOAT, {2, 1, 3, 1, 2, 4, 5, 3});
    ASSERT_EQ(RUN_OP(Mul, self.get(), other.get(), out.get()), 0) << message_;
    const std::vector<double> a = self.values(), b = other.values(), found = out.values();
    for (size_t i = 0; i < found.size(); i++) {
        const size_t inner = i % 15, fourth = i / 15 % 4, outer = i / 60;
        const double product = static_cast<double>(static_cast<float>(a[outer * 15 + inner]) *
                                                   static_cast<float>(b[fourth * 3 + inner % 3]));
        EXPECT_EQ(found[i], product);
    }
}

TEST_F(ElementwiseTest, addsInPlaceAndTakesScalarsAndEmptyTensors) {
    DeviceTensor &self = random(ACL_FLOAT16, {3, 50}, -2, 2, {1, 3}), &other = filled(ACL_FLOAT, {}, {0.5});
    std::vector<double> expected = self.values();
    for (double &value : expected) value = rounded(ACL_FLOAT16, value - 1);
    ASSERT_EQ(RUN_OP(InplaceAdd, self.get(), other.get(), scalar(-2)), 0) << message_;
    EXPECT_EQ(self.values(), expected);
    ASSERT_EQ(RUN_OP(Muls, self.get(), scalar(1.5), self.get()), 0) << message_;
    for (double &value : expected) value = rounded(ACL_FLOAT16, value * 1.5);
    EXPECT_EQ(self.values(), expected);
    DeviceTensor &whole = filled(ACL_INT32, {2}, {3, -5}), &real = tensor(ACL_FLOAT, {2});
    ASSERT_EQ(RUN_OP(Muls, whole.get(), scalar(0.5), real.get()), 0) << message_;
    EXPECT_EQ(real.values(), (std::vector<double>{1.5, -2.5}));
    DeviceTensor &empty = tensor(ACL_FLOAT, {0, 4});
    EXPECT_EQ(RUN_OP(Mul, empty.get(), empty.get(), empty.get()), 0) << message_;
}

TEST_F(ElementwiseTest, appliesSiluAndSwiGlu) {
    const auto silu = [](double x) { return x / (1 + std::exp(-x)); };
    for (const aclDataType dtype : kFloats) {
        for (const double range : {1.0, 12.0}) {
            DeviceTensor &x = random(dtype, {3, 5, 66}, -range, range, {600, 100, 1}),
                         &y = tensor(dtype, {3, 5, 66}, {1, 3, 15});
            ASSERT_EQ(RUN_OP(Silu, x.get(), y.get()), 0) << message_;
            std::vector<double> expected = x.values();
            for (double &value : expected) value = silu(value);
            EXPECT_LT(worst(y.values(), expected), tolerance(dtype));
            for (const int64_t dim : {-1, 1}) {
                Dims shape = {3, 4, 66};
                DeviceTensor &pair = random(dtype, shape, -range, range);
                shape[static_cast<size_t>((dim + 3) % 3)] /= 2;
                DeviceTensor &out = tensor(dtype, shape);
                ASSERT_EQ(RUN_OP(SwiGlu, pair.get(), dim, out.get()), 0) << message_;
                const std::vector<double> in = pair.values();
                const size_t width = dim == -1 ? 33 : 132;
                std::vector<double> gated;
                for (size_t i = 0; i < in.size() / 2; i++) {
                    const size_t at = i / width * 2 * width + i % width;
                    gated.push_back(silu(in[at]) * in[at + width]);
                }
                EXPECT_LT(worst(out.values(), gated), tolerance(dtype));
            }
        }
    }
    DeviceTensor &edges = filled(ACL_FLOAT, {4}, {-1000, 1000, NAN, 0}), &y = tensor(ACL_FLOAT, {4});
    ASSERT_EQ(RUN_OP(Silu, edges.get(), y.get()), 0);
    EXPECT_EQ(y.values()[0], 0);
    EXPECT_EQ(y.values()[1], 1000);
    EXPECT_TRUE(std::isnan(y.values()[2]));
    EXPECT_EQ(y.values()[3], 0);
}

TEST_F(ElementwiseTest, refusesWhatCannRefuses) {
    DeviceTensor &a = random(ACL_FLOAT16, {2, 3}), &b = random(ACL_FLOAT16, {4, 3}), &c = tensor(ACL_FLOAT16, {2, 3});
    DeviceTensor &whole = tensor(ACL_INT32, {2, 3}), &odd = tensor(ACL_FLOAT16, {2, 5}),
                 &strided = tensor(ACL_FLOAT16, {2, 4}, {5, 1});
    DeviceTensor &expanded = tensor(ACL_FLOAT16, {2, 3}, {0, 1});
    EXPECT_EQ(RUN_OP(Add, a.get(), nullptr, scalar(1), c.get()), 161001);
    EXPECT_EQ(RUN_OP(Add, a.get(), a.get(), nullptr, c.get()), 161001);
    EXPECT_EQ(RUN_OP(Muls, a.get(), nullptr, c.get()), 161001);
    EXPECT_EQ(RUN_OP(Add, a.get(), b.get(), scalar(1), c.get()), 561002);
    EXPECT_TRUE(said("[4, 3]") && said("[2, 3]")) << message_;
    EXPECT_EQ(RUN_OP(Mul, a.get(), a.get(), b.get()), 561002);
    EXPECT_EQ(RUN_OP(Mul, a.get(), a.get(), whole.get()), 161002);
    EXPECT_EQ(RUN_OP(Mul, a.get(), a.get(), expanded.get()), 561002);
    EXPECT_EQ(RUN_OP(Add, whole.get(), whole.get(), scalar(0.5), whole.get()), 161002);
    EXPECT_EQ(RUN_OP(InplaceAdd, a.get(), random(ACL_FLOAT16, {5, 2, 3}).get(), scalar(1)), 561002);
    EXPECT_EQ(RUN_OP(Silu, whole.get(), whole.get()), 161002);
    EXPECT_EQ(RUN_OP(SwiGlu, odd.get(), -1, odd.get()), 561002);
    EXPECT_EQ(RUN_OP(SwiGlu, strided.get(), -1, c.get()), 161002);
    EXPECT_EQ(RUN_OP(SwiGlu, a.get(), 2, c.get()), 561002);
    aclTensor *fractal = a.create(ACL_FORMAT_FRACTAL_NZ);
    EXPECT_EQ(RUN_OP(Mul, fractal, a.get(), c.get()), 161002);
    aclDestroyTensor(fractal);
}

}  // namespace
}  // namespace ascend4j
