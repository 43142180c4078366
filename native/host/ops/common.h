// What the operators' phase-1 checks and phase-2 loops share.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/op.h"

namespace ascend4j {

// The asynchronous code for a value that a kernel finds wrong (an index, a block number, a slot).
constexpr aclError kKernelFault = ACL_ERROR_RT_AICORE_EXCEPTION;

std::string shapeText(const int64_t *dims, int rank);
std::string shapeText(const TensorView &view);
bool sameShape(const TensorView &a, const TensorView &b);

// Product of dims [begin, end).
int64_t countDims(const TensorView &view, int begin, int end);
inline int64_t elementBytes(aclDataType dtype) { return elementBits(dtype) / 8; }

// A contiguous view of memory that holds `like`'s values.
TensorView contiguousLike(const TensorView &like, void *data);

// Plain layouts only; 161002 for fractal ones.
bool requirePlain(OpPlan &plan, int index, const char *name);
bool requireSameShape(OpPlan &plan, int index, const char *name, int like, const char *likeName);
bool requireSameDtype(OpPlan &plan, int index, const char *name, int like, const char *likeName);
// 561002 if the written tensor maps several indices to one element.
bool requireDistinctElements(OpPlan &plan, int index, const char *name);
// Brings a dimension from [-rank, rank) to [0, rank); a 0-D tensor counts as 1-D. 561002 otherwise.
bool resolveDim(OpPlan &plan, int64_t dim, int rank, const char *name, int *resolved);

// A buffer of this thread; slots 0 to 3 are distinct. Valid until the slot's next use on the thread.
float *scratchRow(int slot, int64_t floats);
// n contiguous elements of a float type as float32: in place for FLOAT, else in the scratch slot.
const float *rowAsFloat(aclDataType dtype, const unsigned char *row, int64_t n, int slot);

// All values of an INT32 or INT64 tensor, in row-major order of the view.
std::vector<int64_t> indexValues(const TensorView &indices);

// Contiguous stand-ins, inside the workspace, for tensors that a kernel wants contiguous (as CANN inserts copies).
// Register in phase 1, capture by value in the body.
class Staging {
public:
    void input(const OpPlan &plan, int index) { add(plan, index, false); }
    void output(const OpPlan &plan, int index) { add(plan, index, true); }
    uint64_t bytes() const { return bytes_; }
    // Contiguous view of the tensor; inputs are copied in on each call.
    TensorView open(const OpRun &run, int index) const;
    // Copies the staged outputs to where they belong.
    void close(const OpRun &run) const;

private:
    struct Entry {
        int index;
        bool output;
        uint64_t offset;
    };
    void add(const OpPlan &plan, int index, bool output);
    std::vector<Entry> entries_;
    uint64_t bytes_ = 0;
};

// Items per range that make starting another thread worth while, for items of `elements` elements each.
int64_t grainFor(int64_t elements);

}  // namespace ascend4j
