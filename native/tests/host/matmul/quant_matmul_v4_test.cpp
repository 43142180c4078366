// aclnnQuantMatmulV4 against plain loops in 64-bit integers, on every instruction set of the machine.
#include "aclnnop/aclnn_quant_matmul_v4.h"
#include "kernels/isa.h"
#include "matmul/matmul_device.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

struct Case {
    int64_t m, k, n;
};

constexpr Case kCases[] = {{1, 33, 7},    {2, 128, 64},   {3, 1024, 70}, {4, 2500, 65}, {5, 96, 16},
                           {17, 1025, 71}, {32, 320, 130}, {135, 70, 33}, {41, 2112, 64}};

class QuantMatmulTest : public OpTest, public testing::WithParamInterface<Isa> {
protected:
    void SetUp() override {
        OpTest::SetUp();
        ASSERT_EQ(limitIsa(GetParam()), GetParam());
    }
    void TearDown() override {
        limitIsa(kWidestIsa);
        OpTest::TearDown();
    }

    DeviceTensor &bytes(Dims dims, Dims strides = {}, bool extreme = false) {
        DeviceTensor &made = tensor(ACL_INT8, std::move(dims), std::move(strides));
        std::vector<double> values(static_cast<size_t>(product(made.dims())));
        std::uniform_int_distribution<int> spread(-128, 127);
        for (double &value : values) value = extreme ? -128 : spread(generator_);
        made.set(values);
        return made;
    }

    static std::vector<int64_t> sums(const Case &c, const std::vector<double> &a, const std::vector<double> &b) {
        std::vector<int64_t> found(static_cast<size_t>(c.m * c.n), 0);
        for (int64_t r = 0; r < c.m; r++) {
            for (int64_t i = 0; i < c.k; i++) {
                const auto left = static_cast<int64_t>(a[static_cast<size_t>(r * c.k + i)]);
                for (int64_t j = 0; j < c.n; j++) {
                    found[static_cast<size_t>(r * c.n + j)] += left * static_cast<int64_t>(b[static_cast<size_t>(i * c.n + j)]);
                }
            }
        }
        return found;
    }
};

TEST_P(QuantMatmulTest, addsIntegersExactly) {
    for (const Case &c : kCases) {
        for (bool extreme : {false, true}) {
            for (int layout = 0; layout < 3; layout++) {
                SCOPED_TRACE(std::to_string(c.m) + " " + std::to_string(c.k) + " " + std::to_string(c.n) + " layout " +
                             std::to_string(layout));
                // Storage along k as a view, storage along n, and a with gaps.
                DeviceTensor &a = layout == 2 ? bytes({c.m, c.k}, {2 * c.k + 3, 2}, extreme) : bytes({c.m, c.k}, {}, extreme);
                DeviceTensor &b = layout == 1 ? bytes({c.k, c.n}, {}, extreme) : bytes({c.k, c.n}, {1, c.k}, extreme);
                DeviceTensor &scale = random(ACL_FLOAT, {c.n}), &out = tensor(ACL_INT32, {c.m, c.n});
                ASSERT_EQ(RUN_OP(QuantMatmulV4, a.get(), b.get(), scale.get(), nullptr, nullptr, nullptr, false, false,
                                 out.get()), 0) << message_;
                const std::vector<int64_t> expected = sums(c, a.values(), b.values());
                const std::vector<double> found = out.values();
                for (size_t i = 0; i < found.size(); i++) ASSERT_EQ(static_cast<int64_t>(found[i]), expected[i]) << i;
            }
        }
    }
}

TEST_P(QuantMatmulTest, scalesRowsAndColumnsAndAddsABias) {
    for (const aclDataType dtype : {ACL_FLOAT16, ACL_BF16}) {
        for (const aclDataType biasType : {ACL_INT32, ACL_FLOAT, dtype}) {
            const Case c{9, 300, 77};
            DeviceTensor &a = bytes({c.m, c.k}), &b = bytes({c.k, c.n}, {1, c.k});
            DeviceTensor &scale = random(ACL_FLOAT, {c.n}, 1e-5, 1e-3), &token = random(ACL_FLOAT, {c.m}, 0.1, 1);
            DeviceTensor &bias = random(biasType, {c.n}, -1, 1), &out = tensor(dtype, {c.m, c.n});
            if (biasType == ACL_INT32) bias.set(randoms(c.n, -90000, 90000));
            ASSERT_EQ(RUN_OP(QuantMatmulV4, a.get(), b.get(), scale.get(), nullptr, token.get(), bias.get(), false,
                             false, out.get()), 0) << message_;
            const std::vector<int64_t> whole = sums(c, a.values(), b.values());
            const std::vector<double> s = scale.values(), t = token.values(), v = bias.values();
            std::vector<double> expected;
            for (size_t i = 0; i < whole.size(); i++) {
                const size_t r = i / static_cast<size_t>(c.n), j = i % static_cast<size_t>(c.n);
                const double sum = static_cast<double>(whole[i]) + (biasType == ACL_INT32 ? v[j] : 0);
                expected.push_back(sum * s[j] * t[r] + (biasType == ACL_INT32 ? 0 : v[j]));
            }
            EXPECT_LT(worst(out.values(), expected), tolerance(dtype));
        }
    }
}

