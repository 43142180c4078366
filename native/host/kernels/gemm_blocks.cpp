#include "kernels/gemm_blocks.h"

#include <algorithm>
#include <atomic>

#include "core/thread_pool.h"

namespace ascend4j {
namespace {

constexpr int64_t kCacheBytes = 256 * 1024;      // a quarter of a small second-level cache
constexpr int64_t kMostColumns = 64;
constexpr int64_t kFewestColumns = 16;
constexpr int64_t kProductsPerPart = 128 * 1024;  // below that, waking a thread costs more than it brings
constexpr int64_t kBlocksPerPart = 4;             // evens out threads of unequal speed
constexpr int64_t kTile = 4;

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

int partsFor(int64_t batches, int64_t m, int64_t n, int64_t k) {
    const double products = static_cast<double>(batches) * static_cast<double>(m) * static_cast<double>(n) *
                            static_cast<double>(std::max<int64_t>(k, 1));
    const double useful = products / static_cast<double>(kProductsPerPart);
    return static_cast<int>(std::clamp(useful, 1.0, static_cast<double>(allowedCores())));
}

}  // namespace

BlockPlan planBlocks(int64_t batches, int64_t m, int64_t n, int64_t k, int64_t columnBytes, bool unpacks) {
    BlockPlan plan;
    plan.batches = batches;
    plan.m = m;
    plan.n = n;
    plan.parts = partsFor(batches, m, n, k);
    const int64_t fitting = kCacheBytes / std::max<int64_t>(columnBytes, 1) / kTile * kTile;
    plan.columnBlock = std::clamp<int64_t>(fitting, 2 * kTile, kMostColumns);
    plan.rowBlock = std::max<int64_t>(m, 1);
    if (plan.parts == 1 || batches == 0) return plan;

    const int64_t wanted = plan.parts * kBlocksPerPart;
    const int64_t evenColumns = paddedTo(divideUp(n, divideUp(wanted, batches)), kTile);
    plan.columnBlock = std::min(plan.columnBlock, std::max(evenColumns, kFewestColumns));
    const int64_t blocks = batches * divideUp(n, plan.columnBlock);
    const int64_t fewestRows = unpacks ? 8 * kTile : 2 * kTile;
    if (blocks < wanted && m > fewestRows) {
        const int64_t evenRows = paddedTo(divideUp(m, divideUp(wanted, blocks)), kTile);
        plan.rowBlock = std::max(evenRows, fewestRows);
    }
    return plan;
}

void forEachBlock(const BlockPlan &plan, const std::function<void(const Block &)> &body) {
    if (plan.batches <= 0 || plan.m <= 0 || plan.n <= 0) return;
    const int64_t rowBlocks = divideUp(plan.m, plan.rowBlock), columnBlocks = divideUp(plan.n, plan.columnBlock);
    const int64_t blocks = plan.batches * rowBlocks * columnBlocks;
    std::atomic<int64_t> next{0};
    parallelFor(plan.parts, 1, [&](int64_t begin, int64_t end) {
        for (int64_t part = begin; part < end; part++) {
            for (int64_t i = next.fetch_add(1); i < blocks; i = next.fetch_add(1)) {
                Block block;
                block.part = static_cast<int>(part);
                block.row = i % rowBlocks * plan.rowBlock;
                block.rows = std::min(plan.rowBlock, plan.m - block.row);
                block.column = i / rowBlocks % columnBlocks * plan.columnBlock;
                block.columns = std::min(plan.columnBlock, plan.n - block.column);
                block.batch = i / rowBlocks / columnBlocks;
                body(block);
            }
        }
    });
}

}  // namespace ascend4j
