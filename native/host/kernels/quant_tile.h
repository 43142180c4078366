// Seam between the weight-quantized product's driver and the integer kernels of machines with wide dot products.
//
// Activations are quantized as in quant_panel.h. Weights enter the dot products as unsigned bytes, the stored integer
// plus a bias (8 or 128) that is taken off the offset again. With d the exact integer product of group g,
//   t = fma(offset_w[g] - bias, sum_x[g], d),   s = fma(t * scale_x[g], scale_w[g], s)
// in float32. Groups of equal g modulo 4 are summed in s in the order of g; the four sums are then added in order.
// Every kernel below follows this to the bit, whatever the number of rows and the instruction set.
#pragma once

#include <cstdint>

#include "kernels/quant_panel.h"

namespace ascend4j {

constexpr int kFewRows = 4;         // up to here weights are read as they are stored
constexpr int kTileRows = 16;       // beyond, rows and columns are worked on by tiles
constexpr int kTileColumns = 16;
constexpr int kGroupsPerStep = 4;   // groups whose sums run side by side

// Columns as an operator gets them, dense along k. Scales and offsets: one for every 32 values of k.
struct StoredColumns {
    const uint8_t *weights;
    int64_t pitch;            // bytes
    const uint16_t *scales;   // FLOAT16 or BF16
    const uint16_t *offsets;  // null for none
    int64_t groupPitch;
    bool int4, bfloat;
};

// A few quantized rows. A step covers 128 values: for INT4 those of even index of its four groups and then the others;
// for INT8 in their order. Scales and sums stand four times in a row, sixteen floats a step.
struct FewRows {
    const int8_t *values;  // [rows][pitch]
    int64_t pitch;
    const float *scales, *sums;  // [rows][scalePitch]
    int64_t scalePitch;
};

// Up to sixteen quantized rows: [group][row][32] with, for INT4, values of even index first. Rows up to a multiple of
// four are there, of zeros. Scales and sums are [group][16]. The tiles of quantBatchTilesAmx have an order of their own.
struct TileRows {
    const int8_t *values;
    const float *scales, *sums;
};

// Sixteen columns unpacked: [group][8][16 columns][4 values of k], in the same order within a group as TileRows.
struct TilePanel {
    uint8_t *values;          // tilePanelBytes
    float *scales, *offsets;  // [group][16]; offsets less the bias; room for a multiple of sixteen groups
    // Of quantBatchTilesAmx: columns `pitch` bytes apart, here or where they are stored.
    const uint8_t *weights = nullptr;
    int64_t pitch = 0;
    bool biased = true;  // weights plus the bias; else as they are, and without use for the offsets
};

// Memory that will be read soon, fetched to the second level of cache a few lines at each step of other work.
class Prefetch {
public:
    void add(const void *first, int64_t bytes) {
        if (bytes > 0 && count_ < kRuns) runs_[count_++] = {static_cast<const char *>(first), bytes};
    }
    // Spreads all of it over so many steps.
    void spread(int64_t steps) {
        int64_t lines = 0;
        for (int i = 0; i < count_; i++) lines += (runs_[i].left + kLine - 1) / kLine;
        linesPerStep_ = static_cast<int>((lines + steps - 1) / steps);
    }
    void step() {
        for (int lines = linesPerStep_; lines > 0 && at_ < count_; lines--) {
            Run &run = runs_[at_];
            __builtin_prefetch(run.next, 0, 2);
            run.next += kLine;
            run.left -= kLine;
            if (run.left <= 0) at_++;
        }
    }

private:
    static constexpr int kRuns = 3;
    static constexpr int64_t kLine = 64;
    struct Run {
        const char *next;
        int64_t left;
    };
    Run runs_[kRuns];
    int count_ = 0, at_ = 0, linesPerStep_ = 0;
};

struct QuantTiles {
    // c[r * ldc + j] for rows up to kFewRows.
    void (*multiplyFew)(const FewRows &x, int rows, const StoredColumns &w, int64_t columns, int64_t k, float *c,
                        int64_t ldc);
    void (*unpack)(const StoredColumns &w, int columns, int64_t k, TilePanel &panel);
    // c[r * ldc + j] for sixteen columns; may write all sixteen rows. Makes a step of `ahead` at each group.
    void (*multiplyTile)(const TileRows &x, int rows, const TilePanel &panel, int64_t groups, float *c, int64_t ldc,
                         Prefetch &ahead);
    // Bracket a thread's calls of multiplyTile with the same number of rows; null where nothing needs it.
    void (*begin)(int rows);
    void (*end)();
    // Quantize `count` values of k, from group `first` on, of one row; count is a multiple of 32 but at the row's end.
    void (*quantizeFew)(const float *x, int64_t first, int64_t count, bool int4, int8_t *values, float *scales,
                        float *sums);
    // Row `row` of a tile of `rows`, whose memory was cleared if they are less than sixteen.
    void (*quantizeTile)(const float *x, int64_t first, int64_t count, bool int4, int row, int rows, int8_t *values,
                         float *scales, float *sums);
};

const QuantTiles *quantTiles();  // of the instruction set in use; null: it works through QuantPanels

const QuantTiles *quantTilesAvx512Vnni();  // null where not compiled in, as the next
const QuantTiles *quantTilesAmx();
const QuantTiles *quantBatchTilesAmx();  // for up to 32 rows

constexpr int64_t stepsOf(int64_t k) { return (k + kGroupsPerStep * kQuantGroup - 1) / (kGroupsPerStep * kQuantGroup); }
constexpr int64_t groupsOf(int64_t k) { return (k + kQuantGroup - 1) / kQuantGroup; }

// Floats in each of a panel's two arrays of numbers, and values of k, of quantBatchTilesAmx.
constexpr int64_t kBatchNumbers = 528 * kTileColumns, kBatchMostK = 512 * kQuantGroup;

// Columns of a panel as quantBatchTilesAmx has them lie a cache line more than a multiple of 128 bytes apart.
constexpr int64_t tilePanelBytes(int64_t k) { return ((k + 127) / 128 * 128 + 64) * kTileColumns; }

// The next group in the order of summation; `groups` at its end. `start` tells that a new sum begins with it.
struct GroupOrder {
    int64_t groups, phase = 0, group = 0;
    bool start = true;
    void advance() {
        group += kGroupsPerStep;
        start = false;
        if (group < groups) return;
        start = ++phase < kGroupsPerStep && phase < groups;
        group = start ? phase : groups;
    }
};

}  // namespace ascend4j
