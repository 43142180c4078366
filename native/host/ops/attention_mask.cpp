// Which keys a query may see: CANN's sparse modes and explicit masks.
#include <algorithm>

#include "ops/attention_plan.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

constexpr aclnnStatus kShape = ACLNN_ERR_INNER_TILING_ERROR;
enum SparseMode : int64_t { kDefault = 0, kAll = 1, kLeftUpCausal = 2, kRightDownCausal = 3, kBand = 4 };

int64_t bounded(int64_t tokens) { return std::min(kUnbounded, std::max(-kUnbounded, tokens)); }

void limit(AttentionProblem *problem, int64_t before, int64_t after, bool endAligned) {
    problem->before = bounded(before);
    problem->after = bounded(after);
    problem->endAligned = endAligned;
}

// Modes 2 to 4 take the fixed 2048 x 2048 mask, whose content follows from the mode; indices decide here.
void requireFixedMask(OpPlan &plan, int mask) {
    const TensorView &view = plan[mask];
    bool fits = view.present && view.rank >= 2 && view.rank <= 4;
    for (int i = 1; fits && i <= view.rank; i++) fits = view.dim(-i) == (i <= 2 ? 2048 : 1);
    ASCEND4J_REQUIRE(plan, fits, kShape, "attenMaskOptional: %s, expected a 2048 x 2048 mask with sparseMode 2, 3 or 4",
                 view.present ? shapeText(view).c_str() : "null");
}

// (Sq, Skv), (B, Skv) for one query token, (B or 1, Sq, Skv) or (B or 1, 1, Sq, Skv).
void readExplicitMask(OpPlan &plan, int mask, const AttentionDims &dims, AttentionProblem *problem) {
    const TensorView &view = plan[mask];
    plan.require(!dims.ragged, kShape, "attenMaskOptional: with sparseMode 0 or 1, expected null for layout TND");
    if (!plan.requireRank(mask, 2, 4)) return;
    plan.requireContiguous(mask);
    const int64_t width = view.dim(-1), rows = dims.queryTokens;
    int64_t batches = view.rank == 2 ? 1 : view.dims[0];
    bool fits = view.rank == 2 || view.dim(-2) == rows;
    if (view.rank == 2 && view.dims[0] != rows) {
        batches = view.dims[0];
        fits = rows == 1;
    }
    fits = fits && (batches == 1 || batches == dims.batch) && (view.rank < 4 || view.dims[1] == 1);
    ASCEND4J_REQUIRE(plan, fits && width >= dims.keyTokens, kShape,
                 "attenMaskOptional: shape %s, expected (%lld, n), (B or 1, %lld, n) or (B or 1, 1, %lld, n), n at "
                 "least %lld",
                 shapeText(view).c_str(), static_cast<long long>(rows), static_cast<long long>(rows),
                 static_cast<long long>(rows), static_cast<long long>(dims.keyTokens));
    problem->maskRow = width;
    for (size_t i = 0; i < problem->sequences.size() && batches > 1; i++) {
        problem->sequences[i].mask = static_cast<int64_t>(i) * rows * width;
    }
}

}  // namespace

void readMask(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors,
              const AttentionDims &dims, AttentionProblem *problem) {
    const int64_t mode = arguments.sparseMode;
    const bool given = plan[tensors.mask].present;
    plan.require(mode >= kDefault && mode <= kBand, kShape, "sparseMode: %lld, expected 0 to 4",
                 static_cast<long long>(mode));
    if (given) plan.requireDtype(tensors.mask, {ACL_BOOL, ACL_INT8, ACL_UINT8});
    plan.require(mode != kAll || given, kShape, "attenMaskOptional: null, expected a mask with sparseMode 1");
    if (!plan.ok()) return;
    if (mode == kDefault || mode == kAll) {
        // Without a mask CANN ignores preTokens and nextTokens, as it does for a single query token.
        const bool banded = mode == kDefault && given && dims.queryTokens > 1;
        limit(problem, banded ? arguments.preTokens : kUnbounded, banded ? arguments.nextTokens : kUnbounded, false);
        if (given) readExplicitMask(plan, tensors.mask, dims, problem);
        return;
    }
    requireFixedMask(plan, tensors.mask);
    plan.require(mode != kLeftUpCausal || !dims.ragged, kShape, "sparseMode: 2, expected 0, 3 or 4 for layout TND");
    if (mode == kBand) {
        limit(problem, arguments.preTokens, arguments.nextTokens, true);
    } else {
        limit(problem, kUnbounded, 0, mode == kRightDownCausal);
    }
}

}  // namespace ascend4j
