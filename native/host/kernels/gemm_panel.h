// Seam between the matrix-product driver and its per-ISA kernels.
//
// All kernels multiply rows with rows: c[r * ldc + j] = sum over i of a[r * lda + i] * b[j * ldb + i]. The lanes of a
// vector run along i, every element has one accumulator vector that walks i upwards, and its lanes are summed in one
// fixed tree. A result therefore depends on its two rows alone, never on how many rows or columns are computed
// together, which makes the host device's matrix products batch invariant by construction.
#pragma once

#include <cstdint>

namespace ascend4j {

// Rows of a that one panel call takes at most.
constexpr int kPanelRows = 4;

// `rows` is in [1, kPanelRows], `columns` any positive number, k any number (0 gives zeros).
template <typename T>
using Panel = void (*)(const float *a, int64_t lda, int rows, const T *b, int64_t ldb, int64_t columns, int64_t k,
                       float *c, int64_t ldc);

struct GemmPanels {
    Panel<float> ofFloat;
    Panel<uint16_t> ofHalf;    // b in FLOAT16, widened in registers; null where that gains nothing
    Panel<uint16_t> ofBfloat;  // b in BF16
    // target[i] = (w[i] + offsets[i / group]) * scales[i / group] for a row of k weights: INT4, two a byte with the
    // even index low (group is even, or k), and INT8. Both round in float32 after the addition and after the product.
    void (*dequantizeInt4)(const uint8_t *w, const float *scales, const float *offsets, int64_t group, float *target,
                           int64_t k);
    void (*dequantizeInt8)(const int8_t *w, const float *scales, const float *offsets, int64_t group, float *target,
                           int64_t k);
};

const GemmPanels &gemmPanels();  // of the instruction set in use

const GemmPanels *gemmPanelsPortable();
const GemmPanels *gemmPanelsAvx2();    // null where not compiled in, as the next two
const GemmPanels *gemmPanelsAvx512();
const GemmPanels *gemmPanelsNeon();

// Calls run(g, begin, length) for the groups that make up a row of k values.
template <class Run>
inline __attribute__((always_inline)) void forEachGroup(int64_t k, int64_t group, const Run &run) {
    for (int64_t g = 0, begin = 0; begin < k; g++, begin += group) run(g, begin, k - begin < group ? k - begin : group);
}

}  // namespace ascend4j
