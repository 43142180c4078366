#include "kernels/attention.h"

#include <algorithm>
#include <atomic>

#include "core/thread_pool.h"
#include "kernels/attention_rows.h"

namespace ascend4j {
namespace {

// Enough rows to pay for converting a tile's keys and values, few enough that all stays in the second-level cache.
constexpr int64_t kSpanRows = 64;

AttentionRows &threadRows() {
    static thread_local AttentionRows rows;
    return rows;
}

// Spans differ in work (causal rows near the end see more keys), so threads draw them one by one.
template <typename Body>
void drawSpans(size_t count, const Body &body) {
    std::atomic<size_t> next{0};
    parallelFor(std::min<int64_t>(static_cast<int64_t>(count), threadCount()), 1, [&](int64_t, int64_t) {
        for (size_t i = next++; i < count; i = next++) body(i);
    });
}

std::vector<AttentionSpan> makeSpans(const AttentionProblem &problem) {
    const int64_t tokens = std::max<int64_t>(1, kSpanRows / (problem.heads / problem.kvHeads));
    std::vector<AttentionSpan> spans;
    for (size_t s = 0; s < problem.sequences.size(); s++) {
        const int64_t length = problem.sequences[s].queryLength;
        for (int64_t head = 0; head < problem.kvHeads; head++) {
            for (int64_t token = 0; token < length; token += tokens) {
                spans.push_back({s, head, token, std::min(length, token + tokens)});
            }
        }
    }
    return spans;
}

int64_t partitionEnd(KeyRange keys) { return (keys.end + kPartitionKeys - 1) / kPartitionKeys; }

void runWhole(const AttentionProblem &problem, const AttentionSpan &span) {
    AttentionRows &rows = threadRows();
    rows.open(problem, span);
    const KeyRange keys = visibleKeys(problem, span);
    if (!keys.empty()) {
        for (int64_t p = keys.begin / kPartitionKeys; p < partitionEnd(keys); p++) {
            rows.runPartition(p);
            const AttentionState &part = rows.partial();
            rows.merge(part.sums.data(), part.maximum.data(), part.total.data());
        }
    }
    rows.close();
}

// One partition of one span, with the place of its state: sums, then maxima, then totals of the span's rows.
struct Part {
    size_t span;
    int64_t partition;
    float *state;
};

void runSplit(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans,
              const std::vector<Part> &parts) {
    const int64_t depth = problem.valueDepth;
    drawSpans(parts.size(), [&](size_t i) {
        AttentionRows &rows = threadRows();
        rows.open(problem, spans[parts[i].span]);
        rows.runPartition(parts[i].partition);
        float *sums = parts[i].state;
        std::copy_n(rows.partial().sums.data(), rows.rows() * depth, sums);
        std::copy_n(rows.partial().maximum.data(), rows.rows(), sums + rows.rows() * depth);
        std::copy_n(rows.partial().total.data(), rows.rows(), sums + rows.rows() * (depth + 1));
    });
    drawSpans(spans.size(), [&](size_t s) {
        AttentionRows &rows = threadRows();
        rows.open(problem, spans[s]);
        for (const Part &part : parts) {
            if (part.span != s) continue;
            const float *sums = part.state;
            rows.merge(sums, sums + rows.rows() * depth, sums + rows.rows() * (depth + 1));
        }
        rows.close();
    });
}

// The parts of all spans, or none if splitting brings nothing or the scratch does not hold them.
std::vector<Part> makeParts(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, float *scratch,
                            int64_t scratchFloats) {
    std::vector<Part> parts;
    if (threadCount() == 1 || spans.size() >= static_cast<size_t>(4 * threadCount())) return parts;
    for (size_t s = 0; s < spans.size(); s++) {
        const KeyRange keys = visibleKeys(problem, spans[s]);
        if (keys.empty()) continue;
        const int64_t rows = (spans[s].tokenEnd - spans[s].tokenBegin) * (problem.heads / problem.kvHeads);
        const int64_t floats = rows * (problem.valueDepth + 2);
        for (int64_t p = keys.begin / kPartitionKeys; p < partitionEnd(keys); p++) {
            if (scratchFloats < floats) return {};
            parts.push_back({s, p, scratch});
            scratch += floats;
            scratchFloats -= floats;
        }
    }
    return parts.size() > spans.size() ? parts : std::vector<Part>();
}

}  // namespace

int64_t attentionScratch(int64_t rows, int64_t longestKeyLength, int64_t valueDepth) {
    // Beyond this there are spans enough to keep all threads busy without splitting.
    constexpr int64_t kMostRows = 1024;
    const int64_t partitions = (longestKeyLength + kPartitionKeys - 1) / kPartitionKeys;
    return partitions < 2 || rows > kMostRows ? 0 : rows * partitions * (valueDepth + 2);
}

void attend(const AttentionProblem &problem, float *scratch, int64_t scratchFloats) {
    const std::vector<AttentionSpan> spans = makeSpans(problem);
    const std::vector<Part> parts = makeParts(problem, spans, scratch, scratchFloats);
    if (!parts.empty()) {
        runSplit(problem, spans, parts);
        return;
    }
    drawSpans(spans.size(), [&](size_t i) { runWhole(problem, spans[i]); });
}

}  // namespace ascend4j
