// The query rows that one thread carries through the keys: some tokens of one sequence, all heads that share a KV head.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/aligned_floats.h"
#include "kernels/attention_cache.h"
#include "kernels/attention_fetch.h"
#include "kernels/attention_kernels.h"

namespace ascend4j {

// A range of tokens of a sequence under one KV head.
struct AttentionSpan {
    size_t sequence;
    int64_t kvHead;
    int64_t tokenBegin;
    int64_t tokenEnd;
};

// The keys that one token sees.
KeyRange visibleKeys(const AttentionProblem &problem, const AttentionSequence &sequence, int64_t token);

// The keys that any token of the span sees.
KeyRange visibleKeys(const AttentionProblem &problem, const AttentionSpan &span);

// Those of the keys that are in a tile.
inline KeyRange tileOf(KeyRange keys, int64_t tile) {
    return {std::max(keys.begin, tile), std::min(keys.end, tile + kTileKeys)};
}

// Softmax state of the rows: weighted value sums, and per row the maximum score and the sum of e^(score - maximum).
struct AttentionState {
    AlignedFloats sums, maximum, total;
    void resize(int64_t rows, int64_t depth);
    // To no keys seen.
    void reset(int64_t rows, int64_t depth);
};

// What is needed while one tile is worked on. Few bytes, so that they stay in the first-level cache: spans that a thread
// carries through the keys together share them.
struct AttentionScratch {
    AlignedFloats queries;       // as the tensor has them
    AlignedFloats keys, values;  // of a tile, packed
    AlignedFloats wide;          // a tile of signed bytes as numbers
    std::vector<uint16_t> narrowKeys, narrowValues;  // and those rounded
    AlignedFloats scores, factors, freshFactors;
    // Of a bundle: the states of all rows, tile by tile the ranges, and what each head has.
    AlignedFloats maximum, total;
    std::vector<TileRange> ranges;
    std::vector<const float *> headQueries;
    std::vector<float *> headSums;
};

// Some per thread; the buffers are kept between spans. Between enter() and leave() of the kernels.
class AttentionRows {
public:
    void open(const AttentionProblem &problem, const AttentionSpan &span, AttentionScratch *scratch);
    // The keys that any row sees.
    KeyRange keys() const { return keys_; }
    // Empties partial().
    void beginPartition();
    // Takes the keys from `tile` on, a multiple of kTileKeys, into partial(). Ascending within a partition.
    // Meanwhile asks for `linesAhead` lines of `next` beside each key and value, if there is a next.
    void runTile(int64_t tile, TileFetch *next, int64_t linesAhead);
    // runTile for the tiles from `begin` to `end`, of one partition, of neighbouring KV heads of one token together;
    // false, and nothing done, where that is not to be had.
    static bool runBundle(AttentionRows *rows, int64_t count, int64_t begin, int64_t end);
    const AttentionState &partial() const { return partial_; }
    // Merges partial(), which holds nothing of use then.
    void mergePartial();
    // Merges the state of the next partition; call in ascending order.
    void merge(const float *sums, const float *maximum, const float *total);
    // Divides, rounds and writes the outputs of the span.
    void close();
    int64_t rows() const { return rows_; }

private:
    AttentionNumbers numbers() const { return {problem_->dtype == ACL_BF16, problem_->rounded}; }
    void loadQueries();
    void locateTile(int64_t tile);
    void locateKeys(KeyRange keys, int64_t tile);
    void locateValues(KeyRange keys, int64_t tile);
    void widen(const float *scales, int64_t depth, int64_t tile, TileRows *rows, std::vector<uint16_t> *narrow);
    void gather(AttentionRows *rows, int64_t count);
    AttentionBundle makeBundle(int64_t count, int64_t tile);
    void scatter(AttentionRows *rows, int64_t count) const;
    AttentionTile makeTile(int64_t tile, KeyRange keys);
    bool seesTogether() const { return span_.tokenEnd - span_.tokenBegin == 1 && problem_->mask == nullptr; }
    void accumulateTokens(const AttentionTile &tile);

    const AttentionKernels *kernels_ = nullptr;
    const AttentionProblem *problem_ = nullptr;
    const AttentionSequence *sequence_ = nullptr;
    AttentionSpan span_{};
    KeyRange keys_{};      // that any row sees
    int64_t group_ = 0;
    int64_t rows_ = 0;
    int64_t paddedRows_ = 0;  // whole blocks of the kernels
    AttentionScratch *scratch_ = nullptr;
    AlignedFloats queries_;
    std::vector<TileRange> ranges_;             // per row, within the current tile
    std::vector<const unsigned char *> masks_;  // per row, from the current tile's first key on
    TileRows keyRows_{}, valueRows_{};          // of the current tile; the range is what any row sees
    AttentionState partial_, whole_;
    bool merged_ = false;  // whole_ holds something
};

}  // namespace ascend4j
