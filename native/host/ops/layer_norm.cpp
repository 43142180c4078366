// aclnnLayerNorm: y = (x - mean) * rstd * weight + bias over the last dimensions, rstd = 1 / sqrt(variance + eps).
#include <cmath>

#include "aclnnop/aclnn_layer_norm.h"
#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "ops/common.h"
#include "ops/element_copy.h"

namespace ascend4j {
namespace {

constexpr int kLanes = 16;

struct LayerShape {
    int64_t rows;
    int64_t width;
};

struct LayerNormIndices {
    int input, weight, bias, out, mean, rstd;
};

// In an order that depends on n alone: a row's result never depends on the other rows.
float addLanes(const float *lanes) {
    float sum = 0;
    for (int lane = 0; lane < kLanes; lane++) sum += lanes[lane];
    return sum;
}

float mean(const float *x, int64_t n) {
    float lanes[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        for (int lane = 0; lane < kLanes; lane++) lanes[lane] += x[i + lane];
    }
    for (; i < n; i++) lanes[i % kLanes] += x[i];
    return addLanes(lanes) / static_cast<float>(n);
}

float variance(const float *x, float mean, int64_t n) {
    float lanes[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        for (int lane = 0; lane < kLanes; lane++) {
            const float distance = x[i + lane] - mean;
            lanes[lane] += distance * distance;
        }
    }
    for (; i < n; i++) lanes[i % kLanes] += (x[i] - mean) * (x[i] - mean);
    return addLanes(lanes) / static_cast<float>(n);
}

void storeStatistic(const TensorView &view, int64_t row, float value) {
    if (!view.present) return;
    convertElements(ACL_FLOAT, reinterpret_cast<const unsigned char *>(&value), 1, view.dtype,
                    view.bytes() + row * elementBytes(view.dtype), 1, 1);
}

// Stays valid until the next operator of this thread; null if the parameter was left out.
const float *parameterRow(const TensorView &view, int64_t width, int slot) {
    return view.present ? rowAsFloat(view.dtype, view.bytes(), width, slot) : nullptr;
}

struct LayerNormViews {
    TensorView input, weight, bias, out, mean, rstd;
};

void layerNorm(const LayerNormViews &v, LayerShape shape, double eps) {
    if (shape.rows == 0 || shape.width == 0) return;
    const float *weight = parameterRow(v.weight, shape.width, 2);
    const float *bias = parameterRow(v.bias, shape.width, 3);
    const int64_t rowBytes = shape.width * elementBytes(v.input.dtype);
    parallelFor(shape.rows, grainFor(shape.width), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const float *x = rowAsFloat(v.input.dtype, v.input.bytes() + r * rowBytes, shape.width, 0);
            const float center = mean(x, shape.width);
            const float rstd = 1.0f / std::sqrt(variance(x, center, shape.width) + static_cast<float>(eps));
            float *y = scratchRow(1, shape.width);
            for (int64_t i = 0; i < shape.width; i++) y[i] = (x[i] - center) * rstd;
            if (weight != nullptr) {
                for (int64_t i = 0; i < shape.width; i++) y[i] *= weight[i];
            }
            if (bias != nullptr) {
                for (int64_t i = 0; i < shape.width; i++) y[i] += bias[i];
            }
            convertElements(ACL_FLOAT, reinterpret_cast<const unsigned char *>(y), 1, v.out.dtype,
                            v.out.bytes() + r * rowBytes, 1, shape.width);
            storeStatistic(v.mean, r, center);
            storeStatistic(v.rstd, r, rstd);
        }
    });
}

void checkParameter(OpPlan &plan, int index, const char *name, int input, const std::vector<int64_t> &normalized) {
    if (!plan[index].present) return;
    plan.require(plan[index].dtype == plan[input].dtype || plan[index].dtype == ACL_FLOAT, ACLNN_ERR_PARAM_INVALID,
                 "%s: data type %s, expected that of input, %s, or FLOAT", name, dtypeName(plan[index].dtype),
                 dtypeName(plan[input].dtype));
    TensorView expected;
    for (const int64_t dim : normalized) expected.dims[expected.rank++] = dim;
    ASCEND4J_REQUIRE(plan, sameShape(plan[index], expected), ACLNN_ERR_INNER_TILING_ERROR, "%s: shape %s, expected %s",
                     name, shapeText(plan[index]).c_str(), shapeText(expected).c_str());
}

