// aclnnGeluV2: y = x * Phi(x), Phi the normal distribution's, by the error function or its tanh approximation.
#include <algorithm>
#include <cmath>

#include "aclnnop/aclnn_gelu_v2.h"
#include "kernels/vector_kernels.h"
#include "ops/row_function.h"

namespace ascend4j {
namespace {

constexpr int64_t kErf = 0;
constexpr int64_t kTanh = 1;

// ln(erfc(z) e^(z^2) / t) for t = 1 / (1 + z / 2) and z from 0 to 22, fitted at 400 Chebyshev nodes; erfc comes out with a
// relative error below 5e-6, most of it float32's rounding of z^2.
float logScaledErfc(float t) {
    constexpr float kFit[] = {-1.26545751f, 0.998303533f, 0.395620286f, -0.0448232889f,
                              0.358949751f, -1.0102191f,  0.75651449f,  -0.188888773f};
    float sum = kFit[7];
    for (int i = 6; i >= 0; i--) sum = sum * t + kFit[i];
    return sum;
}

// x * erfc(-x / sqrt(2)) / 2, in blocks that stay in the cache.
void geluErf(float *row, int64_t n) {
    constexpr float kInverseRootOfTwo = 0.70710678f;
    constexpr int64_t kBlock = 512;
    float tails[kBlock], powers[kBlock];
    for (int64_t from = 0; from < n; from += kBlock) {
        const int64_t count = std::min(kBlock, n - from);
        float *x = row + from;
        for (int64_t i = 0; i < count; i++) {
            const float z = std::fabs(x[i]) * kInverseRootOfTwo;
            tails[i] = 1.0f / (1.0f + 0.5f * z);
            powers[i] = logScaledErfc(tails[i]) - z * z;
        }
        vectorKernels().expSum(powers, 0, powers, count);
        for (int64_t i = 0; i < count; i++) {
            const float half = 0.5f * tails[i] * powers[i];
            x[i] *= x[i] < 0 ? half : 1.0f - half;
        }
    }
}

void geluTanh(float *row, int64_t n) { vectorKernels().geluTanh(row, row, n); }

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnGeluV2GetWorkspaceSize(const aclTensor *x, int64_t approximate, aclTensor *y, uint64_t *workspaceSize,
                                        aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnGeluV2", workspaceSize, executor);
    const RowTensors tensors = planRows(plan, x, "x", y, "y");
    plan.require(approximate == kErf || approximate == kTanh, ACLNN_ERR_INNER_TILING_ERROR,
                 "approximate: %lld, expected 0 for none or 1 for tanh", static_cast<long long>(approximate));
    return finishRows(plan, tensors, approximate == kTanh ? geluTanh : geluErf);
}
ASCEND4J_OP_LAUNCH(aclnnGeluV2)
