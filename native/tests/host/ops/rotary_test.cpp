#include "aclnnop/aclnn_rope_with_sin_cos_cache.h"
#include "aclnnop/aclnn_rotary_position_embedding.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

using RotaryTest = OpTest;

// The element that `i` is rotated with, and the sign with which it enters.
std::pair<size_t, double> partner(size_t i, size_t width, bool halves) {
    if (halves) return i < width / 2 ? std::pair(i + width / 2, -1.0) : std::pair(i - width / 2, 1.0);
    return i % 2 == 0 ? std::pair(i + 1, -1.0) : std::pair(i - 1, 1.0);
}

TEST_F(RotaryTest, rotatesEveryTypeModeAndBroadcast) {
    for (const aclDataType dtype : kFloats) {
        for (const int64_t mode : {0, 1}) {
            for (const Dims &angles : {Dims{1, 5, 1, 36}, Dims{2, 5, 1, 36}, Dims{1, 1, 3, 36}, Dims{2, 5, 3, 36}}) {
                DeviceTensor &x = random(dtype, {2, 5, 3, 36}), &cosine = random(dtype, angles),
                             &sine = random(dtype, angles);
                DeviceTensor &out = tensor(dtype, {2, 5, 3, 36});
                ASSERT_EQ(RUN_OP(RotaryPositionEmbedding, x.get(), cosine.get(), sine.get(), mode, out.get()), 0)
                    << message_;
                const std::vector<double> in = x.values(), c = cosine.values(), s = sine.values();
                std::vector<double> expected;
                for (size_t row = 0; row < 30; row++) {
                    const size_t at[3] = {row / 15, row / 3 % 5, row % 3};
                    size_t angle = 0;
                    for (size_t d = 0; d < 3; d++) {
                        angle = angle * static_cast<size_t>(angles[d]) + (angles[d] == 1 ? 0 : at[d]);
                    }
                    for (size_t i = 0; i < 36; i++) {
                        const auto [other, sign] = partner(i, 36, mode == 0);
                        expected.push_back(in[row * 36 + i] * c[angle * 36 + i] +
                                           sign * in[row * 36 + other] * s[angle * 36 + i]);
                    }
                }
                EXPECT_LT(worst(out.values(), expected, 0.5), tolerance(dtype));
            }
        }
    }
}

TEST_F(RotaryTest, rotatesStridedHeadsInPlace) {
    DeviceTensor &x = random(ACL_FLOAT, {1, 3, 2, 64}, -2, 2, {500, 160, 70, 1});
    DeviceTensor &angles = random(ACL_FLOAT, {1, 3, 1, 64}), &out = tensor(ACL_FLOAT, {1, 3, 2, 64});
    ASSERT_EQ(RUN_OP(RotaryPositionEmbedding, x.get(), angles.get(), angles.get(), 0, out.get()), 0) << message_;
    ASSERT_EQ(RUN_OP(RotaryPositionEmbedding, x.get(), angles.get(), angles.get(), 0, x.get()), 0) << message_;
    EXPECT_EQ(x.values(), out.values());
}

TEST_F(RotaryTest, rotatesByCachedAngles) {
    for (const aclDataType dtype : kFloats) {
        for (const bool halves : {true, false}) {
            for (const bool axes : {false, true}) {
                const size_t tokens = 7, head = 64, rotary = 32;
                DeviceTensor &positions = tensor(ACL_INT64, axes ? Dims{3, 7} : Dims{7});
                std::vector<double> at = randoms(axes ? 21 : 7, 0, 40);
                positions.set(at);
                for (double &one : at) one = std::floor(one);
                // The queries are a slice of a wider product, as when q, k and v come from one matrix.
                DeviceTensor &query = random(dtype, {7, 192}, -2, 2, {320, 1}),
                             &key = random(dtype, {7, 64}, -2, 2, {320, 1}, 192);
                DeviceTensor &cache = random(dtype, {40, 32}), &queryOut = tensor(dtype, {7, 192}),
                             &keyOut = tensor(dtype, {7, 64});
                const int64_t parts[3] = {8, 5, 3};
                aclIntArray *sections = axes ? aclCreateIntArray(parts, 3) : nullptr;
                ASSERT_EQ(RUN_OP(RopeWithSinCosCache, positions.get(), query.get(), key.get(), cache.get(), sections,
                                 static_cast<int64_t>(head), halves, queryOut.get(), keyOut.get()),
                          0)
                    << message_;
                aclDestroyIntArray(sections);
                const std::vector<double> angles = cache.values();
                for (const auto &[in, out] : {std::pair(&query, &queryOut), std::pair(&key, &keyOut)}) {
                    const std::vector<double> x = in->values();
                    std::vector<double> expected = x;
                    for (size_t i = 0; i < x.size(); i++) {
                        const size_t width = x.size() / tokens, token = i / width, inHead = i % width % head;
                        if (inHead >= rotary) continue;
                        const size_t angle = halves ? inHead % (rotary / 2) : inHead / 2;
                        const size_t axis = !axes || angle < 8 ? 0 : angle < 13 ? 1 : 2;
                        const size_t row = static_cast<size_t>(at[axis * tokens + token]) * rotary;
                        const auto [other, sign] = partner(inHead, rotary, halves);
                        expected[i] = x[i] * angles[row + angle] +
                                      sign * x[i - inHead + other] * angles[row + rotary / 2 + angle];
                    }
                    EXPECT_LT(worst(out->values(), expected, 0.5), tolerance(dtype));
                }
            }
        }
    }
}

