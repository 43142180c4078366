#include "kernels/int8_matmul.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "core/thread_pool.h"
#include "kernels/quant_tile.h"

namespace ascend4j {
namespace {

constexpr int64_t kColumns = 64;    // columns of a block
constexpr int64_t kRowBlock = 128;  // rows that share an unpacked block of columns
constexpr int64_t kPanels = kColumns / kTileColumns;
constexpr int64_t kChunkGroups = kInt8Chunk / kQuantGroup;
constexpr int64_t kWorkPerPart = 96 * 1024;

static_assert(kInt8Chunk * 128 * 128 <= int64_t{1} << 24, "a chunk's sum must be exact in float32");

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

bool few(const Int8Shape &shape) { return shape.m <= kFewRows; }

int64_t paddedK(const Int8Shape &shape) { return paddedTo(shape.k, kGroupsPerStep * kQuantGroup); }

// All scales are one, in the two forms that the kernels read.
struct Ones {
    alignas(64) float wide[kChunkGroups * kTileRows];
    alignas(64) uint16_t halves[kChunkGroups + 32];
    Ones() {
        std::fill(std::begin(wide), std::end(wide), 1.0f);
        std::fill(std::begin(halves), std::end(halves), uint16_t{0x3c00});
    }
};

const Ones &ones() {
    static const Ones made;
    return made;
}

// --- rows of a ---

// Few rows: values [m][padded k] with sums of groups four times [m][padded k / 8]. Else by tiles of sixteen rows: values
// [tile][group][16][32], sums [tile][group][16]. Rows that only fill the last tile up are zeros.
struct Left {
    int8_t *values;
    float *sums;
    float *ones;  // scales of few rows, as far apart as their sums
};

int64_t tilesOf(const Int8Shape &shape) { return divideUp(shape.m, kTileRows); }

Left takeLeft(const Int8Shape &shape, WorkspaceCursor &cursor) {
    const int64_t rows = few(shape) ? shape.m : tilesOf(shape) * kTileRows;
    const int64_t numbers = rows * paddedK(shape) / kQuantGroup * (few(shape) ? 4 : 1);
    Left left = {};
    left.values = cursor.take<int8_t>(rows * paddedK(shape));
    left.sums = cursor.take<float>(numbers);
    if (few(shape)) left.ones = cursor.take<float>(numbers);
    return left;
}

void gatherValues(const Int8Shape &shape, const int8_t *row, int64_t first, int64_t count, int8_t *to) {
    if (shape.aK == 1) {
        std::memcpy(to, row + first, static_cast<size_t>(count));
        return;
    }
    for (int64_t i = 0; i < count; i++) to[i] = row[(first + i) * shape.aK];
}

void packRow(const Int8Shape &shape, const int8_t *a, int64_t r, const Left &left) {
    const int64_t groups = paddedK(shape) / kQuantGroup;
    for (int64_t g = 0; g < groups; g++) {
        const int64_t first = g * kQuantGroup, count = std::clamp<int64_t>(shape.k - first, 0, kQuantGroup);
        int8_t *to = few(shape) ? left.values + r * paddedK(shape) + first
                                : left.values + ((r / kTileRows * groups + g) * kTileRows + r % kTileRows) * kQuantGroup;
        std::memset(to, 0, kQuantGroup);
        if (r < shape.m) gatherValues(shape, a + r * shape.aRow, first, count, to);
        int sum = 0;
        for (int64_t i = 0; i < kQuantGroup; i++) sum += to[i];
        if (few(shape)) {
            std::fill_n(left.sums + (r * groups + g) * 4, 4, static_cast<float>(sum));
            std::fill_n(left.ones + (r * groups + g) * 4, 4, 1.0f);
        } else {
            left.sums[(r / kTileRows * groups + g) * kTileRows + r % kTileRows] = static_cast<float>(sum);
        }
    }
}

void packRows(const Int8Shape &shape, const int8_t *a, const Left &left) {
    const int64_t rows = few(shape) ? shape.m : tilesOf(shape) * kTileRows;
    parallelFor(rows, std::max<int64_t>(1, 65536 / shape.k), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) packRow(shape, a, r, left);
    });
}

// --- columns of b ---

struct Scratch {
    uint8_t *columns;  // dense along k, where b is not
    TilePanel panels[kPanels];
    float *products;   // [16][kColumns]
    int32_t *sums;     // [kRowBlock][kColumns]
};

