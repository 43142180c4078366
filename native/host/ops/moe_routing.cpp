// aclnnMoeInitRoutingV2 brings rows that go to one expert together; aclnnMoeFinalizeRoutingV2 adds them up again.
//
// Taken: the modes without capacities (0; 0 and 2). Refused with 561002: dropping and padding by a capacity.
#include <algorithm>
#include <cstring>

#include "aclnnop/aclnn_moe_finalize_routing_v2.h"
#include "aclnnop/aclnn_moe_init_routing_v2.h"
#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

constexpr aclnnStatus kShape = ACLNN_ERR_INNER_TILING_ERROR;
enum CountFlag : int64_t { kNone = 0, kCumulated = 1, kCounted = 2 };

long long wide(int64_t value) { return static_cast<long long>(value); }

struct Routing {
    int64_t rows, k, width, experts;
    int64_t countFlag;
};

// Sorts the rows * k choices by expert, equal ones in order. Finished rows carry the number of experts and go last.
aclError route(const OpRun &run, const Routing &r, const TensorView &x, const TensorView &chosen,
               const TensorView &expanded, const TensorView &places, int counts) {
    const int64_t choices = r.rows * r.k;
    const auto *expert = chosen.as<const int32_t>();
    std::vector<int64_t> next(static_cast<size_t>(r.experts) + 2, 0);
    for (int64_t i = 0; i < choices; i++) {
        if (expert[i] < 0 || expert[i] > r.experts) {
            return run.fail(kKernelFault, "expertIdx: element %lld is %d, expected 0 to %lld", wide(i), expert[i],
                            wide(r.experts));
        }
        next[static_cast<size_t>(expert[i]) + 1]++;
    }
    for (int64_t e = 0; e < r.experts && r.countFlag != kNone; e++) {
        const int64_t count = next[static_cast<size_t>(e) + 1];
        auto *target = run[counts].as<int32_t>();
        target[e] = static_cast<int32_t>(count + (r.countFlag == kCumulated && e > 0 ? target[e - 1] : 0));
    }
    for (size_t e = 1; e < next.size(); e++) next[e] += next[e - 1];
    for (int64_t i = 0; i < choices; i++) {
        places.as<int32_t>()[i] = static_cast<int32_t>(next[static_cast<size_t>(expert[i])]++);
    }
    const int64_t bytes = r.width * elementBytes(x.dtype);
    parallelFor(choices, grainFor(r.width), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            std::memcpy(expanded.bytes() + places.as<int32_t>()[i] * bytes, x.bytes() + i / r.k * bytes,
                        static_cast<size_t>(bytes));
        }
    });
    return ACL_SUCCESS;
}

struct Gathering {
    int64_t rows, k, width, choices;
    bool rowMajor;
};

struct GatheringViews {
    TensorView expanded, places, x1, x2, bias, scales, experts, out;
};

aclError gatherRow(const OpRun &run, const Gathering &g, const GatheringViews &v, int64_t row, float *sum) {
    const int64_t bytes = g.width * elementBytes(v.out.dtype);
    std::fill_n(sum, g.width, 0.0f);
    for (const TensorView *added : {&v.x1, &v.x2}) {
        if (!added->present) continue;
        const float *values = rowAsFloat(added->dtype, added->bytes() + row * bytes, g.width, 1);
        for (int64_t i = 0; i < g.width; i++) sum[i] += values[i];
    }
    for (int64_t j = 0; j < g.k; j++) {
        const int32_t place = v.places.as<const int32_t>()[g.rowMajor ? row * g.k + j : j * g.rows + row];
        if (place < 0 || place >= g.choices) {
            return run.fail(kKernelFault, "expandedRowIdx: %d, expected 0 to %lld", place, wide(g.choices - 1));
        }
        float scale = 1;
        if (v.scales.present) {
            toFloat(v.scales.dtype, v.scales.bytes() + (row * g.k + j) * elementBytes(v.scales.dtype), &scale, 1);
        }
        const float *values = rowAsFloat(v.expanded.dtype, v.expanded.bytes() + place * bytes, g.width, 1);
        const float *bias = nullptr;
        if (v.bias.present) {
            const int32_t expert = v.experts.as<const int32_t>()[row * g.k + j];
            if (expert < 0 || expert >= v.bias.dims[0]) {
                return run.fail(kKernelFault, "expertIdxOptional: %d, expected 0 to %lld", expert,
                                wide(v.bias.dims[0] - 1));
            }
            bias = rowAsFloat(v.bias.dtype, v.bias.bytes() + expert * bytes, g.width, 2);
        }
        for (int64_t i = 0; i < g.width; i++) sum[i] += scale * (values[i] + (bias == nullptr ? 0 : bias[i]));
    }
    fromFloat(v.out.dtype, sum, v.out.bytes() + row * bytes, g.width);
    return ACL_SUCCESS;
}

