// Walks up to three broadcast, strided operands in step, in parallel, handing out runs along one dimension.
#pragma once

#include <cstdint>
#include <functional>

#include "core/tensor_view.h"

namespace ascend4j {

class StridedWalk {
public:
    static constexpr int kMaxOperands = 3;

    // `shape` gives the dimensions; every operand added must broadcast to it.
    explicit StridedWalk(const TensorView &shape);
    void add(const TensorView &operand);

    // offsets[i] is operand i's element offset from its first element, strides(i) its step along the run of n.
    using Body = std::function<void(const int64_t *offsets, int64_t n)>;
    void run(const Body &body);
    int64_t stride(int operand) const { return strides_[operand][rank_ - 1]; }

    // Must precede run and stride: joins dimensions that all operands traverse without a jump.
    void collapse();

private:
    int rank_ = 0;
    int operands_ = 0;
    int64_t dims_[kMaxDims + 1] = {};
    int64_t strides_[kMaxOperands][kMaxDims + 1] = {};
};

}  // namespace ascend4j
