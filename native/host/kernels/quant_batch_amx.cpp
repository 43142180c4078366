// The product of up to 32 rows on AMX. Weights are the left operand, as they lie in memory or with their nibbles spread
// to bytes, so that nothing is transposed but the results; lanes are rows. Of eight rows or less, two groups are
// multiplied at once: rows of both stand in one right operand, each with zeros where the other's group is.
#include "kernels/quant_tile.h"

#if defined(__AMX_INT8__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#include <algorithm>
#include <cstring>

#include "kernels/avx512.h"
#include "kernels/quant_group_avx512.h"
#include "kernels/quant_vectors_avx512.h"
#include "kernels/tile_config_amx.h"
#include "kernels/unroll.h"

namespace ascend4j {
namespace {

constexpr int kPairRows = 8;      // up to here two groups at once
constexpr int kTileBytes = 64;    // of a column in a pair of groups
constexpr int kPairBytes = 1024;  // of the rows' operand for a pair of groups
constexpr int kLanes = 16;
constexpr int kNumbersPitch = kBatchNumbers / kTileColumns;  // a constant, for addresses without arithmetic

// --- activations: [pair of groups][quad of k][2 * row + group of the pair][4], or [group][quad of k][row][4] ---

void quantizeRow(const float *x, int64_t first, int64_t count, bool int4, int row, int rows, int8_t *values,
                 float *scales, float *sums) {
    const bool pairs = rows <= kPairRows;
    for (int64_t at = 0; at < count; at += kQuantGroup) {
        const QuantizedGroup group = quantizeGroup(x + at, count - at, int4);
        const int64_t g = first + at / kQuantGroup, lane = pairs ? 2 * row + g % 2 : row, step = pairs ? g / 2 : g;
        alignas(32) int32_t quads[kQuantGroup / 4];
        _mm_store_si128(reinterpret_cast<__m128i *>(quads), group.low);
        _mm_store_si128(reinterpret_cast<__m128i *>(quads + 4), group.high);
        int8_t *to = values + g * (kPairBytes / 2) + lane * 4;
        for (int quad = 0; quad < kQuantGroup / 4; quad++) std::memcpy(to + quad * kLanes * 4, quads + quad, 4);
        scales[step * kLanes + lane] = group.scale;
        sums[step * kLanes + lane] = group.sum;
    }
}

// --- weights ---

// Where a column of a panel is stored; a short panel repeats its last column.
const uint8_t *columnAt(const StoredColumns &w, int columns, int j) {
    return w.weights + std::min(j, columns - 1) * w.pitch;
}

// Spreads nibbles to bytes, those of even index of a group first.
void unpackInt4(const StoredColumns &w, int columns, int64_t k, const TilePanel &panel) {
    const __m512i mask = _mm512_set1_epi8(0xf), flip = _mm512_set1_epi8(8);
    const __m512i first = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0), second = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
    constexpr int kFlipAndMask = 0x28;  // (a ^ b) & c
    const auto spread = [&](__m512i v, uint8_t *at) ASCEND4J_INLINE_BODY {
        const __m512i even = _mm512_ternarylogic_epi32(v, flip, mask, kFlipAndMask);
        const __m512i odd = _mm512_ternarylogic_epi32(_mm512_srli_epi16(v, 4), flip, mask, kFlipAndMask);
        _mm512_store_si512(at, _mm512_permutex2var_epi64(even, first, odd));
        _mm512_store_si512(at + 64, _mm512_permutex2var_epi64(even, second, odd));
    };
    const int64_t bytes = (k + 1) / 2, whole = bytes - bytes % 64;
    const __mmask64 rest = byteMask(bytes - whole);
    for (int j = 0; j < kTileColumns; j++) {
        const uint8_t *from = columnAt(w, columns, j);
        uint8_t *to = panel.values + j * panel.pitch;
        for (int64_t at = 0; at < whole; at += 64) spread(_mm512_loadu_si512(from + at), to + 2 * at);
        if (whole < bytes) spread(_mm512_maskz_loadu_epi8(rest, from + whole), to + 2 * whole);
    }
}

void copyInt8(const StoredColumns &w, int columns, int64_t k, const TilePanel &panel) {
    const __m512i flip = _mm512_set1_epi8(static_cast<char>(panel.biased ? 0x80 : 0));
    const int64_t whole = k - k % 64;
    const __mmask64 rest = byteMask(k - whole);
    for (int j = 0; j < kTileColumns; j++) {
        const uint8_t *from = columnAt(w, columns, j);
        uint8_t *to = panel.values + j * panel.pitch;
        for (int64_t at = 0; at < whole; at += 64) {
            _mm512_store_si512(to + at, _mm512_xor_si512(_mm512_loadu_si512(from + at), flip));
        }
        if (whole < k) _mm512_store_si512(to + whole, _mm512_xor_si512(_mm512_maskz_loadu_epi8(rest, from + whole), flip));
    }
}

template <bool kBfloat>
inline __attribute__((always_inline)) __m512 floatsOf(__m256i halves) {
    if (kBfloat) return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
    return _mm512_cvtph_ps(halves);
}

// Scales and offsets of all columns, two and two, of every other pair of groups to either array.
template <bool kBfloat, bool kOffsets>
void unpackNumbers(const StoredColumns &w, int columns, int64_t groups, float bias, const TilePanel &panel) {
    const __m512 add = _mm512_set1_ps(bias);
    for (int64_t g = 0; g < groups; g += 16) {
        const __mmask16 live = wordMask(groups - g);
        float *even = panel.scales + g, *odd = panel.offsets + g;
        for (int j = 0; j < kTileColumns; j++, even += kNumbersPitch, odd += kNumbersPitch) {
            const int64_t at = std::min(j, columns - 1) * w.groupPitch + g;
            const __m512d scale = _mm512_castps_pd(floatsOf<kBfloat>(_mm256_maskz_loadu_epi16(live, w.scales + at)));
            __m512 offset = add;
            if (kOffsets) offset = _mm512_add_ps(floatsOf<kBfloat>(_mm256_maskz_loadu_epi16(live, w.offsets + at)), add);
            _mm512_store_ps(even, _mm512_castpd_ps(_mm512_unpacklo_pd(scale, _mm512_castps_pd(offset))));
            _mm512_store_ps(odd, _mm512_castpd_ps(_mm512_unpackhi_pd(scale, _mm512_castps_pd(offset))));
        }
    }
}

void unpack(const StoredColumns &w, int columns, int64_t k, TilePanel &panel) {
    panel.biased = w.int4 || w.offsets != nullptr;
    const bool inPlace = !panel.biased && columns == kTileColumns && k % kTileBytes == 0;
    panel.pitch = inPlace ? w.pitch : tilePanelBytes(k) / kTileColumns;
    if (w.int4) {
        unpackInt4(w, columns, k, panel);
    } else if (!inPlace) {
        copyInt8(w, columns, k, panel);
    }
    const bool offsets = w.offsets != nullptr;
    const auto numbers = w.bfloat ? (offsets ? unpackNumbers<true, true> : unpackNumbers<true, false>)
                                  : (offsets ? unpackNumbers<false, true> : unpackNumbers<false, false>);
    numbers(w, columns, groupsOf(k), w.int4 ? -8.0f : -128.0f, panel);
    panel.weights = inPlace ? w.weights : panel.values;
}

// --- products ---

struct Two {
    float values[2];
};

// A column's number of both groups of a pair, or of one group, in all lanes. Left to itself, the compiler shuffles.
template <bool kPairs>
inline __attribute__((always_inline)) __m512 spread(const float *at) {
    __m512 all;
    if constexpr (kPairs) {
        asm("vbroadcastsd %1, %0" : "=v"(all) : "m"(*reinterpret_cast<const Two *>(at)));
    } else {
        asm("vbroadcastss %1, %0" : "=v"(all) : "m"(*at));
    }
    return all;
}

// Pairs of groups or groups in the order of summation: two or four sums, one after the other.
template <bool kPairs>
struct Order {
    static constexpr int kSums = kPairs ? 2 : 4;
    int64_t steps, sum = 0, at = 0;
    bool done() const { return at >= steps; }
    bool last() const { return at + kSums >= steps; }  // of its sum
    void advance() {
        at += kSums;
        if (at < steps) return;
        at = ++sum < kSums ? sum : steps;
    }
};

// What a product keeps in memory, apart from the accumulators: its address is known to the tile unit's instructions.
struct alignas(64) ProductMemory {
    int32_t products[2][kTileColumns * kLanes];
    float totals[kTileColumns][kLanes];
};

template <bool kPairs, bool kBiased>
class Product {
public:
    Product(const TileRows &x, const TilePanel &panel, int64_t groups, ProductMemory &memory)
        : x_(x), panel_(panel), memory_(memory), next_{kPairs ? (groups + 1) / 2 : groups} {
        unroll<kTileColumns>([&](auto j) ASCEND4J_INLINE_BODY {
            acc_[j] = _mm512_setzero_ps();
            _mm512_store_ps(memory_.totals[j], acc_[j]);
        });
    }

