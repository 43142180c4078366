// aclnnWeightQuantBatchMatmulV2 and V3: FLOAT16 or BF16 activations (m, k) times INT4 or INT8 weights (k, n) with
// scales and offsets per tensor, per channel or per group of k. The weight is read fastest as the transposed view of
// (n, k) storage. V3 with innerPrecise 1 multiplies integers: activations are quantized to eight bits in groups of 32;
// V2, and V3 with innerPrecise 0, dequantize to float32. INT8 output (quantScale) is not offered.
#include "aclnnop/aclnn_weight_quant_batch_matmul_v2.h"
#include "aclnnop/aclnn_weight_quant_batch_matmul_v3.h"

#include "kernels/quant_matmul.h"
#include "ops/common.h"

using namespace ascend4j;

namespace {

constexpr int64_t kLargestSide = 65535;
constexpr int64_t kSmallestGroup = 32;
constexpr int kInt4PerInt32 = 8;

struct Parameters {
    const aclTensor *x, *weight, *scale, *offset, *quantScale, *quantOffset, *bias;
    int groupSize;
    int innerPrecise;
    const aclTensor *y;
};

struct Indices {
    int x, weight, scale, offset, quantScale, quantOffset, bias, y;
};

Indices collect(OpPlan &plan, const Parameters &given) {
    Indices at;
    at.x = plan.input(given.x, "x");
    at.weight = plan.input(given.weight, "weight");
    at.scale = plan.input(given.scale, "antiquantScale");
    at.offset = plan.optional(given.offset, "antiquantOffsetOptional");
    at.quantScale = plan.optional(given.quantScale, "quantScaleOptional");
    at.quantOffset = plan.optional(given.quantOffset, "quantOffsetOptional");
    at.bias = plan.optional(given.bias, "biasOptional");
    at.y = plan.output(given.y, "y");
    return at;
}

bool requireTypes(OpPlan &plan, const Indices &at) {
    const aclDataType dtype = plan[at.x].dtype;
    plan.requireDtype(at.x, {ACL_FLOAT16, ACL_BF16});
    plan.requireDtype(at.weight, {ACL_INT4, ACL_INT8, ACL_INT32});
    requireSameDtype(plan, at.scale, "antiquantScale", at.x, "x");
    if (plan[at.offset].present) requireSameDtype(plan, at.offset, "antiquantOffsetOptional", at.x, "x");
    requireSameDtype(plan, at.y, "y", at.x, "x");
    if (plan[at.bias].present) plan.requireDtype(at.bias, {dtype == ACL_BF16 ? ACL_FLOAT : ACL_FLOAT16});
    requirePlain(plan, at.x, "x");
    requirePlain(plan, at.weight, "weight");
    requirePlain(plan, at.y, "y");
    return plan.ok();
}

bool requireRanks(OpPlan &plan, const Indices &at) {
    plan.requireRank(at.x, 2, 2);
    plan.requireRank(at.weight, 2, 2);
    plan.requireRank(at.y, 2, 2);
    plan.requireRank(at.scale, 1, 2);
    if (plan[at.offset].present) plan.requireRank(at.offset, 1, 2);
    if (plan[at.bias].present) plan.requireRank(at.bias, 1, 2);
    return plan.ok();
}

bool requireSizes(OpPlan &plan, const Indices &at, WeightQuantShape *shape) {
    shape->m = plan[at.x].dims[0];
    shape->k = plan[at.x].dims[1];
    shape->n = plan[at.y].dims[1];
    plan.require(shape->m > 0 && shape->k > 0 && shape->n > 0, ACLNN_ERR_PARAM_INVALID,
                 "m %lld, k %lld, n %lld: empty tensors are not accepted", static_cast<long long>(shape->m),
                 static_cast<long long>(shape->k), static_cast<long long>(shape->n));
    plan.require(shape->k <= kLargestSide && shape->n <= kLargestSide, ACLNN_ERR_INNER_TILING_ERROR,
                 "k %lld and n %lld: expected at most %lld each", static_cast<long long>(shape->k),
                 static_cast<long long>(shape->n), static_cast<long long>(kLargestSide));
    plan.requireShape(at.y, {shape->m, shape->n});
    requireDistinctElements(plan, at.y, "y");
    return plan.ok();
}

// INT32 is the same bytes as INT4, eight to an element along the dimension that is dense in memory.
bool resolveWeight(OpPlan &plan, const Indices &at, WeightQuantShape *shape) {
    const TensorView &w = plan[at.weight];
    const bool packed = w.dtype == ACL_INT32;
    shape->int4 = packed || w.dtype == ACL_INT4;
    const int64_t rowFactor = packed && w.dims[1] == shape->n ? kInt4PerInt32 : 1;
    const int64_t columnFactor = packed && rowFactor == 1 ? kInt4PerInt32 : 1;
    const bool fits = w.dims[0] * rowFactor == shape->k && w.dims[1] * columnFactor == shape->n;
    if (!plan.require(fits, ACLNN_ERR_INNER_TILING_ERROR, "weight: shape %s of %s, expected k %lld by n %lld",
                      shapeText(w).c_str(), dtypeName(w.dtype), static_cast<long long>(shape->k),
                      static_cast<long long>(shape->n))) {
        return false;
    }
    shape->weightK = w.strides[0];
    shape->weightColumn = w.strides[1];
    if (packed) {
        shape->weightK = rowFactor > 1 ? 1 : w.strides[0] * kInt4PerInt32;
        shape->weightColumn = rowFactor > 1 ? w.strides[1] * kInt4PerInt32 : 1;
        return plan.require(w.strides[rowFactor > 1 ? 0 : 1] == 1, ACLNN_ERR_INNER_TILING_ERROR,
                            "weight: the dimension of packed INT32 has stride %lld, expected 1",
                            static_cast<long long>(w.strides[rowFactor > 1 ? 0 : 1]));
    }
    if (!shape->int4) return true;
    const bool alongK = shape->weightK == 1;
    const int64_t run = alongK ? shape->k : shape->n;
    const int64_t pitch = alongK ? shape->weightColumn : shape->weightK;
    return plan.require(alongK || shape->weightColumn == 1, ACLNN_ERR_INNER_TILING_ERROR,
                        "weight: INT4 with strides %lld and %lld, expected one of them to be 1",
                        static_cast<long long>(w.strides[0]), static_cast<long long>(w.strides[1])) &&
           plan.require(run % 2 == 0 && pitch % 2 == 0 && w.offset % 2 == 0, ACLNN_ERR_INNER_TILING_ERROR,
                        "weight: INT4 rows of %lld elements, %lld apart, at offset %lld: expected even numbers",
                        static_cast<long long>(run), static_cast<long long>(pitch), static_cast<long long>(w.offset));
}

// Strides of a scale or offset of shape (1), (n), (1, n) or (groups, n).
bool resolveScale(OpPlan &plan, int index, const char *name, const WeightQuantShape &shape, int64_t *column,
                  int64_t *group) {
    const TensorView &view = plan[index];
    const int64_t columns = view.dim(-1), rows = view.rank == 2 ? view.dims[0] : 1;
    const bool perTensor = shape.groups == 1 && view.elements() == 1;
    const bool ranked = view.rank == 2 || shape.groups == 1;
    const bool fits = perTensor || (columns == shape.n && rows == shape.groups && ranked);
    *column = perTensor ? 0 : view.stride(-1);
    *group = view.rank == 2 ? view.strides[0] : 1;
    return plan.require(fits, ACLNN_ERR_INNER_TILING_ERROR, "%s: shape %s, expected [%lld, %lld]%s", name,
                        shapeText(view).c_str(), static_cast<long long>(shape.groups), static_cast<long long>(shape.n),
                        shape.groups == 1 ? ", its last dimension alone, or one element" : "");
}

bool resolveScales(OpPlan &plan, const Indices &at, int groupSize, WeightQuantShape *shape) {
    const bool valid = groupSize == 0 || (groupSize >= kSmallestGroup && groupSize % kSmallestGroup == 0 &&
                                          groupSize <= shape->k - 1);
    if (!plan.require(valid, ACLNN_ERR_INNER_TILING_ERROR,
                      "antiquantGroupSize: %d, expected 0 or a multiple of %lld from %lld to k - 1 (%lld)", groupSize,
                      static_cast<long long>(kSmallestGroup), static_cast<long long>(kSmallestGroup),
                      static_cast<long long>(shape->k - 1))) {
        return false;
    }
    shape->group = groupSize == 0 ? shape->k : groupSize;
    shape->groups = (shape->k + shape->group - 1) / shape->group;
    if (!resolveScale(plan, at.scale, "antiquantScale", *shape, &shape->scaleColumn, &shape->scaleGroup)) return false;
    shape->hasOffset = plan[at.offset].present;
    if (!shape->hasOffset) return true;
    return requireSameShape(plan, at.offset, "antiquantOffsetOptional", at.scale, "antiquantScale") &&
           resolveScale(plan, at.offset, "antiquantOffsetOptional", *shape, &shape->offsetColumn, &shape->offsetGroup);
}

bool requireAttributes(OpPlan &plan, const Indices &at, const Parameters &given, const WeightQuantShape &shape) {
    const TensorView &bias = plan[at.bias];
    plan.require(!bias.present || (bias.elements() == shape.n && bias.dim(-1) == shape.n), ACLNN_ERR_INNER_TILING_ERROR,
                 "biasOptional: shape %s, expected [%lld] or [1, %lld]", shapeText(bias).c_str(),
                 static_cast<long long>(shape.n), static_cast<long long>(shape.n));
    plan.require(!plan[at.quantScale].present && !plan[at.quantOffset].present, ACLNN_ERR_INNER_TILING_ERROR,
                 "quantScaleOptional and quantOffsetOptional: quantized output is not supported on the host device, "
                 "pass null and quantize y");
    plan.require(given.innerPrecise == 0 || given.innerPrecise == 1, ACLNN_ERR_INNER_TILING_ERROR,
                 "innerPrecise: %d, expected 0 (high precision) or 1 (high performance)", given.innerPrecise);
    return plan.ok();
}

// Products of one x, as queries, keys and values are: x is quantized once, and threads meet once.
class JointProduct : public OpJoint {
public:
    JointProduct(const WeightQuantPlan &plan, const Indices &at) : plan_(plan), at_(at) {}

