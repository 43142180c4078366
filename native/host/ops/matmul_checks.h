// Phase 1 that Mm, Matmul and BatchMatMul share.
#pragma once

#include "core/op.h"

namespace ascend4j {

// Checks and finishes `plan`. 161001 for a null tensor; 161002 for a data type, format, rank or cubeMathType outside
// the op's table; 561002 for dimensions that do not fit together.
aclnnStatus finishMatmul(OpPlan &plan, const aclTensor *self, const aclTensor *mat2, aclTensor *out,
                         int8_t cubeMathType, int leastRank, int greatestRank);

}  // namespace ascend4j
