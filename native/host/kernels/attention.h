// Fused attention over contiguous or paged keys and values, summed in float32 with one rounding at the end.
//
// Keys are taken in tiles of kTileKeys and partitions of kPartitionKeys, both at absolute positions; within a partition
// the softmax runs online, partitions are then merged in ascending order. That order is the same whether one thread
// walks the partitions or many share them, so a row's bits depend only on its query and the keys that it sees.
#pragma once

#include <cstdint>
#include <vector>

#include "acl/acl_base.h"

namespace ascend4j {

constexpr int64_t kPartitionKeys = 256;

// One sequence. Offsets count elements (mask: bytes) from the problem's base addresses.
struct AttentionSequence {
    int64_t query = 0;
    int64_t output = 0;
    int64_t logSum = 0;
    int64_t key = 0;  // of position 0; unused when blocks is set
    int64_t value = 0;
    int64_t mask = 0;
    int64_t queryLength = 0;
    int64_t keyLength = 0;
    const int32_t *blocks = nullptr;  // block numbers, already checked; null when the keys are not paged
};

// Distances in elements between neighbours along a dimension.
struct AttentionStrides {
    int64_t token = 0;
    int64_t head = 0;
    int64_t block = 0;
};

struct AttentionProblem {
    aclDataType dtype = ACL_FLOAT16;
    bool rounded = false;  // factors may be rounded to BF16 before they are multiplied
    const unsigned char *query = nullptr;
    const unsigned char *key = nullptr;
    const unsigned char *value = nullptr;
    // Keys and values are signed bytes in blocks, to be multiplied by their token's scale: one for each slot of the cache.
    bool bytes = false;
    const float *keyScales = nullptr;
    const float *valueScales = nullptr;
    const unsigned char *mask = nullptr;  // nonzero hides a key; null when indices alone decide
    unsigned char *output = nullptr;
    float *logSum = nullptr;  // log of the sum of e^score, optional
    int64_t heads = 0;
    int64_t kvHeads = 0;
    int64_t depth = 0;       // of queries and keys, a multiple of 16
    int64_t valueDepth = 0;  // of values and outputs, a multiple of 16
    int64_t blockSize = 0;
    AttentionStrides queryStrides, keyStrides, valueStrides, outputStrides, logSumStrides;
    int64_t maskRow = 0;
    float scale = 1;
    // Query i sees the keys j with i + shift - before <= j <= i + shift + after, where shift is keyLength - queryLength
    // if endAligned, else 0. Both within +-kUnbounded.
    int64_t before = 0;
    int64_t after = 0;
    bool endAligned = false;
    std::vector<AttentionSequence> sequences;
};

constexpr int64_t kUnbounded = int64_t{1} << 40;

// Floats of scratch that let `rows` query rows (over all heads) of few, long sequences be split over threads.
int64_t attentionScratch(int64_t rows, int64_t longestKeyLength, int64_t valueDepth);

// Uses `scratch` only as far as `scratchFloats` reach. Runs on the pool.
void attend(const AttentionProblem &problem, float *scratch, int64_t scratchFloats);

}  // namespace ascend4j
