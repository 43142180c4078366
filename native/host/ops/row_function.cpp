#include "ops/row_function.h"

#include "ops/common.h"
#include "ops/element_copy.h"
#include "ops/strided_walk.h"

namespace ascend4j {
namespace {

void applyRows(const TensorView &x, const TensorView &y, RowFunction function) {
    StridedWalk walk(y);
    walk.add(x);
    walk.add(y);
    walk.collapse();
    const int64_t inBytes = elementBytes(x.dtype), outBytes = elementBytes(y.dtype);
    walk.run([&](const int64_t *offsets, int64_t n) {
        float *row = scratchRow(0, n);
        auto *bytes = reinterpret_cast<unsigned char *>(row);
        convertElements(x.dtype, x.bytes() + offsets[0] * inBytes, walk.stride(0), ACL_FLOAT, bytes, 1, n);
        function(row, n);
        convertElements(ACL_FLOAT, bytes, 1, y.dtype, y.bytes() + offsets[1] * outBytes, walk.stride(1), n);
    });
}

}  // namespace

RowTensors planRows(OpPlan &plan, const aclTensor *x, const char *xName, const aclTensor *y, const char *yName) {
    const RowTensors tensors{plan.input(x, xName), plan.output(y, yName)};
    if (!plan.ok()) return tensors;
    plan.requireDtype(tensors.input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, tensors.output, yName, tensors.input, xName);
    requirePlain(plan, tensors.input, xName);
    requirePlain(plan, tensors.output, yName);
    requireSameShape(plan, tensors.output, yName, tensors.input, xName);
    requireDistinctElements(plan, tensors.output, yName);
    return tensors;
}

aclnnStatus finishRows(OpPlan &plan, RowTensors tensors, RowFunction function) {
    return plan.finish(0, [=](const OpRun &run) {
        applyRows(run[tensors.input], run[tensors.output], function);
        return ACL_SUCCESS;
    });
}

}  // namespace ascend4j
