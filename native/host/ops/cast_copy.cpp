// aclnnCast and aclnnInplaceCopy.
#include "aclnnop/aclnn_cast.h"
#include "aclnnop/aclnn_copy.h"
#include "ops/common.h"
#include "ops/element_copy.h"

namespace ascend4j {
namespace {

void requireConvertible(OpPlan &plan, int index, const char *name) {
    plan.require(convertible(plan[index].dtype), ACLNN_ERR_PARAM_INVALID,
                 "%s: data type %s, expected FLOAT, FLOAT16, BF16, DOUBLE, INT8, UINT8, INT16, INT32, INT64 or BOOL",
                 name, dtypeName(plan[index].dtype));
    requirePlain(plan, index, name);
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnCastGetWorkspaceSize(const aclTensor *self, const aclDataType dtype, aclTensor *out,
                                      uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnCast", workspaceSize, executor);
    const int from = plan.input(self, "self");
    const int to = plan.output(out, "out");
    if (!plan.ok()) return plan.status();
    requireConvertible(plan, from, "self");
    requireConvertible(plan, to, "out");
    plan.require(plan[to].dtype == dtype, ACLNN_ERR_PARAM_INVALID, "out: data type %s, expected dtype, %s",
                 dtypeName(plan[to].dtype), dtypeName(dtype));
    requireSameShape(plan, to, "out", from, "self");
    requireDistinctElements(plan, to, "out");
    return plan.finish(0, [=](const OpRun &run) {
        copyElements(run[from], run[to]);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnCast)

aclnnStatus aclnnInplaceCopyGetWorkspaceSize(aclTensor *selfRef, const aclTensor *src, uint64_t *workspaceSize,
                                             aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnInplaceCopy", workspaceSize, executor);
    const int to = plan.output(selfRef, "selfRef");
    const int from = plan.input(src, "src");
    if (!plan.ok()) return plan.status();
    requireConvertible(plan, from, "src");
    requireConvertible(plan, to, "selfRef");
    const TensorView &source = plan[from], &target = plan[to];
    bool broadcasts = source.rank <= target.rank;
    for (int i = 1; broadcasts && i <= source.rank; i++) {
        broadcasts = source.dim(-i) == 1 || source.dim(-i) == target.dim(-i);
    }
    plan.require(broadcasts, ACLNN_ERR_INNER_TILING_ERROR, "src: shape %s, expected one that broadcasts to selfRef, %s",
                 shapeText(source).c_str(), shapeText(target).c_str());
    requireDistinctElements(plan, to, "selfRef");
    return plan.finish(0, [=](const OpRun &run) {
        copyElements(run[from], run[to]);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnInplaceCopy)
