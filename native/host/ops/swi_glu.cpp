// aclnnSwiGlu.
#include <algorithm>

#include "aclnnop/aclnn_swi_glu.h"
#include "core/thread_pool.h"
#include "kernels/vector_kernels.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

// x is [outer, 2, width]: gate then up; out is [outer, width].
void swiGlu(const TensorView &x, const TensorView &out, int64_t outer, int64_t width) {
    constexpr int64_t kPiece = 2048;
    const int64_t bytes = elementBytes(x.dtype), pieces = (width + kPiece - 1) / kPiece;
    parallelFor(outer * pieces, grainFor(std::min(kPiece, width)), [&](int64_t begin, int64_t end) {
        for (int64_t item = begin; item < end; item++) {
            const int64_t row = item / pieces, start = item % pieces * kPiece, n = std::min(kPiece, width - start);
            const unsigned char *gate = x.bytes() + (2 * row * width + start) * bytes;
            unsigned char *target = out.bytes() + (row * width + start) * bytes;
            const unsigned char *up = gate + width * bytes;
            if (x.dtype == ACL_FLOAT) {
                vectorKernels().swiGlu(reinterpret_cast<const float *>(gate), reinterpret_cast<const float *>(up),
                                       reinterpret_cast<float *>(target), n);
            } else {
                vectorKernels().swiGluNarrow(reinterpret_cast<const uint16_t *>(gate),
                                             reinterpret_cast<const uint16_t *>(up), x.dtype == ACL_BF16,
                                             reinterpret_cast<uint16_t *>(target), n);
            }
        }
    });
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnSwiGluGetWorkspaceSize(const aclTensor *x, int64_t dim, const aclTensor *out, uint64_t *workspaceSize,
                                        aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnSwiGlu", workspaceSize, executor);
    const int input = plan.input(x, "x");
    const int y = plan.output(out, "out");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, y, "out", input, "x");
    requirePlain(plan, input, "x");
    plan.requireRank(input, 1, kMaxDims);
    plan.requireContiguous(input);
    plan.requireContiguous(y);
    int at = 0;
    if (!plan.ok() || !resolveDim(plan, dim, plan[input].rank, "dim", &at)) return plan.status();
    const TensorView &view = plan[input];
    plan.require(view.dims[at] % 2 == 0, ACLNN_ERR_INNER_TILING_ERROR,
                 "x: dimension %d has %lld elements, expected an even number", at,
                 static_cast<long long>(view.dims[at]));
    TensorView expected = view;
    expected.dims[at] /= 2;
    ASCEND4J_REQUIRE(plan, sameShape(plan[y], expected), ACLNN_ERR_INNER_TILING_ERROR, "out: shape %s, expected %s",
                 shapeText(plan[y]).c_str(), shapeText(expected).c_str());
    const int64_t outer = countDims(view, 0, at), width = countDims(expected, at, expected.rank);
    return plan.finish(0, [=](const OpRun &run) {
        if (width > 0) swiGlu(run[input], run[y], outer, width);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnSwiGlu)
