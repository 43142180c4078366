// The tile product on AMX: a group's sixteen by sixteen integer products in one instruction, their scaling in vectors.
#include "kernels/quant_tile.h"

#if defined(__AMX_INT8__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#include "kernels/avx512.h"
#include "kernels/tile_config_amx.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kTileBytes = kQuantGroup * kTileColumns;

constexpr int kRowsForVectors = 8;  // up to here plain vectors are faster than moving products out of the tile unit

constexpr int paddedRows(int rows) { return (rows + 3) / 4 * 4; }

void begin(int rows) {
    if (rows <= kRowsForVectors) return;
    TileConfig config;  // tiles 0 and 1 hold products, 2 and 3 activations, 4 and 5 weights
    for (int slot = 0; slot < 2; slot++) {
        config.shape(slot, paddedRows(rows), 64);
        config.shape(2 + slot, paddedRows(rows), kQuantGroup);
        config.shape(4 + slot, kQuantGroup / 4, 64);
    }
    config.load();
}

void end() { _tile_release(); }

template <int kSlot>
inline __attribute__((always_inline)) void issue(const int8_t *x, const uint8_t *w, int32_t *products) {
    // Tile numbers are part of the instruction, so each slot has its own text.
    if constexpr (kSlot == 0) {
        _tile_zero(0);
        _tile_loadd(2, x, kQuantGroup);
        _tile_loadd(4, w, 64);
        _tile_dpbsud(0, 2, 4);
        _tile_stored(0, products, 64);
    } else {
        _tile_zero(1);
        _tile_loadd(3, x, kQuantGroup);
        _tile_loadd(5, w, 64);
        _tile_dpbsud(1, 3, 5);
        _tile_stored(1, products, 64);
    }
}

template <int kRows>
struct Product {
    const TileRows &x;
    const TilePanel &panel;
    float *c;
    int64_t ldc;
    __m512 acc[kRows];

    inline __attribute__((always_inline)) void add(const int32_t *products, int64_t g) {
        const __m512 offset = _mm512_load_ps(panel.offsets + g * 16), scale = _mm512_load_ps(panel.scales + g * 16);
        const float *sums = x.sums + g * kTileRows, *scales = x.scales + g * kTileRows;
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            const __m512 d = _mm512_cvtepi32_ps(_mm512_load_si512(products + r * 16));
            const __m512 t = _mm512_fmadd_ps(offset, _mm512_set1_ps(sums[r]), d);
            acc[r] = _mm512_fmadd_ps(_mm512_mul_ps(t, _mm512_set1_ps(scales[r])), scale, acc[r]);
        });
    }
    inline __attribute__((always_inline)) void close() {
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            float *to = c + r * ldc;
            _mm512_storeu_ps(to, _mm512_add_ps(_mm512_loadu_ps(to), acc[r]));
            acc[r] = _mm512_setzero_ps();
        });
    }
};

// Products of the next group are under way while those of this one are scaled.
template <int kRows>
void multiplyRows(const TileRows &x, const TilePanel &panel, int64_t groups, float *c, int64_t ldc, Prefetch &ahead) {
    alignas(64) int32_t products[2][kTileRows * kTileColumns];
    Product<kRows> product{x, panel, c, ldc, {}};
    unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
        product.acc[r] = _mm512_setzero_ps();
        _mm512_storeu_ps(c + r * ldc, product.acc[r]);
    });
    GroupOrder next{groups};
    int64_t g = 0;
    const auto advance = [&](int32_t *into, auto slot) ASCEND4J_INLINE_BODY {
        g = next.group;
        next.advance();
        ahead.step();
        if (next.group < groups) {
            issue<slot>(x.values + next.group * kTileBytes, panel.values + next.group * kTileBytes, into);
        }
    };
    issue<0>(x.values, panel.values, products[0]);
    while (next.group < groups) {
        advance(products[1], Index<1>());
        product.add(products[0], g);
        if (next.start || next.group >= groups) product.close();
        if (next.group >= groups) break;
        advance(products[0], Index<0>());
        product.add(products[1], g);
        if (next.start || next.group >= groups) product.close();
    }
}

void multiplyTile(const TileRows &x, int rows, const TilePanel &panel, int64_t groups, float *c, int64_t ldc,
                  Prefetch &ahead) {
    if (rows <= kRowsForVectors) return quantTilesAvx512Vnni()->multiplyTile(x, rows, panel, groups, c, ldc, ahead);
    (rows > 12 ? multiplyRows<16> : multiplyRows<12>)(x, panel, groups, c, ldc, ahead);
}

}  // namespace

const QuantTiles *quantTilesAmx() {
    static const QuantTiles *tiles = [] {
        static QuantTiles made = *quantTilesAvx512Vnni();
        made.multiplyTile = multiplyTile;
        made.begin = begin;
        made.end = end;
        return &made;
    }();
    return tiles;
}

}  // namespace ascend4j
#else
namespace ascend4j {
const QuantTiles *quantTilesAmx() { return nullptr; }
}  // namespace ascend4j
#endif
