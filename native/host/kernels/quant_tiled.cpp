// Weights stay as CANN has them, once. Few rows read them in place; for more rows each block of columns is unpacked to
// cache first, which a dozen rows already pay for: no second copy of the weights is ever kept.
#include "kernels/quant_tiled.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>

#include "core/thread_pool.h"
#include "kernels/isa.h"
#include "kernels/quant_columns.h"
#include "kernels/quant_output.h"
#include "kernels/quant_tile.h"

namespace ascend4j {
namespace {

constexpr int64_t kChunk = 512;            // values that are widened and quantized at a time
constexpr int64_t kRowBlock = 256;         // rows that share an unpacked block of columns
constexpr int64_t kFewColumns = 64;        // columns of few rows between two writes of results
constexpr int64_t kMostPanels = 4;         // panels of a block
constexpr int64_t kWeightsPerPart = 96 * 1024;  // below that, waking a thread costs more than it brings

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

bool few(const WeightQuantShape &shape) { return shape.m <= kFewRows; }

int64_t rowTiles(const WeightQuantShape &shape) { return divideUp(shape.m, kTileRows); }

// --- activations ---

// Values, scales and sums of all rows; few rows lie one after the other, others by tiles.
struct Left {
    int8_t *values;
    float *scales, *sums;
    int64_t valuePitch, scalePitch;  // of a row or a tile
};

Left takeLeft(const WeightQuantShape &shape, WorkspaceCursor &cursor) {
    Left left;
    const int64_t steps = stepsOf(shape.k), groups = groupsOf(shape.k);
    left.valuePitch = few(shape) ? steps * kGroupsPerStep * kQuantGroup : groups * kTileRows * kQuantGroup;
    left.scalePitch = few(shape) ? steps * kGroupsPerStep * 4 : groups * kTileRows;
    const int64_t count = few(shape) ? shape.m : rowTiles(shape);
    left.values = cursor.take<int8_t>(count * left.valuePitch);
    left.scales = cursor.take<float>(count * left.scalePitch);
    left.sums = cursor.take<float>(count * left.scalePitch);
    return left;
}

// The rows that fill the last tile up are zeros: some are multiplied, none is stored.
void clearRest(const WeightQuantShape &shape, const Left &left) {
    const int64_t rows = shape.m % kTileRows, tile = shape.m / kTileRows;
    if (few(shape) || rows == 0) return;
    for (int64_t g = 0; g < groupsOf(shape.k); g++) {
        int8_t *values = left.values + tile * left.valuePitch + (g * kTileRows + rows) * kQuantGroup;
        std::memset(values, 0, static_cast<size_t>((kTileRows - rows) * kQuantGroup));
        for (int64_t r = rows; r < kTileRows; r++) {
            left.scales[tile * left.scalePitch + g * kTileRows + r] = 0.0f;
            left.sums[tile * left.scalePitch + g * kTileRows + r] = 0.0f;
        }
    }
}

void quantizeRow(const WeightQuantShape &shape, const TensorView &x, int64_t row, const Left &left) {
    const QuantTiles &tiles = *quantTiles();
    const int64_t at = few(shape) ? row : row / kTileRows;
    int8_t *values = left.values + at * left.valuePitch;
    float *scales = left.scales + at * left.scalePitch, *sums = left.sums + at * left.scalePitch;
    alignas(64) float wide[kChunk];
    for (int64_t i = 0; i < shape.k; i += kChunk) {
        const int64_t count = std::min(kChunk, shape.k - i);
        const void *first = elementAt(x.bytes(), x.dtype, row * x.strides[0] + i * x.strides[1]);
        gatherRows({x.dtype, first, x.strides[0], x.strides[1]}, 1, count, wide, kChunk);
        if (few(shape)) {
            tiles.quantizeFew(wide, i / kQuantGroup, count, shape.int4, values, scales, sums);
        } else {
            const int inTile = static_cast<int>(row % kTileRows);
            tiles.quantizeTile(wide, i / kQuantGroup, count, shape.int4, inTile, values, scales, sums);
        }
    }
}

void quantizeRows(const WeightQuantShape &shape, const TensorView &x, const Left &left) {
    parallelFor(shape.m, std::max<int64_t>(1, 8192 / shape.k), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) quantizeRow(shape, x, r, left);
    });
    clearRest(shape, left);
}

// --- few rows ---

struct FewScratch {
    StoredScratch stored;
    float *products;
};

FewScratch takeFewScratch(const WeightQuantShape &shape, WorkspaceCursor &cursor) {
    FewScratch scratch;
    scratch.stored = takeStoredScratch(shape, kFewColumns, cursor);
    scratch.products = cursor.take<float>(kFewRows * kFewColumns);
    return scratch;
}

