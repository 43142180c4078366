// The integer way of weight-quantized products, bit for bit: against the order of operations that quant_tile.h states,
// carried out one element at a time, and against itself over row counts.
#include "kernels/quant_tile.h"

#include <cmath>
#include <cstring>

#include "kernels/quant_matmul.h"
#include "matmul/matmul_device.h"

namespace matmul_test {
namespace {

using namespace ascend4j;

struct TileCase {
    int64_t n = 40, k = 200;
    bool int4 = true, offset = true, bfloat = false;
    int64_t gap = 0;  // bytes between columns, and halves between columns of scales
    std::string name() const {
        return "n " + std::to_string(n) + " k " + std::to_string(k) + (int4 ? " int4" : " int8") +
               (offset ? " offset" : "") + (bfloat ? " bfloat" : "") + " gap " + std::to_string(gap);
    }
};

class Operands {
public:
    Operands(const TileCase &c, int64_t rows, std::mt19937 &random) : c_(c), rows_(rows), groups_(groupsOf(c.k)) {
        pitch_ = (c.int4 ? (c.k + 1) / 2 : c.k) + c.gap;
        groupPitch_ = groups_ + c.gap;
        std::normal_distribution<float> normal;
        weights_.resize(static_cast<size_t>(pitch_ * c.n));
        for (uint8_t &byte : weights_) byte = static_cast<uint8_t>(random());
        fill(scales_, groupPitch_ * c.n, [&] { return 0.01f + std::abs(normal(random)) / 50; });
        fill(offsets_, groupPitch_ * c.n, [&] { return 3 * normal(random); });
        fill(x_, rows * c.k, [&] { return normal(random) * std::exp2(static_cast<float>(random() % 16) - 8); });
    }

    // Rows [first, first + count) by the operator's kernels.
    std::vector<uint16_t> multiply(int64_t first, int64_t count) {
        std::vector<uint16_t> y(static_cast<size_t>(count * c_.n), 0x7fff);
        WeightQuantShape shape;
        shape.m = count;
        shape.n = c_.n;
        shape.k = c_.k;
        shape.group = kQuantGroup;
        shape.groups = groups_;
        shape.int4 = c_.int4;
        shape.hasOffset = c_.offset;
        shape.weightColumn = c_.int4 ? pitch_ * 2 : pitch_;
        shape.weightK = shape.scaleGroup = 1;
        shape.scaleColumn = groupPitch_;
        if (c_.offset) shape.offsetColumn = groupPitch_, shape.offsetGroup = 1;
        const aclDataType dtype = c_.bfloat ? ACL_BF16 : ACL_FLOAT16;
        const WeightQuantPlan plan = planWeightQuant(shape, dtype, true);
        WeightQuantOperands operands;
        operands.x = view(dtype, {count, c_.k}, {c_.k, 1}, x_.data() + first * c_.k);
        operands.weight = view(c_.int4 ? ACL_INT4 : ACL_INT8, {c_.k, c_.n}, {1, shape.weightColumn}, weights_.data());
        operands.scale = view(dtype, {groups_, c_.n}, {1, groupPitch_}, scales_.data());
        if (c_.offset) operands.offset = view(dtype, {groups_, c_.n}, {1, groupPitch_}, offsets_.data());
        operands.y = view(dtype, {count, c_.n}, {c_.n, 1}, y.data());
        std::vector<unsigned char> workspace(static_cast<size_t>(plan.workspaceBytes()), 0xff);
        runWeightQuant(plan, operands, workspace.data());
        return y;
    }

    std::vector<uint16_t> expected(int64_t first, int64_t count) const {
        std::vector<uint16_t> y;
        for (int64_t r = first; r < first + count; r++) {
            const std::vector<Group> row = quantize(r);
            for (int64_t j = 0; j < c_.n; j++) {
                const float value = element(row, j);
                y.push_back(c_.bfloat ? floatToBfloat(value) : floatToHalf(value));
            }
        }
        return y;
    }

private:
    struct Group {
        int values[kQuantGroup] = {};
        float scale = 0, sum = 0;
    };

    template <class Value>
    void fill(std::vector<uint16_t> &target, int64_t count, const Value &value) {
        for (int64_t i = 0; i < count; i++) {
            target.push_back(c_.bfloat ? floatToBfloat(value()) : floatToHalf(value()));
        }
    }
    float number(uint16_t bits) const { return c_.bfloat ? bfloatToFloat(bits) : halfToFloat(bits); }

    static TensorView view(aclDataType dtype, std::vector<int64_t> dims, std::vector<int64_t> strides, void *data) {
        TensorView made;
        made.present = true;
        made.dtype = dtype;
        made.rank = 2;
        std::copy(dims.begin(), dims.end(), made.dims);
        std::copy(strides.begin(), strides.end(), made.strides);
        made.data = data;
        return made;
    }

    std::vector<Group> quantize(int64_t row) const {
        std::vector<Group> groups(static_cast<size_t>(groups_));
        for (int64_t i = 0; i < c_.k; i += kQuantGroup) {
            Group &group = groups[static_cast<size_t>(i / kQuantGroup)];
            const int64_t length = std::min<int64_t>(kQuantGroup, c_.k - i);
            float largest = 0;
            const auto at = [&](int64_t e) { return number(x_[static_cast<size_t>(row * c_.k + i + e)]); };
            for (int64_t e = 0; e < length; e++) largest = std::max(largest, std::abs(at(e)));
            group.scale = largest / 127.0f;
            int sum = 0;
            for (int64_t e = 0; e < length && largest > 0; e++) {
                sum += group.values[e] = static_cast<int>(std::lrintf(at(e) * (127.0f / largest)));
            }
            group.sum = static_cast<float>(sum);
        }
        return groups;
    }

