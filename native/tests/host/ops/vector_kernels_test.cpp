// Every instruction set that this machine has, against double precision.
#include "kernels/vector_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "kernels/attention_kernels.h"
#include "kernels/isa.h"

namespace ascend4j {
namespace {

struct Table {
    const char *name;
    const VectorKernels *rows;
    const AttentionKernels *tiles;
};

std::vector<Table> tables() {
    std::vector<Table> all = {{"portable", vectorKernelsPortable(), attentionKernelsPortable()}};
    if (isa() == Isa::Neon) all.push_back({"neon", vectorKernelsNeon(), attentionKernelsNeon()});
    if (isa() >= Isa::Avx2) all.push_back({"avx2", vectorKernelsAvx2(), attentionKernelsAvx2()});
    if (isa() >= Isa::Avx512) all.push_back({"avx512", vectorKernelsAvx512(), attentionKernelsAvx512()});
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
        double worst = 0;
        for (double x = -87.0; x < 88.7; x += 0.00137) {
            const auto argument = static_cast<float>(x);
            const double exact = std::exp(static_cast<double>(argument));
            const double place = std::ldexp(1.0, std::ilogb(exact) - 23);
            worst = std::max(worst, std::fabs(static_cast<double>(table.tiles->exponential(argument)) - exact) / place);
        }
        RecordProperty(std::string("places_") + table.name, std::to_string(worst));
        EXPECT_LT(worst, 2.0) << table.name;
        const auto &exponential = table.tiles->exponential;
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

TEST(VectorKernelsTest, multipliesTilesRowByRowWithTheSameBits) {
    for (const Table &table : tables()) {
        for (const int64_t depth : {16, 48, 64, 80, 192}) {
            const std::vector<float> queries = randoms(7 * depth, -1, 1, 3),
                                     keys = randoms(kTileKeys * depth, -1, 1, 4);
            std::vector<float> columns(keys.size()), together(7 * kTileKeys), alone(kTileKeys);
            table.tiles->transpose(keys.data(), depth, columns.data());
            table.tiles->score(queries.data(), 7, columns.data(), depth, together.data());
            for (int64_t r = 0; r < 7; r++) {
                table.tiles->score(queries.data() + r * depth, 1, columns.data(), depth, alone.data());
                for (int64_t j = 0; j < kTileKeys; j++) {
                    double exact = 0;
                    for (int64_t d = 0; d < depth; d++) {
                        exact += static_cast<double>(queries[static_cast<size_t>(r * depth + d)]) *
                                 static_cast<double>(keys[static_cast<size_t>(j * depth + d)]);
                    }
                    const float found = together[static_cast<size_t>(r * kTileKeys + j)];
                    EXPECT_NEAR(found, exact, 1e-5) << table.name << depth;
                    EXPECT_EQ(found, alone[static_cast<size_t>(j)]) << table.name << depth;
                }
            }
            std::vector<float> sums(static_cast<size_t>(7 * depth), 0.25f), single(sums);
            table.tiles->accumulate(together.data(), 7, 3, 61, keys.data(), depth, sums.data());
            for (int64_t r = 0; r < 7; r++) {
                const float *weights = together.data() + r * kTileKeys;
                float *row = single.data() + r * depth;
                table.tiles->accumulate(weights, 1, 3, 40, keys.data(), depth, row);
                table.tiles->accumulate(weights, 1, 40, 61, keys.data(), depth, row);
            }
            EXPECT_EQ(sums, single) << table.name << depth;
        }
    }
}

}  // namespace
}  // namespace ascend4j