void multiplyFew(const WeightQuantProduct &product, const Left &left, int64_t begin, int64_t end,
                 const FewScratch &scratch) {
    const WeightQuantShape &shape = product.plan->shape;
    const OutputRows output(product.operands);
    const QuantTiles &tiles = *quantTiles();
    const FewRows x{left.values, left.valuePitch, left.scales, left.sums, left.scalePitch};
    for (int64_t j = begin; j < end; j += kFewColumns) {
        const int64_t count = std::min(kFewColumns, end - j);
        const StoredColumns columns = storedColumns(shape, product.operands, j, count, scratch.stored);
        tiles.multiplyFew(x, static_cast<int>(shape.m), columns, count, shape.k, scratch.products, kFewColumns);
        output.storeBlock(0, shape.m, j, count, scratch.products, kFewColumns);
    }
}

// The columns of all products one after the other, handed out in runs: long ones first, as memory is read best in long
// runs, then shorter ones, so that threads that were late or are slow end with the others.
class ColumnRuns {
public:
    ColumnRuns(const std::vector<WeightQuantProduct> &products, int parts) : products_(products), parts_(parts) {
        for (const WeightQuantProduct &product : products) total_ += paddedTo(product.plan->shape.n, kTileColumns);
    }

    // Multiplies runs until none is left; called by several threads.
    void work(const Left &left, const FewScratch &scratch) {
        for (int64_t count, first = take(&count); count > 0; first = take(&count)) {
            int64_t start = 0;  // of a product
            for (const WeightQuantProduct &product : products_) {
                const int64_t n = product.plan->shape.n;
                const int64_t begin = std::max<int64_t>(first - start, 0), end = std::min(first + count - start, n);
                if (begin < end) multiplyFew(product, left, begin, end, scratch);
                start += paddedTo(n, kTileColumns);
            }
        }
    }

private:
    static constexpr int64_t kShortestRun = 2 * kTileColumns;

    int64_t take(int64_t *count) {
        int64_t first = next_.load(std::memory_order_relaxed);
        do {
            const int64_t left = total_ - first, share = paddedTo(left / (2 * parts_), kTileColumns);
            *count = parts_ == 1 ? left : std::min(left, std::max(share, kShortestRun));
        } while (*count > 0 && !next_.compare_exchange_weak(first, first + *count, std::memory_order_relaxed));
        return first;
    }

    const std::vector<WeightQuantProduct> &products_;
    const int parts_;
    int64_t total_ = 0;
    std::atomic<int64_t> next_{0};
};

// --- many rows ---

struct BlockScratch {
    StoredScratch stored;
    TilePanel panels[kMostPanels];
    float *products;  // [16][kMostPanels * 16]
};

BlockScratch takeBlockScratch(const WeightQuantShape &shape, WorkspaceCursor &cursor) {
    BlockScratch scratch;
    const int64_t groups = groupsOf(shape.k);
    scratch.stored = takeStoredScratch(shape, kMostPanels * kTileColumns, cursor);
    for (TilePanel &panel : scratch.panels) {
        panel.values = cursor.take<uint8_t>(groups * kQuantGroup * kTileColumns);
        panel.scales = cursor.take<float>(groups * kTileColumns);
        panel.offsets = cursor.take<float>(groups * kTileColumns);
    }
    scratch.products = cursor.take<float>(kTileRows * kMostPanels * kTileColumns);
    return scratch;
}

class TileProduct {
public:
    TileProduct(const WeightQuantShape &shape, const WeightQuantOperands &operands, const Left &left, int parts)
        : shape_(shape), operands_(operands), left_(left), output_(operands) {
        const int64_t panels = divideUp(shape.n, kTileColumns), rowBlocks = divideUp(shape.m, kRowBlock);
        panelsPerBlock_ = std::clamp<int64_t>(panels * rowBlocks / (int64_t{kBlocksPerPart} * parts), 1, kMostPanels);
        columnBlocks_ = divideUp(panels, panelsPerBlock_);
        blocks_ = columnBlocks_ * rowBlocks;
    }

    // Takes blocks until none is left; called by several threads.
    void work(const BlockScratch &scratch) {
        for (int64_t i = next_.fetch_add(1); i < blocks_; i = next_.fetch_add(1)) {
            multiplyBlock(i % columnBlocks_ * panelsPerBlock_ * kTileColumns, i / columnBlocks_ * kRowBlock, scratch);
        }
    }

private:
    static constexpr int kBlocksPerPart = 4;  // evens out threads of unequal speed

    void multiplyBlock(int64_t column, int64_t row, const BlockScratch &scratch) {
        const QuantTiles &tiles = *quantTiles();
        const int64_t count = std::min(panelsPerBlock_ * kTileColumns, shape_.n - column);
        const StoredColumns stored = storedColumns(shape_, operands_, column, count, scratch.stored);
        for (int64_t j = 0; j < count; j += kTileColumns) {
            const int live = static_cast<int>(std::min<int64_t>(kTileColumns, count - j));
            tiles.unpack(from(stored, j), live, shape_.k, scratch.panels[j / kTileColumns]);
        }
        const int64_t end = std::min(row + kRowBlock, shape_.m), whole = end - (end - row) % kTileRows;
        if (tiles.begin != nullptr && row < whole) tiles.begin(kTileRows);
        for (int64_t r = row; r < whole; r += kTileRows) multiplyRows(r, kTileRows, column, count, scratch);
        if (tiles.begin != nullptr && whole < end) tiles.begin(static_cast<int>(end - whole));
        if (whole < end) multiplyRows(whole, static_cast<int>(end - whole), column, count, scratch);
        if (tiles.end != nullptr) tiles.end();
    }

