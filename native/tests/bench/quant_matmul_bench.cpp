// Times of weight-quantized products by shape and row count: quant_matmul_bench [MiB of weights to go round, 96] [rows, all]
// [columns, all]
//
// Each shape goes round over copies of its weights that together have the given size, as the layers of a model do.
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "kernels/isa.h"
#include "kernels/quant_matmul.h"

using namespace ascend4j;

namespace {

using Clock = std::chrono::steady_clock;

class Pages {
public:
    explicit Pages(size_t bytes) : bytes_((bytes + kHuge - 1) / kHuge * kHuge) {
        data_ = static_cast<unsigned char *>(std::aligned_alloc(kHuge, bytes_));
        if (data_ == nullptr) std::abort();
        madvise(data_, bytes_, MADV_HUGEPAGE);
        std::memset(data_, 0, bytes_);
    }
    ~Pages() { std::free(data_); }
    Pages(const Pages &) = delete;
    Pages &operator=(const Pages &) = delete;
    unsigned char *data() const { return data_; }

private:
    static constexpr size_t kHuge = size_t{2} << 20;
    size_t bytes_;
    unsigned char *data_;
};

struct Case {
    int64_t n, k;
    bool int4, offset;
};

TensorView view(aclDataType dtype, int64_t rows, int64_t columns, bool transposed, void *data) {
    TensorView made;
    made.dtype = dtype;
    made.rank = 2;
    made.present = true;
    made.dims[0] = rows;
    made.dims[1] = columns;
    made.strides[0] = transposed ? 1 : columns;
    made.strides[1] = transposed ? rows : 1;
    made.data = data;
    return made;
}

void time(const Case &c, int64_t m, size_t budget) {
    const size_t weightBytes = static_cast<size_t>(c.int4 ? c.n * c.k / 2 : c.n * c.k);
    const size_t scaleBytes = static_cast<size_t>(c.n * c.k / 32 * 2);
    const size_t total = weightBytes + scaleBytes * (c.offset ? 2 : 1);
    const size_t copies = std::max<size_t>(1, budget / total);
    const Pages weights(weightBytes * copies), scales(scaleBytes * copies), offsets(c.offset ? scaleBytes * copies : 1);
    std::mt19937 random(7);
    for (size_t i = 0; i < weightBytes * copies; i += 4) {
        const uint32_t word = static_cast<uint32_t>(random());
        std::memcpy(weights.data() + i, &word, 4);
    }
    std::vector<uint16_t> halves(scaleBytes / 2);
    for (uint16_t &half : halves) half = floatToHalf(0.01f + static_cast<float>(random() % 100) / 1000);
    for (size_t i = 0; i < copies; i++) std::memcpy(scales.data() + i * scaleBytes, halves.data(), scaleBytes);
    if (c.offset) std::memcpy(offsets.data(), scales.data(), scaleBytes * copies);
    std::vector<uint16_t> x(static_cast<size_t>(m * c.k)), y(static_cast<size_t>(m * c.n));
    for (uint16_t &half : x) half = floatToHalf(static_cast<float>(random() % 2000) / 1000 - 1);

    WeightQuantShape shape;
    shape.m = m;
    shape.n = c.n;
    shape.k = c.k;
    shape.group = 32;
    shape.groups = c.k / 32;
    shape.int4 = c.int4;
    shape.hasOffset = c.offset;
    shape.weightColumn = c.k;
    shape.weightK = 1;
    shape.scaleColumn = shape.groups;
    shape.scaleGroup = 1;
    if (c.offset) shape.offsetColumn = shape.groups, shape.offsetGroup = 1;
    const WeightQuantPlan plan = planWeightQuant(shape, ACL_FLOAT16, true);
    const Pages workspace(static_cast<size_t>(plan.workspaceBytes()));
    const auto once = [&](size_t copy) {
        WeightQuantOperands operands;
        operands.x = view(ACL_FLOAT16, m, c.k, false, x.data());
        operands.weight = view(c.int4 ? ACL_INT4 : ACL_INT8, c.k, c.n, true, weights.data() + copy * weightBytes);
        operands.scale = view(ACL_FLOAT16, c.k / 32, c.n, true, scales.data() + copy * scaleBytes);
        if (c.offset) operands.offset = view(ACL_FLOAT16, c.k / 32, c.n, true, offsets.data() + copy * scaleBytes);
        operands.y = view(ACL_FLOAT16, m, c.n, false, y.data());
        runWeightQuant(plan, operands, workspace.data());
    };
    std::vector<double> rounds;
    const auto start = Clock::now();
    for (int round = 0; round < 200 && (round < 4 || Clock::now() - start < std::chrono::milliseconds(250)); round++) {
        const auto begin = Clock::now();
        for (size_t i = 0; i < copies; i++) once(i);
        rounds.push_back(std::chrono::duration<double>(Clock::now() - begin).count() / static_cast<double>(copies));
    }
    std::sort(rounds.begin(), rounds.end());
    const double seconds = rounds[rounds.size() / 2], best = rounds[0];
    std::printf("%-10s n %6lld k %5lld %s m %4lld: %9.1f us %7.1f GB/s %8.0f GOP/s; best %9.1f us %8.0f GOP/s\n", isaName(isa()),
                static_cast<long long>(c.n), static_cast<long long>(c.k), c.int4 ? "int4" : "int8",
                static_cast<long long>(m), seconds * 1e6, static_cast<double>(total) / seconds * 1e-9,
                2e-9 * static_cast<double>(m * c.n * c.k) / seconds, best * 1e6,
                2e-9 * static_cast<double>(m * c.n * c.k) / best);
}

}  // namespace

int main(int argc, char **argv) {
    const size_t budget = static_cast<size_t>(argc > 1 ? std::atoi(argv[1]) : 96) << 20;
    const int64_t only = argc > 2 ? std::atoi(argv[2]) : 0, columns = argc > 3 ? std::atoi(argv[3]) : 0;
    const Case cases[] = {{192, 576, true, true}, {576, 576, true, true}, {3072, 576, true, true},
                          {576, 1536, true, true}, {49152, 576, false, false}};
    std::printf("%d threads\n", threadCount());
    for (const Case &c : cases) {
        if (columns != 0 && columns != c.n) continue;
        for (int64_t m : {1, 2, 4, 8, 16, 32, 512}) {
            if ((only == 0 || only == m) && (m < 512 || c.int4)) time(c, m, budget);
        }
    }
    return 0;
}
