#include "kernels/attention_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "kernels/convert.h"
#include "kernels/vector_kernels.h"

namespace ascend4j {
namespace {

void ensure(AlignedFloats &buffer, int64_t floats) {
    if (buffer.size() < static_cast<size_t>(floats)) buffer.resize(static_cast<size_t>(floats));
}

int64_t roundUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// The places of the keys' rows, at `rows`.
void locateRun(const AttentionProblem &problem, const unsigned char *base, int64_t start, const int32_t *blocks,
               const AttentionStrides &strides, int64_t head, KeyRange keys, const uint16_t **rows) {
    eachRun(problem, blocks, keys, [&](int64_t position, int64_t run) {
        const uint16_t *row = locate(problem, base, start, blocks, strides, head, position);
        for (int64_t i = 0; i < run; i++) *rows++ = row + i * strides.token;
    });
}

// Sets the range of a tile's rows; gives where the place of the first key's row is to be noted.
const uint16_t **cover(KeyRange keys, int64_t tile, TileRows *rows) {
    const auto first = static_cast<int32_t>(keys.begin - tile), last = static_cast<int32_t>(keys.end - tile);
    rows->range = {first, last};
    std::fill_n(rows->at, first, nullptr);
    std::fill(rows->at + last, rows->at + kTileKeys, nullptr);
    return rows->at + first;
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

void AttentionState::resize(int64_t rows, int64_t depth) {
    ensure(sums, rows * depth);
    ensure(maximum, rows);
    ensure(total, rows);
}

void AttentionState::reset(int64_t rows, int64_t depth) {
    resize(rows, depth);
    std::fill_n(sums.begin(), rows * depth, 0.0f);
    std::fill_n(maximum.begin(), rows, -std::numeric_limits<float>::infinity());
    std::fill_n(total.begin(), rows, 0.0f);
}

void AttentionRows::open(const AttentionProblem &problem, const AttentionSpan &span, AttentionScratch *scratch) {
    scratch_ = scratch;
    problem_ = &problem;
    sequence_ = &problem.sequences[span.sequence];
    span_ = span;
    keys_ = visibleKeys(problem, span);
    group_ = problem.heads / problem.kvHeads;
    rows_ = (span.tokenEnd - span.tokenBegin) * group_;
    kernels_ = &attentionKernels();
    if (rows_ <= kernels_->rowBlock && kernels_->fewRows != nullptr) kernels_ = kernels_->fewRows;
    paddedRows_ = roundUp(rows_, kernels_->rowBlock);
    const int64_t depth = roundUp(problem.depth, kernels_->depthBlock);
    ensure(queries_, paddedRows_ * depth);
    ensure(scratch->queries, paddedRows_ * problem.depth);
    ensure(scratch->keys, kTileKeys * depth);
    ensure(scratch->values, kTileKeys * problem.valueDepth);
    ensure(scratch->scores, paddedRows_ * kTileKeys);
    ensure(scratch->factors, paddedRows_);
    ensure(scratch->freshFactors, paddedRows_);
    std::fill_n(scratch->factors.begin(), paddedRows_, 1.0f);
    ranges_.resize(static_cast<size_t>(paddedRows_));
    masks_.resize(problem.mask == nullptr ? 0 : static_cast<size_t>(paddedRows_));
    whole_.resize(paddedRows_, problem.valueDepth);
    merged_ = false;
    loadQueries();
}

void AttentionRows::loadQueries() {
    const AttentionStrides &strides = problem_->queryStrides;
    float *target = scratch_->queries.data();
    for (int64_t token = span_.tokenBegin; token < span_.tokenEnd; token++) {
        for (int64_t head = span_.kvHead * group_; head < (span_.kvHead + 1) * group_; head++) {
            const int64_t offset = sequence_->query + token * strides.token + head * strides.head;
            toFloat(problem_->dtype, problem_->query + offset * 2, target, problem_->depth);
            target += problem_->depth;
        }
    }
    std::fill_n(target, (paddedRows_ - rows_) * problem_->depth, 0.0f);
    kernels_->packQueries(scratch_->queries.data(), paddedRows_, problem_->depth, numbers(), queries_.data());
}

void AttentionRows::locateTile(int64_t tile) {
    const AttentionProblem &p = *problem_;
    const KeyRange keys = tileOf(keys_, tile);
    locateKeys(keys, tile);
    locateValues(keys, tile);
    if (!p.bytes) return;
    widen(p.keyScales, p.depth, tile, &keyRows_, &scratch_->narrowKeys);
    widen(p.valueScales, p.valueDepth, tile, &valueRows_, &scratch_->narrowValues);
}

void AttentionRows::locateKeys(KeyRange keys, int64_t tile) {
    const AttentionProblem &p = *problem_;
    const AttentionSequence &s = *sequence_;
    const uint16_t **rows = cover(keys, tile, &keyRows_);
    locateRun(p, p.key, s.key, s.blocks, inPairs(p, p.keyStrides), span_.kvHead, keys, rows);
}

void AttentionRows::locateValues(KeyRange keys, int64_t tile) {
    const AttentionProblem &p = *problem_;
    const AttentionSequence &s = *sequence_;
    const uint16_t **rows = cover(keys, tile, &valueRows_);
    locateRun(p, p.value, s.value, s.blocks, inPairs(p, p.valueStrides), span_.kvHead, keys, rows);
}

// Rounded to the query's type, as the device does before it multiplies: then what a row gives is what it would give over
// a cache of these numbers.
void AttentionRows::widen(const float *scales, int64_t depth, int64_t tile, TileRows *rows,
                          std::vector<uint16_t> *narrow) {
    const AttentionProblem &p = *problem_;
    ensure(scratch_->wide, kTileKeys * depth);
    if (narrow->size() < static_cast<size_t>(kTileKeys * depth)) narrow->resize(static_cast<size_t>(kTileKeys * depth));
    const int64_t first = rows->range.begin, count = rows->range.end - first;
    for (int64_t i = first; i < first + count; i++) {
        const int64_t position = tile + i;
        const int64_t slot = sequence_->blocks[position / p.blockSize] * p.blockSize + position % p.blockSize;
        vectorKernels().scaleBytes(reinterpret_cast<const int8_t *>(rows->at[i]), scales[slot],
                                   scratch_->wide.data() + (i - first) * depth, depth);
        rows->at[i] = narrow->data() + (i - first) * depth;
    }
    fromFloat(p.dtype, scratch_->wide.data(), narrow->data(), count * depth);
}

// Rows that only fill a block need no state.
void AttentionRows::beginPartition() {
    partial_.resize(paddedRows_, problem_->valueDepth);
    partial_.reset(rows_, problem_->valueDepth);
}

void AttentionRows::runTile(int64_t tile, TileFetch *next, int64_t linesAhead) {
    const KeyRange keys = tileOf(keys_, tile);
    const AttentionTile task = makeTile(tile, keys);
    if (task.first >= task.last) return;
    locateTile(tile);
    keyRows_.shared = valueRows_.shared = seesTogether();
    keyRows_.ahead = valueRows_.ahead = next;
    keyRows_.run = valueRows_.run = next == nullptr ? nullptr : next->run();
    keyRows_.linesAhead = valueRows_.linesAhead = linesAhead;
    const AttentionProblem &p = *problem_;
    float *keyTile = scratch_->keys.data(), *valueTile = scratch_->values.data();
    kernels_->packKeys(keyRows_, p.depth, numbers(), keyTile);
    // Before the keys are read again, which would wait for what was just written.
    const bool finite = kernels_->packValues(valueRows_, p.valueDepth, numbers(), valueTile);
    kernels_->score(task, queries_.data(), keyTile, p.depth);
    kernels_->soften(task);
    if (finite) {
        kernels_->accumulate(task, valueTile, p.valueDepth, partial_.sums.data());
    } else {
        accumulateTokens(task);
    }
}

// Brings what the heads have together in the scratch, with room for a partition's tiles.
void AttentionRows::gather(AttentionRows *rows, int64_t count) {
    constexpr int64_t kTiles = kPartitionKeys / kTileKeys;
    const AttentionProblem &p = *problem_;
    AttentionScratch &scratch = *scratch_;
    const int64_t all = count * rows_;
    ensure(scratch.scores, kTiles * roundUp(all + 3, 4) * kTileKeys);  // rows are turned by fours
    ensure(scratch.factors, kTiles * all);
    ensure(scratch.maximum, all);
    ensure(scratch.total, all);
    ensure(scratch.keys, count * 16 * std::max(p.depth, p.valueDepth));
    ensure(scratch.values, std::max(count * 256, all * p.valueDepth));
    scratch.ranges.resize(static_cast<size_t>(kTiles * all));
    scratch.headQueries.clear();
    scratch.headSums.clear();
    for (int64_t i = 0; i < count; i++) {
        std::copy_n(rows[i].partial_.maximum.data(), rows_, scratch.maximum.data() + i * rows_);
        std::copy_n(rows[i].partial_.total.data(), rows_, scratch.total.data() + i * rows_);
        scratch.headQueries.push_back(rows[i].queries_.data());
        scratch.headSums.push_back(rows[i].partial_.sums.data());
    }
}

void AttentionRows::scatter(AttentionRows *rows, int64_t count) const {
    for (int64_t i = 0; i < count; i++) {
        std::copy_n(scratch_->maximum.data() + i * rows_, rows_, rows[i].partial_.maximum.data());
        std::copy_n(scratch_->total.data() + i * rows_, rows_, rows[i].partial_.total.data());
    }
}

AttentionBundle AttentionRows::makeBundle(int64_t count, int64_t tile) {
    const AttentionProblem &p = *problem_;
    AttentionScratch &scratch = *scratch_;
    const int64_t all = count * rows_, turn = tile % kPartitionKeys / kTileKeys;
    const KeyRange keys = tileOf(keys_, tile);
    TileRange *ranges = scratch.ranges.data() + turn * all;
    const auto begin = static_cast<int32_t>(keys.begin - tile), end = static_cast<int32_t>(keys.end - tile);
    std::fill_n(ranges, all, TileRange{begin, end});
    const AttentionTile task{numbers(),
                             0,
                             all,
                             all,
                             &keyRows_,
                             ranges,
                             nullptr,
                             p.scale,
                             scratch.scores.data() + turn * roundUp(all + 3, 4) * kTileKeys,
                             scratch.maximum.data(),
                             scratch.total.data(),
                             scratch.factors.data() + turn * all};
    return {task,
            count,
            scratch.headQueries.data(),
            scratch.headSums.data(),
            &valueRows_,
            p.keyStrides.head,
            p.valueStrides.head,
            p.depth,
            p.valueDepth,
            scratch.keys.data(),
            scratch.values.data()};
}

// The keys of all tiles before the first values: reading in long stretches is what memory does best.
bool AttentionRows::runBundle(AttentionRows *rows, int64_t count, int64_t begin, int64_t end) {
    AttentionRows &first = rows[0];
    const AttentionKernels &kernels = *first.kernels_;
    if (kernels.enterBundle == nullptr || !first.seesTogether() || first.problem_->bytes) return false;
    first.gather(rows, count);
    if (!kernels.enterBundle(first.makeBundle(count, begin))) return false;
    for (int64_t tile = begin; tile < end; tile += kTileKeys) {
        first.locateKeys(tileOf(first.keys_, tile), tile);
        kernels.scoreBundle(first.makeBundle(count, tile));
    }
    for (int64_t tile = begin; tile < end; tile += kTileKeys) {
        first.locateValues(tileOf(first.keys_, tile), tile);
        kernels.accumulateBundle(first.makeBundle(count, tile));
    }
    kernels.enter();
    first.scatter(rows, count);
    return true;
}

AttentionTile AttentionRows::makeTile(int64_t tile, KeyRange keys) {
    const int64_t tokens = span_.tokenEnd - span_.tokenBegin;
    int64_t first = tokens, last = 0;
    std::fill(ranges_.begin(), ranges_.end(), TileRange{0, 0});
    for (int64_t t = 0; t < tokens; t++) {
        const KeyRange seen = visibleKeys(*problem_, *sequence_, span_.tokenBegin + t);
        const KeyRange range{std::max(seen.begin, keys.begin) - tile, std::min(seen.end, keys.end) - tile};
        if (range.empty()) continue;
        std::fill_n(ranges_.begin() + t * group_, group_,
                    TileRange{static_cast<int32_t>(range.begin), static_cast<int32_t>(range.end)});
        first = std::min(first, t);
        last = t + 1;
    }
    for (int64_t row = 0; problem_->mask != nullptr && row < rows_; row++) {
        masks_[static_cast<size_t>(row)] =
            problem_->mask + sequence_->mask + (span_.tokenBegin + row / group_) * problem_->maskRow + tile;
    }
    const int64_t block = kernels_->rowBlock;
    return {numbers(),
            first * group_ / block * block,
            std::min(paddedRows_, roundUp(last * group_, block)),
            rows_,
            &keyRows_,
            ranges_.data(),
            problem_->mask == nullptr ? nullptr : masks_.data(),
            problem_->scale,
            scratch_->scores.data(),
            partial_.maximum.data(),
            partial_.total.data(),
            scratch_->factors.data()};
}

// A value that is not finite belongs to the tokens that see it alone, but times a weight of zero it would spoil the
// others: each token gets the tile of its own keys. Finite values times zero add nothing, so the bits are the same.
void AttentionRows::accumulateTokens(const AttentionTile &tile) {
    const int64_t depth = problem_->valueDepth, step = group_ * depth;
    float *sums = partial_.sums.data();
    const AlignedFloats before(sums, sums + paddedRows_ * depth);
    AlignedFloats after = before;
    for (int64_t row = 0; row < rows_; row += group_) {
        const TileRange range = ranges_[static_cast<size_t>(row)];
        TileRows own{{0, static_cast<int32_t>(kTileKeys)}, {}, true, nullptr, nullptr, 0};  // zeros around the token's own
        std::copy(valueRows_.at + range.begin, valueRows_.at + range.end, own.at + range.begin);
        kernels_->packValues(own, depth, numbers(), scratch_->values.data());
        std::copy(before.begin(), before.end(), sums);
        kernels_->accumulate(tile, scratch_->values.data(), depth, sums);
        if (row >= tile.first && row < tile.last) std::copy_n(sums + row * depth, step, after.begin() + row * depth);
    }
    std::copy(after.begin(), after.end(), sums);
}

void AttentionRows::mergePartial() {
    if (merged_) return merge(partial_.sums.data(), partial_.maximum.data(), partial_.total.data());
    merged_ = true;
    std::swap(partial_, whole_);
}

void AttentionRows::merge(const float *sums, const float *maximum, const float *total) {
    const VectorKernels &rows = vectorKernels();
    const int64_t depth = problem_->valueDepth;
    if (!merged_) {
        merged_ = true;
        std::copy_n(sums, rows_ * depth, whole_.sums.begin());
        std::copy_n(maximum, rows_, whole_.maximum.begin());
        std::copy_n(total, rows_, whole_.total.begin());
        return;
    }
    kernels_->rebase(whole_.maximum.data(), maximum, rows_, scratch_->factors.data(), scratch_->freshFactors.data());
    for (int64_t row = 0; row < rows_; row++) {
        const auto r = static_cast<size_t>(row);
        const float old = scratch_->factors[r], fresh = scratch_->freshFactors[r];
        whole_.total[r] = whole_.total[r] * old + total[row] * fresh;
        float *kept = whole_.sums.data() + row * depth;
        if (old != 1.0f) rows.scale(kept, old, kept, depth);
        rows.add(kept, sums + row * depth, fresh, kept, depth);
    }
}

void AttentionRows::close() {
    const AttentionProblem &p = *problem_;
    if (!merged_) whole_.reset(paddedRows_, p.valueDepth);  // no row saw a key
    int64_t row = 0;
    for (int64_t token = span_.tokenBegin; token < span_.tokenEnd; token++) {
        for (int64_t head = span_.kvHead * group_; head < (span_.kvHead + 1) * group_; head++, row++) {
            float *sums = whole_.sums.data() + row * p.valueDepth;
            const float total = whole_.total[static_cast<size_t>(row)];
            vectorKernels().scale(sums, total == 0.0f ? 1.0f : 1.0f / total, sums, p.valueDepth);
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