    static StoredColumns from(StoredColumns columns, int64_t first) {
        columns.weights += first * columns.pitch;
        columns.scales += first * columns.groupPitch;
        if (columns.offsets != nullptr) columns.offsets += first * columns.groupPitch;
        return columns;
    }

    void multiplyRows(int64_t row, int rows, int64_t column, int64_t count, const BlockScratch &scratch) {
        constexpr int64_t kPitch = kMostPanels * kTileColumns;
        const int64_t tile = row / kTileRows;
        const TileRows x{left_.values + tile * left_.valuePitch, left_.scales + tile * left_.scalePitch,
                         left_.sums + tile * left_.scalePitch};
        for (int64_t j = 0; j < count; j += kTileColumns) {
            quantTiles()->multiplyTile(x, rows, scratch.panels[j / kTileColumns], groupsOf(shape_.k),
                                       scratch.products + j, kPitch);
        }
        output_.storeBlock(row, rows, column, count, scratch.products, kPitch);
    }

    const WeightQuantShape &shape_;
    const WeightQuantOperands &operands_;
    const Left left_;
    const OutputRows output_;
    int64_t panelsPerBlock_, columnBlocks_, blocks_;
    std::atomic<int64_t> next_{0};
};

int64_t partBytes(const WeightQuantShape &shape) {
    WorkspaceCursor cursor(nullptr);
    if (few(shape)) {
        takeFewScratch(shape, cursor);
    } else {
        takeBlockScratch(shape, cursor);
    }
    return cursor.bytes();
}

// The product whose workspace has room for all of them: what a part takes is the same for each.
const WeightQuantPlan &widest(const std::vector<WeightQuantProduct> &products) {
    const auto most = std::max_element(products.begin(), products.end(), [](const auto &a, const auto &b) {
        return a.plan->parts < b.plan->parts;
    });
    return *most->plan;
}

void runFew(const std::vector<WeightQuantProduct> &products, const Left &left, unsigned char *scratch) {
    const WeightQuantPlan &plan = widest(products);
    const int64_t bytes = partBytes(plan.shape);
    ColumnRuns runs(products, plan.parts);
    parallelFor(plan.parts, 1, [&](int64_t begin, int64_t end) {
        for (int64_t part = begin; part < end; part++) {
            WorkspaceCursor cursor(scratch + part * bytes);
            runs.work(left, takeFewScratch(plan.shape, cursor));
        }
    });
}

void runMany(const std::vector<WeightQuantProduct> &products, const Left &left, unsigned char *scratch) {
    const WeightQuantPlan &plan = widest(products);
    const int64_t bytes = partBytes(plan.shape);
    std::deque<TileProduct> tiled;
    for (const WeightQuantProduct &each : products) {
        tiled.emplace_back(each.plan->shape, each.operands, left, plan.parts);
    }
    parallelFor(plan.parts, 1, [&](int64_t begin, int64_t end) {
        for (int64_t part = begin; part < end; part++) {
            WorkspaceCursor cursor(scratch + part * bytes);
            const BlockScratch blocks = takeBlockScratch(plan.shape, cursor);
            for (TileProduct &product : tiled) product.work(blocks);
        }
    });
}

}  // namespace

const QuantTiles *quantTiles() {
    switch (isa()) {
        case Isa::Amx: return quantTilesAmx();
        case Isa::Avx512Vnni: return quantTilesAvx512Vnni();
        default: return nullptr;
    }
}

int tiledParts(const WeightQuantShape &shape) {
    const int64_t weights = shape.n * shape.k * std::max<int64_t>(1, shape.m / kFewRows);
    return static_cast<int>(std::clamp<int64_t>(weights / kWeightsPerPart, 1, allowedCores()));
}

int64_t tiledBytes(const WeightQuantPlan &plan) {
    WorkspaceCursor cursor(nullptr);
    takeLeft(plan.shape, cursor);
    cursor.take<unsigned char>(partBytes(plan.shape) * plan.parts);
    return cursor.bytes();
}

bool joinTiled(const WeightQuantShape &a, const WeightQuantShape &b) {
    return a.m == b.m && a.k == b.k && a.int4 == b.int4 && partBytes(a) == partBytes(b);
}

void runTiled(const std::vector<WeightQuantProduct> &products, unsigned char *workspace) {
    const WeightQuantPlan &plan = widest(products);
    WorkspaceCursor cursor(workspace);
    const Left left = takeLeft(plan.shape, cursor);
    quantizeRows(plan.shape, products[0].operands.x, left);
    unsigned char *scratch = cursor.take<unsigned char>(partBytes(plan.shape) * plan.parts);
    (few(plan.shape) ? runFew : runMany)(products, left, scratch);
}

}  // namespace ascend4j
