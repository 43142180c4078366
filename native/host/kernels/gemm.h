// The matrix product's driver: C = A * transpose(B), where both are read as rows along k (see gemm_panel.h).
#pragma once

#include <cstdint>
#include <functional>

#include "kernels/gemm_blocks.h"
#include "kernels/gemm_gather.h"

namespace ascend4j {

// The left operand in float32 and how to reach the right one. Batches are numbered 0..batches-1.
struct Gemm {
    int64_t batches = 1, m = 0, n = 0, k = 0;

    std::function<const float *(int64_t batch)> left;
    int64_t lda = 0;

    // Columns of the right operand that the kernels can read where they lie: data is null where they cannot.
    std::function<StridedRows(int64_t batch)> right;
    // Else: writes columns [first, first + count) as float32 rows of `pitch`. `extra` is the part's own scratch.
    std::function<void(int64_t batch, int64_t first, int64_t count, float *target, int64_t pitch, unsigned char *extra)>
        unpack;

    // Takes `count` finished elements of one row. Called from several threads, never twice for an element.
    std::function<void(int64_t batch, int64_t row, int64_t column, int64_t count, const float *values)> store;
};

struct GemmPlan {
    BlockPlan blocks;
    int64_t pitch = 0;       // of unpacked columns; 0 if none will be
    int64_t extraBytes = 0;  // scratch of a part for Gemm::unpack
    int64_t partBytes() const;
    int64_t workspaceBytes() const { return partBytes() * blocks.parts; }
};

// `mayUnpack` reserves scratch for unpacked columns.
GemmPlan planGemm(int64_t batches, int64_t m, int64_t n, int64_t k, bool mayUnpack, int64_t extraBytes = 0);

void runGemm(const Gemm &gemm, const GemmPlan &plan, unsigned char *scratch);

// Rows up to which columns of 16-bit floats are widened in registers instead of unpacked first. Both give the same
// bits, since widening is exact.
constexpr int64_t kRowsToWiden = 8;

}  // namespace ascend4j
