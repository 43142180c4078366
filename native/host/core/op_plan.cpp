// Phase 1 of every operator.
#include <cstdarg>
#include <cstdio>

#include "core/context.h"
#include "core/error.h"
#include "core/executor.h"
#include "core/memory.h"
#include "core/op.h"
#include "core/settings.h"

namespace ascend4j {
namespace {

constexpr size_t kUsualTensors = 8;

std::string listed(const int64_t *begin, const int64_t *end) {
    std::string text;
    for (const int64_t *dim = begin; dim != end; ++dim) {
        text += (dim == begin ? "" : ", ") + (*dim < 0 ? std::string("any") : std::to_string(*dim));
    }
    return text;
}

}  // namespace

OpPlan::OpPlan(const char *op, uint64_t *workspaceSize, aclOpExecutor **executor)
    : op_(op), workspaceSize_(workspaceSize), executor_(executor) {
    if (workspaceSize == nullptr || executor == nullptr) {
        status_ = fail(ACLNN_ERR_PARAM_NULLPTR, op, "%s: found null", workspaceSize == nullptr ? "workspaceSize" : "executor");
        return;
    }
    *workspaceSize = 0;
    *executor = nullptr;
    if (const aclError error = requireContext(op)) {
        const std::string cause = takeRecentMessage();
        status_ = fail(ACLNN_ERR_RUNTIME_ERROR, op, "runtime error %d (%s)", error, cause.c_str());
    }
    tensors_.reserve(kUsualTensors);
    names_.reserve(kUsualTensors);
    outputs_.reserve(kUsualTensors);
}

int OpPlan::input(const aclTensor *tensor, const char *name) {
    return add(tensor, name, Role::Input, true);
}

int OpPlan::optional(const aclTensor *tensor, const char *name) {
    return add(tensor, name, Role::Input, false);
}

int OpPlan::output(const aclTensor *tensor, const char *name) {
    return add(tensor, name, Role::Output, true);
}

int OpPlan::list(const aclTensorList *tensors, const char *name) {
    const int first = static_cast<int>(tensors_.size());
    if (!isLive(tensors)) {
        require(tensors != nullptr, ACLNN_ERR_PARAM_NULLPTR, "%s: found null, expected a tensor list", name);
        require(false, ACLNN_ERR_PARAM_INVALID, "%s: %p is no live tensor list", name, static_cast<const void *>(tensors));
        return add(nullptr, name, Role::Input, false);
    }
    for (const aclTensor *member : tensors->values) {
        add(member, name, Role::Input, true);
    }
    return tensors->values.empty() ? add(nullptr, name, Role::Input, false) : first;
}

size_t OpPlan::listSize(const aclTensorList *tensors) const {
    return isLive(tensors) ? tensors->values.size() : 0;
}

int OpPlan::add(const aclTensor *tensor, const char *name, Role role, bool required) {
    if (tensors_.size() == tensors_.capacity()) {  // few operators have more than the usual, and those many more
        tensors_.reserve(3 * tensors_.size());
        names_.reserve(3 * tensors_.size());
    }
    TensorView &view = tensors_.emplace_back();
    if (tensor == nullptr) {
        require(!required, ACLNN_ERR_PARAM_NULLPTR, "%s: found null, expected a tensor", name);
    } else if (!isLive(tensor)) {
        require(false, ACLNN_ERR_PARAM_INVALID, "%s: %p is no live tensor; it was destroyed or never created", name,
                static_cast<const void *>(tensor));
    } else {
        view = tensor->view;
        if (strict()) {
            checkSpan(view, name);
        }
    }
    names_.push_back(name);
    outputs_.push_back(role == Role::Output);
    return static_cast<int>(tensors_.size()) - 1;
}

// Strict mode only: hardware would read or write whatever lies there.
void OpPlan::checkSpan(const TensorView &view, const char *name) {
    const uint64_t bytes = view.spanBytes();
    if (view.data == nullptr || bytes == 0) {
        return;
    }
    const auto block = deviceMemory().blocks().find(view.data);
    require(block != nullptr, ACLNN_ERR_PARAM_INVALID, "%s: address %p lies in no live device allocation", name, view.data);
    require(deviceMemory().blocks().find(view.bytes(), bytes) != nullptr, ACLNN_ERR_PARAM_INVALID,
            "%s: the view spans %llu bytes from %p, beyond the end of its device allocation", name,
            static_cast<unsigned long long>(bytes), static_cast<void *>(view.bytes()));
}

bool OpPlan::require(bool condition, aclnnStatus code, const char *format, ...) {
    if (condition || status_ != 0) {
        return condition;
    }
    char text[768];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    status_ = fail(code, op_, "%s", text);
    return false;
}

bool OpPlan::requireDtype(int index, std::initializer_list<aclDataType> accepted) {
    const size_t i = static_cast<size_t>(index);
    if (!tensors_[i].present) {
        return true;
    }
    for (aclDataType dtype : accepted) {
        if (dtype == tensors_[i].dtype) {
            return true;
        }
    }
    std::string names;
    for (aclDataType dtype : accepted) {
        names += (names.empty() ? "" : ", ") + std::string(dtypeName(dtype));
    }
    return require(false, ACLNN_ERR_PARAM_INVALID, "%s: data type %s, expected %s%s", names_[i],
                   dtypeName(tensors_[i].dtype), accepted.size() > 1 ? "one of " : "", names.c_str());
}

bool OpPlan::requireRank(int index, int minimum, int maximum) {
    const size_t i = static_cast<size_t>(index);
    const int rank = tensors_[i].rank;
    return !tensors_[i].present || require(rank >= minimum && rank <= maximum, ACLNN_ERR_PARAM_INVALID,
                                           "%s: rank %d, expected %d to %d", names_[i], rank, minimum, maximum);
}

bool OpPlan::requireShape(int index, std::initializer_list<int64_t> dims) {
    const size_t i = static_cast<size_t>(index);
    const TensorView &view = tensors_[i];
    if (!view.present) {
        return true;
    }
    bool same = view.rank == static_cast<int>(dims.size());
    const int64_t *found = view.dims;
    for (int64_t dim : dims) {
        same = same && (dim < 0 || *found == dim);
        found += same ? 1 : 0;
    }
    return same || require(false, ACLNN_ERR_INNER_TILING_ERROR, "%s: shape [%s], expected [%s]", names_[i],
                           listed(view.dims, view.dims + view.rank).c_str(), listed(dims.begin(), dims.end()).c_str());
}

bool OpPlan::requireContiguous(int index) {
    const size_t i = static_cast<size_t>(index);
    return !tensors_[i].present || require(tensors_[i].contiguous(), ACLNN_ERR_PARAM_INVALID,
                                           "%s: found a strided view, expected contiguous memory", names_[i]);
}

aclnnStatus OpPlan::finish(uint64_t workspaceBytes, OpBody body, std::shared_ptr<const OpJoint> joint) {
    if (status_ != 0) {
        return status_;
    }
    auto description = std::make_shared<OpDescription>();
    description->op = op_;
    description->names = std::move(names_);
    description->outputs = std::move(outputs_);
    description->body = std::move(body);
    description->joint = std::move(joint);
    description->workspaceBytes = workspaceBytes;
    aclOpExecutor *made = arena<aclOpExecutor>().create(std::move(description), std::move(tensors_));
    if (made == nullptr) {
        return status_ = fail(ACLNN_ERR_INNER_CREATE_EXECUTOR, op_, "too many live executors (%lld); run or destroy some",
                              static_cast<long long>(arena<aclOpExecutor>().live()));
    }
    *workspaceSize_ = workspaceBytes;
    *executor_ = made;
    return ACLNN_SUCCESS;
}

}  // namespace ascend4j
