// aclnnQuantMatmulV4: INT8 (m, k) times INT8 (k, n), exact in 32 bits, scaled for each column and, with
// pertokenScaleOptional, for each row. A scale in UINT64 or INT64 is what TransQuantParamV2 makes: a float32 in its low
// half. Plain layouts of two dimensions; INT4 operands, INT8 output and so `offset` are not offered.
#include <cstring>

#include "aclnnop/aclnn_quant_matmul_v4.h"
#include "kernels/convert.h"
#include "kernels/gemm_gather.h"
#include "kernels/int8_matmul.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

constexpr int64_t kLargestSide = 65535;

struct Indices {
    int x1, x2, scale, offset, pertoken, bias, out;
};

bool requireTypes(OpPlan &plan, const Indices &at) {
    plan.requireDtype(at.x1, {ACL_INT8});
    plan.requireDtype(at.x2, {ACL_INT8});
    plan.requireDtype(at.out, {ACL_FLOAT16, ACL_BF16, ACL_INT32});
    const aclDataType out = plan[at.out].dtype, scale = plan[at.scale].dtype;
    const bool wide = scale == ACL_UINT64 || scale == ACL_INT64, perToken = plan[at.pertoken].present;
    plan.requireDtype(at.scale, {ACL_UINT64, ACL_INT64, ACL_FLOAT, ACL_BF16});
    if (perToken) plan.requireDtype(at.pertoken, {ACL_FLOAT});
    // The operator's own table of combinations.
    const bool fits = out == ACL_FLOAT16 ? (perToken ? scale == ACL_FLOAT : wide)
                                         : !perToken || !wide;
    plan.require(!plan.ok() || (fits && !(wide && out == ACL_INT32)), ACLNN_ERR_PARAM_INVALID,
                 "scale: data type %s with %s output and %s pertokenScaleOptional, expected %s", dtypeName(scale),
                 dtypeName(out), perToken ? "a" : "no",
                 out == ACL_FLOAT16 && !perToken ? "UINT64 or INT64 of TransQuantParamV2" : "FLOAT or BF16");
    if (plan[at.bias].present) {
        const aclDataType own = out == ACL_INT32 ? ACL_INT32 : out;
        plan.requireDtype(at.bias, {ACL_INT32, ACL_FLOAT, own});
    }
    for (int index : {at.x1, at.x2, at.out}) requirePlain(plan, index, "a tensor");
    return plan.ok();
}

void transpose(TensorView *view) {
    std::swap(view->dims[0], view->dims[1]);
    std::swap(view->strides[0], view->strides[1]);
}

bool requireSizes(OpPlan &plan, const Indices &at, bool transposeX1, bool transposeX2, Int8Shape *shape) {
    for (int index : {at.x1, at.x2, at.out}) plan.requireRank(index, 2, 2);
    if (!plan.ok()) return false;
    TensorView a = plan[at.x1], b = plan[at.x2];
    if (transposeX1) transpose(&a);
    if (transposeX2) transpose(&b);
    *shape = {a.dims[0], b.dims[1], a.dims[1], a.strides[0], a.strides[1], b.strides[1], b.strides[0]};
    plan.require(shape->m > 0 && shape->n > 0 && shape->k > 0, ACLNN_ERR_PARAM_INVALID,
                 "m %lld, k %lld, n %lld: empty tensors are not accepted", static_cast<long long>(shape->m),
                 static_cast<long long>(shape->k), static_cast<long long>(shape->n));
    plan.require(b.dims[0] == shape->k, ACLNN_ERR_INNER_TILING_ERROR, "x2: %s, expected %lld values of k as x1 %s",
                 shapeText(plan[at.x2]).c_str(), static_cast<long long>(shape->k), shapeText(plan[at.x1]).c_str());
    plan.require(shape->k <= kLargestSide && shape->n <= kLargestSide, ACLNN_ERR_INNER_TILING_ERROR,
                 "k %lld and n %lld: expected at most %lld each", static_cast<long long>(shape->k),
                 static_cast<long long>(shape->n), static_cast<long long>(kLargestSide));
    plan.requireShape(at.out, {shape->m, shape->n});
    requireDistinctElements(plan, at.out, "out");
    return plan.ok();
}

// A vector of `count`, possibly with a dimension of one in front, or one element if `single`.
bool requireVector(OpPlan &plan, int index, const char *name, int64_t count, bool single) {
    const TensorView &view = plan[index];
    if (!view.present) return true;
    const bool vector = (view.rank == 1 || (view.rank == 2 && view.dims[0] == 1)) && view.dim(-1) == count;
    return plan.require(vector || (single && view.elements() == 1), ACLNN_ERR_INNER_TILING_ERROR,
                        "%s: shape %s, expected [%lld]%s", name, shapeText(view).c_str(),
                        static_cast<long long>(count), single ? " or one element" : "");
}

