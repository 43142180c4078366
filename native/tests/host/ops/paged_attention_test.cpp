#include "core/thread_pool.h"
#include "ops/attention_device.h"

namespace ascend4j {
namespace {

// A paged cache that sequences write to token by token, as a server does.
class PagedAttentionTest : public AttentionTest {
protected:
    static constexpr int64_t kHeads = 6, kKvHeads = 2, kDepth = 32, kBlock = 16, kBlocks = 64;

    void SetUp() override {
        AttentionTest::SetUp();
        keys_ = randoms(kBlocks * kBlock * kKvHeads * kDepth, -2, 2);
        values_ = randoms(kBlocks * kBlock * kKvHeads * kDepth, -2, 2);
        for (auto *cache : {&keys_, &values_}) {
            for (double &value : *cache) value = rounded(ACL_FLOAT16, value);
        }
    }
    static size_t slot(int64_t block, int64_t token, int64_t head) {
        return static_cast<size_t>(((block * kBlock + token) * kKvHeads + head) * kDepth);
    }
    DeviceTensor &cache(const std::vector<double> &values, bool headsFirst) {
        if (!headsFirst) return filled(ACL_FLOAT16, {kBlocks, kBlock, kKvHeads * kDepth}, values);
        std::vector<double> moved;
        for (int64_t b = 0; b < kBlocks; b++)
            for (int64_t n = 0; n < kKvHeads; n++)
                for (int64_t s = 0; s < kBlock; s++) {
                    const auto from = values.begin() + static_cast<int64_t>(slot(b, s, n));
                    moved.insert(moved.end(), from, from + kDepth);
                }
        return filled(ACL_FLOAT16, {kBlocks, kKvHeads, kBlock, kDepth}, moved);
    }
    AttentionCall ragged(DeviceTensor &query, DeviceTensor &out, const std::vector<int64_t> &ends,
                         const std::vector<int64_t> &lengths, DeviceTensor &table, bool headsFirst = false) {
        AttentionCall c;
        c.query = query.get();
        c.key = cache(keys_, headsFirst).create();
        c.value = cache(values_, headsFirst).create();
        c.table = table.get();
        c.out = out.get();
        c.mask = fixedMask().get();
        c.queryLengths = ends;
        c.keyLengths = lengths;
        c.heads = kHeads;
        c.kvHeads = kKvHeads;
        c.scale = 0.2;
        c.sparse = 3;
        c.block = kBlock;
        c.layout = "TND";
        return c;
    }
    std::vector<double> expectedRow(const std::vector<double> &query, size_t row, const std::vector<double> &table,
                                    size_t first, int64_t visible) {
        std::vector<double> all;
        for (int64_t head = 0; head < kHeads; head++) {
            std::vector<const double *> keys, values;
            for (int64_t j = 0; j < visible; j++) {
                const auto block = static_cast<int64_t>(table[first + static_cast<size_t>(j / kBlock)]);
                keys.push_back(keys_.data() + slot(block, j % kBlock, head * kKvHeads / kHeads));
                values.push_back(values_.data() + slot(block, j % kBlock, head * kKvHeads / kHeads));
            }
            std::vector<double> out(kDepth);
            double logSum = 0;
            referenceRow(
                query.data() + (row * kHeads + static_cast<size_t>(head)) * kDepth, keys, values, kDepth, 0.2,
                [](int64_t) { return true; }, out.data(), &logSum);
            all.insert(all.end(), out.begin(), out.end());
        }
        return all;
    }
    std::vector<double> shuffledTable(size_t entries) {
        std::vector<double> table(kBlocks);
        std::iota(table.begin(), table.end(), 0.0);
        std::shuffle(table.begin(), table.end(), generator_);
        table.resize(entries);
        return table;
    }

