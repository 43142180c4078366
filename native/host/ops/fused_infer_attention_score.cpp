// aclnnFusedInferAttentionScoreV2 and V3: attention with grouped heads over dense or paged keys and values.
//
// Taken: FLOAT16 and BF16, layouts BSH, BSND, BNSD and TND, sparse modes 0 to 4, explicit masks, log-sum output.
// A row that sees no key gives zeros with every innerPrecise. Even values of it multiply exactly; odd ones, high
// performance, may round the factors of the products to BF16 where a machine multiplies those faster.
// Keys and values may be signed bytes with a scale for each token, in pages as they are (antiquantMode 4), for single
// query tokens: each becomes a number of the query's type, rounded once.
// Refused with 561002: other quantization, positional shift, shared prefix, padding sizes, split rotary parts and lists of
// more than one key tensor.
#include <cstring>
#include <limits>

#include "aclnnop/aclnn_fused_infer_attention_score_v2.h"
#include "aclnnop/aclnn_fused_infer_attention_score_v3.h"
#include "ops/attention_plan.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

void refuse(OpPlan &plan, const std::vector<UnsupportedTensor> &tensors) {
    for (const auto &[name, tensor] : tensors) {
        plan.optional(tensor, name);
        plan.require(tensor == nullptr, ACLNN_ERR_INNER_TILING_ERROR,
                     "%s: given, expected null: the host device lacks this feature", name);
    }
}

void requireSingle(OpPlan &plan, const aclTensorList *list, const char *name) {
    plan.require(list != nullptr, ACLNN_ERR_PARAM_NULLPTR, "%s: null, expected a list of one tensor", name);
    if (!plan.ok()) return;
    plan.require(plan.listSize(list) == 1, ACLNN_ERR_INNER_TILING_ERROR, "%s: %zu tensors, expected one", name,
                 plan.listSize(list));
}

// Registers all tensors in CANN's parameter order.
AttentionTensors registerTensors(OpPlan &plan, const AttentionArguments &a) {
    AttentionTensors tensors{};
    requireSingle(plan, a.key, "key");
    requireSingle(plan, a.value, "value");
    tensors.query = plan.input(a.query, "query");
    if (!plan.ok()) return tensors;
    tensors.key = plan.list(a.key, "key");
    tensors.value = plan.list(a.value, "value");
    refuse(plan, {{"pseShiftOptional", a.pseShift}});
    tensors.mask = plan.optional(a.mask, "attenMaskOptional");
    refuse(plan, a.unsupportedBeforeTable);
    tensors.blockTable = plan.optional(a.blockTable, "blockTableOptional");
    refuse(plan, a.unsupportedAfterTable);
    tensors.keyScale = plan.optional(a.keyScale, "keyAntiquantScaleOptional");
    tensors.valueScale = plan.optional(a.valueScale, "valueAntiquantScaleOptional");
    tensors.out = plan.output(a.out, "attentionOut");
    tensors.logSum = plan.optional(a.logSum, "softmaxLse");
    plan.require(intArrayValues(a.prefixLengths).empty(), ACLNN_ERR_INNER_TILING_ERROR,
                 "actualSharedPrefixLenOptional: given, expected null: the host device lacks shared prefixes");
    return tensors;
}

// Points the sequences at their rows of the block table, once every number that will be used is known to be a block.
aclError openBlocks(const OpRun &run, const TensorView &table, int64_t blocks, AttentionProblem *problem) {
    for (size_t s = 0; s < problem->sequences.size(); s++) {
        AttentionSequence &sequence = problem->sequences[s];
        sequence.blocks = table.as<const int32_t>() + static_cast<int64_t>(s) * table.dims[1];
        const int64_t used = (sequence.keyLength + problem->blockSize - 1) / problem->blockSize;
        for (int64_t i = 0; i < used; i++) {
            if (sequence.blocks[i] < 0 || sequence.blocks[i] >= blocks) {
                return run.fail(kKernelFault, "blockTable: row %zu, column %lld is %d, expected a block in [0, %lld)",
                                s, static_cast<long long>(i), sequence.blocks[i], static_cast<long long>(blocks));
            }
        }
    }
    return ACL_SUCCESS;
}

