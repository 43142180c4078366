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
constexpr int64_t kBatchRows = 32;         // rows up to which columns are not transposed for the tile unit
constexpr int64_t kRowBlock = 256;         // rows that share an unpacked block of columns
constexpr int64_t kFewColumns = 64;        // columns of few rows between two writes of results
constexpr int64_t kMostPanels = 4;         // panels of a block
constexpr int64_t kWeightsPerPart = 96 * 1024;  // below that, waking a thread costs more than it brings

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

bool few(const WeightQuantShape &shape) { return shape.m <= kFewRows; }

bool batch(const WeightQuantShape &shape) { return !few(shape) && shape.m <= kBatchRows; }

const QuantTiles &tilesOf(const WeightQuantShape &shape) {
    const bool inTileUnit = batch(shape) && shape.k <= kBatchMostK && isa() == Isa::Amx;
    return inTileUnit ? *quantBatchTilesAmx() : *quantTiles();
}

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
    const int64_t steps = stepsOf(shape.k), groups = groupsOf(shape.k) + 1;  // a pair may miss one
    left.valuePitch = few(shape) ? steps * kGroupsPerStep * kQuantGroup : groups * kTileRows * kQuantGroup;
    left.scalePitch = few(shape) ? steps * kGroupsPerStep * 4 : groups * kTileRows;
    const int64_t count = few(shape) ? shape.m : rowTiles(shape);
    left.values = cursor.take<int8_t>(count * left.valuePitch);
    left.scales = cursor.take<float>(count * left.scalePitch);
    left.sums = cursor.take<float>(count * left.scalePitch);
    return left;
}

// The rows that fill the last tile up are zeros: some are multiplied, none is stored.
void clearLast(const WeightQuantShape &shape, const Left &left) {
    const int64_t tile = shape.m / kTileRows;
    if (few(shape) || shape.m % kTileRows == 0) return;
    std::memset(left.values + tile * left.valuePitch, 0, static_cast<size_t>(left.valuePitch));
    std::fill_n(left.scales + tile * left.scalePitch, left.scalePitch, 0.0f);
    std::fill_n(left.sums + tile * left.scalePitch, left.scalePitch, 0.0f);
}

// Values [begin, end) of k of one row; both are multiples of 32 or the row's end.
void quantizeRow(const WeightQuantShape &shape, const TensorView &x, int64_t row, int64_t begin, int64_t end,
                 const Left &left) {
    const QuantTiles &tiles = tilesOf(shape);
    const int64_t at = few(shape) ? row : row / kTileRows;
    int8_t *values = left.values + at * left.valuePitch;
    float *scales = left.scales + at * left.scalePitch, *sums = left.sums + at * left.scalePitch;
    alignas(64) float wide[kChunk];
    for (int64_t i = begin; i < end; i += kChunk) {
        const int64_t count = std::min(kChunk, end - i);
        const void *first = elementAt(x.bytes(), x.dtype, row * x.strides[0] + i * x.strides[1]);
        gatherRows({x.dtype, first, x.strides[0], x.strides[1]}, 1, count, wide, kChunk);
        if (few(shape)) {
            tiles.quantizeFew(wide, i / kQuantGroup, count, shape.int4, values, scales, sums);
        } else {
            const int inTile = static_cast<int>(row % kTileRows);
            const int rows = static_cast<int>(std::min<int64_t>(kTileRows, shape.m - (row - inTile)));
            tiles.quantizeTile(wide, i / kQuantGroup, count, shape.int4, inTile, rows, values, scales, sums);
        }
    }
}

void quantizeRows(const WeightQuantShape &shape, const TensorView &x, const Left &left) {
    clearLast(shape, left);
    if (batch(shape)) {  // by ranges of k, as the rows of a batch share cache lines
        const int64_t steps = stepsOf(shape.k), values = kGroupsPerStep * kQuantGroup;
        parallelFor(steps, std::max<int64_t>(1, 8192 / (values * shape.m)), [&](int64_t begin, int64_t end) {
            for (int64_t r = 0; r < shape.m; r++) {
                quantizeRow(shape, x, r, begin * values, std::min(end * values, shape.k), left);
            }
        });
        return;
    }
    parallelFor(shape.m, std::max<int64_t>(1, 8192 / shape.k), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) quantizeRow(shape, x, r, 0, shape.k, left);
    });
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

