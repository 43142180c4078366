#include "aclnnop/aclnn_fused_infer_attention_score_v2.h"
#include "aclnnop/aclnn_fused_infer_attention_score_v3.h"
#include "core/thread_pool.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

// The call with everything a test may vary; tensors as both CANN functions take them.
struct Call {
    aclTensor *query = nullptr, *key = nullptr, *value = nullptr, *mask = nullptr, *table = nullptr, *out = nullptr;
    aclTensor *logSum = nullptr, *shift = nullptr, *scale1 = nullptr, *rope = nullptr;
    std::vector<int64_t> queryLengths, keyLengths;
    int64_t heads = 1, kvHeads = 0, pre = 2147483647, next = 2147483647, sparse = 0, precise = 0, block = 0;
    double scale = 1;
    std::string layout = "BSND";
    bool wantsLogSum = false;
};

class AttentionTest : public OpTest {
protected:
    int run(const Call &c, bool third = true) {
        aclTensorList *key = aclCreateTensorList(&c.key, 1), *value = aclCreateTensorList(&c.value, 1);
        const auto array = [](const std::vector<int64_t> &v) {
            return v.empty() ? nullptr : aclCreateIntArray(v.data(), v.size());
        };
        aclIntArray *queries = array(c.queryLengths), *keys = array(c.keyLengths);
        std::string layout = c.layout;
        const aclTensor *none = nullptr;
        const aclIntArray *noArray = nullptr;
        int64_t zero = 0;
        int status = 0;
        if (third) {
            status = RUN_OP(FusedInferAttentionScoreV3, c.query, key, value, c.shift, c.mask, queries, keys, c.scale1, none,
                            none, none, none, none, none, c.table, none, none, none, none, none, none, none, none,
                            noArray, c.rope, none, none, c.heads, c.scale, c.pre, c.next, layout.data(), c.kvHeads,
                            c.sparse, c.precise, c.block, zero, c.wantsLogSum, zero, zero, c.out, c.logSum);
        } else {
            status = RUN_OP(FusedInferAttentionScoreV2, c.query, key, value, c.shift, c.mask, queries, keys, c.scale1, none,
                            none, none, none, none, none, c.table, none, none, none, none, none, none, none, none,
                            noArray, c.heads, c.scale, c.pre, c.next, layout.data(), c.kvHeads, c.sparse, c.precise,
                            c.block, zero, c.wantsLogSum, zero, zero, c.out, c.logSum);
        }
        aclDestroyIntArray(queries);
        aclDestroyIntArray(keys);
        // Destroying a list destroys its tensors; the fixture's own handles are separate.
        aclDestroyTensorList(key);
        aclDestroyTensorList(value);
        return status;
    }

    DeviceTensor &fixedMask() {
        if (fixedMask_ == nullptr) fixedMask_ = std::make_unique<DeviceTensor>(ACL_BOOL, Dims{2048, 2048});
        return *fixedMask_;
    }
    void TearDown() override {
        fixedMask_.reset();
        OpTest::TearDown();
    }

private:
    std::unique_ptr<DeviceTensor> fixedMask_;
};

// One query row against the keys for which `sees` holds.
template <typename Sees>
void referenceRow(const double *query, const std::vector<const double *> &keys, const std::vector<const double *> &values,
                  size_t depth, double scale, const Sees &sees, double *out, double *logSum) {
    std::vector<double> scores(keys.size());
    double best = -INFINITY, total = 0;
    for (size_t j = 0; j < keys.size(); j++) {
        double dot = 0;
        for (size_t d = 0; d < depth; d++) dot += query[d] * keys[j][d];
        scores[j] = sees(static_cast<int64_t>(j)) ? dot * scale : -INFINITY;
        best = std::max(best, scores[j]);
    }
    for (size_t d = 0; d < depth; d++) out[d] = 0;
    for (size_t j = 0; j < keys.size(); j++) {
        if (scores[j] == -INFINITY) continue;
        const double weight = std::exp(scores[j] - best);
        total += weight;
        for (size_t d = 0; d < depth; d++) out[d] += weight * values[j][d];
    }
    for (size_t d = 0; d < depth && total > 0; d++) out[d] /= total;
    *logSum = total > 0 ? best + std::log(total) : INFINITY;
}

