// Exact products of signed bytes: the sums of QuantMatmul, before they are scaled.
//
// The kernels of quant_tile.h sum groups of 32 in float32. With all scales one and at most kInt8Chunk values of k at a
// time no partial sum passes 2^24, so nothing is rounded; chunks are then added as integers.
#pragma once

#include <cstdint>
#include <functional>

#include "kernels/gemm_blocks.h"

namespace ascend4j {

constexpr int64_t kInt8Chunk = 1024;

// a (m, k) times b (k, n); strides in elements.
struct Int8Shape {
    int64_t m = 0, n = 0, k = 0;
    int64_t aRow = 0, aK = 0;
    int64_t bColumn = 0, bK = 0;
};

struct Int8Plan {
    Int8Shape shape;
    int parts = 1;  // shares of scratch memory, each used by one thread at a time
    int64_t workspaceBytes() const;
};

Int8Plan planInt8(const Int8Shape &shape);

// Takes the finished sums of columns [column, column + count) of one row; called by several threads.
using Int8Store = std::function<void(int64_t row, int64_t column, int64_t count, const int32_t *sums)>;

void runInt8(const Int8Plan &plan, const int8_t *a, const int8_t *b, unsigned char *workspace, const Int8Store &store);

}  // namespace ascend4j
