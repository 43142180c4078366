// What phase 1 hands to phase 2.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "core/objects.h"
#include "core/op.h"

namespace ascend4j {

// Shared by a repeatable executor and its launches.
struct OpDescription {
    const char *op = "";              // a literal of the operator
    std::vector<const char *> names;  // of the tensors; literals of the operator
    std::vector<bool> outputs;        // per tensor: written by the operator
    OpBody body;
    std::shared_ptr<const OpJoint> joint;  // may be null
    uint64_t workspaceBytes = 0;
};

}  // namespace ascend4j

struct aclOpExecutor {
    std::atomic<uint64_t> magic;
    std::shared_ptr<const ascend4j::OpDescription> description;
    std::vector<ascend4j::TensorView> tensors;
    bool repeatable = false;

    aclOpExecutor(std::shared_ptr<const ascend4j::OpDescription> what, std::vector<ascend4j::TensorView> views)
        : description(std::move(what)), tensors(std::move(views)) {}
};
