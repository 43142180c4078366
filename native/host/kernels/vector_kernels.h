// Row kernels in float32, one table per instruction set. n may be any count from 0; buffers need no alignment.
#pragma once

#include <cstdint>

namespace ascend4j {

struct VectorKernels {
    float (*sumOfSquares)(const float *x, int64_t n);
    // y = x * rstd * gamma
    void (*normalize)(const float *x, float rstd, const float *gamma, float *y, int64_t n);
    // y = a + alpha * b
    void (*add)(const float *a, const float *b, float alpha, float *y, int64_t n);
    void (*multiply)(const float *a, const float *b, float *y, int64_t n);
    void (*scale)(const float *x, float factor, float *y, int64_t n);
    // y = x * factor
    void (*scaleBytes)(const int8_t *x, float factor, float *y, int64_t n);
    // y = x / (1 + e^-x)
    void (*silu)(const float *x, float *y, int64_t n);
    // y = silu(gate) * up
    void (*swiGlu)(const float *gate, const float *up, float *y, int64_t n);
    // y = gelu(x) by its approximation with tanh
    void (*geluTanh)(const float *x, float *y, int64_t n);
    // Rotates (x[i], x[i + n/2]); cosine and sine have n entries. y must not overlap x.
    void (*rotateHalves)(const float *x, const float *cosine, const float *sine, float *y, int64_t n);
    // Rotates (x[2i], x[2i + 1]); cosine and sine have n entries. y must not overlap x.
    void (*rotatePairs)(const float *x, const float *cosine, const float *sine, float *y, int64_t n);
    float (*maximum)(const float *x, int64_t n);   // -infinity for n = 0, NaN if any is NaN
    int64_t (*argMax)(const float *x, int64_t n);  // first of the largest; NaN counts as largest; n > 0
    // y = e^(x - shift); gives the sum of y
    float (*expSum)(const float *x, float shift, float *y, int64_t n);
    // FLOAT16 or BF16 rows, rounded once. sum = a + b, and wide is what sum holds.
    void (*addNarrow)(const uint16_t *a, const uint16_t *b, bool bfloat, uint16_t *sum, float *wide, int64_t n);
    // y = x * rstd * gamma
    void (*normalizeNarrow)(const float *x, float rstd, const float *gamma, bool bfloat, uint16_t *y, int64_t n);
    // y = silu(gate) * up
    void (*swiGluNarrow)(const uint16_t *gate, const uint16_t *up, bool bfloat, uint16_t *y, int64_t n);
    // gelu = geluTanh(gate), y = gelu * up, of which gelu is not rounded before
    void (*geGluNarrow)(const uint16_t *gate, const uint16_t *up, bool bfloat, uint16_t *gelu, uint16_t *y, int64_t n);
};

const VectorKernels &vectorKernels();

// The tables of the single files; null where an instruction set is not compiled in.
const VectorKernels *vectorKernelsPortable();
const VectorKernels *vectorKernelsAvx2();
const VectorKernels *vectorKernelsAvx512();
const VectorKernels *vectorKernelsNeon();

}  // namespace ascend4j
