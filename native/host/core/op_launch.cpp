// Phase 2 of every operator.
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "core/context.h"
#include "core/error.h"
#include "core/executor.h"
#include "core/memory.h"
#include "core/op.h"
#include "core/settings.h"
#include "core/stream.h"
#include "core/task.h"

namespace ascend4j {
namespace {

constexpr int kScribble = 0xA5;

// OpRun::fail's text on its way to the stream; a kernel runs on the thread that called the body.
thread_local char bodyText[768];

class OpTask : public Task {
public:
    OpTask(std::shared_ptr<const OpDescription> description, std::vector<TensorView> tensors, void *workspace,
           uint64_t workspaceSize)
        : description_(std::move(description)),
          tensors_(std::move(tensors)),
          workspace_(workspace),
          workspaceSize_(workspaceSize) {}

    aclError run(Stream &, std::string &text) override {
        std::vector<std::shared_ptr<Block>> held;
        if (strict()) {
            if (const aclError error = holdMemory(held, text)) {
                return error;
            }
            if (workspace_ != nullptr) std::memset(workspace_, kScribble, workspaceSize_);
        }
        bodyText[0] = '\0';
        const aclError error = description_->body(OpRun(tensors_, workspace_));
        text = bodyText;
        return error;
    }

    bool joins(const Task &next) const override {
        const auto *other = dynamic_cast<const OpTask *>(&next);
        return other != nullptr && description_->joint != nullptr && other->description_->joint != nullptr &&
               std::strcmp(name(), next.name()) == 0 && !writesWhatUses(*other) && !other->writesWhatUses(*this) &&
               description_->joint->takes(call().run, other->call());
    }

    aclError runWith(const std::vector<const Task *> &tasks, std::string &text) override {
        std::vector<OpCall> calls;
        for (const Task *task : tasks) calls.push_back(static_cast<const OpTask *>(task)->call());
        bodyText[0] = '\0';
        const aclError error = description_->joint->run(calls);
        text = bodyText;
        return error;
    }

    bool capturable() const override { return true; }
    bool updatable() const override { return true; }

    void freeze(FrozenMemory &memory) const override {
        for (size_t i = 0; i < tensors_.size(); ++i) {
            memory.add(tensors_[i].bytes(), tensors_[i].present ? tensors_[i].spanBytes() : 0, description_->names[i]);
        }
        memory.add(workspace_, workspace_ == nullptr ? 0 : workspaceSize_, "workspace");
    }

    const char *name() const override { return description_->op; }

private:
    OpCall call() const { return {description_->joint.get(), OpRun(tensors_, workspace_)}; }

    bool writesWhatUses(const OpTask &other) const {
        for (size_t i = 0; i < tensors_.size(); ++i) {
            for (const TensorView &used : other.tensors_) {
                if (description_->outputs[i] && overlap(tensors_[i], used)) return true;
            }
        }
        return false;
    }

    static bool overlap(const TensorView &a, const TensorView &b) {
        if (!a.present || !b.present) return false;
        const auto first = reinterpret_cast<uintptr_t>(a.bytes()), second = reinterpret_cast<uintptr_t>(b.bytes());
        return first < second + b.spanBytes() && second < first + a.spanBytes();
    }

    // Strict mode: what was freed since the launch would be read or written as garbage.
    aclError holdMemory(std::vector<std::shared_ptr<Block>> &held, std::string &text) const {
        const auto hold = [&](const void *address, uint64_t bytes, const char *name) {
            auto block = bytes == 0 ? nullptr : deviceMemory().blocks().find(address, bytes);
            if (bytes != 0 && block == nullptr) {
                text = std::string(name) + ": its device memory was freed before the stream came to the operator";
                return false;
            }
            held.push_back(std::move(block));
            return true;
        };
        for (size_t i = 0; i < tensors_.size(); ++i) {
            const uint64_t bytes = tensors_[i].present ? tensors_[i].spanBytes() : 0;
            if (!hold(tensors_[i].bytes(), bytes, description_->names[i])) {
                return ACL_ERROR_RT_AICORE_EXCEPTION;
            }
        }
        return hold(workspace_, workspace_ == nullptr ? 0 : workspaceSize_, "workspace") ? ACL_SUCCESS
                                                                                           : ACL_ERROR_RT_AICORE_EXCEPTION;
    }

