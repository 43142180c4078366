// WeightQuantBatchMatmulV2 and V3 against double-precision sums of the stored values.
//
// High precision: a weight is rounded twice in float32, so a term carries two more roundings than in a plain product.
// High performance: an activation moves by at most half a step, a 254th of the largest in its group of 32, which gives
// ExpectedElement::activationError; the float32 sum over groups adds its roundings of integerTerms. That bound is for
// the worst case; where there are elements enough for a mean, the root of the mean square of all errors must also stay
// below 1 % of the results' (half a step's root mean square is 0.5 % of normally distributed activations').
#include "matmul/weight_quant_case.h"

namespace matmul_test {
namespace {

class WeightQuant : public MatmulTest {
protected:
    static double bound(const QuantCase &c, const ExpectedElement &e, int innerPrecise) {
        double sum = sumRounding(c.k, e.magnitudes) + 3 * 0x1p-24 * e.magnitudes;
        if (innerPrecise == 1) {
            sum = e.activationError * (1 + 1e-5) + sumRounding(c.k, e.integerTerms);
        }
        return sum + outputRounding(c.dtype, std::abs(e.value) + sum) * 1.001;
    }

    void check(const QuantCase &c, int innerPrecise) {
        SCOPED_TRACE(c.name() + " innerPrecise " + std::to_string(innerPrecise));
        const QuantTensors t = createTensors(c, random_);
        run([&](uint64_t *bytes, aclOpExecutor **executor) { return phaseOne(c, t, innerPrecise, bytes, executor); },
            aclnnWeightQuantBatchMatmulV3);
        const ExpectedProduct expected(c, t);
        const std::vector<float> y = t.y.values();
        double errors = 0, squares = 0;
        for (int64_t r = 0; r < c.m; r++) {
            for (int64_t j = 0; j < c.n; j++) {
                const ExpectedElement e = expected.at(r, j);
                const double error = std::abs(y[static_cast<size_t>(r * c.n + j)] - e.value);
                ASSERT_LE(error, bound(c, e, innerPrecise)) << "row " << r << " column " << j << " expected " << e.value;
                errors += error * error;
                squares += e.magnitudes * e.magnitudes / static_cast<double>(c.k);
            }
        }
        if (c.m * c.n >= 200) {
            EXPECT_LE(std::sqrt(errors), 0.01 * std::sqrt(squares));
        }
    }

