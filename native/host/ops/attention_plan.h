// Phase 1 of fused infer attention: from CANN's parameters to the kernel's problem.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/op.h"
#include "kernels/attention.h"

namespace ascend4j {

// A tensor that belongs to a feature that this device does not have, with its parameter name.
using UnsupportedTensor = std::pair<const char *, const aclTensor *>;

// The parameters that V2 and V3 share, in CANN's order; `unsupported` lists are the tensors in between.
struct AttentionArguments {
    const aclTensor *query;
    const aclTensorList *key;
    const aclTensorList *value;
    const aclTensor *pseShift;
    const aclTensor *mask;
    std::vector<UnsupportedTensor> unsupportedBeforeTable;
    const aclTensor *blockTable;
    std::vector<UnsupportedTensor> unsupportedAfterTable;
    const aclIntArray *queryLengths;
    const aclIntArray *keyLengths;
    const aclIntArray *prefixLengths;
    int64_t heads;
    int64_t kvHeads;
    double scale;
    int64_t preTokens;
    int64_t nextTokens;
    const char *layout;
    int64_t sparseMode;
    int64_t innerPrecise;
    int64_t blockSize;
    bool wantsLogSum;
    const aclTensor *out;
    const aclTensor *logSum;
    const aclTensor *keyScale;  // of signed bytes in the cache
    const aclTensor *valueScale;
    int64_t keyScaleMode;
    int64_t valueScaleMode;
};

// Indices that the plan gave to the tensors in use.
struct AttentionTensors {
    int query, key, value, mask, blockTable, out, logSum, keyScale, valueScale;
};

// Dimensions read from the tensors, whatever their layout.
struct AttentionDims {
    bool ragged = false;      // TND: sequences packed one after the other
    bool headsFirst = false;  // BNSD
    bool merged = false;      // BSH: heads and depth in one dimension
    bool paged = false;
    int64_t batch = 0;
    int64_t queryTokens = 0;  // per sequence; all together if ragged
    int64_t keyTokens = 0;    // capacity per sequence; all together if ragged and not paged
    int64_t blocks = 0;       // in the cache
    int64_t tableWidth = 0;   // blocks per sequence
};

// Each fills its part and records the first violated rule in the plan.
void readQuery(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors, AttentionDims *dims,
               AttentionProblem *problem);
void readKeys(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors, AttentionDims *dims,
              AttentionProblem *problem);
// Scales of a cache of signed bytes.
void readScales(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors,
                const AttentionDims &dims, AttentionProblem *problem);
void readLengths(OpPlan &plan, const AttentionArguments &arguments, const AttentionDims &dims,
                 AttentionProblem *problem);
void readMask(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors,
              const AttentionDims &dims, AttentionProblem *problem);
void checkOutputs(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors,
                  const AttentionDims &dims, AttentionProblem *problem);

}  // namespace ascend4j
