// Asks for the keys and values that few rows need next, a little at a time beside the work on those that are there:
// asked for all at once, the processor's few outstanding requests would stop everything else.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/attention_cache.h"
#include "kernels/attention_kernels.h"

namespace ascend4j {

class TileFetch {
public:
    // The keys and values of a tile under `heads` heads of a sequence from `kvHead` on, in the order of their addresses:
    // that is what the processor foresees, unlike the short and scattered rows of one head after the other. What is left
    // of the tile before is forgotten.
    void open(const AttentionProblem &problem, const AttentionSequence &sequence, int64_t kvHead, int64_t heads,
              KeyRange keys);
    // Nothing to ask for.
    void clear();
    // How many to ask for beside each key and beside each value of one of so many heads.
    int64_t linesBeside(int64_t heads) const { return (lines_ + 2 * heads * kTileKeys - 1) / (2 * heads * kTileKeys); }
    void ask(int64_t lines);
    // What is asked for next, up to a gap.
    LineRun *run() { return &run_; }

private:
    void add(const uint16_t *begin, int64_t elements);
    void addRun(const uint16_t *first, int64_t run, int64_t heads, const AttentionStrides &strides, int64_t depth);

    std::vector<LineRun> runs_;
    LineRun run_;        // what is left of the run before next_
    size_t next_ = 0;
    int64_t lines_ = 0;  // of all runs
};

}  // namespace ascend4j
