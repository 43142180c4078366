// One replay of a captured graph in a stream's order.
#pragma once

#include <memory>

#include "core/graph.h"

namespace ascend4j {

class ReplayTask : public Task {
public:
    explicit ReplayTask(std::shared_ptr<Graph> graph) : graph_(std::move(graph)) { graph_->pending.fetch_add(1); }
    ~ReplayTask() override { graph_->pending.fetch_sub(1); }

    aclError run(Stream &stream, std::string &text) override;
    bool composite() const override { return true; }
    const char *name() const override { return "aclmdlRIExecuteAsync"; }

private:
    aclError replay(Stream &stream, std::string &text);

    const std::shared_ptr<Graph> graph_;
};

}  // namespace ascend4j
