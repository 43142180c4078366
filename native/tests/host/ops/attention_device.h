// What the attention tests share: one call of either version, and a query row in double precision.
#pragma once

#include <algorithm>
#include <functional>

#include "aclnnop/aclnn_fused_infer_attention_score_v2.h"
#include "aclnnop/aclnn_fused_infer_attention_score_v3.h"
#include "ops/op_device.h"

namespace ascend4j {

// The call with everything a test may vary; tensors as both CANN functions take them.
struct AttentionCall {
    aclTensor *query = nullptr, *key = nullptr, *value = nullptr, *mask = nullptr, *table = nullptr, *out = nullptr;
    aclTensor *logSum = nullptr, *shift = nullptr, *scale1 = nullptr, *rope = nullptr;
    aclTensor *keyScale = nullptr, *valueScale = nullptr;
    std::vector<int64_t> queryLengths, keyLengths;
    int64_t heads = 1, kvHeads = 0, mode = 0, pre = 2147483647, next = 2147483647, sparse = 0, precise = 0, block = 0;
    double scale = 1;
    std::string layout = "BSND";
    bool wantsLogSum = false;
};

class AttentionTest : public OpTest {
protected:
    int run(const AttentionCall &c, bool third = true) {
        aclTensorList *key = aclCreateTensorList(&c.key, 1), *value = aclCreateTensorList(&c.value, 1);
        const auto array = [](const std::vector<int64_t> &v) {
            return v.empty() ? nullptr : aclCreateIntArray(v.data(), v.size());
        };
        aclIntArray *queries = array(c.queryLengths), *keys = array(c.keyLengths);
        std::string layout = c.layout;
        const aclTensor *none = nullptr;
        const aclIntArray *noArray = nullptr;
        int64_t zero = 0;
        int status = 0;
        if (third) {
            status = RUN_OP(FusedInferAttentionScoreV3, c.query, key, value, c.shift, c.mask, queries, keys, c.scale1,
                            none, none, none, none, none, none, c.table, none, none, c.keyScale, none, c.valueScale,
                            none, none, none,
                            noArray, c.rope, none, none, c.heads, c.scale, c.pre, c.next, layout.data(), c.kvHeads,
                            c.sparse, c.precise, c.block, zero, c.wantsLogSum, c.mode, c.mode, c.out, c.logSum);
        } else {
            status = RUN_OP(FusedInferAttentionScoreV2, c.query, key, value, c.shift, c.mask, queries, keys, c.scale1,
                            none, none, none, none, none, none, c.table, none, none, c.keyScale, none, c.valueScale,
                            none, none, none,
                            noArray, c.heads, c.scale, c.pre, c.next, layout.data(), c.kvHeads, c.sparse, c.precise,
                            c.block, zero, c.wantsLogSum, c.mode, c.mode, c.out, c.logSum);
        }
        aclDestroyIntArray(queries);
        aclDestroyIntArray(keys);
        // Destroying a list destroys its tensors; the fixture's own handles are separate.
        aclDestroyTensorList(key);
        aclDestroyTensorList(value);
        return status;
    }

    DeviceTensor &fixedMask() {
        if (fixedMask_ == nullptr) fixedMask_ = std::make_unique<DeviceTensor>(ACL_BOOL, Dims{2048, 2048});
        return *fixedMask_;
    }
    void TearDown() override {
        fixedMask_.reset();
        OpTest::TearDown();
    }

private:
    std::unique_ptr<DeviceTensor> fixedMask_;
};

// One query row against the keys for which `sees` holds.
template <typename Sees>
void referenceRow(const double *query, const std::vector<const double *> &keys,
                  const std::vector<const double *> &values, size_t depth, double scale, const Sees &sees, double *out,
                  double *logSum) {
    std::vector<double> scores(keys.size());
    double best = -INFINITY, total = 0;
    for (size_t j = 0; j < keys.size(); j++) {
        double dot = 0;
        for (size_t d = 0; d < depth; d++) dot += query[d] * keys[j][d];
        scores[j] = sees(static_cast<int64_t>(j)) ? dot * scale : -INFINITY;
        best = std::max(best, scores[j]);
    }
    for (size_t d = 0; d < depth; d++) out[d] = 0;
    for (size_t j = 0; j < keys.size(); j++) {
        if (scores[j] == -INFINITY) continue;
        const double weight = std::exp(scores[j] - best);
        total += weight;
        for (size_t d = 0; d < depth; d++) out[d] += weight * values[j][d];
    }
    for (size_t d = 0; d < depth && total > 0; d++) out[d] /= total;
    *logSum = total > 0 ? best + std::log(total) : INFINITY;
}

}  // namespace ascend4j
