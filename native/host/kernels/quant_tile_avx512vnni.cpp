#include "kernels/quant_tile.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#include "kernels/avx512.h"
#include "kernels/quant_few_avx512vnni.h"
#include "kernels/quant_group_avx512.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kPanelGroupBytes = kQuantGroup * kTileColumns;

// --- activations ---

void store(int8_t *at, __m128i values) { _mm_storeu_si128(reinterpret_cast<__m128i *>(at), values); }

// The groups that fill the last step are zeros.
void quantizeFew(const float *x, int64_t first, int64_t count, bool int4, int8_t *values, float *scales, float *sums) {
    const int64_t end = first + stepsOf(count) * kGroupsPerStep;
    for (int64_t g = first; g < end; g++) {
        const int64_t at = (g - first) * kQuantGroup;
        const QuantizedGroup group = at < count ? quantizeGroup(x + at, count - at, int4) : QuantizedGroup{};
        int8_t *step = values + g / kGroupsPerStep * (kGroupsPerStep * kQuantGroup);
        store(int4 ? step + g % 4 * 16 : step + g % 4 * 32, group.low);
        store(int4 ? step + g % 4 * 16 + 64 : step + g % 4 * 32 + 16, group.high);
        _mm_storeu_ps(scales + g * 4, _mm_set1_ps(group.scale));
        _mm_storeu_ps(sums + g * 4, _mm_set1_ps(group.sum));
    }
}

void quantizeTile(const float *x, int64_t first, int64_t count, bool int4, int row, int, int8_t *values, float *scales,
                  float *sums) {
    for (int64_t at = 0; at < count; at += kQuantGroup) {
        const int64_t g = first + at / kQuantGroup;
        const QuantizedGroup group = quantizeGroup(x + at, count - at, int4);
        int8_t *to = values + (g * kTileRows + row) * kQuantGroup;
        store(to, group.low);
        store(to + 16, group.high);
        scales[g * kTileRows + row] = group.scale;
        sums[g * kTileRows + row] = group.sum;
    }
}

// --- products ---

struct Quad {
    int8_t values[4];
};

// d += the products of u's bytes with the same four of x. Left to itself, the compiler loads and copies for each.
inline __attribute__((always_inline)) void multiplyAdd(__m512i &d, __m512i u, const int8_t *x) {
    asm("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(d) : "v"(u), "m"(*reinterpret_cast<const Quad *>(x)));
}

template <int kRows>
struct Product {
    const int8_t *values;        // of the first row
    const float *scales, *sums;
    const TilePanel &panel;
    __m512 acc[kRows];

    // Adds groups g, g + 4, ... in this order; several at a time keep both multipliers busy.
    template <int kGroups>
    inline __attribute__((always_inline)) void add(int64_t g) {
        constexpr int64_t kNext = kGroupsPerStep * kPanelGroupBytes;
        __m512i d[kGroups][kRows];
        unroll<kGroups * kRows>([&](auto i) ASCEND4J_INLINE_BODY { d[i / kRows][i % kRows] = _mm512_setzero_si512(); });
        const uint8_t *w = panel.values + g * kPanelGroupBytes;
        const int8_t *x = values + g * kPanelGroupBytes;
        for (int quad = 0; quad < kQuantGroup / 4; quad++, w += 64, x += 4) {
            unroll<kGroups>([&](auto i) ASCEND4J_INLINE_BODY {
                const __m512i u = _mm512_load_si512(w + i * kNext);
                unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
                    multiplyAdd(d[i][r], u, x + i * kNext + r * kQuantGroup);
                });
            });
        }
        unroll<kGroups>([&](auto i) ASCEND4J_INLINE_BODY {
            const int64_t at = (g + i * kGroupsPerStep) * 16;
            const __m512 offset = _mm512_load_ps(panel.offsets + at), scale = _mm512_load_ps(panel.scales + at);
            unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
                const __m512 t = _mm512_fmadd_ps(offset, _mm512_set1_ps(sums[at + r]), _mm512_cvtepi32_ps(d[i][r]));
                acc[r] = _mm512_fmadd_ps(_mm512_mul_ps(t, _mm512_set1_ps(scales[at + r])), scale, acc[r]);
            });
        });
    }
};

template <int kRows>
void multiplyRows(const TileRows &x, int first, const TilePanel &panel, int64_t groups, float *c, int64_t ldc,
                  Prefetch &ahead) {
    constexpr int kAtOnce = 16 / kRows;
    Product<kRows> product{x.values + first * kQuantGroup, x.scales + first, x.sums + first, panel, {}};
    for (int64_t phase = 0; phase < kGroupsPerStep; phase++) {
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY { product.acc[r] = _mm512_setzero_ps(); });
        int64_t g = phase;
        for (; g + (kAtOnce - 1) * kGroupsPerStep < groups; g += kAtOnce * kGroupsPerStep) {
            product.template add<kAtOnce>(g);
            for (int i = 0; i < kAtOnce; i++) ahead.step();
        }
        for (; g < groups; g += kGroupsPerStep) {
            product.template add<1>(g);
            ahead.step();
        }
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            float *to = c + r * ldc;
            const __m512 before = phase == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(to);
            _mm512_storeu_ps(to, _mm512_add_ps(before, product.acc[r]));
        });
    }
}

void multiplyTile(const TileRows &x, int rows, const TilePanel &panel, int64_t groups, float *c, int64_t ldc,
                  Prefetch &ahead) {
    int first = 0;
    for (; first + 4 < rows; first += 8) multiplyRows<8>(x, first, panel, groups, c + first * ldc, ldc, ahead);
    if (first < rows) multiplyRows<4>(x, first, panel, groups, c + first * ldc, ldc, ahead);
}

const QuantTiles kTiles = {multiplyFewAvx512Vnni, unpackAvx512Vnni, multiplyTile, nullptr, nullptr, quantizeFew, quantizeTile};

}  // namespace

const QuantTiles *quantTilesAvx512Vnni() { return &kTiles; }

}  // namespace ascend4j
#else
namespace ascend4j {
const QuantTiles *quantTilesAvx512Vnni() { return nullptr; }
}  // namespace ascend4j
#endif
