#include "ops/attention_device.h"

namespace ascend4j {
namespace {

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
                referenceRow(
                    q.at(b, s, n), keys, values, static_cast<size_t>(q.depth), scale,
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
                AttentionCall c;
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
    const Dense q = make(dtype, 1, tokens, 4, 32), k = make(dtype, 1, keyTokens, 2, 32),
                v = make(dtype, 1, keyTokens, 2, 32);
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
        AttentionCall c;
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
        const Dense expected = reference(
            q, k, v, {keyTokens}, 0.3, [&](int64_t, int64_t i, int64_t j) { return each.sees(i, j); }, &logSums);
        // Odd values of innerPrecise are high performance, where factors may be rounded to BF16.
        const bool rounded = c.precise % 2 == 1;
        EXPECT_LT(worst(out.values(), expected.values, rounded ? 1 : 0.1), rounded ? 2e-2 : tolerance(dtype))
            << each.sparse;
        EXPECT_LT(worst(logSum.values(), logSums, 1), rounded ? 4e-3 : 2e-6) << each.sparse;
    }
}

TEST_F(DenseAttentionTest, takesMasksOfOneQueryTokenPerSequence) {
    const aclDataType dtype = ACL_FLOAT16;
    const Dense q = make(dtype, 3, 1, 2, 16), k = make(dtype, 3, 37, 2, 16), v = make(dtype, 3, 37, 2, 16);
    for (const Dims &shape : {Dims{3, 40}, Dims{3, 1, 40}, Dims{3, 1, 1, 40}}) {
        DeviceTensor &mask = random(ACL_BOOL, shape, 0, 2);
        const std::vector<double> hidden = mask.values();
        AttentionCall c;
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
    AttentionCall c;
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

TEST_F(DenseAttentionTest, takesPackedSequencesWithRunningTotals) {
    const aclDataType dtype = ACL_BF16;
    const Dense q = make(dtype, 1, 8, 4, 32), k = make(dtype, 1, 140, 2, 32), v = make(dtype, 1, 140, 2, 32);
    AttentionCall c;
    c.query = filled(dtype, {8, 4, 32}, q.values).get();
    c.key = filled(dtype, {140, 2, 32}, k.values).create();
    c.value = filled(dtype, {140, 2, 32}, v.values).create();
    DeviceTensor &out = tensor(dtype, {8, 4, 32}), &logSum = tensor(ACL_FLOAT, {8, 4, 1});
    c.out = out.get();
    c.logSum = logSum.get();
    c.wantsLogSum = true;
    c.mask = fixedMask().get();
    c.layout = "TND";
    c.heads = 4;
    c.kvHeads = 2;
    c.sparse = 3;
    c.scale = 0.25;
    c.queryLengths = {3, 3, 8};
    c.keyLengths = {45, 50, 140};
    ASSERT_EQ(run(c), 0) << message_;
    const auto sees = [](int64_t, int64_t i, int64_t j) {
        return i < 3 ? j <= 42 + i && j < 45 : j >= 50 && j <= 140 - 8 + i;
    };
    std::vector<double> logSums, perToken;
    const Dense expected = reference(q, k, v, {140}, 0.25, sees, &logSums);
    for (size_t i = 0; i < 32; i++) perToken.push_back(logSums[i % 4 * 8 + i / 4]);
    EXPECT_LT(worst(out.values(), expected.values, 0.1), tolerance(dtype));
    EXPECT_LT(worst(logSum.values(), perToken, 1), 2e-6);
    c.key = filled(dtype, {140, 2, 32}, k.values).create();
    c.value = filled(dtype, {140, 2, 32}, v.values).create();
    c.keyLengths = {45, 50, 139};
    EXPECT_EQ(run(c), 561002);
    EXPECT_TRUE(said("actualSeqLengthsKvOptional")) << message_;
}

}  // namespace
}  // namespace ascend4j
