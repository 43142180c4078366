// The kernels read nothing beyond their operands: each operand ends where an unreadable page begins.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/convert.h"
#include "kernels/gemm_panel.h"
#include "kernels/quant_panel.h"
#include "matmul/matmul_device.h"

namespace matmul_test {
namespace {

// `bytes` of memory whose end is the end of the last readable page.
class FencedMemory {
public:
    explicit FencedMemory(size_t bytes) {
        const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
        const size_t readable = (bytes + page - 1) / page * page;
        mapped_ = readable + page;
        base_ = static_cast<uint8_t *>(mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        EXPECT_NE(MAP_FAILED, static_cast<void *>(base_));
        EXPECT_EQ(0, mprotect(base_ + readable, page, PROT_NONE));
        start_ = base_ + readable - bytes;
        std::memset(start_, 0x11, bytes);
    }
    ~FencedMemory() { munmap(base_, mapped_); }
    FencedMemory(const FencedMemory &) = delete;
    FencedMemory &operator=(const FencedMemory &) = delete;
    template <typename T>
    T *as() const {
        return reinterpret_cast<T *>(start_);
    }

private:
    uint8_t *base_, *start_;
    size_t mapped_;
};

class OperandBounds : public testing::TestWithParam<Isa> {
protected:
    void SetUp() override { ASSERT_EQ(GetParam(), ascend4j::limitIsa(GetParam())); }
    void TearDown() override { ascend4j::limitIsa(ascend4j::kWidestIsa); }
};

constexpr size_t kInner[] = {1, 2, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 97, 127, 128, 130, 200};

TEST_P(OperandBounds, ofConversions) {
    for (size_t n : kInner) {
        const FencedMemory halves(2 * n), floats(4 * n);
        for (aclDataType dtype : {ACL_FLOAT16, ACL_BF16}) {
            ascend4j::toFloat(dtype, halves.as<void>(), floats.as<float>(), static_cast<int64_t>(n));
            ascend4j::fromFloat(dtype, floats.as<float>(), halves.as<void>(), static_cast<int64_t>(n));
        }
        EXPECT_EQ(0x1111, halves.as<uint16_t>()[n - 1]);
    }
}

TEST_P(OperandBounds, ofFloatPanels) {
    const ascend4j::GemmPanels &panels = ascend4j::gemmPanels();
    for (size_t k : kInner) {
        for (size_t columns : {1, 3, 4, 6}) {
            for (int rows = 1; rows <= ascend4j::kPanelRows; rows++) {
                const size_t height = static_cast<size_t>(rows);
                const int64_t length = static_cast<int64_t>(k), width = static_cast<int64_t>(columns);
                const FencedMemory a(4 * height * k), b(4 * columns * k), narrow(2 * columns * k), c(4 * height * columns);
                std::fill_n(a.as<float>(), height * k, 1.0f);
                std::fill_n(b.as<float>(), columns * k, 1.0f);
                panels.ofFloat(a.as<float>(), length, rows, b.as<float>(), length, width, length, c.as<float>(), width);
                for (size_t i = 0; i < height * columns; i++) {
                    ASSERT_EQ(static_cast<float>(k), c.as<float>()[i]);
                }
                for (ascend4j::Panel<uint16_t> panel : {panels.ofHalf, panels.ofBfloat}) {
                    if (panel != nullptr) {
                        panel(a.as<float>(), length, rows, narrow.as<uint16_t>(), length, width, length, c.as<float>(), width);
                        ASSERT_LT(c.as<float>()[0], static_cast<float>(k));
                    }
                }
            }
        }
    }
}

TEST_P(OperandBounds, ofDequantization) {
    const ascend4j::GemmPanels &panels = ascend4j::gemmPanels();
    for (size_t k : kInner) {
        const FencedMemory pairs((k + 1) / 2), bytes(k), scales(4), offsets(4), target(4 * k);
        *scales.as<float>() = 2.0f;
        *offsets.as<float>() = 3.0f;
        const int64_t length = static_cast<int64_t>(k);
        panels.dequantizeInt4(pairs.as<uint8_t>(), scales.as<float>(), offsets.as<float>(), length, target.as<float>(), length);
        EXPECT_EQ(8.0f, target.as<float>()[k - 1]);
        panels.dequantizeInt8(bytes.as<int8_t>(), scales.as<float>(), offsets.as<float>(), length, target.as<float>(), length);
        EXPECT_EQ(40.0f, target.as<float>()[k - 1]);
    }
}

TEST_P(OperandBounds, ofIntegerPanels) {
    const ascend4j::QuantPanels &panels = ascend4j::quantPanels();
    for (size_t k : kInner) {
        const size_t groups = (k + 31) / 32, pitch = (k + 127) / 128 * 128, groupPitch = (groups + 15) / 16 * 16;
        const int64_t length = static_cast<int64_t>(k);
        for (const bool int4 : {true, false}) {
            for (size_t columns : {1, 5}) {
                const size_t columnBytes = int4 ? (k + 1) / 2 : k;
                const FencedMemory x(4 * k), values(pitch), scales(4 * groupPitch), sums(4 * groupPitch);
                const FencedMemory w(columns * columnBytes), scaleW(4 * columns * groups), offsetW(4 * columns * groups);
                const FencedMemory c(4 * columns);
                std::fill_n(x.as<float>(), k, 1.0f);
                std::fill_n(scaleW.as<float>(), columns * groups, 1.0f);
                std::fill_n(offsetW.as<float>(), columns * groups, 1.0f);
                const auto order = int4 ? ascend4j::QuantOrder::Split : ascend4j::QuantOrder::Natural;
                panels.quantize(x.as<float>(), length, order, values.as<int8_t>(), scales.as<float>(), sums.as<float>());
                const ascend4j::QuantizedRows rows{values.as<int8_t>(), static_cast<int64_t>(pitch), scales.as<float>(),
                                                   sums.as<float>(), static_cast<int64_t>(groupPitch)};
                const ascend4j::WeightRows weights{w.as<uint8_t>(), static_cast<int64_t>(columnBytes), scaleW.as<float>(),
                                                   offsetW.as<float>(), static_cast<int64_t>(groups)};
                const int64_t width = static_cast<int64_t>(columns);
                (int4 ? panels.int4 : panels.int8)(rows, 1, weights, width, length, c.as<float>(), width);
                const float each = int4 ? 2.0f : 18.0f;
                for (size_t j = 0; j < columns; j++) {
                    ASSERT_NEAR(each * static_cast<float>(k), c.as<float>()[j], 1e-4f * each * static_cast<float>(k));
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(OfIsa, OperandBounds, testing::ValuesIn(machineIsas()), isaTestName);

}  // namespace
}  // namespace matmul_test
