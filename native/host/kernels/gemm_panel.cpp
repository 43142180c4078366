#include "kernels/gemm_panel.h"

#include "kernels/isa.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 16;

// One function for every element of every tile, so that no two of them can be compiled to different roundings.
__attribute__((noinline)) float dot(const float *a, const float *b, int64_t k) {
    float lanes[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= k; i += kLanes) {
        for (int lane = 0; lane < kLanes; lane++) lanes[lane] += a[i + lane] * b[i + lane];
    }
    for (int lane = 0; i < k; i++, lane++) lanes[lane] += a[i] * b[i];
    for (int width = kLanes / 2; width > 0; width /= 2) {
        for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
    }
    return lanes[0];
}

void panel(const float *a, int64_t lda, int rows, const float *b, int64_t ldb, int64_t columns, int64_t k, float *c,
           int64_t ldc) {
    for (int64_t j = 0; j < columns; j++) {
        for (int r = 0; r < rows; r++) c[r * ldc + j] = dot(a + r * lda, b + j * ldb, k);
    }
}

inline void int4Run(const uint8_t *w, float scale, float offset, float *target, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        const int nibble = (w[i / 2] >> (4 * (i % 2))) & 0xf;
        target[i] = (static_cast<float>((nibble ^ 8) - 8) + offset) * scale;
    }
}

inline void int8Run(const int8_t *w, float scale, float offset, float *target, int64_t n) {
    for (int64_t i = 0; i < n; i++) target[i] = (static_cast<float>(w[i]) + offset) * scale;
}

void dequantizeInt4(const uint8_t *w, const float *scales, const float *offsets, int64_t group, float *target,
                    int64_t k) {
    forEachGroup(k, group, [=](int64_t g, int64_t begin, int64_t length) {
        int4Run(w + begin / 2, scales[g], offsets[g], target + begin, length);
    });
}

void dequantizeInt8(const int8_t *w, const float *scales, const float *offsets, int64_t group, float *target,
                    int64_t k) {
    forEachGroup(k, group, [=](int64_t g, int64_t begin, int64_t length) {
        int8Run(w + begin, scales[g], offsets[g], target + begin, length);
    });
}

const GemmPanels kPortable = {panel, nullptr, nullptr, dequantizeInt4, dequantizeInt8};

}  // namespace

const GemmPanels *gemmPanelsPortable() { return &kPortable; }

const GemmPanels &gemmPanels() {
    const GemmPanels *best = nullptr;
    switch (isa()) {
        case Isa::Avx512:
        case Isa::Avx512Vnni:
        case Isa::Amx:
            best = gemmPanelsAvx512();
            break;
        case Isa::Avx2:
            best = gemmPanelsAvx2();
            break;
        case Isa::Neon:
            best = gemmPanelsNeon();
            break;
        case Isa::Portable:
            break;
    }
    return best != nullptr ? *best : kPortable;
}

}  // namespace ascend4j