// Rows past a sequence's length are not computed; they read as rows that see no key.
void clearPadding(const AttentionProblem &problem, const AttentionDims &dims, const TensorView &out,
                  const TensorView &logSum) {
    bool padded = false;
    for (const AttentionSequence &sequence : problem.sequences) {
        padded = padded || (!dims.ragged && sequence.queryLength < dims.queryTokens);
    }
    if (!padded) return;
    std::memset(out.bytes(), 0, static_cast<size_t>(out.elements() * elementBytes(out.dtype)));
    if (problem.logSum != nullptr) {
        std::fill_n(problem.logSum, logSum.elements(), std::numeric_limits<float>::infinity());
    }
}

aclError runAttention(const OpRun &run, AttentionProblem problem, const AttentionTensors &tensors,
                      const AttentionDims &dims, bool masked, bool wantsLogSum, int64_t scratchFloats) {
    problem.query = run[tensors.query].bytes();
    problem.key = run[tensors.key].bytes();
    problem.value = run[tensors.value].bytes();
    if (problem.bytes) {
        problem.keyScales = run[tensors.keyScale].as<const float>();
        problem.valueScales = run[tensors.valueScale].as<const float>();
    }
    problem.mask = masked ? run[tensors.mask].bytes() : nullptr;
    problem.output = run[tensors.out].bytes();
    problem.logSum = wantsLogSum ? run[tensors.logSum].as<float>() : nullptr;
    if (dims.paged) {
        const aclError status = openBlocks(run, run[tensors.blockTable], dims.blocks, &problem);
        if (status != ACL_SUCCESS) return status;
    }
    clearPadding(problem, dims, run[tensors.out], run[tensors.logSum]);
    attend(problem, reinterpret_cast<float *>(run.workspace()), scratchFloats);
    return ACL_SUCCESS;
}