TEST_P(QuantMatmulTest, readsScalesOfTransQuantParam) {
    const Case c{6, 64, 10};
    DeviceTensor &a = bytes({c.m, c.k}), &b = bytes({c.n, c.k});
    std::vector<double> packed, factors;
    for (int64_t j = 0; j < c.n; j++) {
        const float factor = rounded(ACL_BF16, 0.001 * static_cast<double>(j + 1));
        uint32_t bits;
        std::memcpy(&bits, &factor, sizeof bits);
        packed.push_back(static_cast<double>((int64_t{1} << 46) | bits));
        factors.push_back(factor);
    }
    DeviceTensor &scale = filled(ACL_UINT64, {c.n}, packed), &out = tensor(ACL_FLOAT16, {c.m, c.n});
    ASSERT_EQ(RUN_OP(QuantMatmulV4, a.get(), b.get(), scale.get(), nullptr, nullptr, nullptr, false, true, out.get()), 0)
        << message_;
    const std::vector<double> right = b.values();
    std::vector<double> turned(right.size()), expected;
    for (int64_t j = 0; j < c.n; j++) {
        for (int64_t i = 0; i < c.k; i++) turned[static_cast<size_t>(i * c.n + j)] = right[static_cast<size_t>(j * c.k + i)];
    }
    const std::vector<int64_t> whole = sums(c, a.values(), turned);
    for (size_t i = 0; i < whole.size(); i++) {
        expected.push_back(static_cast<double>(whole[i]) * factors[i % static_cast<size_t>(c.n)]);
    }
    EXPECT_LT(worst(out.values(), expected), tolerance(ACL_FLOAT16));
}

TEST_P(QuantMatmulTest, givesARowTheSameBitsHoweverManyThereAre) {
    const Case c{37, 1100, 66};
    DeviceTensor &a = bytes({c.m, c.k}), &b = bytes({c.k, c.n}, {1, c.k});
    DeviceTensor &scale = random(ACL_FLOAT, {c.n}, 1e-5, 1e-3), &token = random(ACL_FLOAT, {c.m}, 0.1, 1);
    DeviceTensor &out = tensor(ACL_FLOAT16, {c.m, c.n});
    ASSERT_EQ(RUN_OP(QuantMatmulV4, a.get(), b.get(), scale.get(), nullptr, token.get(), nullptr, false, false,
                     out.get()), 0) << message_;
    const std::vector<double> all = out.values(), left = a.values(), tokens = token.values();
    for (int64_t rows : {1, 4, 5, 20}) {
        const int64_t first = c.m - rows;
        DeviceTensor &some = filled(ACL_INT8, {rows, c.k}, {left.begin() + first * c.k, left.end()});
        DeviceTensor &few = filled(ACL_FLOAT, {rows}, {tokens.begin() + first, tokens.end()});
        DeviceTensor &part = tensor(ACL_FLOAT16, {rows, c.n});
        ASSERT_EQ(RUN_OP(QuantMatmulV4, some.get(), b.get(), scale.get(), nullptr, few.get(), nullptr, false, false,
                         part.get()), 0) << message_;
        EXPECT_EQ(part.values(), std::vector<double>(all.begin() + first * c.n, all.end())) << rows;
    }
}

TEST_P(QuantMatmulTest, refusesWhatTheOperatorDoesNotTake) {
    DeviceTensor &a = bytes({3, 32}), &b = bytes({32, 8}), &scale = random(ACL_FLOAT, {8}), &token = random(ACL_FLOAT, {3});
    DeviceTensor &out = tensor(ACL_FLOAT16, {3, 8}), &bf = tensor(ACL_BF16, {3, 8}), &narrow = tensor(ACL_FLOAT16, {3, 7});
    DeviceTensor &other = bytes({31, 8}), &half = random(ACL_FLOAT16, {3, 32}), &wrong = random(ACL_FLOAT, {5});
    const auto with = [&](DeviceTensor &x, DeviceTensor &w, DeviceTensor &s, DeviceTensor *t, DeviceTensor &o) {
        return RUN_OP(QuantMatmulV4, x.get(), w.get(), s.get(), nullptr, t == nullptr ? nullptr : t->get(), nullptr, false,
                      false, o.get());
    };
    EXPECT_EQ(with(a, b, scale, &token, out), 0) << message_;
    EXPECT_EQ(with(a, b, scale, nullptr, bf), 0) << message_;
    EXPECT_EQ(with(a, b, scale, nullptr, out), 161002);
    EXPECT_TRUE(said("TransQuantParamV2")) << message_;
    EXPECT_EQ(with(half, b, scale, &token, out), 161002);
    EXPECT_EQ(with(a, other, scale, &token, out), 561002);
    EXPECT_EQ(with(a, b, wrong, &token, out), 561002);
    EXPECT_EQ(with(a, b, scale, &wrong, out), 561002);
    EXPECT_EQ(with(a, b, scale, &token, narrow), 561002);
    EXPECT_EQ(RUN_OP(QuantMatmulV4, a.get(), b.get(), scale.get(), scale.get(), token.get(), nullptr, false, false,
                     out.get()), 561002);
    EXPECT_EQ(RUN_OP(QuantMatmulV4, a.get(), b.get(), nullptr, nullptr, token.get(), nullptr, false, false, out.get()),
              161001);
}

INSTANTIATE_TEST_SUITE_P(OfIsa, QuantMatmulTest, testing::ValuesIn(matmul_test::machineIsas()), matmul_test::isaTestName);

}  // namespace
}  // namespace ascend4j
