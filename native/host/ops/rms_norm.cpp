// aclnnRmsNorm and aclnnAddRmsNorm: y = x * rstd * gamma, rstd = 1 / sqrt(mean(x^2) + epsilon).
#include <cmath>

#include "aclnnop/aclnn_add_rms_norm.h"
#include "aclnnop/aclnn_rms_norm.h"
#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "kernels/vector_kernels.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

struct NormShape {
    int64_t rows;
    int64_t width;
};

// gamma spans the last dimensions of x; rstd has a 1 in place of each of them.
NormShape checkNorm(OpPlan &plan, int x, const char *xName, int gamma, int rstd, double epsilon) {
    const TensorView &input = plan[x], &weight = plan[gamma], &inverse = plan[rstd];
    plan.requireRank(x, 1, kMaxDims);
    plan.requireRank(gamma, 1, kMaxDims);
    plan.requireDtype(rstd, {ACL_FLOAT});
    plan.require(std::isfinite(epsilon) && epsilon >= 0, ACLNN_ERR_INNER_TILING_ERROR,
                 "epsilon: %g, expected a finite value that is not negative", epsilon);
    const int lead = input.rank - weight.rank;
    bool trailing = lead >= 0;
    for (int i = 0; trailing && i < weight.rank; i++) trailing = weight.dims[i] == input.dims[lead + i];
    ASCEND4J_REQUIRE(plan, trailing, ACLNN_ERR_INNER_TILING_ERROR, "gamma: shape %s, expected the last dimensions of %s, %s",
                 shapeText(weight).c_str(), xName, shapeText(input).c_str());
    if (!plan.ok()) return {0, 0};
    TensorView expected = input;
    for (int i = lead; i < input.rank; i++) expected.dims[i] = 1;
    ASCEND4J_REQUIRE(plan, sameShape(inverse, expected), ACLNN_ERR_INNER_TILING_ERROR, "rstdOut: shape %s, expected %s",
                 shapeText(inverse).c_str(), shapeText(expected).c_str());
    return {countDims(input, 0, lead), countDims(input, lead, input.rank)};
}

// Normalizes one row of float32 values and stores it.
void normalizeRow(const float *row, const float *gamma, double epsilon, int64_t width, aclDataType dtype,
                  unsigned char *y, float *rstd) {
    const VectorKernels &kernels = vectorKernels();
    const float mean = kernels.sumOfSquares(row, width) / static_cast<float>(width);
    *rstd = 1.0f / std::sqrt(mean + static_cast<float>(epsilon));
    if (dtype == ACL_FLOAT) {
        kernels.normalize(row, *rstd, gamma, reinterpret_cast<float *>(y), width);
    } else {
        kernels.normalizeNarrow(row, *rstd, gamma, dtype == ACL_BF16, reinterpret_cast<uint16_t *>(y), width);
    }
}

// Stays valid until the next operator of this thread; others may read it meanwhile.
const float *gammaRow(const TensorView &gamma, int64_t width) {
    return rowAsFloat(gamma.dtype, gamma.bytes(), width, 2);
}

// sum = a + b, rounded to the data type; gives what is stored.
const float *addRow(aclDataType dtype, const unsigned char *a, const unsigned char *b, unsigned char *sum,
                    int64_t width) {
    if (dtype == ACL_FLOAT) {
        auto *total = reinterpret_cast<float *>(sum);
        vectorKernels().add(reinterpret_cast<const float *>(a), reinterpret_cast<const float *>(b), 1.0f, total, width);
        return total;
    }
    float *wide = scratchRow(0, width);
    vectorKernels().addNarrow(reinterpret_cast<const uint16_t *>(a), reinterpret_cast<const uint16_t *>(b),
                              dtype == ACL_BF16, reinterpret_cast<uint16_t *>(sum), wide, width);
    return wide;
}

void rmsNorm(const TensorView &x, const TensorView &gamma, const TensorView &y, const TensorView &rstd, NormShape shape,
             double epsilon) {
    if (shape.rows == 0 || shape.width == 0) return;
    const float *weights = gammaRow(gamma, shape.width);
    const int64_t rowBytes = shape.width * elementBytes(x.dtype);
    parallelFor(shape.rows, grainFor(shape.width), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const float *row = rowAsFloat(x.dtype, x.bytes() + r * rowBytes, shape.width, 0);
            normalizeRow(row, weights, epsilon, shape.width, x.dtype, y.bytes() + r * rowBytes,
                         rstd.as<float>() + r);
        }
    });
}

