// aclnnGeGluV3: out = gelu(one half of self) * the other half, outGelu = the gelu alone.
#include <algorithm>
#include <cmath>

#include "aclnnop/aclnn_geglu_v3.h"
#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "kernels/vector_kernels.h"
#include "ops/common.h"
#include "ops/element_copy.h"

namespace ascend4j {
namespace {

constexpr int64_t kPiece = 2048;

void geluErf(const float *x, float *y, int64_t n) {
    for (int64_t i = 0; i < n; i++) y[i] = 0.5f * x[i] * std::erfc(-0.70710678118654752440f * x[i]);
}

// self is [outer, 2, width]; out and outGelu are [outer, width].
struct GeGlu {
    int64_t outer, width;
    bool tanh, activateLeft;
};

void geGlu(const GeGlu &shape, const TensorView &self, const TensorView &out, const TensorView &outGelu) {
    const int64_t bytes = elementBytes(self.dtype), width = shape.width, pieces = (width + kPiece - 1) / kPiece;
    parallelFor(shape.outer * pieces, grainFor(std::min(kPiece, width)), [&](int64_t begin, int64_t end) {
        for (int64_t item = begin; item < end; item++) {
            const int64_t row = item / pieces, start = item % pieces * kPiece, n = std::min(kPiece, width - start);
            const unsigned char *left = self.bytes() + (2 * row * width + start) * bytes;
            const unsigned char *right = left + width * bytes;
            const int64_t target = (row * width + start) * bytes;
            const unsigned char *gated = shape.activateLeft ? left : right, *plain = shape.activateLeft ? right : left;
            if (shape.tanh && self.dtype != ACL_FLOAT) {
                vectorKernels().geGluNarrow(reinterpret_cast<const uint16_t *>(gated),
                                            reinterpret_cast<const uint16_t *>(plain), self.dtype == ACL_BF16,
                                            reinterpret_cast<uint16_t *>(outGelu.bytes() + target),
                                            reinterpret_cast<uint16_t *>(out.bytes() + target), n);
                continue;
            }
            const float *gate = rowAsFloat(self.dtype, gated, n, 0);
            float *activated = scratchRow(2, n);
            (shape.tanh ? vectorKernels().geluTanh : geluErf)(gate, activated, n);
            fromFloat(self.dtype, activated, outGelu.bytes() + target, n);
            const float *other = rowAsFloat(self.dtype, plain, n, 1);
            vectorKernels().multiply(activated, other, activated, n);
            fromFloat(self.dtype, activated, out.bytes() + target, n);
        }
    });
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnGeGluV3GetWorkspaceSize(const aclTensor *self, int64_t dim, int64_t approximate, bool activateLeft,
                                         aclTensor *out, aclTensor *outGelu, uint64_t *workspaceSize,
                                         aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnGeGluV3", workspaceSize, executor);
    const int x = plan.input(self, "self");
    const int y = plan.output(out, "out");
    const int g = plan.output(outGelu, "outGelu");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(x, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, y, "out", x, "self");
    requireSameDtype(plan, g, "outGelu", x, "self");
    requirePlain(plan, x, "self");
    plan.requireRank(x, 1, kMaxDims);
    for (const int index : {x, y, g}) plan.requireContiguous(index);
    plan.require(approximate == 0 || approximate == 1, ACLNN_ERR_PARAM_INVALID, "approximate: %lld, expected 0 or 1",
                 static_cast<long long>(approximate));
    int at = 0;
    if (!plan.ok() || !resolveDim(plan, dim, plan[x].rank, "dim", &at)) return plan.status();
    plan.require(plan[x].dims[at] % 2 == 0, ACLNN_ERR_INNER_TILING_ERROR,
                 "self: dimension %d has %lld elements, expected an even number", at,
                 static_cast<long long>(plan[x].dims[at]));
    TensorView expected = plan[x];
    expected.dims[at] /= 2;
    plan.require(sameShape(plan[y], expected), ACLNN_ERR_INNER_TILING_ERROR, "out: shape %s, expected %s",
                 shapeText(plan[y]).c_str(), shapeText(expected).c_str());
    plan.require(sameShape(plan[g], expected), ACLNN_ERR_INNER_TILING_ERROR, "outGelu: shape %s, expected %s",
                 shapeText(plan[g]).c_str(), shapeText(expected).c_str());
    const GeGlu shape{countDims(plan[x], 0, at), countDims(expected, at, expected.rank), approximate == 1,
                      activateLeft};
    return plan.finish(0, [=](const OpRun &run) {
        if (shape.width > 0) geGlu(shape, run[x], run[y], run[g]);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnGeGluV3)