Scratch takeScratch(const Int8Shape &shape, WorkspaceCursor &cursor) {
    Scratch scratch = {};
    if (shape.bK != 1) scratch.columns = cursor.take<uint8_t>(kColumns * shape.k);
    if (quantTiles() != nullptr && !few(shape)) {
        for (TilePanel &panel : scratch.panels) {
            panel.values = cursor.take<uint8_t>(kChunkGroups * kQuantGroup * kTileColumns);
            panel.scales = cursor.take<float>(kChunkGroups * kTileColumns);
            panel.offsets = cursor.take<float>(kChunkGroups * kTileColumns);
        }
    }
    scratch.products = cursor.take<float>(kTileRows * kColumns);
    scratch.sums = cursor.take<int32_t>(std::min(kRowBlock, paddedTo(shape.m, kTileRows)) * kColumns);
    return scratch;
}

struct DenseColumns {
    const uint8_t *first;
    int64_t pitch;
};

DenseColumns denseColumns(const Int8Shape &shape, const int8_t *b, int64_t column, int64_t count,
                          const Scratch &scratch) {
    if (shape.bK == 1) return {reinterpret_cast<const uint8_t *>(b) + column * shape.bColumn, shape.bColumn};
    for (int64_t i = 0; i < shape.k; i++) {
        for (int64_t c = 0; c < count; c++) {
            scratch.columns[c * shape.k + i] = static_cast<uint8_t>(b[(column + c) * shape.bColumn + i * shape.bK]);
        }
    }
    return {scratch.columns, shape.k};
}

StoredColumns storedChunk(const DenseColumns &columns, int64_t column, int64_t k) {
    StoredColumns stored = {};
    stored.weights = columns.first + column * columns.pitch + k;
    stored.pitch = columns.pitch;
    stored.scales = ones().halves;
    return stored;
}

// --- products ---

// The products are whole numbers.
void addProducts(const float *products, int64_t count, bool first, int32_t *sums) {
    for (int64_t j = 0; j < count; j++) {
        const int32_t whole = static_cast<int32_t>(products[j]);
        sums[j] = first ? whole : sums[j] + whole;
    }
}

class Int8Product {
public:
    Int8Product(const Int8Plan &plan, const int8_t *a, const int8_t *b, const Left &left, const Int8Store &store)
        : shape_(plan.shape), a_(a), b_(b), left_(left), store_(store), columnBlocks_(divideUp(shape_.n, kColumns)) {}

    // Takes blocks until none is left; called by several threads.
    void work(Scratch scratch) {
        const int64_t blocks = columnBlocks_ * divideUp(shape_.m, kRowBlock);
        for (int64_t i = next_.fetch_add(1); i < blocks; i = next_.fetch_add(1)) {
            const int64_t column = i % columnBlocks_ * kColumns, row = i / columnBlocks_ * kRowBlock;
            const int64_t count = std::min(kColumns, shape_.n - column), rows = std::min(kRowBlock, shape_.m - row);
            const DenseColumns columns = denseColumns(shape_, b_, column, count, scratch);
            if (quantTiles() == nullptr) {
                multiplyPlainly(columns, row, rows, count, scratch);
            } else if (few(shape_)) {
                multiplyFew(columns, count, scratch);
            } else {
                multiplyTiles(columns, row, rows, count, scratch);
            }
            for (int64_t r = 0; r < rows; r++) store_(row + r, column, count, scratch.sums + r * kColumns);
        }
    }

private:
    void multiplyFew(const DenseColumns &columns, int64_t count, const Scratch &scratch) {
        const int64_t pitch = paddedK(shape_);
        for (int64_t k = 0; k < shape_.k; k += kInt8Chunk) {
            const int64_t length = std::min(kInt8Chunk, shape_.k - k);
            const FewRows x{left_.values + k, pitch, left_.ones, left_.sums + k / 8, pitch / 8};
            quantTiles()->multiplyFew(x, static_cast<int>(shape_.m), storedChunk(columns, 0, k), count, length,
                                      scratch.products, kColumns);
            for (int64_t r = 0; r < shape_.m; r++) {
                addProducts(scratch.products + r * kColumns, count, k == 0, scratch.sums + r * kColumns);
            }
        }
    }