// Dense (B, S, N, D) data in double, arranged as any layout on demand.
struct Dense {
    int64_t batch, tokens, heads, depth;
    std::vector<double> values;
    const double *at(int64_t b, int64_t s, int64_t n) const {
        return values.data() + ((b * tokens + s) * heads + n) * depth;
    }
    std::vector<double> headsFirst() const {
        std::vector<double> moved;
        for (int64_t b = 0; b < batch; b++)
            for (int64_t n = 0; n < heads; n++)
                for (int64_t s = 0; s < tokens; s++) moved.insert(moved.end(), at(b, s, n), at(b, s, n) + depth);
        return moved;
    }
};

template <typename Sees>
Dense reference(const Dense &q, const Dense &k, const Dense &v, const std::vector<int64_t> &lengths, double scale,
                const Sees &sees, std::vector<double> *logSums) {
    Dense out{q.batch, q.tokens, q.heads, q.depth, std::vector<double>(q.values.size())};
    logSums->assign(static_cast<size_t>(q.batch * q.heads * q.tokens), 0);
    for (int64_t b = 0; b < q.batch; b++) {
        for (int64_t s = 0; s < q.tokens; s++) {
            for (int64_t n = 0; n < q.heads; n++) {
                std::vector<const double *> keys, values;
                for (int64_t j = 0; j < lengths[static_cast<size_t>(b)]; j++) {
                    keys.push_back(k.at(b, j, n * k.heads / q.heads));
                    values.push_back(v.at(b, j, n * k.heads / q.heads));
                }
                referenceRow(q.at(b, s, n), keys, values, static_cast<size_t>(q.depth), scale,
                             [&](int64_t j) { return sees(b, s, j); }, const_cast<double *>(out.at(b, s, n)),
                             &(*logSums)[static_cast<size_t>((b * q.heads + n) * q.tokens + s)]);
            }
        }
    }
    return out;
}

class DenseAttentionTest : public AttentionTest {
protected:
    Dense make(aclDataType dtype, int64_t batch, int64_t tokens, int64_t heads, int64_t depth) {
        Dense dense{batch, tokens, heads, depth, randoms(batch * tokens * heads * depth, -2, 2)};
        for (double &value : dense.values) value = rounded(dtype, value);
        return dense;
    }
    DeviceTensor &place(aclDataType dtype, const Dense &d, const std::string &layout) {
        if (layout == "BSH") return filled(dtype, {d.batch, d.tokens, d.heads * d.depth}, d.values);
        if (layout == "BNSD") return filled(dtype, {d.batch, d.heads, d.tokens, d.depth}, d.headsFirst());
        return filled(dtype, {d.batch, d.tokens, d.heads, d.depth}, d.values);
    }
};

TEST_F(DenseAttentionTest, agreesWithDoublePrecisionInEveryLayoutAndType) {
    for (const aclDataType dtype : {ACL_FLOAT16, ACL_BF16}) {
        for (const std::string layout : {"BSH", "BSND", "BNSD"}) {
            for (const int64_t depth : {48, 64, 128}) {
                const Dense q = make(dtype, 2, 5, 6, depth), k = make(dtype, 2, 133, 2, depth);
                const Dense v = make(dtype, 2, 133, 2, depth);
                const double scale = 1 / std::sqrt(static_cast<double>(depth));
                Call c;
                c.query = place(dtype, q, layout).get();
                c.key = place(dtype, k, layout).create();
                c.value = place(dtype, v, layout).create();
                DeviceTensor &out = place(dtype, Dense{2, 5, 6, depth, std::vector<double>(q.values.size())}, layout);
                DeviceTensor &logSum = tensor(ACL_FLOAT, {2, 6, 5, 1});
                c.out = out.get();
                c.logSum = logSum.get();
                c.wantsLogSum = true;
                c.keyLengths = {133, 70};
                c.heads = 6;
                c.kvHeads = 2;
                c.scale = scale;
                c.layout = layout;
                ASSERT_EQ(run(c, depth == 64), 0) << message_;
                std::vector<double> logSums;
                const Dense expected = reference(q, k, v, {133, 70}, scale, [](auto...) { return true; }, &logSums);
                EXPECT_LT(worst(out.values(), layout == "BNSD" ? expected.headsFirst() : expected.values, 0.1),
                          tolerance(dtype))
                    << layout << depth;
                EXPECT_LT(worst(logSum.values(), logSums, 1), 2e-6);
            }
        }
    }
}

