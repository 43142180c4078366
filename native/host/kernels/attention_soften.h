// The text of attention's online softmax; each file of tile kernels includes it once.
#pragma once

#include "kernels/attention_kernels.h"
#include "kernels/simd.h"

namespace ascend4j {
namespace {

constexpr int64_t kTileVectors = kTileKeys / kLanes;

inline IntVec laneNumbers() {
    IntVec numbers;
    for (int k = 0; k < kLanes; k++) numbers[k] = k;
    return numbers;
}

// Lanes of the vector at column j that a row sees.
inline IntVec visibleLanes(TileRange range, const unsigned char *mask, int64_t j) {
    const IntVec index = laneNumbers() + static_cast<int32_t>(j);
    IntVec visible = (index >= range.begin) & (index < range.end);
    if (mask != nullptr) {
        for (int k = 0; k < kLanes; k++) {
            if (visible[k] != 0 && mask[j + k] != 0) visible[k] = 0;
        }
    }
    return visible;
}

inline bool seesAll(TileRange range, const unsigned char *mask) {
    return mask == nullptr && range.begin <= 0 && range.end >= kTileKeys;
}

// The largest visible score; -infinity if there is none.
inline float largestScore(const float *scores, TileRange range, const unsigned char *mask, float scale) {
    const Vec none = splat(-__builtin_inff());
    Vec best[kTileVectors];
    for (int64_t i = 0; i < kTileVectors; i++) best[i] = load(scores + i * kLanes) * scale;
    if (!seesAll(range, mask)) {
        for (int64_t i = 0; i < kTileVectors; i++) {
            best[i] = visibleLanes(range, mask, i * kLanes) ? best[i] : none;
        }
    }
    // A NaN is passed over here; its weight carries it.
    Vec all = none;
    for (int64_t i = 0; i < kTileVectors; i++) all = largest(best[i], all);
    return largestLane(all);
}

// e^(a - b), 1 for equals, so also for two infinities.
inline Vec ratio(Vec a, Vec b) {
    const Vec e = expVec(a - b);
    return a == b ? splat(1.0f) : e;
}

// Takes the maxima of the tile's rows, found in factors, into the running ones and turns them into factors.
inline void raiseMaxima(const AttentionTile &tile, int64_t last) {
    for (int64_t row = tile.first; row < last; row += kLanes) {
        const int64_t n = last - row < kLanes ? last - row : kLanes;
        const Vec before = loadPart(tile.maximum + row, n), found = loadPart(tile.factors + row, n);
        const Vec after = largest(found, before);
        storePart(tile.maximum + row, after, n);
        storePart(tile.factors + row, ratio(before, after), n);
    }
}

// Store takes a row and its kTileVectors weights.
template <typename Store>
inline void softenTile(const AttentionTile &tile, const Store &storeWeights) {
    const auto maskOf = [&](int64_t row) { return tile.masks == nullptr ? nullptr : tile.masks[row]; };
    const int64_t last = tile.live < tile.last ? tile.live : tile.last;
    for (int64_t row = tile.first; row < last; row++) {
        tile.factors[row] = largestScore(tile.scores + row * kTileKeys, tile.ranges[row], maskOf(row), tile.scale);
    }
    raiseMaxima(tile, last);
    const Vec scale = splat(tile.scale);
    for (int64_t row = tile.first; row < last; row++) {
        const float *scores = tile.scores + row * kTileKeys;
        // Without a finite score yet, subtracting 0 keeps e^-inf at 0 and lets a NaN through.
        const float most = tile.maximum[row];
        const Vec shift = splat(most == -__builtin_inff() ? 0.0f : -most);
        Vec weights[kTileVectors];
        for (int64_t i = 0; i < kTileVectors; i++) weights[i] = expVec(fuse(load(scores + i * kLanes), scale, shift));
        if (!seesAll(tile.ranges[row], maskOf(row))) {
            for (int64_t i = 0; i < kTileVectors; i++) {
                const IntVec visible = visibleLanes(tile.ranges[row], maskOf(row), i * kLanes);
                weights[i] = visible ? weights[i] : Vec{};
            }
        }
        Vec total = weights[0];
        for (int64_t i = 1; i < kTileVectors; i++) total += weights[i];
        tile.total[row] = tile.total[row] * tile.factors[row] + sumLanes(total);
        storeWeights(row, weights);
    }
}

inline void rebase(float *a, const float *b, int64_t rows, float *factorA, float *factorB) {
    for (int64_t row = 0; row < rows; row += kLanes) {
        const int64_t n = rows - row < kLanes ? rows - row : kLanes;
        const Vec before = loadPart(a + row, n), other = loadPart(b + row, n);
        const Vec after = largest(other, before);
        storePart(a + row, after, n);
        storePart(factorA + row, ratio(before, after), n);
        storePart(factorB + row, ratio(other, after), n);
    }
}

inline TileRange unionOf(const TileRange *ranges, int64_t count) {
    TileRange all{static_cast<int32_t>(kTileKeys), 0};
    for (int64_t i = 0; i < count; i++) {
        if (ranges[i].begin >= ranges[i].end) continue;
        all.begin = ranges[i].begin < all.begin ? ranges[i].begin : all.begin;
        all.end = ranges[i].end > all.end ? ranges[i].end : all.end;
    }
    return all;
}

}  // namespace
}  // namespace ascend4j
