// Where the memory holds a sequence's keys and values: dense, or in the blocks of a paged cache.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/attention.h"

namespace ascend4j {

// Positions of a sequence.
struct KeyRange {
    int64_t begin;
    int64_t end;
    bool empty() const { return begin >= end; }
};

// Distances in pairs of bytes, as those of 16-bit elements are.
inline AttentionStrides inPairs(const AttentionProblem &problem, const AttentionStrides &strides) {
    if (!problem.bytes) return strides;
    return {strides.token / 2, strides.head / 2, strides.block / 2};
}

// The row of a position under one head.
inline const uint16_t *locate(const AttentionProblem &problem, const unsigned char *base, int64_t start,
                              const int32_t *blocks, const AttentionStrides &strides, int64_t head, int64_t position) {
    int64_t offset = head * strides.head;
    if (blocks == nullptr) {
        offset += start + position * strides.token;
    } else {
        offset += blocks[position / problem.blockSize] * strides.block +
                  position % problem.blockSize * strides.token;
    }
    return reinterpret_cast<const uint16_t *>(base) + offset;
}

// Calls body(position, run) for the stretches of the keys whose rows lie one token stride apart.
template <typename Body>
void eachRun(const AttentionProblem &problem, const int32_t *blocks, KeyRange keys, const Body &body) {
    for (int64_t position = keys.begin; position < keys.end;) {
        int64_t run = keys.end - position;
        if (blocks != nullptr) run = std::min(run, problem.blockSize - position % problem.blockSize);
        body(position, run);
        position += run;
    }
}

}  // namespace ascend4j
