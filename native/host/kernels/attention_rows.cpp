#include "kernels/attention_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/convert.h"
#include "kernels/vector_kernels.h"

namespace ascend4j {
namespace {

void ensure(AlignedFloats &buffer, int64_t floats) {
    if (buffer.size() < static_cast<size_t>(floats)) buffer.resize(static_cast<size_t>(floats));
}

// Converts the tokens [begin, end) of one head to rows of `depth` floats.
void loadTokens(const AttentionProblem &problem, const unsigned char *base, int64_t start, const int32_t *blocks,
                const AttentionStrides &strides, int64_t head, int64_t depth, int64_t begin, int64_t end,
                float *target) {
    for (int64_t position = begin; position < end;) {
        int64_t run = end - position;
        int64_t offset = head * strides.head;
        if (blocks == nullptr) {
            offset += start + position * strides.token;
        } else {
            const int64_t inBlock = position % problem.blockSize;
            run = std::min(run, problem.blockSize - inBlock);
            offset += blocks[position / problem.blockSize] * strides.block + inBlock * strides.token;
        }
        const auto *source = reinterpret_cast<const uint16_t *>(base) + offset;
        attentionKernels().load(source, strides.token, run, depth, problem.dtype == ACL_BF16, target);
        target += run * depth;
        position += run;
    }
}

}  // namespace

KeyRange visibleKeys(const AttentionProblem &problem, const AttentionSequence &sequence, int64_t token) {
    const int64_t shift = problem.endAligned ? sequence.keyLength - sequence.queryLength : 0;
    const int64_t begin = std::max<int64_t>(0, token + shift - problem.before);
    const int64_t end = std::min(sequence.keyLength, token + shift + problem.after + 1);
    return {begin, std::max(begin, end)};
}

KeyRange visibleKeys(const AttentionProblem &problem, const AttentionSpan &span) {
    const AttentionSequence &sequence = problem.sequences[span.sequence];
    KeyRange all{sequence.keyLength, 0};
    for (int64_t token = span.tokenBegin; token < span.tokenEnd; token++) {
        const KeyRange one = visibleKeys(problem, sequence, token);
        if (one.empty()) continue;
        all.begin = std::min(all.begin, one.begin);
        all.end = std::max(all.end, one.end);
    }
    return all;
}

void AttentionState::reset(int64_t rows, int64_t depth) {
    ensure(sums, rows * depth);
    ensure(maximum, rows);
    ensure(total, rows);
    std::fill_n(sums.begin(), rows * depth, 0.0f);
    std::fill_n(maximum.begin(), rows, -std::numeric_limits<float>::infinity());
    std::fill_n(total.begin(), rows, 0.0f);
}

void AttentionRows::open(const AttentionProblem &problem, const AttentionSpan &span) {
    problem_ = &problem;
    sequence_ = &problem.sequences[span.sequence];
    span_ = span;
    group_ = problem.heads / problem.kvHeads;
    const int64_t tokens = span.tokenEnd - span.tokenBegin;
    rows_ = tokens * group_;
    ensure(queries_, rows_ * problem.depth);
    ensure(keyRows_, kTileKeys * problem.depth);
    ensure(keyColumns_, kTileKeys * problem.depth);
    ensure(values_, kTileKeys * problem.valueDepth);
    ensure(scores_, rows_ * kTileKeys);
    ranges_.resize(static_cast<size_t>(tokens));
    whole_.reset(rows_, problem.valueDepth);
    loadQueries();
}

void AttentionRows::loadQueries() {
    const AttentionStrides &strides = problem_->queryStrides;
    float *target = queries_.data();
    for (int64_t token = span_.tokenBegin; token < span_.tokenEnd; token++) {
        for (int64_t head = span_.kvHead * group_; head < (span_.kvHead + 1) * group_; head++) {
            const int64_t offset = sequence_->query + token * strides.token + head * strides.head;
            toFloat(problem_->dtype, problem_->query + offset * 2, target, problem_->depth);
            target += problem_->depth;
        }
    }
    vectorKernels().scale(queries_.data(), problem_->scale, queries_.data(), rows_ * problem_->depth);
}

void AttentionRows::loadKeys(int64_t begin, int64_t end, int64_t tile) {
    const AttentionProblem &p = *problem_;
    loadTokens(p, p.key, sequence_->key, sequence_->blocks, p.keyStrides, span_.kvHead, p.depth, begin, end,
               keyRows_.data() + (begin - tile) * p.depth);
    attentionKernels().transpose(keyRows_.data(), p.depth, keyColumns_.data());
    loadTokens(p, p.value, sequence_->value, sequence_->blocks, p.valueStrides, span_.kvHead, p.valueDepth, begin, end,
               values_.data() + (begin - tile) * p.valueDepth);
}

void AttentionRows::runPartition(int64_t partition) {
    partial_.reset(rows_, problem_->valueDepth);
    const KeyRange all = visibleKeys(*problem_, span_);
    const int64_t end = std::min(all.end, (partition + 1) * kPartitionKeys);
    for (int64_t tile = partition * kPartitionKeys; tile < end; tile += kTileKeys) {
        const KeyRange keys{std::max(tile, all.begin), std::min(all.end, tile + kTileKeys)};
        if (!keys.empty()) runTile(tile, keys);
    }
}

void AttentionRows::runTile(int64_t tile, KeyRange keys) {
    loadKeys(keys.begin, keys.end, tile);
    const int64_t tokens = span_.tokenEnd - span_.tokenBegin;
    int64_t first = tokens, last = 0;
    for (int64_t t = 0; t < tokens; t++) {
        KeyRange &range = ranges_[static_cast<size_t>(t)];
        const KeyRange seen = visibleKeys(*problem_, *sequence_, span_.tokenBegin + t);
        range = {std::max(seen.begin, keys.begin) - tile, std::min(seen.end, keys.end) - tile};
        if (range.empty()) {
            range = {0, 0};
            continue;
        }
        first = std::min(first, t);
        last = t + 1;
    }
    if (first >= last) return;
    const AttentionKernels &kernels = attentionKernels();
    kernels.score(queries_.data() + first * group_ * problem_->depth, (last - first) * group_, keyColumns_.data(),
                  problem_->depth, scores_.data() + first * group_ * kTileKeys);
    for (int64_t row = first * group_; row < last * group_; row++) {
        const KeyRange range = ranges_[static_cast<size_t>(row / group_)];
        if (problem_->mask != nullptr) hideMasked(row / group_, row, tile, range);
        const auto r = static_cast<size_t>(row);
        const float factor = kernels.soften(scores_.data() + row * kTileKeys, range.begin, range.end,
                                            &partial_.maximum[r], &partial_.total[r]);
        float *sums = partial_.sums.data() + row * problem_->valueDepth;
        if (factor != 1.0f) vectorKernels().scale(sums, factor, sums, problem_->valueDepth);
    }
    accumulate(first, last);
}

void AttentionRows::hideMasked(int64_t token, int64_t row, int64_t tile, KeyRange keys) {
    const unsigned char *mask =
        problem_->mask + sequence_->mask + (span_.tokenBegin + token) * problem_->maskRow + tile;
    float *scores = scores_.data() + row * kTileKeys;
    for (int64_t j = keys.begin; j < keys.end; j++) {
        if (mask[j] != 0) scores[j] = -std::numeric_limits<float>::infinity();
    }
}

// Adds exactly the keys that a row sees: a zero weight times an infinite value of a later token would give NaN.
void AttentionRows::accumulate(int64_t first, int64_t last) {
    KeyRange common{0, kTileKeys};
    for (int64_t t = first; t < last; t++) {
        const KeyRange range = ranges_[static_cast<size_t>(t)];
        common = {std::max(common.begin, range.begin), std::min(common.end, range.end)};
    }
    if (common.empty()) common = {kTileKeys, kTileKeys};
    const int64_t depth = problem_->valueDepth;
    const auto add = [&](int64_t token, int64_t tokens, int64_t begin, int64_t end) {
        if (begin >= end) return;
        attentionKernels().accumulate(scores_.data() + token * group_ * kTileKeys, tokens * group_, begin, end,
                                      values_.data(), depth, partial_.sums.data() + token * group_ * depth);
    };
    for (int64_t t = first; t < last; t++) {
        const KeyRange range = ranges_[static_cast<size_t>(t)];
        add(t, 1, range.begin, std::min(range.end, common.begin));
    }
    add(first, last - first, common.begin, common.end);
    for (int64_t t = first; t < last; t++) {
        const KeyRange range = ranges_[static_cast<size_t>(t)];
        add(t, 1, std::max(range.begin, common.end), range.end);
    }
}

void AttentionRows::merge(const float *sums, const float *maximum, const float *total) {
    const AttentionKernels &kernels = attentionKernels();
    const VectorKernels &rows = vectorKernels();
    const int64_t depth = problem_->valueDepth;
    for (int64_t row = 0; row < rows_; row++) {
        const auto r = static_cast<size_t>(row);
        const float before = whole_.maximum[r];
        const float after = std::max(before, maximum[row]);
        const float old = before == after ? 1.0f : kernels.exponential(before - after);
        const float fresh = maximum[row] == after ? 1.0f : kernels.exponential(maximum[row] - after);
        whole_.maximum[r] = after;
        whole_.total[r] = whole_.total[r] * old + total[row] * fresh;
        float *kept = whole_.sums.data() + row * depth;
        if (old != 1.0f) rows.scale(kept, old, kept, depth);
        rows.add(kept, sums + row * depth, fresh, kept, depth);
    }
}

void AttentionRows::close() {
    const AttentionProblem &p = *problem_;
    int64_t row = 0;
    for (int64_t token = span_.tokenBegin; token < span_.tokenEnd; token++) {
        for (int64_t head = span_.kvHead * group_; head < (span_.kvHead + 1) * group_; head++, row++) {
            float *sums = whole_.sums.data() + row * p.valueDepth;
            const float total = whole_.total[static_cast<size_t>(row)];
            if (total != 0.0f) vectorKernels().scale(sums, 1.0f / total, sums, p.valueDepth);
            const int64_t offset = sequence_->output + token * p.outputStrides.token + head * p.outputStrides.head;
            fromFloat(p.dtype, sums, p.output + offset * 2, p.valueDepth);
            if (p.logSum != nullptr) {
                const int64_t at = sequence_->logSum + token * p.logSumStrides.token + head * p.logSumStrides.head;
                // A row that sees no key has no sum; CANN marks it with +infinity.
                p.logSum[at] = total == 0.0f ? std::numeric_limits<float>::infinity()
                                             : whole_.maximum[static_cast<size_t>(row)] + std::log(total);
            }
        }
    }
}

}  // namespace ascend4j
