#include "kernels/attention_fetch.h"

#include <algorithm>

namespace ascend4j {
void TileFetch::clear() {
    runs_.clear();
    run_ = {};
    next_ = 0;
    lines_ = 0;
}

void TileFetch::open(const AttentionProblem &problem, const AttentionSequence &sequence, int64_t kvHead, int64_t heads,
                     KeyRange keys) {
    clear();
    const auto addAll = [&](const unsigned char *base, int64_t start, const AttentionStrides &strides, int64_t depth) {
        eachRun(problem, sequence.blocks, keys, [&](int64_t position, int64_t run) {
            const uint16_t *first = locate(problem, base, start, sequence.blocks, strides, kvHead, position);
            addRun(first, run, heads, strides, problem.bytes ? depth / 2 : depth);
        });
    };
    addAll(problem.key, sequence.key, inPairs(problem, problem.keyStrides), problem.depth);
    addAll(problem.value, sequence.value, inPairs(problem, problem.valueStrides), problem.valueDepth);
}

void TileFetch::add(const uint16_t *begin, int64_t elements) {
    const int64_t lines = (elements * static_cast<int64_t>(sizeof *begin) + kLineBytes - 1) / kLineBytes;
    runs_.push_back({reinterpret_cast<const char *>(begin), lines});
    lines_ += lines;
}

// The rows of `heads` heads from `first` on, of one run of tokens.
void TileFetch::addRun(const uint16_t *first, int64_t run, int64_t heads, const AttentionStrides &strides,
                       int64_t depth) {
    const bool dense = 2 * heads * strides.head >= strides.token;  // else more would come than is wanted
    if (strides.token > strides.head && dense) {
        add(first, (run - 1) * strides.token + (heads - 1) * strides.head + depth);
    } else if (strides.token <= strides.head) {
        for (int64_t head = 0; head < heads; head++) add(first + head * strides.head, (run - 1) * strides.token + depth);
    }
}

void TileFetch::ask(int64_t lines) {
    for (; lines > 0; lines--) {
        while (run_.lines == 0) {
            if (next_ == runs_.size()) return;
            run_ = runs_[next_++];
        }
        __builtin_prefetch(run_.at, 0, 2);
        run_.at += kLineBytes;
        run_.lines--;
    }
}

void askAhead(TileFetch &fetch, int64_t lines) { fetch.ask(lines); }

}  // namespace ascend4j
