#include "kernels/attention.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "core/thread_pool.h"
#include "kernels/attention_rows.h"

namespace ascend4j {
namespace {

// Enough rows to pay for converting a tile's keys and values, few enough that all stays in the second-level cache.
constexpr int64_t kSpanRows = 192;

// Spans of many tokens are multiples of this, so that the rows fill the blocks of the kernels.
constexpr int64_t kTokenBlock = 16;

// Rows of one token's heads are short; spans up to this many go through the keys together, so that memory is read in
// whole tokens.
constexpr int64_t kFewRows = 16;
constexpr int64_t kMostBundled = 16;

struct ThreadRows {
    std::array<AttentionRows, kMostBundled> rows;
    AttentionScratch scratch;
    TileFetch fetch;
};

ThreadRows &threadRows() {
    static thread_local ThreadRows own;
    return own;
}

// Items differ in work (causal rows near the end see more keys), so threads draw them one by one; while there are plenty,
// the next one early, so that body(item, following) can prepare it. `following` is null where it is not known.
template <typename Item, typename Body>
void draw(const std::vector<Item> &items, const Body &body) {
    const size_t count = items.size(), threads = static_cast<size_t>(threadCount());
    std::atomic<size_t> next{0};
    parallelFor(static_cast<int64_t>(std::min(count, threads)), 1, [&](int64_t, int64_t) {
        attentionKernels().enter();
        for (size_t i = next++; i < count;) {
            const bool plenty = next.load() + threads < count;
            const size_t following = plenty ? next++ : count;
            body(items[i], following < count ? &items[following] : nullptr);
            i = plenty ? following : next++;
        }
        attentionKernels().leave();
    });
}

std::vector<AttentionSpan> makeSpans(const AttentionProblem &problem) {
    int64_t tokens = std::max<int64_t>(1, kSpanRows / (problem.heads / problem.kvHeads));
    if (tokens > kTokenBlock) tokens -= tokens % kTokenBlock;
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

// Spans that differ in nothing but the KV head, next to each other in the list.
struct Bundle {
    size_t first;
    size_t count;
};

// Whether the partitions of any one span are work enough for all threads, and their states fit in the scratch.
bool splitsKeys(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, int64_t scratchFloats) {
    int64_t floats = 0, fewest = kUnbounded;
    for (const AttentionSpan &span : spans) {
        const KeyRange keys = visibleKeys(problem, span);
        const int64_t partitions = keys.empty() ? 0 : partitionEnd(keys) - keys.begin / kPartitionKeys;
        const int64_t rows = (span.tokenEnd - span.tokenBegin) * (problem.heads / problem.kvHeads);
        floats += partitions * rows * (problem.valueDepth + 2);
        fewest = std::min(fewest, partitions);
    }
    return fewest >= 4 * threadCount() && floats <= scratchFloats;
}

std::vector<Bundle> makeBundles(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans,
                                int64_t scratchFloats) {
    // Else a single sequence's heads are shared by the threads.
    const bool few = problem.sequences.size() < static_cast<size_t>(threadCount());
    const int64_t sharers = few && !splitsKeys(problem, spans, scratchFloats) ? threadCount() : 1;
    const auto most = static_cast<size_t>(std::min((problem.kvHeads + sharers - 1) / sharers, kMostBundled));
    std::vector<Bundle> bundles;
    const auto fits = [&](const AttentionSpan &span, const AttentionSpan &first) {
        const int64_t rows = problem.sequences[span.sequence].queryLength * (problem.heads / problem.kvHeads);
        return span.sequence == first.sequence && rows <= kFewRows;
    };
    for (size_t s = 0; s < spans.size(); s++) {
        if (!bundles.empty() && bundles.back().count < most && fits(spans[s], spans[bundles.back().first])) {
            bundles.back().count++;
        } else {
            bundles.push_back({s, 1});
        }
    }
    return bundles;
}

// A bundle's keys from one partition on.
struct Work {
    Bundle bundle;
    int64_t partition;
};

Work wholeOf(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, Bundle bundle) {
    return {bundle, visibleKeys(problem, spans[bundle.first]).begin / kPartitionKeys};
}

// Where a partition's keys begin.
int64_t firstTile(KeyRange keys, int64_t partition) {
    return std::max(partition * kPartitionKeys, keys.begin / kTileKeys * kTileKeys);
}

// Prepares to ask for the first tile of `work`, if it is there.
void openFetch(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, const Work *work,
               TileFetch &fetch) {
    if (work == nullptr) return fetch.clear();
    const AttentionSpan &span = spans[work->bundle.first];
    const KeyRange keys = visibleKeys(problem, span);
    fetch.open(problem, problem.sequences[span.sequence], span.kvHead, static_cast<int64_t>(work->bundle.count),
               tileOf(keys, firstTile(keys, work->partition)));
}

void openBundle(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, Bundle bundle) {
    ThreadRows &own = threadRows();
    for (size_t i = 0; i < bundle.count; i++) own.rows[i].open(problem, spans[bundle.first + i], &own.scratch);
}

// Few rows ask for each tile while they work on the one before, and for the first of `following` during the last.
void runPartition(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, const Work &work,
                  const Work *following) {
    auto &[rows, scratch, fetch] = threadRows();
    for (size_t i = 0; i < work.bundle.count; i++) rows[i].beginPartition();
    const KeyRange keys = rows[0].keys();
    const int64_t begin = firstTile(keys, work.partition);
    const int64_t end = std::min(keys.end, (work.partition + 1) * kPartitionKeys);
    const auto heads = static_cast<int64_t>(work.bundle.count);
    const AttentionSpan &span = spans[work.bundle.first];
    if (AttentionRows::runBundle(rows.data(), heads, begin, end)) return;
    for (int64_t tile = begin; tile < end; tile += kTileKeys) {
        if (rows[0].rows() > kFewRows) {
            fetch.clear();
        } else if (tile + kTileKeys < end) {
            fetch.open(problem, problem.sequences[span.sequence], span.kvHead, heads, tileOf(keys, tile + kTileKeys));
        } else {
            openFetch(problem, spans, following, fetch);
        }
        const int64_t lines = fetch.linesBeside(heads);
        for (size_t i = 0; i < work.bundle.count; i++) rows[i].runTile(tile, lines == 0 ? nullptr : &fetch, lines);
    }
}

void runWhole(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, const Work &whole,
              const Work *following) {
    auto &rows = threadRows().rows;
    openBundle(problem, spans, whole.bundle);
    const KeyRange keys = rows[0].keys();
    const int64_t end = keys.empty() ? whole.partition : partitionEnd(keys);
    for (int64_t p = whole.partition; p < end; p++) {
        const Work next{whole.bundle, p + 1};
        runPartition(problem, spans, {whole.bundle, p}, p + 1 < end ? &next : following);
        for (size_t i = 0; i < whole.bundle.count; i++) rows[i].mergePartial();
    }
    for (size_t i = 0; i < whole.bundle.count; i++) rows[i].close();
}

// One partition of a bundle, with the place of its state: span by span the sums, then maxima, then totals of its rows.
struct Part {
    size_t bundle;
    Work work;
    float *state;
};

void runPart(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, const Part &part,
             const Part *following) {
    auto &rows = threadRows().rows;
    openBundle(problem, spans, part.work.bundle);
    runPartition(problem, spans, part.work, following == nullptr ? nullptr : &following->work);
    float *state = part.state;
    for (size_t i = 0; i < part.work.bundle.count; i++) {
        const AttentionState &partial = rows[i].partial();
        state = std::copy_n(partial.sums.data(), rows[i].rows() * problem.valueDepth, state);
        state = std::copy_n(partial.maximum.data(), rows[i].rows(), state);
        state = std::copy_n(partial.total.data(), rows[i].rows(), state);
    }
}

// The parts of one bundle.
struct Merge {
    Bundle bundle;
    const Part *first, *last;
};

void mergeParts(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans, const Merge &merge) {
    auto &rows = threadRows().rows;
    const Bundle bundle = merge.bundle;
    openBundle(problem, spans, bundle);
    for (const Part *part = merge.first; part != merge.last; part++) {
        const float *state = part->state;
        for (size_t i = 0; i < bundle.count; i++) {
            const int64_t count = rows[i].rows(), sums = count * problem.valueDepth;
            rows[i].merge(state, state + sums, state + sums + count);
            state += sums + 2 * count;
        }
    }
    for (size_t i = 0; i < bundle.count; i++) rows[i].close();
}

void runSplit(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans,
              const std::vector<Bundle> &bundles, const std::vector<Part> &parts) {
    draw(parts, [&](const Part &part, const Part *following) { runPart(problem, spans, part, following); });
    std::vector<Merge> merges;
    for (size_t b = 0; b < bundles.size(); b++) {
        const auto before = [](const Part &part, size_t bundle) { return part.bundle < bundle; };
        const Part *begin = parts.data(), *end = begin + parts.size();
        const Part *first = std::lower_bound(begin, end, b, before);
        merges.push_back({bundles[b], first, std::lower_bound(first, end, b + 1, before)});
    }
    draw(merges, [&](const Merge &merge, const Merge *) { mergeParts(problem, spans, merge); });
}

// The parts of all bundles, or none if splitting brings nothing or the scratch does not hold them.
std::vector<Part> makeParts(const AttentionProblem &problem, const std::vector<AttentionSpan> &spans,
                            const std::vector<Bundle> &bundles, float *scratch, int64_t scratchFloats) {
    std::vector<Part> parts;
    if (threadCount() == 1 || bundles.size() >= static_cast<size_t>(4 * threadCount())) return parts;
    for (size_t b = 0; b < bundles.size(); b++) {
        const AttentionSpan &span = spans[bundles[b].first];
        const KeyRange keys = visibleKeys(problem, span);
        if (keys.empty()) continue;
        const int64_t rows = (span.tokenEnd - span.tokenBegin) * (problem.heads / problem.kvHeads);
        const int64_t floats = static_cast<int64_t>(bundles[b].count) * rows * (problem.valueDepth + 2);
        for (int64_t p = keys.begin / kPartitionKeys; p < partitionEnd(keys); p++) {
            if (scratchFloats < floats) return {};
            parts.push_back({b, {bundles[b], p}, scratch});
            scratch += floats;
            scratchFloats -= floats;
        }
    }
    return parts.size() > bundles.size() ? parts : std::vector<Part>();
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
    const std::vector<Bundle> bundles = makeBundles(problem, spans, scratchFloats);
    const std::vector<Part> parts = makeParts(problem, spans, bundles, scratch, scratchFloats);
    if (!parts.empty()) {
        runSplit(problem, spans, bundles, parts);
        return;
    }
    std::vector<Work> works;
    for (const Bundle &bundle : bundles) works.push_back(wholeOf(problem, spans, bundle));
    draw(works, [&](const Work &whole, const Work *following) { runWhole(problem, spans, whole, following); });
}

}  // namespace ascend4j
