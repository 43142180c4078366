#include "ops/strided_walk.h"

#include <algorithm>

#include "core/thread_pool.h"

namespace ascend4j {

StridedWalk::StridedWalk(const TensorView &shape) : rank_(std::max(1, shape.rank)) {
    dims_[0] = 1;
    std::copy(shape.dims, shape.dims + shape.rank, dims_);
}

void StridedWalk::add(const TensorView &operand) {
    int64_t *strides = strides_[operands_++];
    const int lead = rank_ - operand.rank;
    for (int i = 0; i < operand.rank; i++) {
        strides[lead + i] = operand.dims[i] == 1 ? 0 : operand.strides[i];
    }
}

void StridedWalk::collapse() {
    int kept = 0;
    for (int i = 1; i < rank_; i++) {
        bool joins = true;
        for (int k = 0; k < operands_; k++) {
            joins = joins && (dims_[kept] == 1 || strides_[k][kept] == strides_[k][i] * dims_[i]);
        }
        if (joins || dims_[i] == 1) {
            const bool replace = dims_[i] != 1;
            for (int k = 0; k < operands_ && replace; k++) strides_[k][kept] = strides_[k][i];
            dims_[kept] *= dims_[i];
            continue;
        }
        kept++;
        dims_[kept] = dims_[i];
        for (int k = 0; k < operands_; k++) strides_[k][kept] = strides_[k][i];
    }
    rank_ = kept + 1;
}

void StridedWalk::run(const Body &body) {
    constexpr int64_t kRun = 4096;
    const int64_t inner = dims_[rank_ - 1];
    int64_t outer = 1;
    for (int i = 0; i < rank_ - 1; i++) outer *= dims_[i];
    if (inner == 0 || outer == 0) return;
    const int64_t pieces = (inner + kRun - 1) / kRun;
    const int64_t grain = std::max<int64_t>(1, 4 * kRun / std::min(inner, kRun));
    parallelFor(outer * pieces, grain, [&](int64_t begin, int64_t end) {
        for (int64_t item = begin; item < end; item++) {
            int64_t rest = item / pieces;
            const int64_t start = item % pieces * kRun;
            int64_t offsets[kMaxOperands];
            for (int k = 0; k < operands_; k++) offsets[k] = start * strides_[k][rank_ - 1];
            for (int i = rank_ - 2; i >= 0; i--) {
                const int64_t at = rest % dims_[i];
                rest /= dims_[i];
                for (int k = 0; k < operands_; k++) offsets[k] += at * strides_[k][i];
            }
            body(offsets, std::min(kRun, inner - start));
        }
    });
}

}  // namespace ascend4j
