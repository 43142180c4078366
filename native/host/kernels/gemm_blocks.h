// How a product's output is cut into blocks and how the pool's threads share them.
#pragma once

#include <cstdint>
#include <functional>

namespace ascend4j {

// A block is `rowBlock` rows by `columnBlock` columns of one batch. A part is a share of the scratch memory that one
// thread uses at a time; parts take blocks as they get done with the last, so nothing may depend on which does what.
struct BlockPlan {
    int64_t batches = 0, m = 0, n = 0;
    int64_t rowBlock = 1, columnBlock = 1;
    int parts = 1;
};

struct Block {
    int part;
    int64_t batch, row, rows, column, columns;
};

// `columnBytes` is what one column of the right operand holds in cache while its block is worked on; `unpacks` says
// that a block's columns are unpacked first, which makes short row blocks wasteful.
BlockPlan planBlocks(int64_t batches, int64_t m, int64_t n, int64_t k, int64_t columnBytes, bool unpacks);

void forEachBlock(const BlockPlan &plan, const std::function<void(const Block &)> &body);

// n rounded up to a multiple.
constexpr int64_t paddedTo(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

// Hands out aligned pieces of a workspace, or just counts them when it starts from null.
class WorkspaceCursor {
public:
    explicit WorkspaceCursor(unsigned char *base) : base_(base) {
        used_ = static_cast<int64_t>(-reinterpret_cast<uintptr_t>(base) & uintptr_t(kAlignment - 1));
    }
    template <typename T>
    T *take(int64_t count) {
        T *piece = base_ == nullptr ? nullptr : reinterpret_cast<T *>(base_ + used_);
        used_ += paddedTo(count * static_cast<int64_t>(sizeof(T)), kAlignment);
        return piece;
    }
    // Bytes to ask for: what was taken and room to align an arbitrary base.
    int64_t bytes() const { return used_ + kAlignment; }

private:
    static constexpr int64_t kAlignment = 64;
    unsigned char *base_;
    int64_t used_;
};

}  // namespace ascend4j
