// The text of the row kernels that read and write 16-bit numbers in one pass; vector_rows.h includes it.
#pragma once

#include "kernels/simd_halves.h"

namespace ascend4j {
namespace {

template <bool Bfloat>
void addRows(const uint16_t *a, const uint16_t *b, uint16_t *sum, float *wide, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        storeNarrow<Bfloat>(sum + i, loadNarrow<Bfloat>(a + i) + loadNarrow<Bfloat>(b + i));
        store(wide + i, loadNarrow<Bfloat>(sum + i));
    }
    if (i < n) {
        storeNarrowPart<Bfloat>(sum + i, loadNarrowPart<Bfloat>(a + i, n - i) + loadNarrowPart<Bfloat>(b + i, n - i),
                                n - i);
        storePart(wide + i, loadNarrowPart<Bfloat>(sum + i, n - i), n - i);
    }
}

template <bool Bfloat>
void normalizeRow(const float *x, float rstd, const float *gamma, uint16_t *y, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) storeNarrow<Bfloat>(y + i, load(x + i) * rstd * load(gamma + i));
    if (i < n) storeNarrowPart<Bfloat>(y + i, loadPart(x + i, n - i) * rstd * loadPart(gamma + i, n - i), n - i);
}

template <bool Bfloat>
void swiGluRow(const uint16_t *gate, const uint16_t *up, uint16_t *y, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        storeNarrow<Bfloat>(y + i, siluVec(loadNarrow<Bfloat>(gate + i)) * loadNarrow<Bfloat>(up + i));
    }
    if (i < n) {
        storeNarrowPart<Bfloat>(
            y + i, siluVec(loadNarrowPart<Bfloat>(gate + i, n - i)) * loadNarrowPart<Bfloat>(up + i, n - i), n - i);
    }
}

template <bool Bfloat>
void geGluRow(const uint16_t *gate, const uint16_t *up, uint16_t *gelu, uint16_t *y, int64_t n) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const Vec active = geluTanhVec(loadNarrow<Bfloat>(gate + i));
        storeNarrow<Bfloat>(gelu + i, active);
        storeNarrow<Bfloat>(y + i, active * loadNarrow<Bfloat>(up + i));
    }
    if (i < n) {
        const Vec active = geluTanhVec(loadNarrowPart<Bfloat>(gate + i, n - i));
        storeNarrowPart<Bfloat>(gelu + i, active, n - i);
        storeNarrowPart<Bfloat>(y + i, active * loadNarrowPart<Bfloat>(up + i, n - i), n - i);
    }
}

void addNarrow(const uint16_t *a, const uint16_t *b, bool bfloat, uint16_t *sum, float *wide, int64_t n) {
    (bfloat ? addRows<true> : addRows<false>)(a, b, sum, wide, n);
}

void normalizeNarrow(const float *x, float rstd, const float *gamma, bool bfloat, uint16_t *y, int64_t n) {
    (bfloat ? normalizeRow<true> : normalizeRow<false>)(x, rstd, gamma, y, n);
}

void swiGluNarrow(const uint16_t *gate, const uint16_t *up, bool bfloat, uint16_t *y, int64_t n) {
    (bfloat ? swiGluRow<true> : swiGluRow<false>)(gate, up, y, n);
}

void geGluNarrow(const uint16_t *gate, const uint16_t *up, bool bfloat, uint16_t *gelu, uint16_t *y, int64_t n) {
    (bfloat ? geGluRow<true> : geGluRow<false>)(gate, up, gelu, y, n);
}

}  // namespace
}  // namespace ascend4j