    int weight(int64_t j, int64_t i) const {
        if (!c_.int4) return static_cast<int8_t>(weights_[static_cast<size_t>(j * pitch_ + i)]);
        const int nibble = weights_[static_cast<size_t>(j * pitch_ + i / 2)] >> (i % 2 * 4) & 0xf;
        return nibble < 8 ? nibble : nibble - 16;
    }

    float element(const std::vector<Group> &row, int64_t j) const {
        const int bias = c_.int4 ? 8 : 128;
        float total = 0;
        for (int64_t phase = 0; phase < kGroupsPerStep; phase++) {
            float sum = 0;
            for (int64_t g = phase; g < groups_; g += kGroupsPerStep) {
                const Group &x = row[static_cast<size_t>(g)];
                int dot = 0;
                for (int64_t e = 0; e < std::min<int64_t>(kQuantGroup, c_.k - g * kQuantGroup); e++) {
                    dot += (weight(j, g * kQuantGroup + e) + bias) * x.values[e];
                }
                const size_t at = static_cast<size_t>(j * groupPitch_ + g);
                const float offset = c_.offset ? number(offsets_[at]) : 0.0f;
                const float t = std::fma(offset - static_cast<float>(bias), x.sum, static_cast<float>(dot));
                sum = std::fma(t * x.scale, number(scales_[at]), sum);
            }
            total += sum;
        }
        return total;
    }

    TileCase c_;
    int64_t rows_, groups_, pitch_, groupPitch_;
    std::vector<uint8_t> weights_;
    std::vector<uint16_t> scales_, offsets_, x_;
};

class QuantTilesTest : public testing::TestWithParam<Isa> {
protected:
    void SetUp() override {
        ASSERT_EQ(GetParam(), limitIsa(GetParam()));
        RecordProperty("seed", static_cast<int>(kSeed));
    }
    void TearDown() override { limitIsa(kWidestIsa); }

    // All rows at once give what each gives alone and, where the tiles serve, what the stated order gives.
    void check(const TileCase &c, int64_t rows) {
        SCOPED_TRACE(c.name() + " rows " + std::to_string(rows));
        Operands operands(c, rows, random_);
        const std::vector<uint16_t> all = operands.multiply(0, rows);
        if (quantTiles() != nullptr) {
            ASSERT_EQ(operands.expected(0, rows), all);
        }
        const int64_t step = std::max<int64_t>(1, rows / 8);
        for (int64_t r = 0; r < rows; r += step) {
            const auto at = all.begin() + r * c.n;
            ASSERT_EQ(std::vector<uint16_t>(at, at + c.n), operands.multiply(r, 1)) << "row " << r;
        }
    }

    static constexpr unsigned kSeed = 20260911;
    std::mt19937 random_{kSeed};
};

TEST_P(QuantTilesTest, everyTypeOfOperand) {
    for (bool int4 : {true, false}) {
        for (bool offset : {true, false}) {
            for (bool bfloat : {true, false}) {
                for (int64_t rows : {1, 4, 5, 20}) check({40, 200, int4, offset, bfloat}, rows);
            }
        }
    }
}

TEST_P(QuantTilesTest, everyRemainderOfColumnsAndDepth) {
    for (bool int4 : {true, false}) {
        for (int64_t k : {40, 64, 96, 128, 160, 576, 1056}) {
            for (int64_t n : {1, 3, 16, 17, 63, 65}) {
                for (int64_t rows : {1, 3, 6}) check({n, k, int4}, rows);
            }
        }
    }
}

TEST_P(QuantTilesTest, everyRemainderOfRows) {
    for (int64_t rows = 1; rows <= 34; rows++) {
        check({48, 192}, rows);
        check({48, 192, false, false}, rows);
    }
    for (int64_t rows : {255, 256, 257, 600}) check({33, 96}, rows);
}

TEST_P(QuantTilesTest, columnsThatLieApart) {
    for (bool int4 : {true, false}) {
        for (bool offset : {true, false}) {
            for (int64_t rows : {1, 7, 9}) check({50, 256, int4, offset, false, 3}, rows);
        }
    }
}

// Int8 columns without offsets may be multiplied where they lie, but not beyond their end.
TEST_P(QuantTilesTest, int8ColumnsWithoutOffsets) {
    for (int64_t k : {32, 64, 96, 128, 576, 640}) {
        for (int64_t n : {15, 16, 40}) {
            for (int64_t rows : {6, 12, 24}) check({n, k, false, false}, rows);
        }
    }
}

TEST_P(QuantTilesTest, depthsUpToAndBeyondTheMostOfABatch) {
    for (int64_t k : {16384, 16416}) {
        for (bool int4 : {true, false}) {
            for (int64_t rows : {5, 16}) check({17, k, int4}, rows);
        }
    }
}

// All rows of one product, on whatever instruction set has tiles, are the same bits.
TEST_P(QuantTilesTest, instructionSetsWithTilesAgree) {
    Operands operands({96, 576}, 37, random_);
    const std::vector<uint16_t> here = operands.multiply(0, 37);
    const bool tiles = quantTiles() != nullptr;
    for (Isa other : machineIsas()) {
        limitIsa(other);
        if (tiles && quantTiles() != nullptr) {
            EXPECT_EQ(here, operands.multiply(0, 37)) << isaName(other);
        } else if (other == GetParam()) {
            EXPECT_EQ(here, operands.multiply(0, 37)) << isaName(other);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(OfIsa, QuantTilesTest, testing::ValuesIn(machineIsas()), isaTestName);

}  // namespace
}  // namespace matmul_test