TEST_F(DenseAttentionTest, appliesEverySparseMode) {
    const aclDataType dtype = ACL_FLOAT16;
    const int64_t tokens = 90, keyTokens = 150;
    const Dense q = make(dtype, 1, tokens, 4, 32), k = make(dtype, 1, keyTokens, 2, 32), v = make(dtype, 1, keyTokens, 2, 32);
    DeviceTensor &mask = random(ACL_UINT8, {1, tokens, keyTokens}, 0, 2);
    const std::vector<double> hidden = mask.values();
    struct Case {
        int64_t sparse, pre, next;
        bool explicitMask;
        std::function<bool(int64_t, int64_t)> sees;
    };
    const int64_t shift = keyTokens - tokens;
    const auto open = [&](int64_t i, int64_t j) { return hidden[static_cast<size_t>(i * keyTokens + j)] == 0; };
    const Case cases[] = {
        {0, 3, 3, false, [](int64_t, int64_t) { return true; }},
        {0, 40, 20, true, [&](int64_t i, int64_t j) { return open(i, j) && j >= i - 40 && j <= i + 20; }},
        {1, 0, 0, true, open},
        {2, 0, 0, false, [](int64_t i, int64_t j) { return j <= i; }},
        {3, 0, 0, false, [&](int64_t i, int64_t j) { return j <= i + shift; }},
        {4, 30, 5, false, [&](int64_t i, int64_t j) { return j >= i + shift - 30 && j <= i + shift + 5; }},
        {4, -70, 75, false, [&](int64_t i, int64_t j) { return j >= i + shift + 70 && j <= i + shift + 75; }},
    };
    for (const Case &each : cases) {
        Call c;
        c.query = place(dtype, q, "BSND").get();
        c.key = place(dtype, k, "BSND").create();
        c.value = place(dtype, v, "BSND").create();
        DeviceTensor &out = tensor(dtype, {1, tokens, 4, 32}), &logSum = tensor(ACL_FLOAT, {1, 4, tokens, 1});
        c.out = out.get();
        c.logSum = logSum.get();
        c.wantsLogSum = true;
        c.mask = each.explicitMask ? mask.get() : each.sparse >= 2 ? fixedMask().get() : nullptr;
        c.heads = 4;
        c.kvHeads = 2;
        c.scale = 0.3;
        c.sparse = each.sparse;
        c.pre = each.pre;
        c.next = each.next;
        c.precise = each.sparse % 4;
        ASSERT_EQ(run(c), 0) << message_;
        std::vector<double> logSums;
        const Dense expected = reference(q, k, v, {keyTokens}, 0.3,
                                         [&](int64_t, int64_t i, int64_t j) { return each.sees(i, j); }, &logSums);
        EXPECT_LT(worst(out.values(), expected.values, 0.1), tolerance(dtype)) << each.sparse;
        EXPECT_LT(worst(logSum.values(), logSums, 1), 2e-6) << each.sparse;
    }
}

