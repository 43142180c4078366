// Tile kernels of fused attention, one table per instruction set. A tile is kTileKeys consecutive keys of one KV head;
// depths are multiples of 16. Every sum runs over its index in one order, whatever rows stand beside a row, so that its
// bits depend neither on them nor on their number. The packed forms are each table's own.
#pragma once

#include <cstdint>

namespace ascend4j {

constexpr int64_t kTileKeys = 64;

// Keys of a tile that a row sees.
struct TileRange {
    int32_t begin;
    int32_t end;
};

// How numbers are taken: FLOAT16 or BF16 in memory, multiplied exactly or, where the unit for that is faster, with
// each factor rounded to BF16. Sums are float32 always.
struct AttentionNumbers {
    bool bfloat;
    bool rounded;
};

class TileFetch;

// Lines of memory that lie one after the other and are needed later.
struct LineRun {
    const char *at = nullptr;
    int64_t lines = 0;
};

constexpr int64_t kLineBytes = 64;

// Goes on to the next run where the one at hand has fewer lines. Of no instruction set: every table may call it.
void askAhead(TileFetch &fetch, int64_t lines);

// Where the keys or values of a tile lie. Those outside the range count as zeros where others of a block are needed.
struct TileRows {
    TileRange range;
    const uint16_t *at[kTileKeys];  // null outside the range
    bool shared;                    // every query row sees all of them
    TileFetch *ahead;               // null, or asked for linesAhead lines beside each row, see askBeside
    LineRun *run;                   // of `ahead`
    int64_t linesAhead;
};

namespace {

// For packers: asks for what is due beside `count` rows.
inline void askBeside(const TileRows &rows, int64_t count) {
    if (rows.ahead == nullptr) return;
    const int64_t lines = count * rows.linesAhead;
    if (rows.run->lines < lines) return askAhead(*rows.ahead, lines);
    const char *at = rows.run->at;
    for (int64_t i = 0; i < lines; i++) __builtin_prefetch(at + i * kLineBytes, 0, 2);
    rows.run->at = at + lines * kLineBytes;
    rows.run->lines -= lines;
}

}  // namespace

// A range of rows and their softmax, at one tile. Arrays are indexed by row; rows of scores are kTileKeys apart.
struct AttentionTile {
    AttentionNumbers numbers;
    int64_t first, last;                // multiples of rowBlock
    int64_t live;                       // rows from here on only fill a block
    const TileRows *keys;
    const TileRange *ranges;
    const unsigned char *const *masks;  // nonzero hides a key; null when the ranges alone decide
    float scale;
    float *scores;   // becomes the weights e^(score * scale - maximum), 0 for keys that a row does not see
    float *maximum;  // so far
    float *total;    // so far, of the weights
    float *factors;  // by which what was accumulated so far is to be multiplied
};

// One token's rows under neighbouring KV heads, a block at most under each, at a tile that all of them see.
struct AttentionBundle {
    AttentionTile tile;           // of all rows, head by head
    int64_t count;                // of heads
    const float *const *queries;  // of each head, packed
    float *const *sums;
    const TileRows *values;       // as tile.keys of the first head
    int64_t keyStep, valueStep;   // elements from one head to the next
    int64_t depth, valueDepth;
    // Room for what is needed on the way.
    float *packed;    // count * 16 * the larger depth
    float *products;  // count * 256, or rows * valueDepth if that is more
};

struct AttentionKernels {
    // Rows are taken in blocks of this many.
    int64_t rowBlock;
    // Depths are filled up to a multiple of this in packed forms.
    int64_t depthBlock;
    // Around any number of the calls below, on the thread that makes them.
    void (*enter)();
    void (*leave)();
    // `count` dense rows, a multiple of rowBlock.
    void (*packQueries)(const float *rows, int64_t count, int64_t depth, AttentionNumbers numbers, float *packed);
    void (*packKeys)(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed);
    // False if a value is not finite and not every query row sees it.
    bool (*packValues)(const TileRows &rows, int64_t depth, AttentionNumbers numbers, float *packed);
    // Products of the tile's rows with the keys that they see, and perhaps with others.
    void (*score)(const AttentionTile &tile, const float *queries, const float *keys, int64_t depth);
    // Online softmax.
    void (*soften)(const AttentionTile &tile);
    // sums[r] = sums[r] * factors[r] + sum over the tile's keys of weights[r][j] * values[j].
    void (*accumulate)(const AttentionTile &tile, const float *values, int64_t depth, float *sums);
    // Brings states with the maxima a and b to the larger one, which replaces a; gives the factor of each.
    void (*rebase)(float *a, const float *b, int64_t rows, float *factorA, float *factorB);
    // For bundles, or null if there is nothing to gain. Around the calls below, before enter() again; false, and nothing
    // done, if bundles of so many rows a head, such numbers and depths are not served.
    bool (*enterBundle)(const AttentionBundle &bundle);
    // packKeys, score and soften.
    void (*scoreBundle)(const AttentionBundle &bundle);
    // packValues and accumulate; any number of tiles may be scored before the first of them is accumulated.
    void (*accumulateBundle)(const AttentionBundle &bundle);
    // For spans of at most one block of rows, to the same bits; null if this table serves them as well.
    const AttentionKernels *fewRows;
};

const AttentionKernels &attentionKernels();

// The tables of the single files; null where an instruction set is not compiled in or the machine lacks it.
const AttentionKernels *attentionKernelsPortable();
const AttentionKernels *attentionKernelsAvx2();
const AttentionKernels *attentionKernelsAvx512();
const AttentionKernels *attentionKernelsAmx();
const AttentionKernels *attentionKernelsNeon();

}  // namespace ascend4j
