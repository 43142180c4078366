// aclnnMoeGatingTopKSoftmaxV2: which experts a token goes to, and with which weights.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "aclnnop/aclnn_moe_gating_top_k_softmax_v2.h"
#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

constexpr int64_t kMostChosen = 1024;

struct Gating {
    int64_t rows, experts, k;
    bool renorm;
};

// In place: e^(x - greatest) / sum.
void softmax(float *x, int64_t n) {
    const float greatest = *std::max_element(x, x + n);
    float sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i] = std::exp(x[i] - greatest);
    for (int64_t i = 0; i < n; i++) x[i] /= sum;
}

// Puts the places of the k greatest in front, best first, the lower place first among equals.
void chooseGreatest(const float *x, int64_t n, int64_t k, std::vector<int32_t> *places) {
    places->resize(static_cast<size_t>(n));
    std::iota(places->begin(), places->end(), 0);
    std::partial_sort(places->begin(), places->begin() + k, places->end(),
                      [x](int32_t a, int32_t b) { return x[a] != x[b] ? x[a] > x[b] : a < b; });
}

void gateRow(const Gating &g, const TensorView &x, int64_t row, const TensorView &y, const TensorView &chosen,
             float *all, std::vector<int32_t> *places) {
    const int64_t bytes = elementBytes(x.dtype);
    float *values = scratchRow(1, g.experts);
    toFloat(x.dtype, x.bytes() + row * g.experts * bytes, values, g.experts);
    if (!g.renorm) softmax(values, g.experts);
    if (all != nullptr) std::copy_n(values, g.experts, all + row * g.experts);
    chooseGreatest(values, g.experts, g.k, places);
    float *weights = scratchRow(2, g.k);
    for (int64_t i = 0; i < g.k; i++) {
        const int32_t place = (*places)[static_cast<size_t>(i)];
        weights[i] = values[place];
        chosen.as<int32_t>()[row * g.k + i] = place;
    }
    if (g.renorm) softmax(weights, g.k);
    fromFloat(x.dtype, weights, y.bytes() + row * g.k * bytes, g.k);
}

void gate(const Gating &g, const TensorView &x, const TensorView &finished, const TensorView &y,
          const TensorView &chosen, float *all) {
    parallelFor(g.rows, grainFor(g.experts), [&](int64_t begin, int64_t end) {
        std::vector<int32_t> places;
        for (int64_t row = begin; row < end; row++) {
            gateRow(g, x, row, y, chosen, all, &places);
            if (finished.present && finished.bytes()[row] != 0) {
                std::fill_n(chosen.as<int32_t>() + row * g.k, g.k, static_cast<int32_t>(g.experts));
            }
        }
    });
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnMoeGatingTopKSoftmaxV2GetWorkspaceSize(const aclTensor *x, const aclTensor *finishedOptional,
                                                        int64_t k, int64_t renorm, bool outputSoftmaxResultFlag,
                                                        const aclTensor *yOut, const aclTensor *expertIdxOut,
                                                        const aclTensor *softmaxResultOutOptional,
                                                        uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnMoeGatingTopKSoftmaxV2", workspaceSize, executor);
    const int input = plan.input(x, "x"), finished = plan.optional(finishedOptional, "finishedOptional");
    const int y = plan.output(yOut, "yOut"), chosen = plan.output(expertIdxOut, "expertIdxOut");
    const int all = plan.optional(softmaxResultOutOptional, "softmaxResultOutOptional");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    plan.requireDtype(finished, {ACL_BOOL});
    requireSameDtype(plan, y, "yOut", input, "x");
    plan.requireDtype(chosen, {ACL_INT32});
    plan.requireDtype(all, {ACL_FLOAT});
    plan.requireRank(input, 2, 3);
    for (const int index : {input, finished, y, chosen, all}) plan.requireContiguous(index);
    plan.require(renorm == 0 || renorm == 1, ACLNN_ERR_PARAM_INVALID, "renorm: %lld, expected 0 or 1",
                 static_cast<long long>(renorm));
    if (!plan.ok()) return plan.status();
    const int64_t experts = plan[input].dim(-1);
    plan.require(k > 0 && k <= std::min(experts, kMostChosen), ACLNN_ERR_INNER_TILING_ERROR,
                 "k: %lld, expected 1 to %lld", static_cast<long long>(k),
                 static_cast<long long>(std::min(experts, kMostChosen)));
    TensorView expected = plan[input];
    expected.dims[expected.rank - 1] = k;
    plan.require(sameShape(plan[y], expected), ACLNN_ERR_INNER_TILING_ERROR, "yOut: shape %s, expected %s",
                 shapeText(plan[y]).c_str(), shapeText(expected).c_str());
    requireSameShape(plan, chosen, "expertIdxOut", y, "yOut");
    const int64_t rows = countDims(plan[input], 0, plan[input].rank - 1);
    plan.require(!plan[finished].present || plan[finished].elements() == rows, ACLNN_ERR_INNER_TILING_ERROR,
                 "finishedOptional: %lld values, expected one for each of %lld rows",
                 static_cast<long long>(plan[finished].elements()), static_cast<long long>(rows));
    const bool wantsAll = outputSoftmaxResultFlag && renorm == 0;
    plan.require(!wantsAll || (plan[all].present && sameShape(plan[all], plan[input])), ACLNN_ERR_INNER_TILING_ERROR,
                 "softmaxResultOutOptional: expected the shape of x, %s", shapeText(plan[input]).c_str());
    const Gating gating{rows, experts, k, renorm == 1};
    return plan.finish(0, [=](const OpRun &run) {
        gate(gating, run[input], run[finished], run[y], run[chosen], wantsAll ? run[all].as<float>() : nullptr);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnMoeGatingTopKSoftmaxV2)
