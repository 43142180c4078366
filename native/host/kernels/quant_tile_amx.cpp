// The tile product on AMX: a group's sixteen by sixteen integer products in one instruction, their scaling in vectors.
#include "kernels/quant_tile.h"

#if defined(__AMX_INT8__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#include "kernels/avx512.h"
#include "kernels/quant_few_avx512vnni.h"
#include "kernels/tile_config_amx.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kTileBytes = kQuantGroup * kTileColumns;

constexpr int kRowsForVectors = 8;  // up to here vectors are faster, if they find the weights as they take them

constexpr int paddedRows(int rows) { return (rows + 3) / 4 * 4; }

void begin(int rows) {
    TileConfig config;  // tiles 0 and 1 hold products, 2 and 3 activations, 4 and 5 weights
    for (int slot = 0; slot < 2; slot++) {
        config.shape(slot, paddedRows(rows), 64);
        config.shape(2 + slot, paddedRows(rows), kQuantGroup);
        config.shape(4 + slot, kQuantGroup / 4, 64);
    }
    config.load();
}

void end() { _tile_release(); }

template <int kSlot, bool kBiased>
inline __attribute__((always_inline)) void issue(const int8_t *x, const uint8_t *w, int32_t *products) {
    // Tile numbers are part of the instruction, so each slot has its own text.
    if constexpr (kSlot == 0) {
        _tile_zero(0);
        _tile_loadd(2, x, kQuantGroup);
        _tile_loadd(4, w, 64);
        if constexpr (kBiased) _tile_dpbsud(0, 2, 4);
        if constexpr (!kBiased) _tile_dpbssd(0, 2, 4);
        _tile_stored(0, products, 64);
    } else {
        _tile_zero(1);
        _tile_loadd(3, x, kQuantGroup);
        _tile_loadd(5, w, 64);
        if constexpr (kBiased) _tile_dpbsud(1, 3, 5);
        if constexpr (!kBiased) _tile_dpbssd(1, 3, 5);
        _tile_stored(1, products, 64);
    }
}

template <int kRows, bool kBiased>
struct Product {
    const TileRows &x;
    const TilePanel &panel;
    float *c;
    int64_t ldc;
    __m512 acc[kRows];

    inline __attribute__((always_inline)) void add(const int32_t *products, int64_t g) {
        const __m512 scale = _mm512_load_ps(panel.scales + g * 16);
        const __m512 offset = kBiased ? _mm512_load_ps(panel.offsets + g * 16) : _mm512_setzero_ps();
        const float *sums = x.sums + g * kTileRows, *scales = x.scales + g * kTileRows;
        unroll<kRows>([&](auto r) ASCEND4J_INLINE_BODY {
            const __m512 d = _mm512_cvtepi32_ps(_mm512_load_si512(products + r * 16));
            const __m512 t = kBiased ? _mm512_fmadd_ps(offset, _mm512_set1_ps(sums[r]), d) : d;
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
template <int kRows, bool kBiased>
void multiplyRows(const TileRows &x, const TilePanel &panel, int64_t groups, float *c, int64_t ldc, Prefetch &ahead) {
    alignas(64) int32_t products[2][kTileRows * kTileColumns];
    Product<kRows, kBiased> product{x, panel, c, ldc, {}};
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
            issue<slot, kBiased>(x.values + next.group * kTileBytes, panel.values + next.group * kTileBytes, into);
        }
    };
    issue<0, kBiased>(x.values, panel.values, products[0]);
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

template <bool kBiased>
void multiplyAs(const TileRows &x, int rows, const TilePanel &panel, int64_t groups, float *c, int64_t ldc,
                Prefetch &ahead) {
    const auto multiply = rows > 12  ? multiplyRows<16, kBiased>
                          : rows > 8 ? multiplyRows<12, kBiased>
                          : rows > 4 ? multiplyRows<8, kBiased>
                                     : multiplyRows<4, kBiased>;
    multiply(x, panel, groups, c, ldc, ahead);
}

void multiplyTile(const TileRows &x, int rows, const TilePanel &panel, int64_t groups, float *c, int64_t ldc,
                  Prefetch &ahead) {
    if (!panel.biased) return multiplyAs<false>(x, rows, panel, groups, c, ldc, ahead);
    if (rows > kRowsForVectors) return multiplyAs<true>(x, rows, panel, groups, c, ldc, ahead);
    quantTilesAvx512Vnni()->multiplyTile(x, rows, panel, groups, c, ldc, ahead);
}

// INT8 without offsets needs no bias here: what it would add is taken off again exactly.
void unpack(const StoredColumns &w, int columns, int64_t k, TilePanel &panel) {
    panel.biased = w.int4 || w.offsets != nullptr;
    unpackAvx512Vnni(w, columns, k, panel);
}

}  // namespace

const QuantTiles *quantTilesAmx() {
    static const QuantTiles *tiles = [] {
        static QuantTiles made = *quantTilesAvx512Vnni();
        made.unpack = unpack;
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