    bool takes(const OpRun &own, const OpCall &other) const override {
        return joinWeightQuant(productOf(own), static_cast<const JointProduct *>(other.joint)->productOf(other.run));
    }

    aclError run(const std::vector<OpCall> &calls) const override {
        std::vector<WeightQuantProduct> products;
        const OpCall *widest = &calls[0];
        for (const OpCall &call : calls) {
            products.push_back(static_cast<const JointProduct *>(call.joint)->productOf(call.run));
            widest = of(call).parts > of(*widest).parts ? &call : widest;
        }
        runWeightQuants(products, widest->run.workspace());
        return ACL_SUCCESS;
    }

    WeightQuantProduct productOf(const OpRun &run) const {
        return {&plan_, {run[at_.x], run[at_.weight], run[at_.scale], run[at_.offset], run[at_.bias], run[at_.y]}};
    }

private:
    static const WeightQuantPlan &of(const OpCall &call) {
        return static_cast<const JointProduct *>(call.joint)->plan_;
    }

    const WeightQuantPlan plan_;
    const Indices at_;
};

aclnnStatus finishWeightQuant(OpPlan &plan, const Parameters &given) {
    const Indices at = collect(plan, given);
    WeightQuantShape shape;
    if (!plan.ok() || !requireTypes(plan, at) || !requireRanks(plan, at) || !requireSizes(plan, at, &shape) ||
        !resolveWeight(plan, at, &shape) || !resolveScales(plan, at, given.groupSize, &shape) ||
        !requireAttributes(plan, at, given, shape)) {
        return plan.status();
    }
    const WeightQuantPlan product = planWeightQuant(shape, plan[at.x].dtype, given.innerPrecise == 1);
    const auto joint = std::make_shared<const JointProduct>(product, at);
    const auto body = [joint](const OpRun &run) {
        const WeightQuantProduct alone = joint->productOf(run);
        runWeightQuant(*alone.plan, alone.operands, run.workspace());
        return static_cast<aclError>(ACL_SUCCESS);
    };
    return plan.finish(static_cast<uint64_t>(product.workspaceBytes()), body, joint);
}

}  // namespace