TEST_F(RotaryTest, faultsOnPositionsOutsideTheCache) {
    DeviceTensor &query = random(ACL_FLOAT16, {2, 64}), &key = random(ACL_FLOAT16, {2, 32}),
                 &cache = random(ACL_FLOAT16, {8, 32});
    for (const double bad : {8.0, -1.0, -9.0e18}) {
        DeviceTensor &positions = filled(ACL_INT64, {2}, {7, bad});
        EXPECT_EQ(RUN_OP(RopeWithSinCosCache, positions.get(), query.get(), key.get(), cache.get(), nullptr, 32, true,
                         query.get(), key.get()),
                  507015);
        EXPECT_TRUE(said("positions") && said("[0, 8)")) << message_;
        renewStream();
    }
}

TEST_F(RotaryTest, refusesWhatCannRefuses) {
    DeviceTensor &x = random(ACL_FLOAT16, {1, 2, 2, 32}), &angles = random(ACL_FLOAT16, {1, 2, 1, 32});
    DeviceTensor &floats = random(ACL_FLOAT, {1, 2, 1, 32}), &three = random(ACL_FLOAT16, {2, 2, 32});
    DeviceTensor &wrong = random(ACL_FLOAT16, {1, 3, 1, 32}), &odd = random(ACL_FLOAT16, {1, 2, 2, 31});
    EXPECT_EQ(RUN_OP(RotaryPositionEmbedding, x.get(), nullptr, angles.get(), 0, x.get()), 161001);
    EXPECT_EQ(RUN_OP(RotaryPositionEmbedding, x.get(), floats.get(), floats.get(), 0, x.get()), 161002);
    EXPECT_EQ(RUN_OP(RotaryPositionEmbedding, three.get(), angles.get(), angles.get(), 0, three.get()), 161002);
    EXPECT_EQ(RUN_OP(RotaryPositionEmbedding, x.get(), wrong.get(), wrong.get(), 0, x.get()), 561002);
    EXPECT_EQ(RUN_OP(RotaryPositionEmbedding, x.get(), angles.get(), angles.get(), 2, x.get()), 561002);
    EXPECT_TRUE(said("mode: 2")) << message_;
    EXPECT_EQ(RUN_OP(RotaryPositionEmbedding, odd.get(), odd.get(), odd.get(), 0, odd.get()), 561002);
    DeviceTensor &positions = filled(ACL_INT64, {2}, {0, 1}), &query = random(ACL_FLOAT16, {2, 64}),
                 &cache = random(ACL_FLOAT16, {8, 32});
    const auto rope = [&](DeviceTensor &at, DeviceTensor &angleCache, int64_t head) {
        return RUN_OP(RopeWithSinCosCache, at.get(), query.get(), query.get(), angleCache.get(), nullptr, head, true,
                      query.get(), query.get());
    };
    EXPECT_EQ(rope(filled(ACL_INT32, {2}, {0, 1}), cache, 32), 161002);
    EXPECT_EQ(rope(filled(ACL_INT64, {3}, {0, 1, 2}), cache, 32), 561002);
    EXPECT_EQ(rope(filled(ACL_INT64, {3, 2}, {0, 1, 2, 3, 4, 5}), cache, 32), 561002);
    EXPECT_EQ(rope(positions, cache, 24), 561002);
    EXPECT_EQ(rope(positions, cache, 0), 561002);
    EXPECT_EQ(rope(positions, random(ACL_FLOAT16, {8, 64}), 32), 561002);
    EXPECT_EQ(rope(positions, random(ACL_FLOAT, {8, 32}), 32), 161002);
}

}  // namespace
}  // namespace ascend4j
