// The two-phase contract of aclnn operators, in one place: phase 1 validates and describes, phase 2 enqueues.
//
// An operator's file reads:
//
//   aclnnStatus aclnnXGetWorkspaceSize(const aclTensor *self, aclTensor *out, uint64_t *workspaceSize,
//                                      aclOpExecutor **executor) {
//       OpPlan plan("aclnnX", workspaceSize, executor);
//       const int x = plan.input(self, "self");
//       const int y = plan.output(out, "out");
//       if (!plan.ok()) return plan.status();
//       plan.require(plan[x].dtype == ACL_FLOAT, ACLNN_ERR_PARAM_INVALID, "self: data type %s, expected FLOAT", ...);
//       return plan.finish(workspaceBytes, [=](const OpRun &run) { kernel(run[x], run[y]); return ACL_SUCCESS; });
//   }
//   ASCEND4J_OP_LAUNCH(aclnnX)
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aclnn/acl_meta.h"
#include "core/tensor_view.h"

namespace ascend4j {

// Phase 2 as the stream's worker sees it. Tensor indices are those that OpPlan gave out.
class OpRun {
public:
    OpRun(const std::vector<TensorView> &tensors, void *workspace) : tensors_(tensors), workspace_(workspace) {}
    const TensorView &operator[](int index) const { return tensors_[static_cast<size_t>(index)]; }
    unsigned char *workspace() const { return static_cast<unsigned char *>(workspace_); }

    // Records the text that aclGetRecentErrMsg will show and gives the asynchronous error code
    // (usually ACL_ERROR_RT_AICORE_EXCEPTION, 507015) back for `return`.
    aclError fail(aclError code, const char *format, ...) const __attribute__((format(printf, 3, 4)));

private:
    const std::vector<TensorView> &tensors_;
    void *workspace_;
};

// Runs on the stream's worker thread; may use parallelFor. Returns ACL_SUCCESS or an ACL_ERROR_RT_* code.
using OpBody = std::function<aclError(const OpRun &)>;

class OpJoint;

// One of the calls that are computed together.
struct OpCall {
    const OpJoint *joint;
    OpRun run;
};

// Lets an operator compute several calls in one go, each with the bits it has alone.
class OpJoint {
public:
    virtual ~OpJoint() = default;

    // Whether `other`, a later call of the same operator, may be computed with this one; that neither writes what the
    // other uses is known. The object of `other` is of the same class.
    virtual bool takes(const OpRun &own, const OpCall &other) const = 0;

    // Computes all calls; this object is the first one's.
    virtual aclError run(const std::vector<OpCall> &calls) const = 0;
};

// Phase 1. Collects parameters in signature order (that order is also aclSetTensorAddr's index), remembers the first
// violated rule with its code and text, and makes the executor. Not thread-safe; lives on the caller's stack.
class OpPlan {
public:
    OpPlan(const char *op, uint64_t *workspaceSize, aclOpExecutor **executor);

    int input(const aclTensor *tensor, const char *name);      // null is 161001
    int optional(const aclTensor *tensor, const char *name);   // null gives a view with present == false
    int output(const aclTensor *tensor, const char *name);     // null is 161001; never const for the caller
    int list(const aclTensorList *tensors, const char *name);  // adds every member; gives the first one's index
    size_t listSize(const aclTensorList *tensors) const;

    const TensorView &operator[](int index) const { return tensors_[static_cast<size_t>(index)]; }

    bool ok() const { return status_ == 0; }
    aclnnStatus status() const { return status_; }

    // Keeps the first failure only. `code` is ACLNN_ERR_PARAM_INVALID for dtype, format and rank,
    // ACLNN_ERR_INNER_TILING_ERROR for shapes and attributes (cann.md 3.2).
    bool require(bool condition, aclnnStatus code, const char *format, ...) __attribute__((format(printf, 4, 5)));

    // Shorthands; each names the parameter in its message.
    bool requireDtype(int index, std::initializer_list<aclDataType> accepted);
    bool requireRank(int index, int minimum, int maximum);
    bool requireShape(int index, std::initializer_list<int64_t> dims);  // -1 accepts any size
    bool requireContiguous(int index);

    // Gives status() if a rule was violated, else creates the executor. Zero workspace is allowed; no `joint`: every
    // call is computed alone.
    aclnnStatus finish(uint64_t workspaceBytes, OpBody body, std::shared_ptr<const OpJoint> joint = nullptr);

private:
    enum class Role : char { Input, Output };

    int add(const aclTensor *tensor, const char *name, Role role, bool required);
    void checkSpan(const TensorView &view, const char *name);

    const char *op_;
    uint64_t *workspaceSize_;
    aclOpExecutor **executor_;
    aclnnStatus status_ = 0;
    std::vector<TensorView> tensors_;
    std::vector<const char *> names_;
    std::vector<bool> outputs_;
};

// Phase 2 of every operator: checks executor and workspace, enqueues, destroys a non-repeatable executor.
aclnnStatus launchOp(const char *op, void *workspace, uint64_t workspaceSize, aclOpExecutor *executor,
                     aclrtStream stream);

// Reads an aclScalar as double (1 for null, as alpha defaults).
double scalarValue(const aclScalar *scalar);

// Copies an aclIntArray; empty for null.
std::vector<int64_t> intArrayValues(const aclIntArray *array);

}  // namespace ascend4j

// OpPlan::require whose message is only put together when the rule is violated.
#define ASCEND4J_REQUIRE(plan, condition, ...) ((condition) || (plan).require(false, __VA_ARGS__))

#define ASCEND4J_OP_LAUNCH(name)                                                                            \
    aclnnStatus name(void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream) { \
        return ascend4j::launchOp(#name, workspace, workspaceSize, executor, stream);                       \
    }