    // Products of the next step are under way while those of this one are scaled.
    inline __attribute__((always_inline)) void run(Prefetch &ahead) {
        issue<0>();
        for (;;) {
            if (step<1>(ahead)) break;
            if (step<0>(ahead)) break;
        }
    }

    inline __attribute__((always_inline)) void store(float *c, int64_t ldc) const {
        if constexpr (kPairs) {
            const __m512i rows = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
            __m512i v[8];
            unroll<8>([&](auto j) ASCEND4J_INLINE_BODY {
                v[j] = _mm512_permutex2var_epi32(_mm512_load_si512(memory_.totals[j]), rows, _mm512_load_si512(memory_.totals[j + 8]));
            });
            transposeHalves(v);
            unroll<8>([&](auto r) ASCEND4J_INLINE_BODY { _mm512_storeu_si512(c + r * ldc, v[r]); });
        } else {
            __m512i v[16];
            unroll<16>([&](auto j) ASCEND4J_INLINE_BODY { v[j] = _mm512_load_si512(memory_.totals[j]); });
            transpose(v);
            unroll<16>([&](auto r) ASCEND4J_INLINE_BODY { _mm512_storeu_si512(c + r * ldc, v[r]); });
        }
    }

private:
    template <int kSlot>
    inline __attribute__((always_inline)) void issue() {
        const uint8_t *w = panel_.weights + next_.at * (kPairs ? kTileBytes : kQuantGroup);
        const int8_t *x = x_.values + next_.at * (kPairs ? kPairBytes : kPairBytes / 2);
        // Tile numbers are part of the instruction, so each slot has its own text.
        if constexpr (kSlot == 0) {
            _tile_zero(0);
            _tile_loadd(2, w, panel_.pitch);
            _tile_loadd(4, x, 64);
            if constexpr (kBiased) _tile_dpbusd(0, 2, 4);
            if constexpr (!kBiased) _tile_dpbssd(0, 2, 4);
            _tile_stored(0, memory_.products[0], 64);
        } else {
            _tile_zero(1);
            _tile_loadd(3, w, panel_.pitch);
            _tile_loadd(5, x, 64);
            if constexpr (kBiased) _tile_dpbusd(1, 3, 5);
            if constexpr (!kBiased) _tile_dpbssd(1, 3, 5);
            _tile_stored(1, memory_.products[1], 64);
        }
    }

