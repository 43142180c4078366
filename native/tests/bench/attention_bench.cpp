// Times of one token's attention over a paged cache: attention_bench [layers to go round, 30]
//
// In SmolLM2-135M's heads. One layer stays in the caches, so its time is that of the arithmetic alone.
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "core/thread_pool.h"
#include "kernels/attention.h"
#include "kernels/convert.h"
#include "kernels/isa.h"

using namespace ascend4j;

namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kHeads = 9, kKvHeads = 3, kDepth = 64, kBlock = 128;
constexpr int64_t kRow = kKvHeads * kDepth;

unsigned char *hugePages(size_t bytes) {
    constexpr size_t kHuge = size_t{2} << 20;
    bytes = (bytes + kHuge - 1) / kHuge * kHuge;
    void *data = std::aligned_alloc(kHuge, bytes);
    if (data == nullptr) std::abort();
    madvise(data, bytes, MADV_HUGEPAGE);
    return static_cast<unsigned char *>(data);
}

void time(int64_t batch, int64_t length, aclDataType dtype, bool rounded, int64_t layers) {
    const int64_t width = (length + kBlock - 1) / kBlock, elements = batch * width * kBlock * kRow;
    const size_t bytes = static_cast<size_t>(elements) * 2;
    unsigned char *keys = hugePages(bytes * static_cast<size_t>(layers));
    unsigned char *values = hugePages(bytes * static_cast<size_t>(layers));
    std::mt19937 random(7);
    std::vector<uint16_t> halves(static_cast<size_t>(elements));
    for (uint16_t &half : halves) half = floatToHalf(static_cast<float>(random() % 2000) / 1000 - 1);
    for (int64_t i = 0; i < layers; i++) {
        std::memcpy(keys + static_cast<size_t>(i) * bytes, halves.data(), bytes);
        std::memcpy(values + static_cast<size_t>(i) * bytes, halves.data(), bytes);
    }
    std::vector<uint16_t> query(static_cast<size_t>(batch * kHeads * kDepth)), output(query.size());
    for (uint16_t &half : query) half = floatToHalf(static_cast<float>(random() % 2000) / 1000 - 1);
    std::vector<int32_t> blocks(static_cast<size_t>(batch * width));
    for (size_t i = 0; i < blocks.size(); i++) blocks[i] = static_cast<int32_t>(i);

    AttentionProblem problem;
    problem.dtype = dtype;
    problem.rounded = rounded;
    problem.query = reinterpret_cast<const unsigned char *>(query.data());
    problem.output = reinterpret_cast<unsigned char *>(output.data());
    problem.heads = kHeads;
    problem.kvHeads = kKvHeads;
    problem.depth = problem.valueDepth = kDepth;
    problem.blockSize = kBlock;
    problem.queryStrides = problem.outputStrides = {kHeads * kDepth, kDepth, 0};
    problem.keyStrides = problem.valueStrides = {kRow, kDepth, kBlock * kRow};
    problem.scale = 0.125f;
    problem.before = problem.after = kUnbounded;
    problem.endAligned = true;
    for (int64_t i = 0; i < batch; i++) {
        AttentionSequence sequence;
        sequence.query = sequence.output = i * kHeads * kDepth;
        sequence.queryLength = 1;
        sequence.keyLength = length;
        sequence.blocks = blocks.data() + i * width;
        problem.sequences.push_back(sequence);
    }
    std::vector<float> scratch(static_cast<size_t>(attentionScratch(batch * kHeads, length, kDepth)));
    std::vector<double> rounds;
    const auto start = Clock::now();
    while (rounds.size() < 5 || Clock::now() - start < std::chrono::milliseconds(300)) {
        const auto begin = Clock::now();
        for (int64_t i = 0; i < layers; i++) {
            problem.key = keys + static_cast<size_t>(i) * bytes;
            problem.value = values + static_cast<size_t>(i) * bytes;
            attend(problem, scratch.data(), static_cast<int64_t>(scratch.size()));
        }
        rounds.push_back(std::chrono::duration<double>(Clock::now() - begin).count() / static_cast<double>(layers));
    }
    std::sort(rounds.begin(), rounds.end());
    const double seconds = rounds[rounds.size() / 2], positions = static_cast<double>(batch * length);
    std::printf("%-10s %s %3lld x %5lld keys, %2lld layers: %8.1f us, %6.2f ns a key, %5.1f GB/s\n", isaName(isa()),
                dtype == ACL_BF16 ? "bf16   " : rounded ? "rounded" : "exact  ", static_cast<long long>(batch), static_cast<long long>(length),
                static_cast<long long>(layers), seconds * 1e6, seconds / positions * 1e9,
                positions * kRow * 4 / seconds * 1e-9);
    std::free(keys);
    std::free(values);
}

}  // namespace

int main(int argc, char **argv) {
    const int64_t layers = argc > 1 ? std::atoi(argv[1]) : 30;
    std::printf("%d threads\n", threadCount());
    for (int way = 0; way < 3; way++) {
        const aclDataType dtype = way == 0 ? ACL_BF16 : ACL_FLOAT16;
        for (int64_t batch : {1, 8, 32}) {
            for (int64_t length : {64, 128, 192, 512, 4096}) {
                if (batch * length > 32 * 512) continue;
                time(batch, length, dtype, way < 2, 1);
                time(batch, length, dtype, way < 2, layers);
            }
        }
    }
    return 0;
}
