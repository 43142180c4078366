// The text of all row kernels; each vector_<isa>.cpp includes it once and thereby compiles it for its instruction set.
// The order of every reduction depends on n only.
#pragma once

#include "kernels/narrow_rows.h"
#include "kernels/simd.h"
#include "kernels/vector_kernels.h"

namespace ascend4j {
namespace {

// Applies f to whole vectors and, zero-filled, to what remains.
template <typename F>
inline void mapRow(const float *x, float *y, int64_t n, F f) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) store(y + i, f(load(x + i)));
    if (i < n) storePart(y + i, f(loadPart(x + i, n - i)), n - i);
}

template <typename F>
inline void mapRows(const float *a, const float *b, float *y, int64_t n, F f) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) store(y + i, f(load(a + i), load(b + i)));
    if (i < n) storePart(y + i, f(loadPart(a + i, n - i), loadPart(b + i, n - i)), n - i);
}

float sumOfSquares(const float *x, int64_t n) {
    Vec sums[4] = {};
    int64_t i = 0;
    for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
        for (int k = 0; k < 4; k++) {
            const Vec v = load(x + i + k * kLanes);
            sums[k] = fuse(v, v, sums[k]);
        }
    }
    for (; i + kLanes <= n; i += kLanes) {
        const Vec v = load(x + i);
        sums[0] = fuse(v, v, sums[0]);
    }
    if (i < n) {
        const Vec v = loadPart(x + i, n - i);
        sums[1] = fuse(v, v, sums[1]);
    }
    return sumLanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

void normalize(const float *x, float rstd, const float *gamma, float *y, int64_t n) {
    mapRows(x, gamma, y, n, [=](Vec value, Vec weight) { return value * rstd * weight; });
}

void add(const float *a, const float *b, float alpha, float *y, int64_t n) {
    mapRows(a, b, y, n, [=](Vec p, Vec q) { return fuse(q, splat(alpha), p); });
}

void multiply(const float *a, const float *b, float *y, int64_t n) {
    mapRows(a, b, y, n, [](Vec p, Vec q) { return p * q; });
}

void scale(const float *x, float factor, float *y, int64_t n) {
    mapRow(x, y, n, [=](Vec v) { return v * factor; });
}

void scaleBytes(const int8_t *x, float factor, float *y, int64_t n) {
    typedef int8_t Bytes __attribute__((vector_size(kLanes)));
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        Bytes bytes;
        std::memcpy(&bytes, x + i, sizeof bytes);
        store(y + i, __builtin_convertvector(bytes, Vec) * factor);
    }
    for (; i < n; i++) y[i] = static_cast<float>(x[i]) * factor;
}

void silu(const float *x, float *y, int64_t n) {
    mapRow(x, y, n, [](Vec v) { return siluVec(v); });
}

void swiGlu(const float *gate, const float *up, float *y, int64_t n) {
    mapRows(gate, up, y, n, [](Vec g, Vec u) { return siluVec(g) * u; });
}

void geluTanh(const float *x, float *y, int64_t n) {
    mapRow(x, y, n, [](Vec v) { return geluTanhVec(v); });
}

void rotateHalves(const float *x, const float *cosine, const float *sine, float *y, int64_t n) {
    const int64_t half = n / 2;
    int64_t i = 0;
    for (; i + kLanes <= half; i += kLanes) {
        const Vec low = load(x + i), high = load(x + half + i);
        store(y + i, low * load(cosine + i) - high * load(sine + i));
        store(y + half + i, high * load(cosine + half + i) + low * load(sine + half + i));
    }
    for (; i < half; i++) {
        const float low = x[i], high = x[half + i];
        y[i] = low * cosine[i] - high * sine[i];
        y[half + i] = high * cosine[half + i] + low * sine[half + i];
    }
}

void rotatePairs(const float *x, const float *cosine, const float *sine, float *y, int64_t n) {
    IntVec even;
    for (int k = 0; k < kLanes; k++) even[k] = k % 2 == 0 ? -1 : 0;
    const auto rotate = [=](Vec own, Vec c, Vec s) {
        const Vec other = ASCEND4J_FOLD_1(own) * s;
        return own * c + (even ? -other : other);
    };
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) store(y + i, rotate(load(x + i), load(cosine + i), load(sine + i)));
    const int64_t rest = (n - i) / 2 * 2;
    storePart(y + i, rotate(loadPart(x + i, rest), loadPart(cosine + i, rest), loadPart(sine + i, rest)), rest);
}

float maximum(const float *x, int64_t n) {
    Vec best = splat(-__builtin_inff());
    IntVec nan = {};
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const Vec v = load(x + i);
        best = largest(v, best);
        nan |= v != v;
    }
    float result = largestLane(best);
    bool anyNan = false;
    for (int k = 0; k < kLanes; k++) anyNan = anyNan || nan[k] != 0;
    for (; i < n; i++) {
        result = x[i] > result ? x[i] : result;
        anyNan = anyNan || x[i] != x[i];
    }
    return anyNan ? __builtin_nanf("") : result;
}

int64_t argMax(const float *x, int64_t n) {
    constexpr int64_t kBlock = 4096;
    float best = 0;
    int64_t first = 0;
    for (int64_t block = 0; block < n; block += kBlock) {
        const float found = maximum(x + block, n - block < kBlock ? n - block : kBlock);
        if (found != found) {
            while (x[block] == x[block]) block++;
            return block;
        }
        if (block == 0 || found > best) {
            best = found;
            first = block;
        }
    }
    while (x[first] != best) first++;
    return first;
}

float expSum(const float *x, float shift, float *y, int64_t n) {
    Vec sum = {};
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const Vec e = expVec(load(x + i) - shift);
        store(y + i, e);
        sum += e;
    }
    float total = sumLanes(sum);
    if (i < n) {
        const Vec e = expVec(loadPart(x + i, n - i) - shift);
        for (int64_t k = 0; k < n - i; k++) {
            y[i + k] = e[k];
            total += e[k];
        }
    }
    return total;
}

const VectorKernels kRowKernels = {
    sumOfSquares, normalize,   add,     multiply, scale,  scaleBytes, silu, swiGlu,
    geluTanh,     rotateHalves, rotatePairs, maximum, argMax, expSum, addNarrow, normalizeNarrow,
    swiGluNarrow, geGluNarrow};

}  // namespace
}  // namespace ascend4j