    // Begins the step after the current one in kSlot and adds the current one; tells whether it was the last.
    template <int kSlot>
    inline __attribute__((always_inline)) bool step(Prefetch &ahead) {
        const Order<kPairs> now = next_;
        next_.advance();
        if (!next_.done()) issue<kSlot>();
        ahead.step();
        if (kPairs) ahead.step();
        add(memory_.products[1 - kSlot], now);
        if (now.last()) close();
        return next_.done();
    }

    inline __attribute__((always_inline)) void add(const int32_t *products, const Order<kPairs> &now) {
        const float *numbers = now.sum >= (kPairs ? 1 : 2) ? panel_.offsets : panel_.scales;
        numbers += now.at / Order<kPairs>::kSums * 4 + (kPairs ? 0 : now.sum % 2);
        const __m512 sums = _mm512_load_ps(x_.sums + now.at * kLanes), scales = _mm512_load_ps(x_.scales + now.at * kLanes);
        unroll<kTileColumns>([&](auto j) ASCEND4J_INLINE_BODY {
            __m512 t = _mm512_cvtepi32_ps(_mm512_load_si512(products + j * kLanes));
            if constexpr (kBiased) t = _mm512_fmadd_ps(spread<kPairs>(numbers + j * kNumbersPitch + 2), sums, t);
            acc_[j] = _mm512_fmadd_ps(_mm512_mul_ps(t, scales), spread<kPairs>(numbers + j * kNumbersPitch), acc_[j]);
        });
    }

