// The query rows that one thread carries through the keys: some tokens of one sequence, all heads that share a KV head.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/aligned_floats.h"
#include "kernels/attention.h"
#include "kernels/attention_kernels.h"

namespace ascend4j {

// A range of tokens of a sequence under one KV head.
struct AttentionSpan {
    size_t sequence;
    int64_t kvHead;
    int64_t tokenBegin;
    int64_t tokenEnd;
};

// Keys that one token sees.
struct KeyRange {
    int64_t begin;
    int64_t end;
    bool empty() const { return begin >= end; }
};

KeyRange visibleKeys(const AttentionProblem &problem, const AttentionSequence &sequence, int64_t token);

// The keys that any token of the span sees.
KeyRange visibleKeys(const AttentionProblem &problem, const AttentionSpan &span);

// Softmax state of the rows: weighted value sums, and per row the maximum score and the sum of e^(score - maximum).
struct AttentionState {
    AlignedFloats sums, maximum, total;
    void reset(int64_t rows, int64_t depth);
};

// One per thread; its buffers are kept between spans.
class AttentionRows {
public:
    void open(const AttentionProblem &problem, const AttentionSpan &span);
    // Leaves the state of one partition in partial().
    void runPartition(int64_t partition);
    const AttentionState &partial() const { return partial_; }
    // Merges the state of the next partition; call in ascending order.
    void merge(const float *sums, const float *maximum, const float *total);
    // Divides, rounds and writes the outputs of the span.
    void close();
    int64_t rows() const { return rows_; }

private:
    void loadQueries();
    void loadKeys(int64_t begin, int64_t end, int64_t tile);
    void runTile(int64_t tile, KeyRange keys);
    void hideMasked(int64_t token, int64_t row, int64_t tile, KeyRange keys);
    void accumulate(int64_t first, int64_t last);

    const AttentionProblem *problem_ = nullptr;
    const AttentionSequence *sequence_ = nullptr;
    AttentionSpan span_{};
    int64_t group_ = 0;
    int64_t rows_ = 0;
    AlignedFloats queries_, keyRows_, keyColumns_, values_, scores_;
    std::vector<KeyRange> ranges_;  // per token of the span, within the current tile
    AttentionState partial_, whole_;
};

}  // namespace ascend4j