// The columns of all products one after the other, handed out in runs: long ones first, as each run begins with memory
// that nobody asked for in time, then shorter ones, so that threads that were late or are slow end with the others.
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
            const int64_t left = total_ - first, share = paddedTo(left / parts_, kTileColumns);
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
    float *products;  // [16][kMostPanels * 16], of a batch [32]
};

BlockScratch takeBlockScratch(const WeightQuantShape &shape, WorkspaceCursor &cursor) {
    BlockScratch scratch;
    const int64_t numbers = std::max(groupsOf(shape.k) * kTileColumns, batch(shape) ? kBatchNumbers : 0);
    scratch.stored = takeStoredScratch(shape, kMostPanels * kTileColumns, cursor);
    for (int i = 0; i < (batch(shape) ? 1 : kMostPanels); i++) {
        TilePanel &panel = scratch.panels[i];
        panel.values = cursor.take<uint8_t>(tilePanelBytes(shape.k));
        panel.scales = cursor.take<float>(numbers);
        panel.offsets = cursor.take<float>(numbers);
    }
    scratch.products = cursor.take<float>((batch(shape) ? kBatchRows : kTileRows) * kMostPanels * kTileColumns);
    return scratch;
}

class TileProduct {
public:
    TileProduct(const WeightQuantShape &shape, const WeightQuantOperands &operands, const Left &left, int parts)
        : shape_(shape), operands_(operands), left_(left), output_(operands), parts_(parts) {
        const int64_t panels = divideUp(shape.n, kTileColumns), rowBlocks = divideUp(shape.m, kRowBlock);
        panelsPerBlock_ = std::clamp<int64_t>(panels * rowBlocks / (int64_t{kBlocksPerPart} * parts), 1, kMostPanels);
        columnBlocks_ = divideUp(panels, panelsPerBlock_);
        blocks_ = columnBlocks_ * rowBlocks;
    }

    // Takes blocks until none is left; called by several threads. Each is known while the one before it is multiplied,
    // so that its memory can be fetched meanwhile.
    void work(BlockScratch scratch) {
        Run run = draw();
        for (int64_t block = run.begin; block < blocks_;) {
            if (++run.begin == run.end) run = draw();
            Prefetch ahead = run.begin < blocks_ ? prefetch(columnOf(run.begin)) : Prefetch();
            const int64_t row = block / columnBlocks_ * kRowBlock;
            if (batch(shape_)) {
                multiplyBatch(columnOf(block), scratch, ahead);
            } else {
                multiplyBlock(columnOf(block), row, scratch, ahead);
            }
            block = run.begin;
        }
    }

private:
    static constexpr int kBlocksPerPart = 8;  // evens out threads of unequal speed
    static constexpr int64_t kPitch = kMostPanels * kTileColumns;

    struct Run {
        int64_t begin, end;
    };

    // Runs grow shorter towards the end, where they even out what threads have left.
    Run draw() {
        int64_t begin = next_.load(std::memory_order_relaxed), end;
        do {
            if (begin >= blocks_) return {blocks_, blocks_};
            end = begin + std::max<int64_t>(1, (blocks_ - begin) / parts_);
        } while (!next_.compare_exchange_weak(begin, end, std::memory_order_relaxed));
        return {begin, end};
    }

    int64_t columnOf(int64_t block) const { return block % columnBlocks_ * panelsPerBlock_ * kTileColumns; }
    int64_t countAt(int64_t column) const { return std::min(panelsPerBlock_ * kTileColumns, shape_.n - column); }

    // What a block will read, if it can be read where it lies without a gap.
    Prefetch prefetch(int64_t column) const {
        Prefetch ahead;
        if (!readInPlace(shape_)) return ahead;
        const StoredColumns columns = storedColumns(shape_, operands_, column, countAt(column), {});
        const int64_t count = countAt(column), halves = count * groupsOf(shape_.k) * static_cast<int64_t>(sizeof(uint16_t));
        if (columns.pitch == packedColumnBytes(shape_)) ahead.add(columns.weights, count * columns.pitch);
        if (columns.groupPitch == groupsOf(shape_.k)) {
            ahead.add(columns.scales, halves);
            if (columns.offsets != nullptr) ahead.add(columns.offsets, halves);
        }
        const int64_t tiles = divideUp(std::min(shape_.m, kRowBlock), kTileRows) * divideUp(count, kTileColumns);
        ahead.spread(tiles * groupsOf(shape_.k));
        return ahead;
    }

