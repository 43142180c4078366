#include "ops/matmul_checks.h"

#include "kernels/matmul.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

constexpr int8_t kGreatestCubeMathType = 3;

bool requireTypes(OpPlan &plan, int x, int w, int y, int8_t cubeMathType) {
    const aclDataType dtype = plan[x].dtype;
    return plan.requireDtype(x, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16}) &&
           plan.require(plan[w].dtype == dtype, ACLNN_ERR_PARAM_INVALID, "mat2: data type %s, expected %s as self has",
                        dtypeName(plan[w].dtype), dtypeName(dtype)) &&
           plan.require(plan[y].dtype == dtype, ACLNN_ERR_PARAM_INVALID, "out: data type %s, expected %s as self has",
                        dtypeName(plan[y].dtype), dtypeName(dtype)) &&
           requirePlain(plan, x, "self") && requirePlain(plan, w, "mat2") && requirePlain(plan, y, "out") &&
           requireDistinctElements(plan, y, "out") &&
           plan.require(cubeMathType >= 0 && cubeMathType <= kGreatestCubeMathType, ACLNN_ERR_PARAM_INVALID,
                        "cubeMathType: %d, expected 0 to %d", cubeMathType, kGreatestCubeMathType);
}

}  // namespace

aclnnStatus finishMatmul(OpPlan &plan, const aclTensor *self, const aclTensor *mat2, aclTensor *out,
                         int8_t cubeMathType, int leastRank, int greatestRank) {
    const int x = plan.input(self, "self"), w = plan.input(mat2, "mat2"), y = plan.output(out, "out");
    if (!plan.ok()) return plan.status();
    const int leastOut = leastRank == 1 ? 0 : leastRank;
    if (!requireTypes(plan, x, w, y, cubeMathType) || !plan.requireRank(x, leastRank, greatestRank) ||
        !plan.requireRank(w, leastRank, greatestRank) || !plan.requireRank(y, leastOut, greatestRank)) {
        return plan.status();
    }
    MatmulShape shape;
    const bool fits = shapeMatmul(plan[x], plan[w], plan[y], &shape);
    if (!plan.require(fits, ACLNN_ERR_INNER_TILING_ERROR, "self %s times mat2 %s does not give out %s",
                      shapeText(plan[x]).c_str(), shapeText(plan[w]).c_str(), shapeText(plan[y]).c_str())) {
        return plan.status();
    }
    const MatmulPlan product = planMatmul(shape, plan[x].dtype, cubeMathType);
    return plan.finish(static_cast<uint64_t>(product.workspaceBytes()), [=](const OpRun &run) {
        runMatmul(product, run[x], run[w], run[y], run.workspace());
        return static_cast<aclError>(ACL_SUCCESS);
    });
}

}  // namespace ascend4j