// Element i of a vector, or its only one.
const unsigned char *vectorAt(const TensorView &view, int64_t i) {
    const int64_t at = view.elements() == 1 ? 0 : i * view.stride(-1);
    return view.bytes() + at * elementBytes(view.dtype);
}

float numberAt(const TensorView &view, int64_t i) {
    const unsigned char *at = vectorAt(view, i);
    uint16_t half = 0;
    float number = 0;
    if (view.dtype == ACL_FLOAT16 || view.dtype == ACL_BF16) {
        std::memcpy(&half, at, sizeof half);
        return view.dtype == ACL_BF16 ? bfloatToFloat(half) : halfToFloat(half);
    }
    std::memcpy(&number, at, sizeof number);  // of 64 bits the low half: the machines that this runs on begin there
    return number;
}

// What turns sums into elements of the output.
class Epilogue {
public:
    Epilogue(const OpRun &run, const Indices &at)
        : scale_(run[at.scale]), pertoken_(run[at.pertoken]), bias_(run[at.bias]), out_(run[at.out]) {}

    void store(int64_t row, int64_t column, int64_t count, const int32_t *sums) const {
        const bool wholeBias = bias_.present && bias_.dtype == ACL_INT32, floatBias = bias_.present && !wholeBias;
        const float token = pertoken_.present ? numberAt(pertoken_, row) : 1.0f;
        float values[kMost];
        for (int64_t j = 0; j < count; j++) {
            int64_t sum = sums[j];
            if (wholeBias) {
                int32_t bias;
                std::memcpy(&bias, vectorAt(bias_, column + j), sizeof bias);
                sum += bias;
            }
            if (out_.dtype == ACL_INT32) {
                const auto whole = static_cast<int32_t>(sum);
                std::memcpy(target(row, column + j), &whole, sizeof whole);
                continue;
            }
            values[j] = static_cast<float>(sum) * numberAt(scale_, column + j) * token;
            if (floatBias) values[j] += numberAt(bias_, column + j);
        }
        if (out_.dtype != ACL_INT32) scatterRow(values, count, out_.dtype, target(row, column), out_.strides[1]);
    }

private:
    static constexpr int64_t kMost = 64;
    unsigned char *target(int64_t row, int64_t column) const {
        return out_.bytes() + (row * out_.strides[0] + column * out_.strides[1]) * elementBytes(out_.dtype);
    }
    TensorView scale_, pertoken_, bias_, out_;
};

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnQuantMatmulV4GetWorkspaceSize(const aclTensor *x1, const aclTensor *x2, const aclTensor *scale,
                                               const aclTensor *offset, const aclTensor *pertokenScaleOptional,
                                               const aclTensor *bias, bool transposeX1, bool transposeX2,
                                               const aclTensor *out, uint64_t *workspaceSize,
                                               aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnQuantMatmulV4", workspaceSize, executor);
    Indices at;
    at.x1 = plan.input(x1, "x1");
    at.x2 = plan.input(x2, "x2");
    at.scale = plan.input(scale, "scale");
    at.offset = plan.optional(offset, "offset");
    at.pertoken = plan.optional(pertokenScaleOptional, "pertokenScaleOptional");
    at.bias = plan.optional(bias, "bias");
    at.out = plan.output(out, "out");
    Int8Shape shape;
    if (!plan.ok() || !requireTypes(plan, at) || !requireSizes(plan, at, transposeX1, transposeX2, &shape)) {
        return plan.status();
    }
    requireVector(plan, at.scale, "scale", shape.n, true);
    requireVector(plan, at.pertoken, "pertokenScaleOptional", shape.m, false);
    requireVector(plan, at.bias, "bias", shape.n, false);
    plan.require(!plan[at.offset].present, ACLNN_ERR_INNER_TILING_ERROR,
                 "offset: INT8 output is not supported on the host device, pass null and quantize out");
    const Int8Plan product = planInt8(shape);
    return plan.finish(static_cast<uint64_t>(product.workspaceBytes()), [=](const OpRun &run) {
        const Epilogue epilogue(run, at);
        runInt8(product, reinterpret_cast<const int8_t *>(run[at.x1].bytes()),
                reinterpret_cast<const int8_t *>(run[at.x2].bytes()), run.workspace(),
                [&](int64_t row, int64_t column, int64_t count, const int32_t *sums) {
                    epilogue.store(row, column, count, sums);
                });
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnQuantMatmulV4)