    void multiplyTiles(const DenseColumns &columns, int64_t row, int64_t rows, int64_t count, Scratch &scratch) {
        const QuantTiles &tiles = *quantTiles();
        for (int64_t k = 0; k < shape_.k; k += kInt8Chunk) {
            const int64_t length = std::min(kInt8Chunk, shape_.k - k);
            for (int64_t j = 0; j < count; j += kTileColumns) {
                const int live = static_cast<int>(std::min<int64_t>(kTileColumns, count - j));
                tiles.unpack(storedChunk(columns, j, k), live, length, scratch.panels[j / kTileColumns]);
            }
            const int64_t whole = rows - rows % kTileRows;
            if (tiles.begin != nullptr && whole > 0) tiles.begin(kTileRows);
            for (int64_t r = 0; r < whole; r += kTileRows) multiplyTile(row + r, r, kTileRows, k, length, count, scratch);
            if (tiles.begin != nullptr && whole < rows) tiles.begin(static_cast<int>(rows - whole));
            if (whole < rows) multiplyTile(row + whole, whole, rows - whole, k, length, count, scratch);
            if (tiles.end != nullptr) tiles.end();
        }
    }

    // Rows [row, row + rows) of a, which are rows `at` on of the block.
    void multiplyTile(int64_t row, int64_t at, int64_t rows, int64_t k, int64_t length, int64_t count,
                      const Scratch &scratch) {
        const int64_t groups = paddedK(shape_) / kQuantGroup, group = row / kTileRows * groups + k / kQuantGroup;
        const TileRows x{left_.values + group * kTileRows * kQuantGroup, ones().wide, left_.sums + group * kTileRows};
        Prefetch nothing;
        for (int64_t j = 0; j < count; j += kTileColumns) {
            quantTiles()->multiplyTile(x, static_cast<int>(rows), scratch.panels[j / kTileColumns], groupsOf(length),
                                       scratch.products + j, kColumns, nothing);
        }
        for (int64_t r = 0; r < rows; r++) {
            addProducts(scratch.products + r * kColumns, count, k == 0, scratch.sums + (at + r) * kColumns);
        }
    }

    // Where no kernel of quant_tile.h runs: the compiler's own vectors.
    void multiplyPlainly(const DenseColumns &columns, int64_t row, int64_t rows, int64_t count, const Scratch &scratch) {
        for (int64_t j = 0; j < count; j++) {
            const auto *column = reinterpret_cast<const int8_t *>(columns.first + j * columns.pitch);
            for (int64_t r = 0; r < rows; r++) {
                const int8_t *values = a_ + (row + r) * shape_.aRow;
                int32_t sum = 0;
                if (shape_.aK == 1) {
                    for (int64_t i = 0; i < shape_.k; i++) sum += int16_t{values[i]} * int16_t{column[i]};
                } else {
                    for (int64_t i = 0; i < shape_.k; i++) sum += values[i * shape_.aK] * column[i];
                }
                scratch.sums[r * kColumns + j] = sum;
            }
        }
    }

    const Int8Shape &shape_;
    const int8_t *a_;
    const int8_t *b_;
    const Left left_;
    const Int8Store &store_;
    const int64_t columnBlocks_;
    std::atomic<int64_t> next_{0};
};

int64_t partBytes(const Int8Shape &shape) {
    WorkspaceCursor cursor(nullptr);
    takeScratch(shape, cursor);
    return cursor.bytes();
}

}  // namespace

int64_t Int8Plan::workspaceBytes() const {
    WorkspaceCursor cursor(nullptr);
    if (quantTiles() != nullptr) takeLeft(shape, cursor);
    cursor.take<unsigned char>(partBytes(shape) * parts);
    return cursor.bytes();
}

Int8Plan planInt8(const Int8Shape &shape) {
    Int8Plan plan;
    plan.shape = shape;
    const int64_t work = shape.n * shape.k * std::max<int64_t>(1, shape.m / kFewRows);
    plan.parts = static_cast<int>(std::clamp<int64_t>(work / kWorkPerPart, 1, allowedCores()));
    return plan;
}

void runInt8(const Int8Plan &plan, const int8_t *a, const int8_t *b, unsigned char *workspace, const Int8Store &store) {
    WorkspaceCursor cursor(workspace);
    Left left = {};
    if (quantTiles() != nullptr) {
        left = takeLeft(plan.shape, cursor);
        packRows(plan.shape, a, left);
    }
    const int64_t bytes = partBytes(plan.shape);
    unsigned char *scratch = cursor.take<unsigned char>(bytes * plan.parts);
    Int8Product product(plan, a, b, left, store);
    parallelFor(plan.parts, 1, [&](int64_t begin, int64_t end) {
        for (int64_t part = begin; part < end; part++) {
            WorkspaceCursor own(scratch + part * bytes);
            product.work(takeScratch(plan.shape, own));
        }
    });
}

}  // namespace ascend4j
