// Attention's kernels below the operator: every instruction set of this machine, both number types, exact and rounded
// factors, depths that fill no block, and rows that must keep their bits however a prompt is cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "core/thread_pool.h"
#include "kernels/attention.h"
#include "kernels/convert.h"
#include "kernels/isa.h"

namespace ascend4j {
namespace {

using Values = std::vector<uint16_t>;

struct Shape {
    int64_t heads, kvHeads, depth, valueDepth, tokens;
};

class AttentionKernelsTest : public ::testing::TestWithParam<std::tuple<Isa, aclDataType, bool>> {
protected:
    static constexpr int64_t kBlock = 32;

    void SetUp() override {
        if (limitIsa(isaOf()) != isaOf()) {
            GTEST_SKIP() << "this machine lacks " << isaName(isaOf()) << ": its kernels are NOT tested here";
        }
    }
    void TearDown() override {
        limitIsa(kWidestIsa);
        setThreadCount(allowedCores());
    }
    static Isa isaOf() { return std::get<0>(GetParam()); }
    static aclDataType dtype() { return std::get<1>(GetParam()); }
    static bool rounded() { return std::get<2>(GetParam()); }

    static double valueOf(uint16_t bits) {
        return static_cast<double>(dtype() == ACL_BF16 ? bfloatToFloat(bits) : halfToFloat(bits));
    }
    Values randoms(int64_t count, float scale) {
        std::normal_distribution<float> spread(0, scale);
        Values values(static_cast<size_t>(count));
        for (uint16_t &value : values) {
            const float x = spread(generator_);
            value = dtype() == ACL_BF16 ? floatToBfloat(x) : floatToHalf(x);
        }
        return values;
    }

    void fill(Shape shape) {
        shape_ = shape;
        const int64_t blocks = (shape.tokens + kBlock - 1) / kBlock;
        table_.resize(static_cast<size_t>(blocks));
        std::iota(table_.begin(), table_.end(), 0);
        std::shuffle(table_.begin(), table_.end(), generator_);
        keys_ = randoms(blocks * kBlock * shape.kvHeads * shape.depth, 1);
        values_ = randoms(blocks * kBlock * shape.kvHeads * shape.valueDepth, 1);
        queries_ = randoms(shape.tokens * shape.heads * shape.depth, 1);
    }

    // The causal attention of the tokens [first, first + count) to themselves and all before them.
    Values run(int64_t first, int64_t count) {
        const Shape &s = shape_;
        Values out(static_cast<size_t>(count * s.heads * s.valueDepth));
        AttentionProblem p;
        p.dtype = dtype();
        p.rounded = rounded();
        p.query = reinterpret_cast<const unsigned char *>(queries_.data() + first * s.heads * s.depth);
        p.key = reinterpret_cast<const unsigned char *>(keys_.data());
        p.value = reinterpret_cast<const unsigned char *>(values_.data());
        p.output = reinterpret_cast<unsigned char *>(out.data());
        p.heads = s.heads;
        p.kvHeads = s.kvHeads;
        p.depth = s.depth;
        p.valueDepth = s.valueDepth;
        p.blockSize = kBlock;
        p.queryStrides = {s.heads * s.depth, s.depth, 0};
        p.outputStrides = {s.heads * s.valueDepth, s.valueDepth, 0};
        p.keyStrides = {s.kvHeads * s.depth, s.depth, kBlock * s.kvHeads * s.depth};
        p.valueStrides = {s.kvHeads * s.valueDepth, s.valueDepth, kBlock * s.kvHeads * s.valueDepth};
        p.scale = 0.4f / std::sqrt(static_cast<float>(s.depth));
        p.before = kUnbounded;
        p.endAligned = true;
        AttentionSequence sequence;
        sequence.queryLength = count;
        sequence.keyLength = first + count;
        sequence.blocks = table_.data();
        p.sequences = {sequence};
        std::vector<float> scratch(static_cast<size_t>(attentionScratch(count * s.heads, first + count, s.valueDepth)));
        attend(p, scratch.data(), static_cast<int64_t>(scratch.size()));
        return out;
    }

    // Largest error of some rows against double precision.
    double worstError(const Values &out) const {
        const Shape &s = shape_;
        double worst = 0;
        for (int64_t token = 0; token < s.tokens; token += 13) {
            for (int64_t head = 0; head < s.heads; head++) {
                const std::vector<double> expected = expectedRow(token, head);
                for (int64_t d = 0; d < s.valueDepth; d++) {
                    const double found = valueOf(out[static_cast<size_t>((token * s.heads + head) * s.valueDepth + d)]);
                    const double error = std::fabs(found - expected[static_cast<size_t>(d)]);
                    worst = error <= worst ? worst : error;  // takes NaN over
                }
            }
        }
        return worst;
    }

