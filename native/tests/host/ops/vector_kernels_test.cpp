// Every instruction set that this machine has, against double precision.
#include "kernels/vector_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "kernels/convert.h"
#include "kernels/isa.h"

namespace ascend4j {
namespace {

struct Table {
    const char *name;
    const VectorKernels *rows;
};

std::vector<Table> tables() {
    std::vector<Table> all = {{"portable", vectorKernelsPortable()}};
    if (isa() == Isa::Neon) all.push_back({"neon", vectorKernelsNeon()});
    if (isa() >= Isa::Avx2) all.push_back({"avx2", vectorKernelsAvx2()});
    if (isa() >= Isa::Avx512) all.push_back({"avx512", vectorKernelsAvx512()});
    return all;
}

std::vector<float> randoms(int64_t n, float low, float high, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> spread(low, high);
    std::vector<float> values(static_cast<size_t>(n));
    for (float &value : values) value = spread(generator);
    return values;
}

TEST(VectorKernelsTest, exponentiatesWithinTwoPlaces) {
    for (const Table &table : tables()) {
        const auto exponential = [&](float x) {
            float result = 0;
            table.rows->expSum(&x, 0, &result, 1);
            return result;
        };
        double worst = 0;
        for (double x = -87.0; x < 88.7; x += 0.00137) {
            const auto argument = static_cast<float>(x);
            const double exact = std::exp(static_cast<double>(argument));
            const double place = std::ldexp(1.0, std::ilogb(exact) - 23);
            worst = std::max(worst, std::fabs(static_cast<double>(exponential(argument)) - exact) / place);
        }
        RecordProperty(std::string("places_") + table.name, std::to_string(worst));
        EXPECT_LT(worst, 2.0) << table.name;
        EXPECT_EQ(exponential(0), 1.0f);
        EXPECT_EQ(exponential(-INFINITY), 0.0f);
        EXPECT_FALSE(std::signbit(exponential(-INFINITY)));
        EXPECT_EQ(exponential(INFINITY), INFINITY);
        EXPECT_EQ(exponential(200), INFINITY);
        EXPECT_EQ(exponential(-120), 0.0f);
        EXPECT_NEAR(exponential(-100), 3.78e-44f, 3e-45f);
        EXPECT_TRUE(std::isnan(exponential(NAN)));
    }
}

TEST(VectorKernelsTest, reducesRowsOfEveryLength) {
    for (const Table &table : tables()) {
        for (int64_t n = 0; n < 150; n++) {
            const std::vector<float> x = randoms(n, -3, 3, static_cast<unsigned>(n));
            std::vector<float> y(x.size());
            double squares = 0, exponentials = 0;
            float largest = -INFINITY;
            for (const float value : x) {
                squares += static_cast<double>(value) * static_cast<double>(value);
                exponentials += std::exp(static_cast<double>(value) - 1);
                largest = std::max(largest, value);
            }
            EXPECT_NEAR(table.rows->sumOfSquares(x.data(), n), squares, 1e-6 * squares) << table.name << n;
            EXPECT_NEAR(table.rows->expSum(x.data(), 1, y.data(), n), exponentials, 1e-6 * exponentials)
                << table.name << n;
            EXPECT_EQ(table.rows->maximum(x.data(), n), largest) << table.name << n;
            if (n > 0) {
                const int64_t best = table.rows->argMax(x.data(), n);
                EXPECT_EQ(x[static_cast<size_t>(best)], largest) << table.name << n;
            }
        }
    }
}

TEST(VectorKernelsTest, mapsRowsOfEveryLengthAndNothingBehind) {
    for (const Table &table : tables()) {
        for (int64_t n = 0; n < 70; n++) {
            const std::vector<float> a = randoms(n, -9, 9, 1), b = randoms(n, -9, 9, 2);
            std::vector<float> y(static_cast<size_t>(n) + 1, 77);
            table.rows->swiGlu(a.data(), b.data(), y.data(), n);
            for (size_t i = 0; i < a.size(); i++) {
                const double exact =
                    static_cast<double>(a[i]) / (1 + std::exp(-static_cast<double>(a[i]))) * static_cast<double>(b[i]);
                EXPECT_NEAR(y[i], exact, 1e-6 * std::fabs(exact)) << table.name;
            }
            table.rows->add(a.data(), b.data(), 2, y.data(), n);
            for (size_t i = 0; i < a.size(); i++) EXPECT_EQ(y[i], std::fma(2.0f, b[i], a[i])) << table.name;
            EXPECT_EQ(y.back(), 77) << table.name << n;
        }
    }
}

double geluTanh(double x) {
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
}

TEST(VectorKernelsTest, givesGeluOfEverySize) {
    for (const Table &table : tables()) {
        SCOPED_TRACE(table.name);
        std::vector<float> x = randoms(5000, -20, 20, 3);
        for (const float edge : {0.0f, -0.0f, 16.0f, -16.0f, 1e20f, -1e20f, INFINITY, -INFINITY, NAN}) x.push_back(edge);
        std::vector<float> y(x.size());
        table.rows->geluTanh(x.data(), y.data(), static_cast<int64_t>(x.size()));
        const size_t randomly = x.size() - 9;
        for (size_t i = 0; i < randomly; i++) {
            const double exact = geluTanh(static_cast<double>(x[i]));
            EXPECT_NEAR(y[i], exact, 2e-6 * std::fabs(exact) + 1e-7) << x[i];
        }
        EXPECT_EQ(std::vector<float>(y.end() - 9, y.end() - 1),
                  (std::vector<float>{0.0f, 0.0f, 16.0f, 0.0f, 1e20f, 0.0f, INFINITY, 0.0f}));
        EXPECT_TRUE(std::isnan(y.back()));
    }
}

TEST(VectorKernelsTest, rotatesPairsOfEveryLength) {
    for (const Table &table : tables()) {
        for (int64_t n = 0; n < 70; n += 2) {
            const std::vector<float> x = randoms(n, -2, 2, 5), c = randoms(n, -1, 1, 6), s = randoms(n, -1, 1, 7);
            std::vector<float> y(static_cast<size_t>(n) + 1, 77);
            table.rows->rotatePairs(x.data(), c.data(), s.data(), y.data(), n);
            for (size_t i = 0; i < x.size(); i += 2) {
                EXPECT_EQ(y[i], x[i] * c[i] - x[i + 1] * s[i]) << table.name << n;
                EXPECT_EQ(y[i + 1], x[i + 1] * c[i + 1] + x[i] * s[i + 1]) << table.name << n;
            }
            EXPECT_EQ(y.back(), 77) << table.name << n;
        }
    }
}

// 16-bit rows with one number more, which must not change.
std::vector<uint16_t> narrow(const std::vector<float> &values, bool bfloat) {
    std::vector<uint16_t> bits;
    for (const float value : values) bits.push_back(bfloat ? floatToBfloat(value) : floatToHalf(value));
    bits.push_back(0x1234);
    return bits;
}

TEST(VectorKernelsTest, mapsNarrowRowsOfEveryLengthAndNothingBehind) {
    for (const Table &table : tables()) {
        for (const bool bfloat : {false, true}) {
            const auto wide = [&](uint16_t bits) { return bfloat ? bfloatToFloat(bits) : halfToFloat(bits); };
            const auto rounded = [&](float x) { return bfloat ? floatToBfloat(x) : floatToHalf(x); };
            for (int64_t n = 0; n < 70; n++) {
                SCOPED_TRACE(std::string(table.name) + (bfloat ? " BF16 " : " FLOAT16 ") + std::to_string(n));
                const std::vector<float> gamma = randoms(n, -2, 2, 8);
                const std::vector<uint16_t> a = narrow(randoms(n, -9, 9, 1), bfloat);
                const std::vector<uint16_t> b = narrow(randoms(n, -9, 9, 2), bfloat);
                std::vector<uint16_t> sum = narrow(gamma, bfloat), normal = sum, product = sum, gelu = sum, gated = sum;
                std::vector<float> held(static_cast<size_t>(n) + 1, 77);
                table.rows->addNarrow(a.data(), b.data(), bfloat, sum.data(), held.data(), n);
                table.rows->normalizeNarrow(held.data(), 0.7f, gamma.data(), bfloat, normal.data(), n);
                table.rows->swiGluNarrow(a.data(), b.data(), bfloat, product.data(), n);
                table.rows->geGluNarrow(a.data(), b.data(), bfloat, gelu.data(), gated.data(), n);
                for (size_t i = 0; i < gamma.size(); i++) {
                    EXPECT_EQ(sum[i], rounded(wide(a[i]) + wide(b[i])));
                    EXPECT_EQ(held[i], wide(sum[i]));
                    EXPECT_EQ(normal[i], rounded(held[i] * 0.7f * gamma[i]));
                    const double gate = static_cast<double>(wide(a[i]));
                    const double exact = gate / (1 + std::exp(-gate)) * static_cast<double>(wide(b[i]));
                    EXPECT_NEAR(wide(product[i]), exact, (bfloat ? 4e-3 : 5e-4) * std::fabs(exact) + 1e-7);
                    const double active = geluTanh(gate), both = active * static_cast<double>(wide(b[i]));
                    EXPECT_NEAR(wide(gelu[i]), active, (bfloat ? 4e-3 : 5e-4) * std::fabs(active) + 1e-7);
                    EXPECT_NEAR(wide(gated[i]), both, (bfloat ? 4e-3 : 5e-4) * std::fabs(both) + 1e-6);
                }
                EXPECT_EQ(sum.back(), 0x1234);
                EXPECT_EQ(normal.back(), 0x1234);
                EXPECT_EQ(product.back(), 0x1234);
                EXPECT_EQ(gelu.back(), 0x1234);
                EXPECT_EQ(gated.back(), 0x1234);
                EXPECT_EQ(held.back(), 77);
            }
        }
    }
}

TEST(VectorKernelsTest, keepsInfinitiesAndNansInNarrowRows) {
    for (const Table &table : tables()) {
        for (const bool bfloat : {false, true}) {
            std::vector<float> odd(40, 1.0f);
            odd[3] = INFINITY;
            odd[20] = NAN;
            odd[37] = bfloat ? 3e38f : 6e4f;
            const std::vector<uint16_t> a = narrow(odd, bfloat);
            std::vector<uint16_t> sum(a.size());
            std::vector<float> held(a.size());
            table.rows->addNarrow(a.data(), a.data(), bfloat, sum.data(), held.data(), 40);
            EXPECT_EQ(held[3], INFINITY) << table.name;
            EXPECT_TRUE(std::isnan(held[20])) << table.name;
            EXPECT_EQ(held[37], INFINITY) << table.name;
        }
    }
}

}  // namespace
}  // namespace ascend4j