    void checkBoth(const QuantCase &c) {
        check(c, 0);
        check(c, 1);
    }
};

constexpr aclDataType kTypes[] = {ACL_FLOAT16, ACL_BF16};
constexpr aclDataType kWeights[] = {ACL_INT4, ACL_INT32, ACL_INT8};

TEST_P(WeightQuant, everyShapeByGroup) {
    for (aclDataType weight : kWeights) {
        for (int64_t m : {1, 2, 5, 33}) {
            for (int64_t k : {40, 64, 96, 160, 576}) {
                for (int64_t n : {1, 7, 48}) {
                    QuantCase c;
                    c.weightType = weight;
                    c.m = m;
                    c.k = k;
                    c.n = n;
                    checkBoth(c);
                }
            }
        }
    }
    QuantCase large;
    large.k = 1536;
    large.n = 999;
    checkBoth(large);
    large.weightType = ACL_INT8;
    checkBoth(large);
}

TEST_P(WeightQuant, everyLayoutTypeAndGranularity) {
    for (aclDataType dtype : kTypes) {
        for (aclDataType weight : kWeights) {
            for (WeightLayout layout : {WeightLayout::AlongK, WeightLayout::AlongN}) {
                for (Granularity granularity : {Granularity::Tensor, Granularity::Channel, Granularity::Group}) {
                    for (int variant = 0; variant < 8; variant++) {
                        QuantCase c;
                        c.dtype = dtype;
                        c.weightType = weight;
                        c.weightLayout = layout;
                        c.granularity = granularity;
                        c.m = variant % 2 == 0 ? 1 : 6;
                        c.k = 200;
                        c.n = 72;
                        c.scalesAlongK = variant % 4 < 2;
                        c.offset = variant < 4;
                        c.bias = variant % 3 == 0;
                        checkBoth(c);
                    }
                }
            }
        }
    }
}

TEST_P(WeightQuant, everyGroupSize) {
    for (aclDataType weight : {ACL_INT4, ACL_INT8}) {
        for (int group : {32, 64, 96, 128, 256, 480}) {
            QuantCase c;
            c.weightType = weight;
            c.m = 3;
            c.k = 500;
            c.n = 20;
            c.group = group;
            checkBoth(c);
        }
    }
}

TEST_P(WeightQuant, innerDimensionsThatAreNoGroup) {
    for (int64_t k : {1, 31, 33, 127, 129}) {
        QuantCase c;
        c.granularity = Granularity::Channel;
        c.weightType = ACL_INT8;
        c.k = k;
        c.n = 7;
        c.m = 3;
        check(c, 0);
        check(c, 1);
        c.weightLayout = WeightLayout::AlongN;
        c.weightType = ACL_INT4;  // of odd k, which only the layout along n can store
        c.n = 10;
        check(c, 0);
        check(c, 1);
    }
}

// Activations of one magnitude are exact in eight bits: nothing but float32 roundings may remain.
TEST_P(WeightQuant, highPerformanceIsExactForActivationsThatQuantizeExactly) {
    for (aclDataType weight : {ACL_INT4, ACL_INT8}) {
        QuantCase c;
        c.weightType = weight;
        c.m = 5;
        c.k = 320;
        c.n = 31;
        QuantTensors t = createTensors(c, random_);
        t.x.create([&](int64_t) { return random_() % 2 == 0 ? 0.75f : -0.75f; });
        run([&](uint64_t *bytes, aclOpExecutor **executor) { return phaseOne(c, t, 1, bytes, executor); },
            aclnnWeightQuantBatchMatmulV3);
        const ExpectedProduct expected(c, t);
        const std::vector<float> y = t.y.values();
        for (size_t i = 0; i < y.size(); i++) {
            const ExpectedElement e = expected.at(static_cast<int64_t>(i) / c.n, static_cast<int64_t>(i) % c.n);
            ASSERT_LE(std::abs(y[i] - e.value), sumRounding(c.k, e.integerTerms) + outputRounding(c.dtype, e.value) * 1.001)
                << "element " << i;
        }
    }
}

// The largest integers of both sides: an accumulator of 16 bits would overflow.
TEST_P(WeightQuant, extremeIntegersDoNotOverflow) {
    for (aclDataType weight : {ACL_INT4, ACL_INT8}) {
        for (int sign : {-1, 1}) {
            QuantCase c;
            c.weightType = weight;
            c.k = 256;
            c.n = 9;
            c.m = 2;
            c.offset = false;
            QuantTensors t = createTensors(c, random_);
            std::fill(t.integers.begin(), t.integers.end(), weight == ACL_INT4 ? -8 : -128);
            createWeight(c, &t);
            t.x.create([&](int64_t) { return static_cast<float>(sign); });
            run([&](uint64_t *bytes, aclOpExecutor **executor) { return phaseOne(c, t, 1, bytes, executor); },
                aclnnWeightQuantBatchMatmulV3);
            const ExpectedProduct expected(c, t);
            const std::vector<float> y = t.y.values();
            for (size_t i = 0; i < y.size(); i++) {
                const ExpectedElement e = expected.at(static_cast<int64_t>(i) / c.n, static_cast<int64_t>(i) % c.n);
                ASSERT_NEAR(e.value, y[i], bound(c, e, 1) - e.activationError) << "element " << i;
            }
        }
    }
}

TEST_P(WeightQuant, notANumberStaysInItsRow) {
    for (float poison : {std::nanf(""), INFINITY}) {
        for (int innerPrecise : {0, 1}) {
            QuantCase c;
            c.m = 6;
            c.k = 96;
            c.n = 5;
            QuantTensors t = createTensors(c, random_);
            t.x.create([&](int64_t i) { return i == 2 * 96 + 40 ? poison : 0.5f; });
            run([&](uint64_t *bytes, aclOpExecutor **executor) { return phaseOne(c, t, innerPrecise, bytes, executor); },
                aclnnWeightQuantBatchMatmulV3);
            const std::vector<float> y = t.y.values();
            for (size_t i = 0; i < y.size(); i++) {
                EXPECT_EQ(i / 5 != 2, std::isfinite(y[i])) << "element " << i;
            }
        }
    }
}

TEST_P(WeightQuant, versionTwoIsHighPrecision) {
    QuantCase c;
    c.m = 4;
    c.n = 33;
    c.k = 192;
    const QuantTensors t = createTensors(c, random_);
    run([&](uint64_t *bytes, aclOpExecutor **executor) { return phaseOne(c, t, 0, bytes, executor); },
        aclnnWeightQuantBatchMatmulV3);
    const std::vector<uint8_t> third = t.y.buffer->download();
    run([&](uint64_t *bytes, aclOpExecutor **executor) {
        return aclnnWeightQuantBatchMatmulV2GetWorkspaceSize(t.x.get(), t.weight.get(), t.scale.get(), t.offset.get(),
                                                             nullptr, nullptr, nullptr, c.group, t.y.get(), bytes, executor);
    }, aclnnWeightQuantBatchMatmulV2);
    EXPECT_EQ(third, t.y.buffer->download());
}

INSTANTIATE_TEST_SUITE_P(OfIsa, WeightQuant, testing::ValuesIn(machineIsas()), isaTestName);

}  // namespace
}  // namespace matmul_test