aclnnStatus aclnnWeightQuantBatchMatmulV2GetWorkspaceSize(
        const aclTensor *x, const aclTensor *weight, const aclTensor *antiquantScale,
        const aclTensor *antiquantOffsetOptional, const aclTensor *quantScaleOptional,
        const aclTensor *quantOffsetOptional, const aclTensor *biasOptional, int antiquantGroupSize,
        const aclTensor *y, uint64_t *workspaceSize, aclOpExecutor **executor) {
    OpPlan plan("aclnnWeightQuantBatchMatmulV2", workspaceSize, executor);
    return finishWeightQuant(plan, {x, weight, antiquantScale, antiquantOffsetOptional, quantScaleOptional,
                                    quantOffsetOptional, biasOptional, antiquantGroupSize, 0, y});
}

aclnnStatus aclnnWeightQuantBatchMatmulV3GetWorkspaceSize(
        const aclTensor *x, const aclTensor *weight, const aclTensor *antiquantScale,
        const aclTensor *antiquantOffsetOptional, const aclTensor *quantScaleOptional,
        const aclTensor *quantOffsetOptional, const aclTensor *biasOptional, int antiquantGroupSize, int innerPrecise,
        const aclTensor *y, uint64_t *workspaceSize, aclOpExecutor **executor) {
    OpPlan plan("aclnnWeightQuantBatchMatmulV3", workspaceSize, executor);
    return finishWeightQuant(plan, {x, weight, antiquantScale, antiquantOffsetOptional, quantScaleOptional,
                                    quantOffsetOptional, biasOptional, antiquantGroupSize, innerPrecise, y});
}

ASCEND4J_OP_LAUNCH(aclnnWeightQuantBatchMatmulV2)
ASCEND4J_OP_LAUNCH(aclnnWeightQuantBatchMatmulV3)
