// aclnnScatterPaKvCache, mode "Norm": writes the keys and values of new tokens to their slots in the paged cache.
#include <algorithm>
#include <cstring>
#include <functional>

#include "aclnnop/aclnn_scatter_pa_kv_cache.h"
#include "core/thread_pool.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

constexpr int64_t kSkip = -1;  // a token that is not to be written

// Two tokens for one slot would make the cache depend on the order of writing.
aclError checkSlots(const OpRun &run, const std::vector<int64_t> &slots, int64_t limit) {
    for (size_t i = 0; i < slots.size(); i++) {
        if (slots[i] != kSkip && (slots[i] < 0 || slots[i] >= limit)) {
            return run.fail(kKernelFault, "slotMapping: element %zu is %lld, expected -1 or a value in [0, %lld)", i,
                            static_cast<long long>(slots[i]), static_cast<long long>(limit));
        }
    }
    if (std::adjacent_find(slots.begin(), slots.end(), std::greater_equal<int64_t>()) == slots.end()) return ACL_SUCCESS;
    std::vector<int64_t> sorted;
    std::copy_if(slots.begin(), slots.end(), std::back_inserter(sorted), [](int64_t slot) { return slot != kSkip; });
    std::sort(sorted.begin(), sorted.end());
    const auto twin = std::adjacent_find(sorted.begin(), sorted.end());
    if (twin != sorted.end()) {
        return run.fail(kKernelFault, "slotMapping: slot %lld occurs more than once, expected distinct slots",
                        static_cast<long long>(*twin));
    }
    return ACL_SUCCESS;
}

void write(const TensorView &tokens, const TensorView &cache, const std::vector<int64_t> &slots) {
    const int64_t width = tokens.dims[1] * tokens.dims[2], bytes = width * elementBytes(tokens.dtype);
    if (width == 0) return;
    parallelFor(static_cast<int64_t>(slots.size()), grainFor(width), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            const int64_t slot = slots[static_cast<size_t>(i)];
            if (slot == kSkip) continue;
            std::memcpy(cache.bytes() + slot * bytes, tokens.bytes() + i * bytes, static_cast<size_t>(bytes));
        }
    });
}

bool isMode(const char *mode, const char *expected) {
    return mode == nullptr || *mode == 0 || std::strcmp(mode, expected) == 0;
}

void checkCache(OpPlan &plan, int tokens, const char *name, int cache, const char *cacheName) {
    plan.requireDtype(tokens, {ACL_FLOAT16, ACL_BF16, ACL_INT8});
    requireSameDtype(plan, cache, cacheName, tokens, name);
    requirePlain(plan, tokens, name);
    requirePlain(plan, cache, cacheName);
    plan.requireContiguous(tokens);
    plan.requireContiguous(cache);
    if (!plan.requireRank(tokens, 3, 3) || !plan.requireRank(cache, 4, 4)) return;
    const TensorView &view = plan[tokens], &pages = plan[cache];
    ASCEND4J_REQUIRE(plan, view.dims[1] == pages.dims[2] && view.dims[2] == pages.dims[3], ACLNN_ERR_INNER_TILING_ERROR,
                 "%s: shape %s, expected (blocks, block size, %lld, %lld) after %s", cacheName,
                 shapeText(pages).c_str(), static_cast<long long>(view.dims[1]), static_cast<long long>(view.dims[2]),
                 name);
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnScatterPaKvCacheGetWorkspaceSize(const aclTensor *key, aclTensor *keyCacheRef,
                                                  const aclTensor *slotMapping, const aclTensor *value,
                                                  aclTensor *valueCacheRef, const aclTensor *compressLensOptional,
                                                  const aclTensor *compressSeqOffsetOptional,
                                                  const aclTensor *seqLensOptional, char *cacheModeOptional,
                                                  char *scatterModeOptional, const aclIntArray *stridesOptional,
                                                  const aclIntArray *offsetsOptional, uint64_t *workspaceSize,
                                                  aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnScatterPaKvCache", workspaceSize, executor);
    const int keys = plan.input(key, "key");
    const int keyCache = plan.output(keyCacheRef, "keyCacheRef");
    const int slots = plan.input(slotMapping, "slotMapping");
    const int values = plan.input(value, "value");
    const int valueCache = plan.output(valueCacheRef, "valueCacheRef");
    plan.optional(compressLensOptional, "compressLensOptional");
    plan.optional(compressSeqOffsetOptional, "compressSeqOffsetOptional");
    plan.optional(seqLensOptional, "seqLensOptional");
    if (!plan.ok()) return plan.status();
    plan.require(isMode(cacheModeOptional, "Norm"), ACLNN_ERR_INNER_TILING_ERROR,
                 "cacheModeOptional: \"%s\", expected null or \"Norm\"", cacheModeOptional);
    plan.require(isMode(scatterModeOptional, "None"), ACLNN_ERR_INNER_TILING_ERROR,
                 "scatterModeOptional: \"%s\", expected null or \"None\"", scatterModeOptional);
    plan.require(compressLensOptional == nullptr && compressSeqOffsetOptional == nullptr && seqLensOptional == nullptr,
                 ACLNN_ERR_INNER_TILING_ERROR,
                 "compressLensOptional, compressSeqOffsetOptional, seqLensOptional: expected null in mode None");
    plan.require(intArrayValues(stridesOptional).empty() && intArrayValues(offsetsOptional).empty(),
                 ACLNN_ERR_INNER_TILING_ERROR, "stridesOptional, offsetsOptional: expected null in mode None");
    checkCache(plan, keys, "key", keyCache, "keyCacheRef");
    checkCache(plan, values, "value", valueCache, "valueCacheRef");
    requireSameDtype(plan, values, "value", keys, "key");
    plan.requireDtype(slots, {ACL_INT32, ACL_INT64});
    if (!plan.requireRank(slots, 1, 1) || !plan.ok()) return plan.status();
    const int64_t tokens = plan[keys].dims[0];
    plan.require(plan[values].dims[0] == tokens && plan[slots].dims[0] == tokens, ACLNN_ERR_INNER_TILING_ERROR,
                 "slotMapping, value: %lld and %lld tokens, expected %lld as in key",
                 static_cast<long long>(plan[slots].dims[0]), static_cast<long long>(plan[values].dims[0]),
                 static_cast<long long>(tokens));
    ASCEND4J_REQUIRE(plan, plan[keyCache].dims[0] == plan[valueCache].dims[0] && plan[keyCache].dims[1] == plan[valueCache].dims[1],
        ACLNN_ERR_INNER_TILING_ERROR, "valueCacheRef: shape %s, expected the blocks and block size of keyCacheRef, %s",
        shapeText(plan[valueCache]).c_str(), shapeText(plan[keyCache]).c_str());
    return plan.finish(0, [=](const OpRun &run) {
        const std::vector<int64_t> targets = indexValues(run[slots]);
        const aclError status = checkSlots(run, targets, run[keyCache].dims[0] * run[keyCache].dims[1]);
        if (status != ACL_SUCCESS) return status;
        write(run[keys], run[keyCache], targets);
        write(run[values], run[valueCache], targets);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnScatterPaKvCache)
