// Executors as the C interface sees them.
#include "aclnn/acl_meta.h"
#include "core/error.h"
#include "core/executor.h"

namespace {

using namespace ascend4j;

enum class Among { All, Inputs, Outputs };

aclnnStatus checkExecutor(const char *call, const aclOpExecutor *executor) {
    if (executor == nullptr) {
        return fail(ACLNN_ERR_INNER_NULLPTR, call, "executor: found null");
    }
    if (!isLive(executor)) {
        return fail(ACLNN_ERR_INNER, call, "executor: %p is no live executor; phase 2 destroys one that is not repeatable",
                    static_cast<const void *>(executor));
    }
    return ACLNN_SUCCESS;
}

// Position in the parameter order of the index-th tensor of that group; the group's size if there are fewer.
size_t position(const aclOpExecutor &executor, size_t index, Among among, size_t &count) {
    count = 0;
    size_t found = executor.tensors.size();
    for (size_t i = 0; i < executor.tensors.size(); ++i) {
        const bool output = executor.description->outputs[i];
        if (among == Among::All || output == (among == Among::Outputs)) {
            found = count == index ? i : found;
            ++count;
        }
    }
    return found;
}

aclnnStatus setAddress(const char *call, aclOpExecutor *executor, size_t index, const aclTensor *tensor, void *addr,
                       Among among) {
    if (const aclnnStatus status = checkExecutor(call, executor)) {
        return status;
    }
    if (tensor == nullptr) {
        return fail(ACLNN_ERR_INNER_NULLPTR, call, "tensor: found null");
    }
    if (!isLive(tensor)) {
        return fail(ACLNN_ERR_PARAM_INVALID, call, "tensor: %p is no live tensor", static_cast<const void *>(tensor));
    }
    size_t count = 0;
    const size_t place = position(*executor, index, among, count);
    if (index >= count) {
        return fail(ACLNN_ERR_PARAM_INVALID, call, "index: found %zu, %s has %zu such tensors", index,
                    executor->description->op, count);
    }
    if (!executor->tensors[place].present) {
        return fail(ACLNN_ERR_PARAM_INVALID, call, "index %zu: parameter %s was null in phase 1", index,
                    executor->description->names[place]);
    }
    executor->tensors[place].data = addr;
    return ACLNN_SUCCESS;
}

}  // namespace

aclnnStatus aclSetAclOpExecutorRepeatable(aclOpExecutor *executor) {
    const aclnnStatus status = checkExecutor("aclSetAclOpExecutorRepeatable", executor);
    if (status == ACLNN_SUCCESS) {
        executor->repeatable = true;
    }
    return status;
}

aclnnStatus aclDestroyAclOpExecutor(aclOpExecutor *executor) {
    const aclnnStatus status = checkExecutor("aclDestroyAclOpExecutor", executor);
    if (status == ACLNN_SUCCESS) {
        arena<aclOpExecutor>().destroy(executor);
    }
    return status;
}

aclnnStatus aclSetInputTensorAddr(aclOpExecutor *executor, const size_t index, aclTensor *tensor, void *addr) {
    return setAddress("aclSetInputTensorAddr", executor, index, tensor, addr, Among::Inputs);
}

aclnnStatus aclSetOutputTensorAddr(aclOpExecutor *executor, const size_t index, aclTensor *tensor, void *addr) {
    return setAddress("aclSetOutputTensorAddr", executor, index, tensor, addr, Among::Outputs);
}

aclnnStatus aclSetTensorAddr(aclOpExecutor *executor, const size_t index, aclTensor *tensor, void *addr) {
    return setAddress("aclSetTensorAddr", executor, index, tensor, addr, Among::All);
}
