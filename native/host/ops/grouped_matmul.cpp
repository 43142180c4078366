// aclnnGroupedMatmulV4: runs of rows, each times a matrix of its own.
//
// Taken: FLOAT, FLOAT16 and BF16 without quantization, one tensor a list, rows split (groupType 0) by running totals or
// counts. Refused with 561002: quantized forms, biases, activations, lists of several tensors.
#include <algorithm>

#include "aclnnop/aclnn_grouped_matmul_v4.h"
#include "kernels/matmul.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

constexpr aclnnStatus kShape = ACLNN_ERR_INNER_TILING_ERROR;
constexpr int64_t kMostGroups = 1024;

long long wide(int64_t value) { return static_cast<long long>(value); }

// Rows [first, first + count) of a matrix.
TensorView rowsOf(const TensorView &matrix, int64_t first, int64_t count) {
    TensorView rows = matrix;
    rows.offset += first * matrix.strides[0];
    rows.dims[0] = count;
    return rows;
}

// Matrix `index` of a rank-3 tensor.
TensorView matrixOf(const TensorView &stack, int64_t index) {
    TensorView matrix = stack;
    matrix.offset += index * stack.strides[0];
    matrix.rank = 2;
    for (int d = 0; d < 2; d++) {
        matrix.dims[d] = stack.dims[d + 1];
        matrix.strides[d] = stack.strides[d + 1];
    }
    return matrix;
}

MatmulPlan planRows(const TensorView &x, const TensorView &matrix, const TensorView &out) {
    MatmulShape shape;
    shapeMatmul(x, matrix, out, &shape);
    return planMatmul(shape, x.dtype, 0);
}

// The most that any number of rows needs: packing grows with the rows, panels do not shrink below one row's.
uint64_t mostWorkspace(const TensorView &x, const TensorView &weight, const TensorView &out) {
    int64_t most = 0;
    const TensorView matrix = matrixOf(weight, 0);
    for (int64_t rows = 1; rows < 2 * x.dims[0]; rows *= 2) {
        const int64_t count = std::min(rows, x.dims[0]);
        most = std::max(most, planRows(rowsOf(x, 0, count), matrix, rowsOf(out, 0, count)).workspaceBytes());
    }
    return static_cast<uint64_t>(most);
}

aclError multiplyGroups(const OpRun &run, const TensorView &x, const TensorView &weight, const TensorView &out,
                        const TensorView &groups, bool counts, uint64_t workspaceBytes) {
    int64_t first = 0;
    std::vector<unsigned char> more;
    for (int64_t g = 0; g < groups.dims[0]; g++) {
        const int64_t value = groups.as<const int64_t>()[g], end = counts ? first + value : value;
        if (end < first || end > x.dims[0]) {
            return run.fail(kKernelFault, "groupList: entry %lld is %lld, expected an end from %lld to %lld", wide(g),
                            wide(value), wide(first), wide(x.dims[0]));
        }
        if (end > first) {
            const TensorView rows = rowsOf(x, first, end - first), target = rowsOf(out, first, end - first);
            const TensorView matrix = matrixOf(weight, g);
            const MatmulPlan plan = planRows(rows, matrix, target);
            const auto needed = static_cast<uint64_t>(plan.workspaceBytes());
            if (needed > workspaceBytes) more.resize(std::max<size_t>(more.size(), needed));
            runMatmul(plan, rows, matrix, target, needed > workspaceBytes ? more.data() : run.workspace());
        }
        first = end;
    }
    return ACL_SUCCESS;
}

int single(OpPlan &plan, const aclTensorList *list, const char *name) {
    plan.require(list != nullptr, ACLNN_ERR_PARAM_NULLPTR, "%s: null, expected a list of one tensor", name);
    if (!plan.ok()) return 0;
    plan.require(plan.listSize(list) == 1, kShape, "%s: %zu tensors, expected one", name, plan.listSize(list));
    return plan.ok() ? plan.list(list, name) : 0;
}

struct Products {
    int x = 0, weight = 0, groups = 0, out = 0;
};

