// aclnnAdd, aclnnInplaceAdd, aclnnMul and aclnnMuls: broadcasting, promotion as PyTorch's.
#include <cmath>

#include "aclnnop/aclnn_add.h"
#include "aclnnop/aclnn_mul.h"
#include "ops/arithmetic.h"
#include "ops/common.h"
#include "ops/element_copy.h"

namespace ascend4j {
namespace {

void checkOperand(OpPlan &plan, int index, const char *name) {
    plan.requireDtype(index, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_DOUBLE, ACL_INT8, ACL_UINT8, ACL_INT16, ACL_INT32,
                              ACL_INT64, ACL_BOOL});
    requirePlain(plan, index, name);
}

// The shape that two operands broadcast to, or a violated rule.
TensorView broadcast(OpPlan &plan, int self, int other) {
    const TensorView &a = plan[self], &b = plan[other];
    TensorView shape;
    shape.rank = std::max(a.rank, b.rank);
    for (int i = 1; i <= shape.rank; i++) {
        const int64_t p = i <= a.rank ? a.dim(-i) : 1, q = i <= b.rank ? b.dim(-i) : 1;
        plan.require(p == q || p == 1 || q == 1, ACLNN_ERR_INNER_TILING_ERROR,
                     "other: shape %s, expected one that broadcasts with self, %s", shapeText(b).c_str(),
                     shapeText(a).c_str());
        shape.dims[shape.rank - i] = p == 1 ? q : p;
    }
    return shape;
}

void checkResult(OpPlan &plan, int out, const char *name, const TensorView &shape, aclDataType computed) {
    plan.require(sameShape(plan[out], shape), ACLNN_ERR_INNER_TILING_ERROR, "%s: shape %s, expected %s", name,
                 shapeText(plan[out]).c_str(), shapeText(shape).c_str());
    plan.require(storable(computed, plan[out].dtype), ACLNN_ERR_PARAM_INVALID,
                 "%s: data type %s, expected one that can hold the computed %s", name, dtypeName(plan[out].dtype),
                 dtypeName(computed));
    requireDistinctElements(plan, out, name);
}

// Whether a factor can multiply 64-bit integers.
bool isWhole(double factor) { return std::fabs(factor) < 9.2e18 && factor == std::trunc(factor); }

// The parameters of a binary operator; out equals self for the in-place form.
struct Operands {
    int self, other, out;
};

aclnnStatus planBinary(OpPlan &plan, Arithmetic operation, Operands operands, const aclScalar *alpha) {
    const int self = operands.self, other = operands.other, out = operands.out;
    if (operation == Arithmetic::Add) {
        plan.require(alpha != nullptr, ACLNN_ERR_PARAM_NULLPTR, "alpha: null, expected a scalar");
    }
    if (!plan.ok()) return plan.status();
    checkOperand(plan, self, "self");
    checkOperand(plan, other, "other");
    checkOperand(plan, out, "out");
    if (!plan.ok()) return plan.status();
    const TensorView shape = broadcast(plan, self, other);
    const aclDataType computed = promote(plan[self], plan[other]);
    checkResult(plan, out, "out", shape, computed);
    const double factor = operation == Arithmetic::Add ? scalarValue(alpha) : 1.0;
    plan.require(isFloating(computed) || isWhole(factor), ACLNN_ERR_PARAM_INVALID,
                 "alpha: %g, expected a whole number for data type %s", factor, dtypeName(computed));
    return plan.finish(0, [=](const OpRun &run) {
        computeBinary(operation, computed, run[self], run[other], factor, run[out]);
        return ACL_SUCCESS;
    });
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnAddGetWorkspaceSize(const aclTensor *self, const aclTensor *other, const aclScalar *alpha,
                                     aclTensor *out, uint64_t *workspaceSize, aclOpExecutor **executor) {
    ascend4j::OpPlan plan("aclnnAdd", workspaceSize, executor);
    const int first = plan.input(self, "self"), second = plan.input(other, "other"), result = plan.output(out, "out");
    return ascend4j::planBinary(plan, ascend4j::Arithmetic::Add, {first, second, result}, alpha);
}
ASCEND4J_OP_LAUNCH(aclnnAdd)

aclnnStatus aclnnInplaceAddGetWorkspaceSize(const aclTensor *selfRef, const aclTensor *other, const aclScalar *alpha,
                                            uint64_t *workspaceSize, aclOpExecutor **executor) {
    ascend4j::OpPlan plan("aclnnInplaceAdd", workspaceSize, executor);
    const int first = plan.output(selfRef, "selfRef"), second = plan.input(other, "other");
    return ascend4j::planBinary(plan, ascend4j::Arithmetic::Add, {first, second, first}, alpha);
}
ASCEND4J_OP_LAUNCH(aclnnInplaceAdd)

aclnnStatus aclnnMulGetWorkspaceSize(const aclTensor *self, const aclTensor *other, aclTensor *out,
                                     uint64_t *workspaceSize, aclOpExecutor **executor) {
    ascend4j::OpPlan plan("aclnnMul", workspaceSize, executor);
    const int first = plan.input(self, "self"), second = plan.input(other, "other"), result = plan.output(out, "out");
    return ascend4j::planBinary(plan, ascend4j::Arithmetic::Multiply, {first, second, result}, nullptr);
}
ASCEND4J_OP_LAUNCH(aclnnMul)

aclnnStatus aclnnMulsGetWorkspaceSize(const aclTensor *self, const aclScalar *other, aclTensor *out,
                                      uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnMuls", workspaceSize, executor);
    const int input = plan.input(self, "self");
    const int result = plan.output(out, "out");
    plan.require(other != nullptr, ACLNN_ERR_PARAM_NULLPTR, "other: null, expected a scalar");
    if (!plan.ok()) return plan.status();
    checkOperand(plan, input, "self");
    checkOperand(plan, result, "out");
    if (!plan.ok()) return plan.status();
    const double factor = scalarValue(other);
    const aclDataType dtype = plan[input].dtype;
    // A fraction lifts integers to FLOAT, as it does in PyTorch.
    const bool lifts = !isFloating(dtype) && !isWhole(factor);
    const aclDataType computed = lifts                                             ? ACL_FLOAT
                                 : dtype == ACL_BOOL && factor != 0 && factor != 1 ? ACL_INT64
                                                                                   : dtype;
    checkResult(plan, result, "out", plan[input], computed);
    return plan.finish(0, [=](const OpRun &run) {
        computeScaled(computed, run[input], factor, run[result]);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnMuls)