    // All rows, panel by panel: each is unpacked to the first level of cache and used at once.
    void multiplyBatch(int64_t column, BlockScratch &scratch, Prefetch &ahead) {
        const QuantTiles &tiles = tilesOf(shape_);
        const int64_t count = countAt(column);
        const StoredColumns stored = storedColumns(shape_, operands_, column, count, scratch.stored);
        int configured = 0;
        for (int64_t j = 0; j < count; j += kTileColumns) {
            const int live = static_cast<int>(std::min<int64_t>(kTileColumns, count - j));
            tiles.unpack(from(stored, j), live, shape_.k, scratch.panels[0]);
            for (int64_t row = 0; row < shape_.m; row += kTileRows) {
                const int rows = static_cast<int>(std::min<int64_t>(kTileRows, shape_.m - row));
                if (tiles.begin != nullptr && rows != configured) tiles.begin(rows);
                configured = rows;
                tiles.multiplyTile(rowsAt(row), rows, scratch.panels[0], groupsOf(shape_.k),
                                   scratch.products + row * kPitch + j, kPitch, ahead);
            }
        }
        if (tiles.end != nullptr) tiles.end();
        output_.storeBlock(0, shape_.m, column, count, scratch.products, kPitch);
    }

    void multiplyBlock(int64_t column, int64_t row, BlockScratch &scratch, Prefetch &ahead) {
        const QuantTiles &tiles = *quantTiles();
        const int64_t count = countAt(column);
        const StoredColumns stored = storedColumns(shape_, operands_, column, count, scratch.stored);
        for (int64_t j = 0; j < count; j += kTileColumns) {
            const int live = static_cast<int>(std::min<int64_t>(kTileColumns, count - j));
            tiles.unpack(from(stored, j), live, shape_.k, scratch.panels[j / kTileColumns]);
        }
        const int64_t end = std::min(row + kRowBlock, shape_.m), whole = end - (end - row) % kTileRows;
        if (tiles.begin != nullptr && row < whole) tiles.begin(kTileRows);
        for (int64_t r = row; r < whole; r += kTileRows) multiplyRows(r, kTileRows, column, count, scratch, ahead);
        if (tiles.begin != nullptr && whole < end) tiles.begin(static_cast<int>(end - whole));
        if (whole < end) multiplyRows(whole, static_cast<int>(end - whole), column, count, scratch, ahead);
        if (tiles.end != nullptr) tiles.end();
    }

    static StoredColumns from(StoredColumns columns, int64_t first) {
        columns.weights += first * columns.pitch;
        columns.scales += first * columns.groupPitch;
        if (columns.offsets != nullptr) columns.offsets += first * columns.groupPitch;
        return columns;
    }

    TileRows rowsAt(int64_t row) const {
        const int64_t tile = row / kTileRows;
        return {left_.values + tile * left_.valuePitch, left_.scales + tile * left_.scalePitch,
                left_.sums + tile * left_.scalePitch};
    }

    void multiplyRows(int64_t row, int rows, int64_t column, int64_t count, const BlockScratch &scratch,
                      Prefetch &ahead) {
        for (int64_t j = 0; j < count; j += kTileColumns) {
            quantTiles()->multiplyTile(rowsAt(row), rows, scratch.panels[j / kTileColumns], groupsOf(shape_.k),
                                       scratch.products + j, kPitch, ahead);
        }
        output_.storeBlock(row, rows, column, count, scratch.products, kPitch);
    }

    const WeightQuantShape &shape_;
    const WeightQuantOperands &operands_;
    const Left left_;
    const OutputRows output_;
    const int parts_;
    int64_t panelsPerBlock_, columnBlocks_, blocks_;
    alignas(64) std::atomic<int64_t> next_{0};
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