// A statistic has a 1 in place of each dimension that is normalized.
void checkStatistic(OpPlan &plan, int index, const char *name, int input, int lead) {
    if (!plan[index].present) return;
    plan.require(plan[index].dtype == plan[input].dtype || plan[index].dtype == ACL_FLOAT, ACLNN_ERR_PARAM_INVALID,
                 "%s: data type %s, expected that of input, %s, or FLOAT", name, dtypeName(plan[index].dtype),
                 dtypeName(plan[input].dtype));
    TensorView expected = plan[input];
    for (int i = lead; i < expected.rank; i++) expected.dims[i] = 1;
    ASCEND4J_REQUIRE(plan, sameShape(plan[index], expected), ACLNN_ERR_INNER_TILING_ERROR, "%s: shape %s, expected %s",
                     name, shapeText(plan[index]).c_str(), shapeText(expected).c_str());
    requireDistinctElements(plan, index, name);
}

LayerShape checkShapes(OpPlan &plan, const LayerNormIndices &at, const std::vector<int64_t> &normalized, double eps) {
    const TensorView &input = plan[at.input];
    plan.require(std::isfinite(eps) && eps >= 0, ACLNN_ERR_INNER_TILING_ERROR,
                 "eps: %g, expected a finite value that is not negative", eps);
    const int lead = input.rank - static_cast<int>(normalized.size());
    bool trailing = lead >= 0 && !normalized.empty();
    for (size_t i = 0; trailing && i < normalized.size(); i++) {
        trailing = normalized[i] == input.dims[lead + static_cast<int>(i)];
    }
    ASCEND4J_REQUIRE(plan, trailing, ACLNN_ERR_INNER_TILING_ERROR,
                     "normalizedShape: %zu dimensions, expected the last dimensions of input, %s", normalized.size(),
                     shapeText(input).c_str());
    if (!plan.ok()) return {0, 0};
    checkParameter(plan, at.weight, "weightOptional", at.input, normalized);
    checkParameter(plan, at.bias, "biasOptional", at.input, normalized);
    checkStatistic(plan, at.mean, "meanOutOptional", at.input, lead);
    checkStatistic(plan, at.rstd, "rstdOutOptional", at.input, lead);
    return {countDims(input, 0, lead), countDims(input, lead, input.rank)};
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnLayerNormGetWorkspaceSize(const aclTensor *input, const aclIntArray *normalizedShape,
                                           const aclTensor *weightOptional, const aclTensor *biasOptional, double eps,
                                           aclTensor *out, aclTensor *meanOutOptional, aclTensor *rstdOutOptional,
                                           uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnLayerNorm", workspaceSize, executor);
    const LayerNormIndices at = {plan.input(input, "input"),
                                 plan.optional(weightOptional, "weightOptional"),
                                 plan.optional(biasOptional, "biasOptional"),
                                 plan.output(out, "out"),
                                 plan.optional(meanOutOptional, "meanOutOptional"),
                                 plan.optional(rstdOutOptional, "rstdOutOptional")};
    plan.require(normalizedShape != nullptr, ACLNN_ERR_PARAM_NULLPTR, "normalizedShape: null, expected an array");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(at.input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, at.out, "out", at.input, "input");
    requirePlain(plan, at.input, "input");
    requireSameShape(plan, at.out, "out", at.input, "input");
    requireDistinctElements(plan, at.out, "out");
    const LayerShape shape = checkShapes(plan, at, intArrayValues(normalizedShape), eps);
    if (!plan.ok()) return plan.status();
    Staging staging;
    staging.input(plan, at.input);
    for (const int index : {at.weight, at.bias}) {
        if (plan[index].present) staging.input(plan, index);
    }
    staging.output(plan, at.out);
    for (const int index : {at.mean, at.rstd}) {
        if (plan[index].present) staging.output(plan, index);
    }
    return plan.finish(staging.bytes(), [=](const OpRun &run) {
        const auto open = [&](int index) { return run[index].present ? staging.open(run, index) : run[index]; };
        layerNorm({open(at.input), open(at.weight), open(at.bias), open(at.out), open(at.mean), open(at.rstd)}, shape,
                  eps);
        staging.close(run);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnLayerNorm)