    const std::shared_ptr<const OpDescription> description_;
    const std::vector<TensorView> tensors_;
    void *const workspace_;
    const uint64_t workspaceSize_;
};

aclnnStatus checkLaunch(const char *op, const void *workspace, uint64_t workspaceSize, const aclOpExecutor &executor) {
    const OpDescription &description = *executor.description;
    if (std::strcmp(description.op, op) != 0) {
        return fail(ACLNN_ERR_PARAM_INVALID, op, "executor: it was made for %s", description.op);
    }
    if (workspaceSize > 0 && workspace == nullptr) {
        return fail(ACLNN_ERR_PARAM_NULLPTR, op, "workspace: found null with workspaceSize %llu",
                    static_cast<unsigned long long>(workspaceSize));
    }
    if (workspaceSize < description.workspaceBytes) {
        return fail(ACLNN_ERR_PARAM_INVALID, op, "workspaceSize: found %llu, phase 1 asked for %llu",
                    static_cast<unsigned long long>(workspaceSize),
                    static_cast<unsigned long long>(description.workspaceBytes));
    }
    for (size_t i = 0; i < executor.tensors.size(); ++i) {
        const TensorView &view = executor.tensors[i];
        if (view.present && view.data == nullptr && view.spanBytes() > 0) {
            return fail(ACLNN_ERR_PARAM_NULLPTR, op, "%s: its address was never set", description.names[i]);
        }
    }
    if (strict() && workspaceSize > 0 && deviceMemory().blocks().find(workspace, workspaceSize) == nullptr) {
        return fail(ACLNN_ERR_PARAM_INVALID, op, "workspace: %llu bytes from %p lie in no live device allocation",
                    static_cast<unsigned long long>(workspaceSize), workspace);
    }
    return ACLNN_SUCCESS;
}

aclnnStatus enqueue(const char *op, void *workspace, uint64_t workspaceSize, aclOpExecutor &executor,
                    aclrtStream stream) {
    std::shared_ptr<Stream> line;
    aclError error = findStream(op, stream, line);
    if (error == ACL_SUCCESS) {
        auto tensors = executor.repeatable ? executor.tensors : std::move(executor.tensors);
        error = line->enqueue(
                op, std::make_unique<OpTask>(executor.description, std::move(tensors), workspace, workspaceSize));
    }
    if (error == ACL_SUCCESS) {
        return ACLNN_SUCCESS;
    }
    const std::string cause = takeRecentMessage();
    return fail(ACLNN_ERR_RUNTIME_ERROR, op, "runtime error %d (%s)", error, cause.c_str());
}

}  // namespace

aclError OpRun::fail(aclError code, const char *format, ...) const {
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(bodyText, sizeof(bodyText), format, arguments);
    va_end(arguments);
    return code;
}

aclnnStatus launchOp(const char *op, void *workspace, uint64_t workspaceSize, aclOpExecutor *executor,
                     aclrtStream stream) {
    if (executor == nullptr) {
        return fail(ACLNN_ERR_PARAM_NULLPTR, op, "executor: found null; run phase 1 first");
    }
    if (!isLive(executor)) {
        return fail(ACLNN_ERR_INNER, op,
                    "executor: %p is no live executor; each serves one phase 2 unless made repeatable",
                    static_cast<void *>(executor));
    }
    aclnnStatus status = checkLaunch(op, workspace, workspaceSize, *executor);
    if (status == ACLNN_SUCCESS) {
        status = enqueue(op, workspace, workspaceSize, *executor, stream);
    }
    if (!executor->repeatable) {
        arena<aclOpExecutor>().destroy(executor);
    }
    return status;
}

}  // namespace ascend4j