    // Of a pair, the sum of the first groups is in the even lanes and that of the second in the odd ones.
    inline __attribute__((always_inline)) void close() {
        unroll<kTileColumns>([&](auto j) ASCEND4J_INLINE_BODY {
            __m512 total = _mm512_add_ps(_mm512_load_ps(memory_.totals[j]), acc_[j]);
            if constexpr (kPairs) total = _mm512_add_ps(total, _mm512_movehdup_ps(acc_[j]));
            _mm512_store_ps(memory_.totals[j], total);
            acc_[j] = _mm512_setzero_ps();
        });
    }

    __m512 acc_[kTileColumns];
    const TileRows x_;
    const TilePanel panel_;
    ProductMemory &memory_;
    Order<kPairs> next_;
};

void begin(int rows) {
    TileConfig config;
    for (int slot = 0; slot < 2; slot++) {
        config.shape(slot, kTileColumns, 64);
        config.shape(2 + slot, kTileColumns, rows <= kPairRows ? kTileBytes : kQuantGroup);
        config.shape(4 + slot, rows <= kPairRows ? 16 : 8, 64);
    }
    config.load();
}

void end() { _tile_release(); }

template <bool kPairs, bool kBiased>
void multiplyAs(const TileRows &x, const TilePanel &panel, int64_t groups, float *c, int64_t ldc, Prefetch &ahead) {
    ProductMemory memory;
    Product<kPairs, kBiased> product(x, panel, groups, memory);
    product.run(ahead);
    product.store(c, ldc);
}

void multiplyTile(const TileRows &x, int rows, const TilePanel &panel, int64_t groups, float *c, int64_t ldc,
                  Prefetch &ahead) {
    if (rows <= kPairRows) {
        (panel.biased ? multiplyAs<true, true> : multiplyAs<true, false>)(x, panel, groups, c, ldc, ahead);
    } else {
        (panel.biased ? multiplyAs<false, true> : multiplyAs<false, false>)(x, panel, groups, c, ldc, ahead);
    }
}

}  // namespace

const QuantTiles *quantBatchTilesAmx() {
    static const QuantTiles tiles = {quantTilesAvx512Vnni()->multiplyFew, unpack, multiplyTile, begin, end,
                                     quantTilesAvx512Vnni()->quantizeFew, quantizeRow};
    return &tiles;
}

}  // namespace ascend4j
#else
namespace ascend4j {
const QuantTiles *quantBatchTilesAmx() { return nullptr; }
}  // namespace ascend4j
#endif