void check(OpPlan &plan, const Products &p) {
    plan.requireDtype(p.x, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, p.weight, "weight", p.x, "x");
    requireSameDtype(plan, p.out, "out", p.x, "x");
    plan.requireDtype(p.groups, {ACL_INT64});
    for (const int index : {p.x, p.groups, p.out}) plan.requireContiguous(index);
    plan.requireRank(p.x, 2, 2);
    plan.requireRank(p.weight, 3, 3);
    plan.requireRank(p.groups, 1, 1);
    if (!plan.ok()) return;
    const TensorView &weight = plan[p.weight];
    plan.require(weight.dims[1] == plan[p.x].dims[1], kShape, "weight: shape %s, expected (groups, %lld, n)",
                 shapeText(weight).c_str(), wide(plan[p.x].dims[1]));
    plan.require(weight.dims[1] < 65536 && weight.dims[2] < 65536, kShape,
                 "weight: shape %s, expected dimensions below 65536", shapeText(weight).c_str());
    plan.require(plan[p.groups].dims[0] == weight.dims[0] && weight.dims[0] <= kMostGroups, kShape,
                 "groupList: %lld entries, expected one for each of %lld matrices, at most %lld",
                 wide(plan[p.groups].dims[0]), wide(weight.dims[0]), wide(kMostGroups));
    plan.requireShape(p.out, {plan[p.x].dims[0], weight.dims[2]});
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnGroupedMatmulV4GetWorkspaceSize(
    const aclTensorList *x, const aclTensorList *weight, const aclTensorList *biasOptional,
    const aclTensorList *scaleOptional, const aclTensorList *offsetOptional,
    const aclTensorList *antiquantScaleOptional, const aclTensorList *antiquantOffsetOptional,
    const aclTensorList *perTokenScaleOptional, const aclTensor *groupListOptional,
    const aclTensorList *activationInputOptional, const aclTensorList *activationQuantScaleOptional,
    const aclTensorList *activationQuantOffsetOptional, int64_t splitItem, int64_t groupType, int64_t groupListType,
    int64_t actType, aclTensorList *out, aclTensorList *activationFeatureOutOptional,
    aclTensorList *dynQuantScaleOutOptional, uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnGroupedMatmulV4", workspaceSize, executor);
    Products p;
    p.x = single(plan, x, "x");
    p.weight = single(plan, weight, "weight");
    const std::pair<const char *, const aclTensorList *> unsupported[] = {
        {"biasOptional", biasOptional},
        {"scaleOptional", scaleOptional},
        {"offsetOptional", offsetOptional},
        {"antiquantScaleOptional", antiquantScaleOptional},
        {"antiquantOffsetOptional", antiquantOffsetOptional},
        {"perTokenScaleOptional", perTokenScaleOptional},
        {"activationInputOptional", activationInputOptional},
        {"activationQuantScaleOptional", activationQuantScaleOptional},
        {"activationQuantOffsetOptional", activationQuantOffsetOptional},
        {"activationFeatureOutOptional", activationFeatureOutOptional},
        {"dynQuantScaleOutOptional", dynQuantScaleOutOptional}};
    for (const auto &[name, list] : unsupported) {
        plan.require(list == nullptr, kShape, "%s: given, expected null: the host device lacks this feature", name);
    }
    if (!plan.ok()) return plan.status();
    p.groups = plan.input(groupListOptional, "groupListOptional");
    p.out = single(plan, out, "out");
    plan.require(splitItem == 2 || splitItem == 3, kShape, "splitItem: %lld, expected 2 or 3: one output",
                 wide(splitItem));
    plan.require(groupType == 0, kShape, "groupType: %lld, expected 0: rows are split", wide(groupType));
    plan.require(groupListType == 0 || groupListType == 1, kShape, "groupListType: %lld, expected 0 or 1",
                 wide(groupListType));
    plan.require(actType == 0, kShape, "actType: %lld, expected 0 without quantization", wide(actType));
    if (plan.ok()) check(plan, p);
    if (!plan.ok()) return plan.status();
    const uint64_t bytes = mostWorkspace(plan[p.x], plan[p.weight], plan[p.out]);
    return plan.finish(bytes, [=](const OpRun &run) {
        return multiplyGroups(run, run[p.x], run[p.weight], run[p.out], run[p.groups], groupListType == 1, bytes);
    });
}
ASCEND4J_OP_LAUNCH(aclnnGroupedMatmulV4)
