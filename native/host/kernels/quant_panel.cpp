#include "kernels/quant_panel.h"

#include <cmath>
#include <cstring>

#include "kernels/isa.h"

namespace ascend4j {
namespace {

int64_t paddedTo(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

int64_t groupsOf(int64_t k) { return (k + kQuantGroup - 1) / kQuantGroup; }

// Where value i of a row lies.
int64_t position(int64_t i, QuantOrder order) {
    if (order == QuantOrder::Natural) return i;
    const int64_t block = i / kQuantBlock * kQuantBlock, inBlock = i % kQuantBlock;
    return block + (i % 2) * (kQuantBlock / 2) + inBlock / 2;
}

void quantize(const float *x, int64_t k, QuantOrder order, int8_t *values, float *scales, float *sums) {
    const int64_t groups = groupsOf(k);
    std::memset(values, 0, static_cast<size_t>(paddedTo(k, kQuantBlock)));
    for (int64_t g = 0; g < paddedTo(groups, kScaleBlock); g++) scales[g] = sums[g] = 0.0f;
    for (int64_t g = 0; g < groups; g++) {
        const int64_t begin = g * kQuantGroup, end = begin + kQuantGroup < k ? begin + kQuantGroup : k;
        uint32_t largest = 0;
        for (int64_t i = begin; i < end; i++) {
            uint32_t bits;
            std::memcpy(&bits, x + i, sizeof bits);
            bits &= 0x7fffffffu;
            largest = bits > largest ? bits : largest;
        }
        const GroupScale group = groupScale(largest);
        int sum = 0;
        for (int64_t i = begin; i < end && group.inverse != 0.0f; i++) {
            const int q = static_cast<int>(std::lrintf(x[i] * group.inverse));
            values[position(i, order)] = static_cast<int8_t>(q);
            sum += q;
        }
        scales[g] = group.scale;
        sums[g] = group.scale * static_cast<float>(sum);
    }
}

// One function per element type, not inlined, so that all tiles share its roundings.
template <class Dot>
float element(const int8_t *a, const float *scaleA, const float *sumA, const uint8_t *w, const float *scaleW,
              const float *offsetW, int64_t k, Dot dot) {
    float total = 0.0f;
    for (int64_t g = 0; g < groupsOf(k); g++) {
        const int64_t begin = g * kQuantGroup;
        const int length = static_cast<int>(k - begin < kQuantGroup ? k - begin : kQuantGroup);
        total += static_cast<float>(dot(a, w, begin, length)) * scaleA[g] * scaleW[g];
        total += offsetW[g] * scaleW[g] * sumA[g];
    }
    return total;
}

int dotInt4(const int8_t *a, const uint8_t *w, int64_t begin, int length) {
    const int8_t *evens = a + position(begin, QuantOrder::Split);
    const int8_t *odds = evens + kQuantBlock / 2;
    int sum = 0;
    for (int i = 0; i < length; i += 2) {
        const int pair = w[(begin + i) / 2];
        sum += (((pair & 0xf) ^ 8) - 8) * evens[i / 2];
        sum += ((pair >> 4 ^ 8) - 8) * odds[i / 2];
    }
    return sum;
}

int dotInt8(const int8_t *a, const uint8_t *w, int64_t begin, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) sum += static_cast<int8_t>(w[begin + i]) * a[begin + i];
    return sum;
}

template <int (*kDot)(const int8_t *, const uint8_t *, int64_t, int)>
__attribute__((noinline)) float elementOf(const QuantizedRows &a, int r, const WeightRows &b, int64_t j, int64_t k) {
    return element(a.values + r * a.pitch, a.scales + r * a.groupPitch, a.sums + r * a.groupPitch,
                   b.weights + j * b.pitch, b.scales + j * b.groupPitch, b.offsets + j * b.groupPitch, k, kDot);
}

template <int (*kDot)(const int8_t *, const uint8_t *, int64_t, int)>
void panel(const QuantizedRows &a, int rows, const WeightRows &b, int64_t columns, int64_t k, float *c, int64_t ldc) {
    for (int64_t j = 0; j < columns; j++) {
        for (int r = 0; r < rows; r++) c[r * ldc + j] = elementOf<kDot>(a, r, b, j, k);
    }
}

const QuantPanels kPortable = {panel<dotInt4>, panel<dotInt8>, quantize};

}  // namespace

const QuantPanels *quantPanelsPortable() { return &kPortable; }

const QuantPanels &quantPanels() {
    const QuantPanels *best = nullptr;
    switch (isa()) {
        case Isa::Avx512Vnni:  // QuantTiles serve these two
        case Isa::Amx:
        case Isa::Avx512:  // without VNNI the wider vectors gain little over AVX2's multiply-add of bytes
        case Isa::Avx2:
            best = quantPanelsAvx2();
            break;
        case Isa::Neon:
            best = quantPanelsNeon();
            break;
        case Isa::Portable:
            break;
    }
    return best != nullptr ? *best : kPortable;
}

}  // namespace ascend4j