aclError gather(const OpRun &run, const Gathering &g, const GatheringViews &v) {
    std::vector<aclError> errors(static_cast<size_t>(g.rows), ACL_SUCCESS);
    parallelFor(g.rows, grainFor(g.width * g.k), [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; row++) {
            errors[static_cast<size_t>(row)] = gatherRow(run, g, v, row, scratchRow(0, g.width));
        }
    });
    const auto failed = std::find_if(errors.begin(), errors.end(), [](aclError e) { return e != ACL_SUCCESS; });
    return failed == errors.end() ? static_cast<aclError>(ACL_SUCCESS) : *failed;
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnMoeInitRoutingV2GetWorkspaceSize(
    const aclTensor *x, const aclTensor *expertIdx, int64_t activeNumOptional, int64_t, int64_t expertNumOptional,
    int64_t dropPadModeOptional, int64_t expertTokensCountOrCumsumFlagOptional, bool, const aclTensor *expandedXOut,
    const aclTensor *expandedRowIdxOut, const aclTensor *expertTokensCountOrCumsumOutOptional,
    const aclTensor *expertTokensBeforeCapacityOutOptional, uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnMoeInitRoutingV2", workspaceSize, executor);
    const int input = plan.input(x, "x"), chosen = plan.input(expertIdx, "expertIdx");
    const int expanded = plan.output(expandedXOut, "expandedXOut");
    const int places = plan.output(expandedRowIdxOut, "expandedRowIdxOut");
    const int counts = plan.optional(expertTokensCountOrCumsumOutOptional, "expertTokensCountOrCumsumOutOptional");
    plan.optional(expertTokensBeforeCapacityOutOptional, "expertTokensBeforeCapacityOutOptional");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, expanded, "expandedXOut", input, "x");
    for (const int index : {chosen, places, counts}) plan.requireDtype(index, {ACL_INT32});
    for (const int index : {input, chosen, expanded, places, counts}) plan.requireContiguous(index);
    if (!plan.requireRank(input, 2, 2) || !plan.requireRank(chosen, 2, 2) || !plan.ok()) return plan.status();
    const int64_t flag = expertTokensCountOrCumsumFlagOptional;
    const Routing routing{plan[input].dims[0], plan[chosen].dims[1], plan[input].dims[1], expertNumOptional, flag};
    plan.require(dropPadModeOptional == 0, kShape, "dropPadMode: %lld, expected 0: the host device has no capacities",
                 wide(dropPadModeOptional));
    plan.require(activeNumOptional == 0 || activeNumOptional >= routing.rows * routing.k, kShape,
                 "activeNum: %lld, expected 0 or all %lld choices", wide(activeNumOptional),
                 wide(routing.rows * routing.k));
    plan.require(flag >= kNone && flag <= kCounted, kShape, "expertTokensCountOrCumsumFlag: %lld, expected 0 to 2",
                 wide(flag));
    plan.require(expertNumOptional > 0, kShape, "expertNum: %lld, expected 1 or more", wide(expertNumOptional));
    plan.requireShape(chosen, {routing.rows, routing.k});
    plan.requireShape(expanded, {routing.rows * routing.k, routing.width});
    plan.requireShape(places, {routing.rows * routing.k});
    plan.require(flag == kNone || plan[counts].present, ACLNN_ERR_PARAM_NULLPTR,
                 "expertTokensCountOrCumsumOutOptional: null, expected a tensor with the flag %lld", wide(flag));
    if (flag != kNone && plan.ok()) plan.requireShape(counts, {expertNumOptional});
    return plan.finish(0, [=](const OpRun &run) {
        return route(run, routing, run[input], run[chosen], run[expanded], run[places], counts);
    });
}
ASCEND4J_OP_LAUNCH(aclnnMoeInitRoutingV2)

