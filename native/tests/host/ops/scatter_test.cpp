#include "aclnnop/aclnn_scatter_nd_update.h"
#include "aclnnop/aclnn_scatter_pa_kv_cache.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

class ScatterTest : public OpTest {
protected:
    int scatterKv(DeviceTensor &key, DeviceTensor &keyCache, DeviceTensor &slots, DeviceTensor &value,
                  DeviceTensor &valueCache, std::string cacheMode = "", std::string scatterMode = "") {
        char *cache = cacheMode.empty() ? nullptr : cacheMode.data();
        char *scatter = scatterMode.empty() ? nullptr : scatterMode.data();
        return RUN_OP(ScatterPaKvCache, key.get(), keyCache.get(), slots.get(), value.get(), valueCache.get(), nullptr,
                      nullptr, nullptr, cache, scatter, nullptr, nullptr);
    }
};

TEST_F(ScatterTest, writesTokensToTheirSlotsAndSkipsMinusOne) {
    for (const aclDataType dtype : {ACL_FLOAT16, ACL_BF16, ACL_INT8}) {
        for (const aclDataType slotType : {ACL_INT32, ACL_INT64}) {
            DeviceTensor &key = random(dtype, {5, 2, 3}), &value = random(dtype, {5, 2, 7});
            DeviceTensor &keyCache = random(dtype, {3, 4, 2, 3}), &valueCache = random(dtype, {3, 4, 2, 7});
            const std::vector<double> slots = {11, -1, 0, 6, -1};
            std::vector<double> keys = keyCache.values(), values = valueCache.values();
            for (size_t t = 0; t < 5; t++) {
                if (slots[t] < 0) continue;
                for (size_t i = 0; i < 6; i++) keys[static_cast<size_t>(slots[t]) * 6 + i] = key.values()[t * 6 + i];
                for (size_t i = 0; i < 14; i++)
                    values[static_cast<size_t>(slots[t]) * 14 + i] = value.values()[t * 14 + i];
            }
            ASSERT_EQ(scatterKv(key, keyCache, filled(slotType, {5}, slots), value, valueCache, "Norm", "None"), 0)
                << message_;
            EXPECT_EQ(keyCache.values(), keys);
            EXPECT_EQ(valueCache.values(), values);
        }
    }
}

TEST_F(ScatterTest, faultsOnSlotsOutsideOrTwice) {
    DeviceTensor &key = random(ACL_FLOAT16, {3, 1, 4}), &cache = tensor(ACL_FLOAT16, {2, 16, 1, 4}),
                 &other = tensor(ACL_FLOAT16, {2, 16, 1, 4});
    for (const std::vector<double> &slots : {std::vector<double>{1, 2, 32}, {1, -2, 3}, {5, 7, 5}, {1, 2, 9e18}}) {
        EXPECT_EQ(scatterKv(key, cache, filled(ACL_INT64, {3}, slots), key, other), 507015);
        EXPECT_TRUE(said("slotMapping")) << message_;
        EXPECT_EQ(cache.values(), std::vector<double>(128, 0.0)) << "nothing is written";
        renewStream();
    }
}

TEST_F(ScatterTest, refusesOtherModesAndShapes) {
    DeviceTensor &key = random(ACL_FLOAT16, {3, 1, 4}), &cache = tensor(ACL_FLOAT16, {2, 16, 1, 4}),
                 &slots = filled(ACL_INT32, {3}, {0, 1, 2});
    DeviceTensor &floats = random(ACL_FLOAT, {3, 1, 4}), &floatCache = tensor(ACL_FLOAT, {2, 16, 1, 4});
    EXPECT_EQ(scatterKv(key, cache, slots, key, cache, "PA_NZ"), 561002);
    EXPECT_TRUE(said("cacheModeOptional") && said("PA_NZ")) << message_;
    EXPECT_EQ(scatterKv(key, cache, slots, key, cache, "Norm", "Alibi"), 561002);
    EXPECT_EQ(scatterKv(floats, floatCache, slots, floats, floatCache), 161002);
    EXPECT_EQ(scatterKv(key, floatCache, slots, key, cache), 161002);
    EXPECT_EQ(scatterKv(key, tensor(ACL_FLOAT16, {2, 16, 2, 4}), slots, key, cache), 561002);
    EXPECT_EQ(scatterKv(key, tensor(ACL_FLOAT16, {3, 16, 1, 4}), slots, key, cache), 561002);
    EXPECT_EQ(scatterKv(key, cache, filled(ACL_INT32, {2}, {0, 1}), key, cache), 561002);
    EXPECT_EQ(scatterKv(key, tensor(ACL_FLOAT16, {32, 1, 4}), slots, key, cache), 161002);
    EXPECT_EQ(scatterKv(key, cache, filled(ACL_FLOAT, {3}, {0, 1, 2}), key, cache), 161002);
}