TEST_F(DenseAttentionTest, takesMasksOfOneQueryTokenPerSequence) {
    const aclDataType dtype = ACL_FLOAT16;
    const Dense q = make(dtype, 3, 1, 2, 16), k = make(dtype, 3, 37, 2, 16), v = make(dtype, 3, 37, 2, 16);
    for (const Dims &shape : {Dims{3, 40}, Dims{3, 1, 40}, Dims{3, 1, 1, 40}}) {
        DeviceTensor &mask = random(ACL_BOOL, shape, 0, 2);
        const std::vector<double> hidden = mask.values();
        Call c;
        c.query = place(dtype, q, "BSH").get();
        c.key = place(dtype, k, "BSH").create();
        c.value = place(dtype, v, "BSH").create();
        DeviceTensor &out = tensor(dtype, {3, 1, 32});
        c.out = out.get();
        c.mask = mask.get();
        c.heads = 2;
        c.layout = "BSH";
        ASSERT_EQ(run(c), 0) << message_;
        std::vector<double> logSums;
        const Dense expected = reference(
            q, k, v, {37, 37, 37}, 1,
            [&](int64_t b, int64_t, int64_t j) { return hidden[static_cast<size_t>(b * 40 + j)] == 0; }, &logSums);
        EXPECT_LT(worst(out.values(), expected.values, 0.1), tolerance(dtype));
    }
}