struct AddNormViews {
    TensorView x1, x2, gamma, y, rstd, sum;
};

// The norm is taken of the sum as it is stored, that is, rounded to the data type.
void addRmsNorm(const AddNormViews &v, NormShape shape, double epsilon) {
    if (shape.rows == 0 || shape.width == 0) return;
    const aclDataType dtype = v.x1.dtype;
    const float *weights = gammaRow(v.gamma, shape.width);
    const int64_t rowBytes = shape.width * elementBytes(dtype);
    parallelFor(shape.rows, grainFor(shape.width), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const int64_t at = r * rowBytes;
            const float *sum = addRow(dtype, v.x1.bytes() + at, v.x2.bytes() + at, v.sum.bytes() + at, shape.width);
            normalizeRow(sum, weights, epsilon, shape.width, dtype, v.y.bytes() + at,
                         v.rstd.as<float>() + r);
        }
    });
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnRmsNormGetWorkspaceSize(const aclTensor *x, const aclTensor *gamma, double epsilon,
                                         const aclTensor *yOut, const aclTensor *rstdOut, uint64_t *workspaceSize,
                                         aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnRmsNorm", workspaceSize, executor);
    const int input = plan.input(x, "x");
    const int weight = plan.input(gamma, "gamma");
    const int y = plan.output(yOut, "yOut");
    const int rstd = plan.output(rstdOut, "rstdOut");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    plan.require(plan[weight].dtype == plan[input].dtype || plan[weight].dtype == ACL_FLOAT, ACLNN_ERR_PARAM_INVALID,
                 "gamma: data type %s, expected that of x, %s, or FLOAT", dtypeName(plan[weight].dtype),
                 dtypeName(plan[input].dtype));
    requireSameDtype(plan, y, "yOut", input, "x");
    requirePlain(plan, input, "x");
    const NormShape shape = checkNorm(plan, input, "x", weight, rstd, epsilon);
    requireSameShape(plan, y, "yOut", input, "x");
    requireDistinctElements(plan, y, "yOut");
    requireDistinctElements(plan, rstd, "rstdOut");
    if (!plan.ok()) return plan.status();
    Staging staging;
    for (const int index : {input, weight}) staging.input(plan, index);
    for (const int index : {y, rstd}) staging.output(plan, index);
    return plan.finish(staging.bytes(), [=](const OpRun &run) {
        rmsNorm(staging.open(run, input), staging.open(run, weight), staging.open(run, y), staging.open(run, rstd),
                shape, epsilon);
        staging.close(run);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnRmsNorm)

aclnnStatus aclnnAddRmsNormGetWorkspaceSize(const aclTensor *x1, const aclTensor *x2, const aclTensor *gamma,
                                            double epsilon, const aclTensor *yOut, const aclTensor *rstdOut,
                                            const aclTensor *xOut, uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnAddRmsNorm", workspaceSize, executor);
    const int first = plan.input(x1, "x1");
    const int second = plan.input(x2, "x2");
    const int weight = plan.input(gamma, "gamma");
    const int y = plan.output(yOut, "yOut");
    const int rstd = plan.output(rstdOut, "rstdOut");
    const int sum = plan.output(xOut, "xOut");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(first, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, second, "x2", first, "x1");
    requireSameDtype(plan, weight, "gamma", first, "x1");
    requireSameDtype(plan, y, "yOut", first, "x1");
    requireSameDtype(plan, sum, "xOut", first, "x1");
    requirePlain(plan, first, "x1");
    const NormShape shape = checkNorm(plan, first, "x1", weight, rstd, epsilon);
    requireSameShape(plan, second, "x2", first, "x1");
    requireSameShape(plan, y, "yOut", first, "x1");
    requireSameShape(plan, sum, "xOut", first, "x1");
    requireDistinctElements(plan, y, "yOut");
    requireDistinctElements(plan, rstd, "rstdOut");
    requireDistinctElements(plan, sum, "xOut");
    if (!plan.ok()) return plan.status();
    Staging staging;
    for (const int index : {first, second, weight}) staging.input(plan, index);
    for (const int index : {y, rstd, sum}) staging.output(plan, index);
    return plan.finish(staging.bytes(), [=](const OpRun &run) {
        addRmsNorm({staging.open(run, first), staging.open(run, second), staging.open(run, weight),
                    staging.open(run, y), staging.open(run, rstd), staging.open(run, sum)},
                   shape, epsilon);
        staging.close(run);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnAddRmsNorm)