TEST_F(ScatterTest, updatesSlicesOfAnyDepth) {
    for (const aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_INT64, ACL_INT32, ACL_INT8, ACL_BOOL}) {
        for (const int64_t depth : {1, 2, 3}) {
            DeviceTensor &var = random(dtype, {4, 3, 5}, 0, 1.9, {40, 7, 1}, 1);
            std::vector<double> picks, expected = var.values();
            const double rows[4][3] = {{3, 2, 4}, {0, 1, 2}, {3, 2, 4}, {1, 0, 0}};  // the third repeats the first
            Dims shape = {2, 2};
            for (int64_t d = depth; d < 3; d++) shape.push_back(var.dims()[static_cast<size_t>(d)]);
            DeviceTensor &updates = random(dtype, shape, 0, 1.9);
            const std::vector<double> fresh = updates.values();
            const size_t slice = fresh.size() / 4;
            for (size_t r = 0; r < 4; r++) {
                size_t at = 0;
                for (size_t d = 0; d < static_cast<size_t>(depth); d++) {
                    picks.push_back(rows[r][d]);
                    at = at * static_cast<size_t>(var.dims()[d]) + static_cast<size_t>(rows[r][d]);
                }
                for (size_t i = 0; i < slice; i++) expected[at * slice + i] = fresh[r * slice + i];
            }
            DeviceTensor &indices = filled(depth == 2 ? ACL_INT32 : ACL_INT64, {2, 2, depth}, picks);
            ASSERT_EQ(RUN_OP(ScatterNdUpdate, var.get(), indices.get(), updates.get()), 0) << message_;
            EXPECT_EQ(var.values(), expected);
        }
    }
}

TEST_F(ScatterTest, checksIndicesBeforeItWrites) {
    DeviceTensor &var = tensor(ACL_FLOAT, {4, 3}), &updates = random(ACL_FLOAT, {2, 3}),
                 &wrong = random(ACL_FLOAT, {2, 4});
    for (const double bad : {4.0, -1.0}) {
        EXPECT_EQ(RUN_OP(ScatterNdUpdate, var.get(), filled(ACL_INT64, {2, 1}, {0, bad}).get(), updates.get()), 507015);
        EXPECT_TRUE(said("indices") && said("row 1")) << message_;
        EXPECT_EQ(var.values(), std::vector<double>(12, 0.0));
        renewStream();
    }
    DeviceTensor &indices = filled(ACL_INT64, {2, 1}, {0, 1});
    EXPECT_EQ(RUN_OP(ScatterNdUpdate, var.get(), indices.get(), nullptr), 161001);
    EXPECT_EQ(RUN_OP(ScatterNdUpdate, var.get(), indices.get(), wrong.get()), 561002);
    EXPECT_EQ(RUN_OP(ScatterNdUpdate, var.get(), filled(ACL_INT64, {2}, {0, 1}).get(), updates.get()), 161002);
    EXPECT_EQ(RUN_OP(ScatterNdUpdate, var.get(), filled(ACL_INT64, {1, 3}, {0, 1, 1}).get(), updates.get()), 561002);
    EXPECT_EQ(RUN_OP(ScatterNdUpdate, var.get(), indices.get(), random(ACL_FLOAT16, {2, 3}).get()), 161002);
}

}  // namespace
}  // namespace ascend4j
