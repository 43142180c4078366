// Conversions of 16-bit floats: every half, every bfloat and the neighbours of every rounding boundary.
#include "kernels/convert.h"

#include "matmul/matmul_device.h"

namespace matmul_test {
namespace {

class Convert : public testing::TestWithParam<Isa> {
protected:
    void SetUp() override { ASSERT_EQ(GetParam(), ascend4j::limitIsa(GetParam())); }
    void TearDown() override { ascend4j::limitIsa(ascend4j::kWidestIsa); }
};

float fromBits(uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}

uint32_t toBits(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}

// Exact value of a finite half by its definition.
double halfValue(uint32_t bits) {
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    const double magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

TEST_P(Convert, widensEveryHalfAndBfloatExactly) {
    std::vector<uint16_t> bits(65536);
    for (size_t i = 0; i < bits.size(); i++) {
        bits[i] = static_cast<uint16_t>(i);
    }
    std::vector<float> halves(bits.size()), bfloats(bits.size());
    ascend4j::toFloat(ACL_FLOAT16, bits.data(), halves.data(), 65535);  // an odd count reaches the tails
    ascend4j::toFloat(ACL_BF16, bits.data(), bfloats.data(), 65535);
    for (uint32_t i = 0; i < 65535; i++) {
        ASSERT_EQ(i << 16, toBits(bfloats[i]));
        ASSERT_EQ(toBits(ascend4j::halfToFloat(static_cast<uint16_t>(i))), toBits(halves[i])) << i;
        if ((i & 0x7c00) != 0x7c00) {
            ASSERT_EQ(halfValue(i), halves[i]) << i;
        } else {
            ASSERT_EQ((i & 0x3ff) != 0, std::isnan(halves[i])) << i;
            ASSERT_TRUE(std::isnan(halves[i]) || std::isinf(halves[i])) << i;
        }
    }
}

TEST_P(Convert, narrowsToTheNearestHalfAndTiesToEven) {
    std::vector<float> values;
    for (uint32_t i = 0; i < 0x7bff; i++) {
        const double middle = (halfValue(i) + halfValue(i + 1)) / 2;
        const float tie = static_cast<float>(middle);  // exact: eleven bits and one more
        values.insert(values.end(), {std::nextafter(tie, 0.0f), tie, std::nextafter(tie, 1e9f)});
    }
    std::vector<uint16_t> bits(values.size());
    ascend4j::fromFloat(ACL_FLOAT16, values.data(), bits.data(), static_cast<int64_t>(values.size()));
    for (uint32_t i = 0; i < 0x7bff; i++) {
        ASSERT_EQ(i, bits[3 * i]);
        ASSERT_EQ(i + (i & 1), bits[3 * i + 1]);
        ASSERT_EQ(i + 1, bits[3 * i + 2]);
    }
    const float edges[] = {65519.996f, 65520.0f, -65520.0f, INFINITY, -0.0f, 1e-30f, 0x1p-25f};
    const uint16_t expected[] = {0x7bff, 0x7c00, 0xfc00, 0x7c00, 0x8000, 0, 0};
    uint16_t found[7];
    ascend4j::fromFloat(ACL_FLOAT16, edges, found, 7);
    for (int i = 0; i < 7; i++) {
        EXPECT_EQ(expected[i], found[i]) << edges[i];
    }
}

TEST_P(Convert, narrowsToTheNearestBfloatAndTiesToEven) {
    std::vector<float> values;
    for (uint32_t i = 0; i < 0x7f80; i++) {
        values.insert(values.end(), {fromBits(i << 16 | 0x7fff), fromBits(i << 16 | 0x8000), fromBits(i << 16 | 0x8001)});
    }
    std::vector<uint16_t> bits(values.size());
    ascend4j::fromFloat(ACL_BF16, values.data(), bits.data(), static_cast<int64_t>(values.size()));
    for (uint32_t i = 0; i < 0x7f80; i++) {
        ASSERT_EQ(i, bits[3 * i]);
        ASSERT_EQ(i + (i & 1), bits[3 * i + 1]);
        ASSERT_EQ(i + 1, bits[3 * i + 2]);
    }
}

TEST_P(Convert, keepsNotANumber) {
    std::vector<float> values;
    for (uint32_t payload = 1; payload < 0x800000; payload = payload * 2 + 1) {
        values.push_back(fromBits(0x7f800000 | payload));
        values.push_back(fromBits(0xff800000 | payload));
    }
    std::vector<uint16_t> halves(values.size()), bfloats(values.size());
    const int64_t count = static_cast<int64_t>(values.size());
    ascend4j::fromFloat(ACL_FLOAT16, values.data(), halves.data(), count);
    ascend4j::fromFloat(ACL_BF16, values.data(), bfloats.data(), count);
    for (size_t i = 0; i < values.size(); i++) {
        EXPECT_GT(halves[i] & 0x7fff, 0x7c00);
        EXPECT_GT(bfloats[i] & 0x7fff, 0x7f80);
        EXPECT_EQ(ascend4j::floatToHalf(values[i]), halves[i]);
        EXPECT_EQ(ascend4j::floatToBfloat(values[i]), bfloats[i]);
    }
}

INSTANTIATE_TEST_SUITE_P(OfIsa, Convert, testing::ValuesIn(machineIsas()), isaTestName);

}  // namespace
}  // namespace matmul_test