aclnnStatus planAttention(OpPlan &plan, const AttentionArguments &arguments) {
    const AttentionTensors tensors = registerTensors(plan, arguments);
    AttentionDims dims;
    AttentionProblem problem;
    if (plan.ok()) readQuery(plan, arguments, tensors, &dims, &problem);
    if (plan.ok()) readKeys(plan, arguments, tensors, &dims, &problem);
    if (plan.ok()) readScales(plan, arguments, tensors, dims, &problem);
    if (plan.ok()) readLengths(plan, arguments, dims, &problem);
    if (plan.ok()) readMask(plan, arguments, tensors, dims, &problem);
    if (plan.ok()) checkOutputs(plan, arguments, tensors, dims, &problem);
    if (!plan.ok()) return plan.status();
    // Sized by shapes alone: with other lengths the same workspace serves, as updating a captured graph needs.
    const int64_t rows = problem.heads * (dims.ragged ? dims.queryTokens : dims.batch * dims.queryTokens);
    const int64_t floats = attentionScratch(rows, dims.keyTokens, problem.valueDepth);
    constexpr uint64_t kLeast = 64 * 1024;  // the device's kernel always wants some
    const bool masked = plan[tensors.mask].present && arguments.sparseMode <= 1;
    const bool wantsLogSum = arguments.wantsLogSum;
    return plan.finish(std::max(kLeast, static_cast<uint64_t>(floats) * sizeof(float)), [=](const OpRun &run) {
        return runAttention(run, problem, tensors, dims, masked, wantsLogSum, floats);
    });
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnFusedInferAttentionScoreV2GetWorkspaceSize(
    const aclTensor *query, const aclTensorList *key, const aclTensorList *value, const aclTensor *pseShiftOptional,
    const aclTensor *attenMaskOptional, const aclIntArray *actualSeqLengthsOptional,
    const aclIntArray *actualSeqLengthsKvOptional, const aclTensor *deqScale1Optional,
    const aclTensor *quantScale1Optional, const aclTensor *deqScale2Optional, const aclTensor *quantScale2Optional,
    const aclTensor *quantOffset2Optional, const aclTensor *antiquantScaleOptional,
    const aclTensor *antiquantOffsetOptional, const aclTensor *blockTableOptional,
    const aclTensor *queryPaddingSizeOptional, const aclTensor *kvPaddingSizeOptional,
    const aclTensor *keyAntiquantScaleOptional, const aclTensor *keyAntiquantOffsetOptional,
    const aclTensor *valueAntiquantScaleOptional, const aclTensor *valueAntiquantOffsetOptional,
    const aclTensor *keySharedPrefixOptional, const aclTensor *valueSharedPrefixOptional,
    const aclIntArray *actualSharedPrefixLenOptional, int64_t numHeads, double scaleValue, int64_t preTokens,
    int64_t nextTokens, char *inputLayout, int64_t numKeyValueHeads, int64_t sparseMode, int64_t innerPrecise,
    int64_t blockSize, int64_t, bool softmaxLseFlag, int64_t keyAntiquantMode, int64_t valueAntiquantMode,
    const aclTensor *attentionOut,
    const aclTensor *softmaxLse, uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnFusedInferAttentionScoreV2", workspaceSize, executor);
    return planAttention(plan, {query,
                                key,
                                value,
                                pseShiftOptional,
                                attenMaskOptional,
                                {{"deqScale1Optional", deqScale1Optional},
                                 {"quantScale1Optional", quantScale1Optional},
                                 {"deqScale2Optional", deqScale2Optional},
                                 {"quantScale2Optional", quantScale2Optional},
                                 {"quantOffset2Optional", quantOffset2Optional},
                                 {"antiquantScaleOptional", antiquantScaleOptional},
                                 {"antiquantOffsetOptional", antiquantOffsetOptional}},
                                blockTableOptional,
                                {{"queryPaddingSizeOptional", queryPaddingSizeOptional},
                                 {"kvPaddingSizeOptional", kvPaddingSizeOptional},
                                 {"keyAntiquantOffsetOptional", keyAntiquantOffsetOptional},
                                 {"valueAntiquantOffsetOptional", valueAntiquantOffsetOptional},
                                 {"keySharedPrefixOptional", keySharedPrefixOptional},
                                 {"valueSharedPrefixOptional", valueSharedPrefixOptional}},
                                actualSeqLengthsOptional,
                                actualSeqLengthsKvOptional,
                                actualSharedPrefixLenOptional,
                                numHeads,
                                numKeyValueHeads,
                                scaleValue,
                                preTokens,
                                nextTokens,
                                inputLayout,
                                sparseMode,
                                innerPrecise,
                                blockSize,
                                softmaxLseFlag,
                                attentionOut,
                                softmaxLse,
                                keyAntiquantScaleOptional,
                                valueAntiquantScaleOptional,
                                keyAntiquantMode,
                                valueAntiquantMode});
}
ASCEND4J_OP_LAUNCH(aclnnFusedInferAttentionScoreV2)

// The workspace follows from shapes alone, so it covers the longest sequences already.
aclnnStatus aclnnFusedInferAttentionScoreV2GetMaxWorkspaceSize(
    const aclTensor *query, const aclTensorList *key, const aclTensorList *value, const aclTensor *pseShiftOptional,
    const aclTensor *attenMaskOptional, const aclIntArray *actualSeqLengthsOptional, const aclIntArray
    *actualSeqLengthsKvOptional, const aclTensor *deqScale1Optional, const aclTensor *quantScale1Optional, const
    aclTensor *deqScale2Optional, const aclTensor *quantScale2Optional, const aclTensor *quantOffset2Optional, const
    aclTensor *antiquantScaleOptional, const aclTensor *antiquantOffsetOptional, const aclTensor
    *blockTableOptional, const aclTensor *queryPaddingSizeOptional, const aclTensor *kvPaddingSizeOptional, const
    aclTensor *keyAntiquantScaleOptional, const aclTensor *keyAntiquantOffsetOptional, const aclTensor
    *valueAntiquantScaleOptional, const aclTensor *valueAntiquantOffsetOptional, const aclTensor
    *keySharedPrefixOptional, const aclTensor *valueSharedPrefixOptional, const aclIntArray
    *actualSharedPrefixLenOptional, int64_t numHeads, double scaleValue, int64_t preTokens, int64_t nextTokens, char
    *inputLayout, int64_t numKeyValueHeads, int64_t sparseMode, int64_t innerPrecise, int64_t blockSize, int64_t
    antiquantMode, bool softmaxLseFlag, int64_t keyAntiquantMode, int64_t valueAntiquantMode, const aclTensor
    *attentionOut, const aclTensor *softmaxLse, uint64_t *workspaceSize, aclOpExecutor **executor) {
    return aclnnFusedInferAttentionScoreV2GetWorkspaceSize(
        query, key, value, pseShiftOptional, attenMaskOptional, actualSeqLengthsOptional,
        actualSeqLengthsKvOptional, deqScale1Optional, quantScale1Optional, deqScale2Optional,
        quantScale2Optional, quantOffset2Optional, antiquantScaleOptional, antiquantOffsetOptional,
        blockTableOptional, queryPaddingSizeOptional, kvPaddingSizeOptional, keyAntiquantScaleOptional,
        keyAntiquantOffsetOptional, valueAntiquantScaleOptional, valueAntiquantOffsetOptional,
        keySharedPrefixOptional, valueSharedPrefixOptional, actualSharedPrefixLenOptional, numHeads, scaleValue,
        preTokens, nextTokens, inputLayout, numKeyValueHeads, sparseMode, innerPrecise, blockSize,
        antiquantMode, softmaxLseFlag, keyAntiquantMode, valueAntiquantMode, attentionOut, softmaxLse,
        workspaceSize, executor);
}

aclnnStatus aclnnFusedInferAttentionScoreV3GetWorkspaceSize(
    const aclTensor *query, const aclTensorList *key, const aclTensorList *value, const aclTensor *pseShiftOptional,
    const aclTensor *attenMaskOptional, const aclIntArray *actualSeqLengthsOptional,
    const aclIntArray *actualSeqLengthsKvOptional, const aclTensor *deqScale1Optional,
    const aclTensor *quantScale1Optional, const aclTensor *deqScale2Optional, const aclTensor *quantScale2Optional,
    const aclTensor *quantOffset2Optional, const aclTensor *antiquantScaleOptional,
    const aclTensor *antiquantOffsetOptional, const aclTensor *blockTableOptional,
    const aclTensor *queryPaddingSizeOptional, const aclTensor *kvPaddingSizeOptional,
    const aclTensor *keyAntiquantScaleOptional, const aclTensor *keyAntiquantOffsetOptional,
    const aclTensor *valueAntiquantScaleOptional, const aclTensor *valueAntiquantOffsetOptional,
    const aclTensor *keySharedPrefixOptional, const aclTensor *valueSharedPrefixOptional,
    const aclIntArray *actualSharedPrefixLenOptional, const aclTensor *queryRopeOptional,
    const aclTensor *keyRopeOptional, const aclTensor *keyRopeAntiquantScaleOptional, int64_t numHeads,
    double scaleValue, int64_t preTokens, int64_t nextTokens, char *inputLayout, int64_t numKeyValueHeads,
    int64_t sparseMode, int64_t innerPrecise, int64_t blockSize, int64_t, bool softmaxLseFlag, int64_t keyAntiquantMode,
    int64_t valueAntiquantMode,
    const aclTensor *attentionOut, const aclTensor *softmaxLse, uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnFusedInferAttentionScoreV3", workspaceSize, executor);
    return planAttention(plan, {query,
                                key,
                                value,
                                pseShiftOptional,
                                attenMaskOptional,
                                {{"deqScale1Optional", deqScale1Optional},
                                 {"quantScale1Optional", quantScale1Optional},
                                 {"deqScale2Optional", deqScale2Optional},
                                 {"quantScale2Optional", quantScale2Optional},
                                 {"quantOffset2Optional", quantOffset2Optional},
                                 {"antiquantScaleOptional", antiquantScaleOptional},
                                 {"antiquantOffsetOptional", antiquantOffsetOptional}},
                                blockTableOptional,
                                {{"queryPaddingSizeOptional", queryPaddingSizeOptional},
                                 {"kvPaddingSizeOptional", kvPaddingSizeOptional},
                                 {"keyAntiquantOffsetOptional", keyAntiquantOffsetOptional},
                                 {"valueAntiquantOffsetOptional", valueAntiquantOffsetOptional},
                                 {"keySharedPrefixOptional", keySharedPrefixOptional},
                                 {"valueSharedPrefixOptional", valueSharedPrefixOptional},
                                 {"queryRopeOptional", queryRopeOptional},
                                 {"keyRopeOptional", keyRopeOptional},
                                 {"keyRopeAntiquantScaleOptional", keyRopeAntiquantScaleOptional}},
                                actualSeqLengthsOptional,
                                actualSeqLengthsKvOptional,
                                actualSharedPrefixLenOptional,
                                numHeads,
                                numKeyValueHeads,
                                scaleValue,
                                preTokens,
                                nextTokens,
                                inputLayout,
                                sparseMode,
                                innerPrecise,
                                blockSize,
                                softmaxLseFlag,
                                attentionOut,
                                softmaxLse,
                                keyAntiquantScaleOptional,
                                valueAntiquantScaleOptional,
                                keyAntiquantMode,
                                valueAntiquantMode});
}
ASCEND4J_OP_LAUNCH(aclnnFusedInferAttentionScoreV3)

// The workspace follows from shapes alone, so it covers the longest sequences already.
aclnnStatus aclnnFusedInferAttentionScoreV3GetMaxWorkspaceSize(
    const aclTensor *query, const aclTensorList *key, const aclTensorList *value, const aclTensor *pseShiftOptional,
    const aclTensor *attenMaskOptional, const aclIntArray *actualSeqLengthsOptional, const aclIntArray
    *actualSeqLengthsKvOptional, const aclTensor *deqScale1Optional, const aclTensor *quantScale1Optional, const
    aclTensor *deqScale2Optional, const aclTensor *quantScale2Optional, const aclTensor *quantOffset2Optional, const
    aclTensor *antiquantScaleOptional, const aclTensor *antiquantOffsetOptional, const aclTensor
    *blockTableOptional, const aclTensor *queryPaddingSizeOptional, const aclTensor *kvPaddingSizeOptional, const
    aclTensor *keyAntiquantScaleOptional, const aclTensor *keyAntiquantOffsetOptional, const aclTensor
    *valueAntiquantScaleOptional, const aclTensor *valueAntiquantOffsetOptional, const aclTensor
    *keySharedPrefixOptional, const aclTensor *valueSharedPrefixOptional, const aclIntArray
    *actualSharedPrefixLenOptional, const aclTensor *queryRopeOptional, const aclTensor *keyRopeOptional, const
    aclTensor *keyRopeAntiquantScaleOptional, int64_t numHeads, double scaleValue, int64_t preTokens, int64_t
    nextTokens, char *inputLayout, int64_t numKeyValueHeads, int64_t sparseMode, int64_t innerPrecise, int64_t
    blockSize, int64_t antiquantMode, bool softmaxLseFlag, int64_t keyAntiquantMode, int64_t valueAntiquantMode,
    const aclTensor *attentionOut, const aclTensor *softmaxLse, uint64_t *workspaceSize, aclOpExecutor **executor) {
    return aclnnFusedInferAttentionScoreV3GetWorkspaceSize(
        query, key, value, pseShiftOptional, attenMaskOptional, actualSeqLengthsOptional,
        actualSeqLengthsKvOptional, deqScale1Optional, quantScale1Optional, deqScale2Optional,
        quantScale2Optional, quantOffset2Optional, antiquantScaleOptional, antiquantOffsetOptional,
        blockTableOptional, queryPaddingSizeOptional, kvPaddingSizeOptional, keyAntiquantScaleOptional,
        keyAntiquantOffsetOptional, valueAntiquantScaleOptional, valueAntiquantOffsetOptional,
        keySharedPrefixOptional, valueSharedPrefixOptional, actualSharedPrefixLenOptional, queryRopeOptional,
        keyRopeOptional, keyRopeAntiquantScaleOptional, numHeads, scaleValue, preTokens, nextTokens,
        inputLayout, numKeyValueHeads, sparseMode, innerPrecise, blockSize, antiquantMode, softmaxLseFlag,
        keyAntiquantMode, valueAntiquantMode, attentionOut, softmaxLse, workspaceSize, executor);
}
