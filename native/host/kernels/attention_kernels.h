// Tile kernels of fused attention in float32, one table per instruction set. A tile is kTileKeys consecutive keys of
// one KV head; depths are multiples of 16. Every sum runs over its index in ascending order, one row at a time, so that
// a row's bits depend neither on the rows beside it nor on their number.
#pragma once

#include <cstdint>

namespace ascend4j {

constexpr int64_t kTileKeys = 64;

struct AttentionKernels {
    // Converts `rows` rows of `depth` FLOAT16 (or BF16) elements, `step` elements apart, to dense float32 rows.
    void (*load)(const uint16_t *source, int64_t step, int64_t rows, int64_t depth, bool bfloat, float *target);
    // columns[d][j] = rows[j][d] for the kTileKeys rows of `depth` floats.
    void (*transpose)(const float *rows, int64_t depth, float *columns);
    // scores[r][j] = sum over d of queries[r][d] * columns[d][j]; rows of queries are `depth` apart, of scores
    // kTileKeys.
    void (*score)(const float *queries, int64_t rows, const float *columns, int64_t depth, float *scores);
    // Online softmax of one row: turns scores[begin, end) into weights e^(score - maximum), all others into 0, and
    // brings maximum and sum up to date. Gives the factor by which what was accumulated so far is to be scaled.
    float (*soften)(float *scores, int64_t begin, int64_t end, float *maximum, float *sum);
    // sums[r] += sum over j in [begin, end) of weights[r][j] * values[j]; rows of values and sums are `depth` apart.
    void (*accumulate)(const float *weights, int64_t rows, int64_t begin, int64_t end, const float *values,
                       int64_t depth, float *sums);
    // e^x, the same bits as soften's.
    float (*exponential)(float x);
};

const AttentionKernels &attentionKernels();

// The tables of the single files; null where an instruction set is not compiled in.
const AttentionKernels *attentionKernelsPortable();
const AttentionKernels *attentionKernelsAvx2();
const AttentionKernels *attentionKernelsAvx512();
const AttentionKernels *attentionKernelsNeon();

}  // namespace ascend4j