    std::vector<double> keys_, values_;
};

TEST_F(PagedAttentionTest, readsBothCacheLayoutsForARaggedBatch) {
    const std::vector<double> blocks = shuffledTable(60);
    DeviceTensor &table = filled(ACL_INT32, {3, 20}, blocks);
    DeviceTensor &query = random(ACL_FLOAT16, {40, kHeads, kDepth}), &out = tensor(ACL_FLOAT16, {40, kHeads, kDepth});
    DeviceTensor &logSum = tensor(ACL_FLOAT, {40, kHeads, 1});
    const std::vector<int64_t> ends = {1, 38, 40}, lengths = {311, 37, 5};
    std::vector<double> expected;
    for (size_t s = 0, row = 0; s < 3; s++) {
        const int64_t count = ends[s] - (s == 0 ? 0 : ends[s - 1]);
        for (int64_t i = 0; i < count; i++, row++) {
            const std::vector<double> one =
                expectedRow(query.values(), row, blocks, s * 20, lengths[s] - count + i + 1);
            expected.insert(expected.end(), one.begin(), one.end());
        }
    }
    for (const bool headsFirst : {false, true}) {
        AttentionCall c = ragged(query, out, ends, lengths, table, headsFirst);
        c.logSum = logSum.get();
        c.wantsLogSum = true;
        ASSERT_EQ(run(c), 0) << message_;
        EXPECT_LT(worst(out.values(), expected, 0.1), tolerance(ACL_FLOAT16));
    }
}

TEST_F(PagedAttentionTest, givesARowTheSameBitsHoweverThePromptIsCut) {
    const int64_t tokens = 270;
    const std::vector<double> blocks = shuffledTable(20);
    DeviceTensor &table = filled(ACL_INT32, {1, 20}, blocks);
    DeviceTensor &whole = random(ACL_FLOAT16, {tokens, kHeads, kDepth}),
                 &out = tensor(ACL_FLOAT16, {tokens, kHeads, kDepth});
    ASSERT_EQ(run(ragged(whole, out, {tokens}, {tokens}, table)), 0) << message_;
    const std::vector<double> query = whole.values();
    const std::vector<unsigned char> atOnce = out.read();
    const size_t rowValues = kHeads * kDepth;
    std::vector<std::vector<int64_t>> cuts = {{1, 33, 36, 200}, {64, 64, 64, 64, 14}, {269, 1}};
    cuts.emplace_back(tokens, 1);
    for (const auto &cut : cuts) {
        for (const int threads : {1, allowedCores()}) {
            setThreadCount(threads);
            std::vector<unsigned char> pieces;
            int64_t done = 0;
            for (const int64_t count : cut) {
                const auto from = query.begin() + done * static_cast<int64_t>(rowValues);
                DeviceTensor &part = filled(ACL_FLOAT16, {count, kHeads, kDepth},
                                            {from, from + count * static_cast<int64_t>(rowValues)});
                DeviceTensor &result = tensor(ACL_FLOAT16, {count, kHeads, kDepth});
                done += count;
                ASSERT_EQ(run(ragged(part, result, {count}, {done}, table)), 0) << message_;
                const std::vector<unsigned char> bytes = result.read();
                pieces.insert(pieces.end(), bytes.begin(), bytes.end());
                if (cut.size() > 10) tensors_.resize(tensors_.size() - 4);
            }
            EXPECT_EQ(pieces, atOnce) << cut.size() << " pieces, " << threads << " threads";
        }
    }
    setThreadCount(allowedCores());
}

TEST_F(PagedAttentionTest, givesARowTheSameBitsAloneAndInABatch) {
    const std::vector<double> blocks = shuffledTable(60);
    DeviceTensor &table = filled(ACL_INT32, {3, 20}, blocks);
    DeviceTensor &query = random(ACL_FLOAT16, {3, 1, kHeads * kDepth}),
                 &out = tensor(ACL_FLOAT16, {3, 1, kHeads * kDepth});
    const std::vector<int64_t> lengths = {300, 1, 77};
    AttentionCall c = ragged(query, out, {}, lengths, table);
    c.layout = "BSH";
    c.sparse = 0;
    c.mask = nullptr;
    ASSERT_EQ(run(c, false), 0) << message_;
    const std::vector<double> together = out.values(), rows = query.values();
    const int64_t width = kHeads * kDepth;
    for (int64_t s = 0; s < 3; s++) {
        DeviceTensor &one =
            filled(ACL_FLOAT16, {1, 1, width}, {rows.begin() + s * width, rows.begin() + (s + 1) * width});
        DeviceTensor &own = filled(ACL_INT32, {1, 20}, {blocks.begin() + s * 20, blocks.begin() + (s + 1) * 20});
        DeviceTensor &result = tensor(ACL_FLOAT16, {1, 1, width});
        AttentionCall single = ragged(one, result, {}, {lengths[static_cast<size_t>(s)]}, own);
        single.layout = "BSH";
        single.sparse = 0;
        single.mask = nullptr;
        ASSERT_EQ(run(single, false), 0) << message_;
        EXPECT_EQ(result.values(),
                  std::vector<double>(together.begin() + s * width, together.begin() + (s + 1) * width));
        const std::vector<double> expected = expectedRow(rows, static_cast<size_t>(s), blocks,
                                                         static_cast<size_t>(s) * 20, lengths[static_cast<size_t>(s)]);
        EXPECT_LT(worst(result.values(), expected, 0.1), tolerance(ACL_FLOAT16));
    }
}

TEST_F(PagedAttentionTest, ignoresWhatLiesBehindTheVisibleKeys) {
    const std::vector<double> blocks = shuffledTable(4);
    for (int64_t token = 50; token < 64; token++) {
        for (int64_t head = 0; head < kKvHeads; head++) {
            const size_t at = slot(static_cast<int64_t>(blocks[3]), token - 48, head);
            std::fill_n(keys_.begin() + static_cast<int64_t>(at), kDepth, NAN);
            std::fill_n(values_.begin() + static_cast<int64_t>(at), kDepth, NAN);
        }
    }
    DeviceTensor &table = filled(ACL_INT32, {1, 4}, blocks);
    DeviceTensor &query = random(ACL_FLOAT16, {3, kHeads, kDepth}), &out = tensor(ACL_FLOAT16, {3, kHeads, kDepth});
    ASSERT_EQ(run(ragged(query, out, {3}, {52}, table)), 0) << message_;
    const std::vector<double> found = out.values();
    const auto firstRow = static_cast<size_t>(kHeads * kDepth);
    EXPECT_LT(
        worst({found.begin(), found.begin() + kHeads * kDepth}, expectedRow(query.values(), 0, blocks, 0, 50), 0.1),
        tolerance(ACL_FLOAT16));
    EXPECT_TRUE(std::isnan(found[firstRow]));  // the second row sees a NaN and must say so
}

TEST_F(PagedAttentionTest, faultsOnBlocksThatDoNotExist) {
    for (const double bad : {-1.0, 64.0, 2147483647.0}) {
        DeviceTensor &table = filled(ACL_INT32, {1, 4}, {3, bad, 5, 1e6});
        DeviceTensor &query = random(ACL_FLOAT16, {1, kHeads, kDepth}), &out = tensor(ACL_FLOAT16, {1, kHeads, kDepth});
        EXPECT_EQ(run(ragged(query, out, {1}, {16}, table)), 0) << "entries behind the length are not read";
        out.set(std::vector<double>(kHeads * kDepth, 7));
        EXPECT_EQ(run(ragged(query, out, {1}, {20}, table)), 507015);
        EXPECT_TRUE(said("blockTable") && said("column 1")) << message_;
        EXPECT_EQ(out.values(), std::vector<double>(kHeads * kDepth, 7));
        renewStream();
    }
}

TEST_F(PagedAttentionTest, refusesWhatDoesNotFit) {
    DeviceTensor &table = filled(ACL_INT32, {1, 4}, {0, 1, 2, 3});
    DeviceTensor &query = random(ACL_FLOAT16, {4, kHeads, kDepth}), &out = tensor(ACL_FLOAT16, {4, kHeads, kDepth});
    const auto refused = [&](const std::function<void(AttentionCall &)> &change, int code, const char *name) {
        AttentionCall c = ragged(query, out, {4}, {4}, table);
        change(c);
        EXPECT_EQ(run(c), code) << name << ": " << message_;
        EXPECT_TRUE(said(name)) << message_;
    };
    DeviceTensor &floats = random(ACL_FLOAT, {4, kHeads, kDepth}), &odd = random(ACL_FLOAT16, {4, kHeads, 24});
    DeviceTensor &flat = tensor(ACL_FLOAT16, {4, kHeads}), &small = tensor(ACL_BOOL, {4, 4});
    refused([&](AttentionCall &c) { c.query = nullptr; }, 161001, "query");
    refused([&](AttentionCall &c) { c.query = floats.get(); }, 161002, "query");
    refused([&](AttentionCall &c) { c.query = flat.get(); }, 161002, "query");
    refused([&](AttentionCall &c) { c.query = odd.get(); }, 561002, "query");
    refused([&](AttentionCall &c) { c.layout = "SBH"; }, 561002, "inputLayout");
    refused([&](AttentionCall &c) { c.heads = 0; }, 561002, "numHeads");
    refused([&](AttentionCall &c) { c.heads = -6; }, 561002, "numHeads");
    refused([&](AttentionCall &c) { c.kvHeads = 4; }, 561002, "numKeyValueHeads");
    refused([&](AttentionCall &c) { c.kvHeads = -2; }, 561002, "numKeyValueHeads");
    refused([&](AttentionCall &c) { c.scale = std::nan(""); }, 561002, "scaleValue");
    refused([&](AttentionCall &c) { c.sparse = 5; }, 561002, "sparseMode");
    refused([&](AttentionCall &c) { c.mask = nullptr; }, 561002, "attenMaskOptional");
    refused([&](AttentionCall &c) { c.mask = small.get(); }, 561002, "attenMaskOptional");
    refused([&](AttentionCall &c) { c.precise = 4; }, 561002, "innerPrecise");
    refused([&](AttentionCall &c) { c.block = 8; }, 561002, "blockSize");
    refused([&](AttentionCall &c) { c.block = 32; }, 561002, "key");
    refused([&](AttentionCall &c) { c.queryLengths = {}; }, 561002, "actualSeqLengthsOptional");
    refused([&](AttentionCall &c) { c.queryLengths = {3}; }, 561002, "actualSeqLengthsOptional");
    refused([&](AttentionCall &c) { c.queryLengths = {5}; }, 561002, "actualSeqLengthsOptional");
    refused([&](AttentionCall &c) { c.queryLengths = {2, 4}; }, 561002, "blockTable");
    refused([&](AttentionCall &c) { c.keyLengths = {65}; }, 561002, "actualSeqLengthsKvOptional");
    refused([&](AttentionCall &c) { c.keyLengths = {-1}; }, 561002, "actualSeqLengthsKvOptional");
    refused([&](AttentionCall &c) { c.keyLengths = {}; }, 561002, "actualSeqLengthsKvOptional");
    refused([&](AttentionCall &c) { c.out = flat.get(); }, 561002, "attentionOut");
    refused([&](AttentionCall &c) { c.wantsLogSum = true; }, 161001, "softmaxLse");
    refused([&](AttentionCall &c) { c.shift = query.get(); }, 561002, "pseShiftOptional");
    refused([&](AttentionCall &c) { c.scale1 = query.get(); }, 561002, "deqScale1Optional");
    refused([&](AttentionCall &c) { c.rope = query.get(); }, 561002, "queryRopeOptional");
}

TEST_F(PagedAttentionTest, takesSignedBytesAsTheNumbersThatTheyStandFor) {
    const std::vector<double> blocks = shuffledTable(60);
    DeviceTensor &table = filled(ACL_INT32, {3, 20}, blocks);
    for (const aclDataType dtype : {ACL_FLOAT16, ACL_BF16}) {
        DeviceTensor &query = random(dtype, {3, 1, kHeads, kDepth}), &out = tensor(dtype, {3, 1, kHeads, kDepth});
        DeviceTensor &expected = tensor(dtype, {3, 1, kHeads, kDepth});
        std::vector<DeviceTensor *> caches, scales, numbers;
        for (int side = 0; side < 2; side++) {
            std::vector<double> bytes = randoms(kBlocks * kBlock * kKvHeads * kDepth, -127, 127), factors, products;
            factors = randoms(kBlocks * kBlock, 0.001, 0.02);
            for (double &factor : factors) factor = static_cast<float>(factor);
            for (size_t i = 0; i < bytes.size(); i++) {
                bytes[i] = std::round(bytes[i]);
                const float factor = static_cast<float>(factors[i / (kKvHeads * kDepth)]);
                products.push_back(rounded(dtype, static_cast<float>(bytes[i]) * factor));
            }
            caches.push_back(&filled(ACL_INT8, {kBlocks, kBlock, kKvHeads * kDepth}, bytes));
            scales.push_back(&filled(ACL_FLOAT, {kBlocks, kBlock}, factors));
            numbers.push_back(&filled(dtype, {kBlocks, kBlock, kKvHeads * kDepth}, products));
        }
        AttentionCall c = ragged(query, expected, {1, 1, 1}, {311, 37, 5}, table);
        c.layout = "BSND";
        c.mask = nullptr;
        c.sparse = 0;
        c.key = numbers[0]->create();
        c.value = numbers[1]->create();
        ASSERT_EQ(run(c), 0) << message_;
        for (const bool third : {true, false}) {
            c.key = caches[0]->create();
            c.value = caches[1]->create();
            c.keyScale = scales[0]->get();
            c.valueScale = scales[1]->get();
            c.mode = 4;
            c.out = out.get();
            ASSERT_EQ(run(c, third), 0) << message_;
            EXPECT_EQ(out.read(), expected.read());
        }
    }
}

TEST_F(PagedAttentionTest, refusesOtherFormsOfSignedBytes) {
    DeviceTensor &table = filled(ACL_INT32, {1, 4}, {0, 1, 2, 3}), &query = random(ACL_FLOAT16, {1, 1, kHeads, kDepth});
    DeviceTensor &out = tensor(ACL_FLOAT16, {1, 1, kHeads, kDepth}), &many = random(ACL_FLOAT16, {1, 2, kHeads, kDepth});
    DeviceTensor &cache = tensor(ACL_INT8, {kBlocks, kBlock, kKvHeads * kDepth});
    DeviceTensor &scale = tensor(ACL_FLOAT, {kBlocks, kBlock}), &half = tensor(ACL_FLOAT16, {kBlocks, kBlock});
    DeviceTensor &narrow = tensor(ACL_FLOAT, {kBlocks, 1});
    const auto refused = [&](const std::function<void(AttentionCall &)> &change, int expected, const char *name) {
        AttentionCall c = ragged(query, out, {1}, {20}, table);
        c.layout = "BSND";
        c.mask = nullptr;
        c.sparse = 0;
        c.key = cache.create();
        c.value = cache.create();
        c.keyScale = c.valueScale = scale.get();
        c.mode = 4;
        change(c);
        EXPECT_EQ(run(c), expected) << name;
        EXPECT_NE(message_.find(name), std::string::npos) << message_;
    };
    refused([&](AttentionCall &c) { c.keyScale = nullptr; }, 561002, "keyAntiquantScaleOptional");
    refused([&](AttentionCall &c) { c.valueScale = half.get(); }, 161002, "valueAntiquantScaleOptional");
    refused([&](AttentionCall &c) { c.valueScale = narrow.get(); }, 561002, "valueAntiquantScaleOptional");
    refused([&](AttentionCall &c) { c.mode = 0; }, 561002, "keyAntiquantMode");
    refused([&](AttentionCall &c) { c.query = many.get(); }, 561002, "query");
    refused([&](AttentionCall &c) { c.value = this->cache(values_, false).create(); }, 161002, "value");
    refused([&](AttentionCall &c) { c.key = this->cache(keys_, false).create(); }, 161002, "value");
}

}  // namespace
}  // namespace ascend4j