TEST_F(DenseAttentionTest, clearsPaddedRowsAndEmptySequences) {
    const aclDataType dtype = ACL_BF16;
    const Dense q = make(dtype, 3, 4, 2, 16), k = make(dtype, 3, 20, 1, 16), v = make(dtype, 3, 20, 1, 16);
    Call c;
    c.query = place(dtype, q, "BSND").get();
    c.key = place(dtype, k, "BSND").create();
    c.value = place(dtype, v, "BSND").create();
    DeviceTensor &out = random(dtype, {3, 4, 2, 16});
    c.out = out.get();
    c.heads = 2;
    c.kvHeads = 1;
    c.queryLengths = {4, 2, 4};
    c.keyLengths = {20, 11, 0};
    ASSERT_EQ(run(c), 0) << message_;
    std::vector<double> logSums;
    Dense expected = reference(q, k, v, {20, 11, 0}, 1, [](auto...) { return true; }, &logSums);
    std::fill_n(expected.values.begin() + (4 + 2) * 32, 2 * 32, 0.0);
    EXPECT_LT(worst(out.values(), expected.values, 0.1), tolerance(dtype));
}

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
    Call ragged(DeviceTensor &query, DeviceTensor &out, const std::vector<int64_t> &ends, const std::vector<int64_t> &lengths,
                DeviceTensor &table, bool headsFirst = false) {
        Call c;
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
    std::vector<double> expectedRow(const std::vector<double> &query, size_t row, const std::vector<double> &table, size_t first,
                                    int64_t visible) {
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
            referenceRow(query.data() + (row * kHeads + static_cast<size_t>(head)) * kDepth, keys, values, kDepth, 0.2,
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
            const std::vector<double> one = expectedRow(query.values(), row, blocks, s * 20, lengths[s] - count + i + 1);
            expected.insert(expected.end(), one.begin(), one.end());
        }
    }
    for (const bool headsFirst : {false, true}) {
        Call c = ragged(query, out, ends, lengths, table, headsFirst);
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
    DeviceTensor &whole = random(ACL_FLOAT16, {tokens, kHeads, kDepth}), &out = tensor(ACL_FLOAT16, {tokens, kHeads, kDepth});
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
    DeviceTensor &query = random(ACL_FLOAT16, {3, 1, kHeads * kDepth}), &out = tensor(ACL_FLOAT16, {3, 1, kHeads * kDepth});
    const std::vector<int64_t> lengths = {300, 1, 77};
    Call c = ragged(query, out, {}, lengths, table);
    c.layout = "BSH";
    c.sparse = 0;
    c.mask = nullptr;
    ASSERT_EQ(run(c, false), 0) << message_;
    const std::vector<double> together = out.values(), rows = query.values();
    const int64_t width = kHeads * kDepth;
    for (int64_t s = 0; s < 3; s++) {
        DeviceTensor &one = filled(ACL_FLOAT16, {1, 1, width}, {rows.begin() + s * width, rows.begin() + (s + 1) * width});
        DeviceTensor &own = filled(ACL_INT32, {1, 20}, {blocks.begin() + s * 20, blocks.begin() + (s + 1) * 20});
        DeviceTensor &result = tensor(ACL_FLOAT16, {1, 1, width});
        Call single = ragged(one, result, {}, {lengths[static_cast<size_t>(s)]}, own);
        single.layout = "BSH";
        single.sparse = 0;
        single.mask = nullptr;
        ASSERT_EQ(run(single, false), 0) << message_;
        EXPECT_EQ(result.values(), std::vector<double>(together.begin() + s * width, together.begin() + (s + 1) * width));
        const std::vector<double> expected =
            expectedRow(rows, static_cast<size_t>(s), blocks, static_cast<size_t>(s) * 20, lengths[static_cast<size_t>(s)]);
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
    EXPECT_LT(worst({found.begin(), found.begin() + kHeads * kDepth}, expectedRow(query.values(), 0, blocks, 0, 50), 0.1),
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
    const auto refused = [&](const std::function<void(Call &)> &change, int code, const char *name) {
        Call c = ragged(query, out, {4}, {4}, table);
        change(c);
        EXPECT_EQ(run(c), code) << name << ": " << message_;
        EXPECT_TRUE(said(name)) << message_;
    };
    DeviceTensor &floats = random(ACL_FLOAT, {4, kHeads, kDepth}), &odd = random(ACL_FLOAT16, {4, kHeads, 24});
    DeviceTensor &flat = tensor(ACL_FLOAT16, {4, kHeads}), &small = tensor(ACL_BOOL, {4, 4});
    refused([&](Call &c) { c.query = nullptr; }, 161001, "query");
    refused([&](Call &c) { c.query = floats.get(); }, 161002, "query");
    refused([&](Call &c) { c.query = flat.get(); }, 161002, "query");
    refused([&](Call &c) { c.query = odd.get(); }, 561002, "query");
    refused([&](Call &c) { c.layout = "SBH"; }, 561002, "inputLayout");
    refused([&](Call &c) { c.heads = 0; }, 561002, "numHeads");
    refused([&](Call &c) { c.heads = -6; }, 561002, "numHeads");
    refused([&](Call &c) { c.kvHeads = 4; }, 561002, "numKeyValueHeads");
    refused([&](Call &c) { c.kvHeads = -2; }, 561002, "numKeyValueHeads");
    refused([&](Call &c) { c.scale = std::nan(""); }, 561002, "scaleValue");
    refused([&](Call &c) { c.sparse = 5; }, 561002, "sparseMode");
    refused([&](Call &c) { c.mask = nullptr; }, 561002, "attenMaskOptional");
    refused([&](Call &c) { c.mask = small.get(); }, 561002, "attenMaskOptional");
    refused([&](Call &c) { c.precise = 4; }, 561002, "innerPrecise");
    refused([&](Call &c) { c.block = 8; }, 561002, "blockSize");
    refused([&](Call &c) { c.block = 32; }, 561002, "key");
    refused([&](Call &c) { c.queryLengths = {}; }, 561002, "actualSeqLengthsOptional");
    refused([&](Call &c) { c.queryLengths = {3}; }, 561002, "actualSeqLengthsOptional");
    refused([&](Call &c) { c.queryLengths = {5}; }, 561002, "actualSeqLengthsOptional");
    refused([&](Call &c) { c.queryLengths = {2, 4}; }, 561002, "blockTable");
    refused([&](Call &c) { c.keyLengths = {65}; }, 561002, "actualSeqLengthsKvOptional");
    refused([&](Call &c) { c.keyLengths = {-1}; }, 561002, "actualSeqLengthsKvOptional");
    refused([&](Call &c) { c.keyLengths = {}; }, 561002, "actualSeqLengthsKvOptional");
    refused([&](Call &c) { c.out = flat.get(); }, 561002, "attentionOut");
    refused([&](Call &c) { c.wantsLogSum = true; }, 161001, "softmaxLse");
    refused([&](Call &c) { c.shift = query.get(); }, 561002, "pseShiftOptional");
    refused([&](Call &c) { c.scale1 = query.get(); }, 561002, "deqScale1Optional");
    refused([&](Call &c) { c.rope = query.get(); }, 561002, "queryRopeOptional");
}

}  // namespace
}  // namespace ascend4j