    std::vector<double> expectedRow(int64_t token, int64_t head) const {
        const Shape &s = shape_;
        const auto at = [&](const Values &cache, int64_t j, int64_t depth, int64_t d) {
            const int64_t slot = table_[static_cast<size_t>(j / kBlock)] * kBlock + j % kBlock;
            return valueOf(cache[static_cast<size_t>((slot * s.kvHeads + head * s.kvHeads / s.heads) * depth + d)]);
        };
        std::vector<double> out(static_cast<size_t>(s.valueDepth));
        const double scale = static_cast<double>(0.4f / std::sqrt(static_cast<float>(s.depth)));
        double total = 0;
        for (int64_t j = 0; j <= token; j++) {
            double dot = 0;
            for (int64_t d = 0; d < s.depth; d++) {
                dot += valueOf(queries_[static_cast<size_t>((token * s.heads + head) * s.depth + d)]) *
                       at(keys_, j, s.depth, d);
            }
            const double weight = std::exp(dot * scale);
            total += weight;
            for (int64_t d = 0; d < s.valueDepth; d++) out[static_cast<size_t>(d)] += weight * at(values_, j, s.valueDepth, d);
        }
        for (double &value : out) value /= total;
        return out;
    }

    std::mt19937 generator_{20261123};
    Shape shape_{};
    std::vector<int32_t> table_;
    Values keys_, values_, queries_;
};

TEST_P(AttentionKernelsTest, agreesWithDoublePrecision) {
    for (const Shape shape : {Shape{9, 3, 64, 64, 150}, Shape{2, 2, 16, 48, 70}, Shape{4, 1, 80, 16, 90},
                              Shape{5, 1, 128, 112, 300}}) {
        SCOPED_TRACE("depth " + std::to_string(shape.depth));
        fill(shape);
        // Outputs stay below 4: half a unit in the last place of the type, and what rounding factors adds.
        const double unit = dtype() == ACL_BF16 ? 8e-3 : 1e-3;
        EXPECT_LT(worstError(run(0, shape.tokens)), rounded() ? unit + 1.2e-2 : unit);
    }
}

TEST_P(AttentionKernelsTest, givesARowTheSameBitsHoweverThePromptIsCut) {
    fill({9, 3, 64, 64, 600});
    const Values whole = run(0, shape_.tokens);
    const int64_t row = shape_.heads * shape_.valueDepth;
    for (const int64_t step : {1, 2, 7, 16, 63, 257, 599}) {
        for (const int threads : {1, allowedCores()}) {
            setThreadCount(threads);
            const int64_t first = step == 1 ? 480 : 0;  // single tokens over two borders of partitions
            for (int64_t done = first; done < shape_.tokens; done += step) {
                const Values part = run(done, std::min(step, shape_.tokens - done));
                ASSERT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + done * row))
                    << step << " tokens from " << done << ", " << threads << " threads";
            }
        }
    }
}

// One token has kernels of its own, by depth and number of KV heads.
TEST_P(AttentionKernelsTest, givesASingleTokenItsBitsUnderEveryShape) {
    for (const Shape shape : {Shape{8, 2, 128, 128, 330}, Shape{4, 4, 96, 192, 150}, Shape{16, 1, 256, 256, 100},
                              Shape{34, 2, 64, 64, 80}, Shape{5, 5, 32, 64, 270}, Shape{6, 3, 48, 64, 90}}) {
        SCOPED_TRACE("depth " + std::to_string(shape.depth));
        fill(shape);
        const Values whole = run(0, shape.tokens);
        const int64_t row = shape.heads * shape.valueDepth;
        for (const int64_t token : {int64_t{0}, int64_t{31}, int64_t{65}, shape.tokens - 2, shape.tokens - 1}) {
            const Values one = run(token, 1);
            ASSERT_TRUE(std::equal(one.begin(), one.end(), whole.begin() + token * row)) << "token " << token;
        }
    }
}

TEST_P(AttentionKernelsTest, keepsAnInfiniteValueFromTokensBeforeIt) {
    fill({9, 3, 64, 64, 100});
    const Values before = run(0, 70);
    const int64_t position = 70, slot = table_[static_cast<size_t>(position / kBlock)] * kBlock + position % kBlock;
    values_[static_cast<size_t>(slot * shape_.kvHeads * shape_.valueDepth)] = dtype() == ACL_BF16 ? 0x7f80 : 0x7c00;
    const Values after = run(0, 100);
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
    EXPECT_FALSE(std::isfinite(valueOf(after[static_cast<size_t>(position * shape_.heads * shape_.valueDepth)])));
}

std::string nameOf(const ::testing::TestParamInfo<AttentionKernelsTest::ParamType> &info) {
    return std::string(isaName(std::get<0>(info.param))) + (std::get<1>(info.param) == ACL_BF16 ? "_bf16" : "_fp16") +
           (std::get<2>(info.param) ? "_rounded" : "_exact");
}

#if defined(__aarch64__)
const auto kSets = ::testing::Values(Isa::Portable, Isa::Neon);
#else
const auto kSets = ::testing::Values(Isa::Portable, Isa::Avx2, Isa::Avx512, Isa::Amx);
#endif
INSTANTIATE_TEST_SUITE_P(All, AttentionKernelsTest,
                         ::testing::Combine(kSets, ::testing::Values(ACL_FLOAT16, ACL_BF16), ::testing::Bool()),
                         nameOf);

}  // namespace
}  // namespace ascend4j