aclnnStatus aclnnMoeFinalizeRoutingV2GetWorkspaceSize(
    const aclTensor *expandedX, const aclTensor *expandedRowIdx, const aclTensor *x1Optional,
    const aclTensor *x2Optional, const aclTensor *biasOptional, const aclTensor *scalesOptional,
    const aclTensor *expertIdxOptional, int64_t dropPadMode, const aclTensor *out, uint64_t *workspaceSize,
    aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnMoeFinalizeRoutingV2", workspaceSize, executor);
    const int expanded = plan.input(expandedX, "expandedX"), places = plan.input(expandedRowIdx, "expandedRowIdx");
    const int x1 = plan.optional(x1Optional, "x1Optional"), x2 = plan.optional(x2Optional, "x2Optional");
    const int bias = plan.optional(biasOptional, "biasOptional");
    const int scales = plan.optional(scalesOptional, "scalesOptional");
    const int experts = plan.optional(expertIdxOptional, "expertIdxOptional"), sum = plan.output(out, "out");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(sum, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, expanded, "expandedX", sum, "out");
    for (const int index : {x1, x2, bias}) plan.requireDtype(index, {plan[sum].dtype});
    plan.requireDtype(scales, {plan[sum].dtype, ACL_FLOAT});
    for (const int index : {places, experts}) plan.requireDtype(index, {ACL_INT32});
    for (const int index : {expanded, places, x1, x2, bias, scales, experts, sum}) plan.requireContiguous(index);
    if (!plan.requireRank(sum, 2, 2) || !plan.requireRank(expanded, 2, 2) || !plan.ok()) return plan.status();
    plan.require(dropPadMode == 0 || dropPadMode == 2, kShape,
                 "dropPadMode: %lld, expected 0 or 2: the host device has no capacities", wide(dropPadMode));
    plan.require(!plan[x2].present || plan[x1].present, kShape, "x2Optional: given without x1Optional");
    plan.require(!plan[bias].present || plan[experts].present, kShape, "biasOptional: given without expertIdxOptional");
    const int64_t rows = plan[sum].dims[0], width = plan[sum].dims[1];
    plan.require(!plan[scales].present || plan[scales].rank == 2, ACLNN_ERR_PARAM_INVALID,
                 "scalesOptional: rank %d, expected 2", plan[scales].rank);
    const int64_t k = plan[scales].present && plan.ok() ? plan[scales].dims[1] : 1;
    for (const int index : {x1, x2}) plan.requireShape(index, {rows, width});
    plan.requireShape(bias, {-1, width});
    plan.requireShape(scales, {rows, k});
    plan.requireShape(experts, {rows, k});
    plan.requireShape(places, {rows * k});
    plan.requireShape(expanded, {rows * k, width});
    const Gathering gathering{rows, k, width, rows * k, dropPadMode == 2};
    return plan.finish(0, [=](const OpRun &run) {
        return gather(run, gathering,
                      {run[expanded], run[places], run[x1], run[x2], run[bias], run[scales], run[experts], run[sum]});
    });
}
ASCEND4J_OP_LAUNCH(aclnnMoeFinalizeRoutingV2)
