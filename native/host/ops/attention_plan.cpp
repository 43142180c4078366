#include "ops/attention_plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "ops/common.h"

namespace ascend4j {
namespace {

constexpr aclnnStatus kShape = ACLNN_ERR_INNER_TILING_ERROR;
constexpr int64_t kScalePagedTokens = 4;
constexpr int64_t kMostHeads = 256, kMostGroup = 64, kMostDepth = 512, kMostBatch = 65536, kMostRagged = 4096;

long long wide(int64_t value) { return static_cast<long long>(value); }

// Distances within a dense tensor of `tokens` per sequence.
AttentionStrides denseStrides(const AttentionDims &dims, int64_t heads, int64_t depth, int64_t tokens) {
    return dims.headsFirst ? AttentionStrides{depth, tokens * depth, 0} : AttentionStrides{heads * depth, depth, 0};
}

void checkHeads(OpPlan &plan, AttentionProblem *problem, const AttentionArguments &arguments) {
    problem->heads = arguments.heads;
    problem->kvHeads = arguments.kvHeads == 0 ? arguments.heads : arguments.kvHeads;
    plan.require(arguments.heads > 0 && arguments.heads <= kMostHeads, kShape, "numHeads: %lld, expected 1 to %lld",
                 wide(arguments.heads), wide(kMostHeads));
    plan.require(problem->kvHeads > 0 && plan.ok() && arguments.heads % problem->kvHeads == 0 &&
                     arguments.heads / problem->kvHeads <= kMostGroup,
                 kShape, "numKeyValueHeads: %lld, expected a divisor of numHeads %lld with a quotient up to %lld",
                 wide(arguments.kvHeads), wide(arguments.heads), wide(kMostGroup));
}

void checkDepth(OpPlan &plan, int64_t depth, const char *name) {
    plan.require(depth > 0 && depth <= kMostDepth && depth % 16 == 0, kShape,
                 "%s: head dimension %lld, expected a multiple of 16 up to %lld", name, wide(depth), wide(kMostDepth));
}

// The head dimension of a dense tensor in the query's layout; -1 and a violated rule if the shape does not fit.
int64_t denseDepth(OpPlan &plan, int index, const char *name, const AttentionDims &dims, int64_t heads) {
    const TensorView &view = plan[index];
    const int rank = dims.merged || dims.ragged ? 3 : 4;
    if (!plan.requireRank(index, rank, rank)) return -1;
    if (dims.merged) {
        plan.require(view.dims[2] % heads == 0 && view.dims[2] <= 65535, kShape,
                     "%s: last dimension %lld, expected a multiple of its %lld heads up to 65535", name,
                     wide(view.dims[2]), wide(heads));
        return view.dims[2] / heads;
    }
    const int64_t found = view.dims[dims.headsFirst || dims.ragged ? 1 : 2];
    ASCEND4J_REQUIRE(plan, found == heads, kShape, "%s: %lld heads in shape %s, expected %lld", name, wide(found),
                 shapeText(view).c_str(), wide(heads));
    return view.dim(-1);
}

void checkDtypes(OpPlan &plan, const AttentionTensors &tensors) {
    plan.requireDtype(tensors.query, {ACL_FLOAT16, ACL_BF16});
    const std::pair<int, const char *> same[] = {
        {tensors.key, "key"}, {tensors.value, "value"}, {tensors.out, "attentionOut"}};
    for (const auto &[index, name] : same) {
        const bool bytes = index != tensors.out && plan[tensors.key].dtype == ACL_INT8;
        if (bytes) {
            plan.requireDtype(index, {ACL_INT8});
        } else {
            requireSameDtype(plan, index, name, tensors.query, "query");
        }
        requirePlain(plan, index, name);
    }
    requirePlain(plan, tensors.query, "query");
    for (const int index : {tensors.query, tensors.key, tensors.value, tensors.out}) plan.requireContiguous(index);
}

// Pages of (blocks, blockSize, heads * depth) or (blocks, heads, blockSize, depth); gives the head dimension.
int64_t readPages(OpPlan &plan, int index, const char *name, const AttentionArguments &arguments, int64_t kvHeads,
                  AttentionStrides *strides) {
    const TensorView &view = plan[index];
    if (!plan.requireRank(index, 3, 4)) return -1;
    const bool headsFirst = view.rank == 4;
    const int64_t blockSize = headsFirst ? view.dims[2] : view.dims[1];
    const bool fits = headsFirst ? view.dims[1] == kvHeads : view.dims[2] % kvHeads == 0 && view.dims[2] <= 65535;
    ASCEND4J_REQUIRE(plan, fits && blockSize == arguments.blockSize, kShape,
                 "%s: shape %s, expected (blocks, %lld, heads * depth up to 65535) or (blocks, %lld, %lld, depth)",
                 name, shapeText(view).c_str(), wide(arguments.blockSize), wide(kvHeads), wide(arguments.blockSize));
    const int64_t depth = headsFirst ? view.dims[3] : view.dims[2] / kvHeads;
    *strides = headsFirst ? AttentionStrides{depth, blockSize * depth, kvHeads * blockSize * depth}
                          : AttentionStrides{kvHeads * depth, depth, kvHeads * blockSize * depth};
    return depth;
}

void readPaged(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors, AttentionDims *dims,
               AttentionProblem *problem) {
    const TensorView &table = plan[tensors.blockTable];
    plan.requireDtype(tensors.blockTable, {ACL_INT32});
    plan.requireContiguous(tensors.blockTable);
    // CANN wants multiples of 128 where there are several query tokens; this device takes any multiple of 16.
    plan.require(arguments.blockSize > 0 && arguments.blockSize % 16 == 0 && arguments.blockSize <= 512, kShape,
                 "blockSize: %lld, expected a multiple of 16 up to 512", wide(arguments.blockSize));
    if (!plan.requireRank(tensors.blockTable, 2, 2) || !plan.ok()) return;
    problem->depth =
        readPages(plan, tensors.key, "key", arguments, problem->kvHeads, &problem->keyStrides) == problem->depth
            ? problem->depth
            : -1;
    problem->valueDepth = readPages(plan, tensors.value, "value", arguments, problem->kvHeads, &problem->valueStrides);
    ASCEND4J_REQUIRE(plan, plan[tensors.key].rank == plan[tensors.value].rank && plan[tensors.key].dims[0] == plan[tensors.value].dims[0],
        kShape, "value: shape %s, expected the layout and blocks of key, %s", shapeText(plan[tensors.value]).c_str(),
        shapeText(plan[tensors.key]).c_str());
    problem->blockSize = arguments.blockSize;
    dims->blocks = plan[tensors.key].dims[0];
    dims->tableWidth = table.dims[1];
    if (dims->ragged) dims->batch = table.dims[0];
    plan.require(table.dims[0] == dims->batch, kShape, "blockTable: %lld rows, expected one per sequence, %lld",
                 wide(table.dims[0]), wide(dims->batch));
    dims->keyTokens = dims->tableWidth * arguments.blockSize;
}

void readDense(OpPlan &plan, const AttentionTensors &tensors, AttentionDims *dims, AttentionProblem *problem) {
    const int64_t heads = problem->kvHeads;
    const int64_t depth = denseDepth(plan, tensors.key, "key", *dims, heads);
    problem->valueDepth = denseDepth(plan, tensors.value, "value", *dims, heads);
    if (!plan.ok()) return;
    problem->depth = depth == problem->depth ? depth : -1;
    const TensorView &key = plan[tensors.key], &value = plan[tensors.value];
    const int axis = dims->ragged ? 0 : dims->headsFirst ? 2 : 1;
    dims->keyTokens = key.dims[axis];
    plan.require(dims->ragged || (key.dims[0] == dims->batch && value.dims[0] == dims->batch), kShape,
                 "key, value: batches %lld and %lld, expected %lld as in query", wide(key.dims[0]), wide(value.dims[0]),
                 wide(dims->batch));
    plan.require(value.dims[axis] == dims->keyTokens, kShape, "value: %lld tokens, expected %lld as in key",
                 wide(value.dims[axis]), wide(dims->keyTokens));
    problem->keyStrides = denseStrides(*dims, heads, depth, dims->keyTokens);
    problem->valueStrides = denseStrides(*dims, heads, problem->valueDepth, dims->keyTokens);
}

// One length per sequence from an array that may be absent, hold one value for all, or more than are used.
std::vector<int64_t> eachLength(OpPlan &plan, const std::vector<int64_t> &given, const char *name, int64_t batch,
                                int64_t most) {
    std::vector<int64_t> lengths(static_cast<size_t>(batch), most);
    const bool one = given.size() == 1;
    plan.require(given.empty() || one || given.size() >= lengths.size(), kShape,
                 "%s: %zu entries, expected 1 or one per sequence, %lld", name, given.size(), wide(batch));
    for (size_t i = 0; i < lengths.size() && plan.ok() && !given.empty(); i++) {
        lengths[i] = given[one ? 0 : i];
        plan.require(lengths[i] >= 0 && lengths[i] <= most, kShape, "%s: entry %zu is %lld, expected 0 to %lld", name,
                     one ? size_t{0} : i, wide(lengths[i]), wide(most));
    }
    return lengths;
}

// Lengths from running totals, the last of which must be `total`.
std::vector<int64_t> raggedLengths(OpPlan &plan, const std::vector<int64_t> &ends, const char *name, int64_t total) {
    std::vector<int64_t> lengths;
    int64_t before = 0;
    plan.require(!ends.empty() && ends.size() <= static_cast<size_t>(kMostRagged), kShape,
                 "%s: %zu entries, expected 1 to %lld running totals for layout TND", name, ends.size(),
                 wide(kMostRagged));
    for (size_t i = 0; i < ends.size() && plan.ok(); i++) {
        plan.require(ends[i] >= before && ends[i] <= total, kShape,
                     "%s: entry %zu is %lld, expected a running total from %lld to %lld", name, i, wide(ends[i]),
                     wide(before), wide(total));
        lengths.push_back(ends[i] - before);
        before = ends[i];
    }
    plan.require(!plan.ok() || before == total, kShape, "%s: last entry is %lld, expected the number of tokens, %lld",
                 name, wide(before), wide(total));
    return lengths;
}

}  // namespace

void readQuery(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors, AttentionDims *dims,
               AttentionProblem *problem) {
    const std::string layout = arguments.layout == nullptr ? "" : arguments.layout;
    plan.require(layout == "BSH" || layout == "BSND" || layout == "BNSD" || layout == "TND", kShape,
                 "inputLayout: \"%s\", expected BSH, BSND, BNSD or TND", layout.c_str());
    plan.require(std::isfinite(arguments.scale), kShape, "scaleValue: %g, expected a finite value", arguments.scale);
    plan.require(arguments.innerPrecise >= 0 && arguments.innerPrecise <= 3, kShape,
                 "innerPrecise: %lld, expected 0 to 3", wide(arguments.innerPrecise));
    checkDtypes(plan, tensors);
    checkHeads(plan, problem, arguments);
    if (!plan.ok()) return;
    dims->ragged = layout == "TND";
    dims->headsFirst = layout == "BNSD";
    dims->merged = layout == "BSH";
    const TensorView &query = plan[tensors.query];
    problem->dtype = query.dtype;
    problem->scale = static_cast<float>(arguments.scale);
    problem->rounded = arguments.innerPrecise % 2 == 1;  // high performance; the even ones are high precision
    problem->depth = denseDepth(plan, tensors.query, "query", *dims, arguments.heads);
    checkDepth(plan, problem->depth, "query");
    if (!plan.ok()) return;
    dims->batch = dims->ragged ? 0 : query.dims[0];
    dims->queryTokens = query.dims[dims->headsFirst ? 2 : dims->ragged ? 0 : 1];
    plan.require(dims->batch <= kMostBatch, kShape, "query: batch %lld, expected up to %lld", wide(dims->batch),
                 wide(kMostBatch));
    problem->queryStrides = denseStrides(*dims, arguments.heads, problem->depth, dims->queryTokens);
}

void readKeys(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors, AttentionDims *dims,
              AttentionProblem *problem) {
    const int64_t depth = problem->depth;
    dims->paged = arguments.blockTable != nullptr;
    if (dims->paged) {
        readPaged(plan, arguments, tensors, dims, problem);
    } else {
        readDense(plan, tensors, dims, problem);
    }
    if (!plan.ok()) return;
    ASCEND4J_REQUIRE(plan, problem->depth == depth, kShape, "key: head dimension in shape %s, expected that of query, %lld",
                 shapeText(plan[tensors.key]).c_str(), wide(depth));
    checkDepth(plan, problem->valueDepth, "value");
}

void readScales(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors,
                const AttentionDims &dims, AttentionProblem *problem) {
    const std::pair<int, const char *> scales[] = {{tensors.keyScale, "keyAntiquantScaleOptional"},
                                                   {tensors.valueScale, "valueAntiquantScaleOptional"}};
    problem->bytes = plan[tensors.key].dtype == ACL_INT8;
    for (const auto &[index, name] : scales) {
        plan.require(plan[index].present == problem->bytes, kShape,
                     "%s: %s, expected a tensor with a cache of INT8 and null without", name,
                     plan[index].present ? "given" : "null");
    }
    if (!plan.ok() || !problem->bytes) return;
    plan.require(dims.paged && dims.queryTokens == 1 && !dims.ragged, kShape,
                 "query: %lld tokens with an INT8 cache, expected 1 over pages", wide(dims.queryTokens));
    plan.require(arguments.keyScaleMode == kScalePagedTokens && arguments.valueScaleMode == kScalePagedTokens, kShape,
                 "keyAntiquantMode, valueAntiquantMode: %lld and %lld, expected %lld: a scale for each token, in pages",
                 wide(arguments.keyScaleMode), wide(arguments.valueScaleMode), wide(kScalePagedTokens));
    for (const auto &[index, name] : scales) {
        plan.requireDtype(index, {ACL_FLOAT});
        requirePlain(plan, index, name);
        plan.requireContiguous(index);
        plan.requireShape(index, {dims.blocks, arguments.blockSize});
    }
}

void readLengths(OpPlan &plan, const AttentionArguments &arguments, const AttentionDims &dims,
                 AttentionProblem *problem) {
    const char *queryName = "actualSeqLengthsOptional", *keyName = "actualSeqLengthsKvOptional";
    const std::vector<int64_t> givenQuery = intArrayValues(arguments.queryLengths);
    const std::vector<int64_t> givenKey = intArrayValues(arguments.keyLengths);
    plan.require(!dims.paged || !givenKey.empty(), kShape, "%s: null or empty, expected lengths for a paged cache",
                 keyName);
    const std::vector<int64_t> queries = dims.ragged
                                             ? raggedLengths(plan, givenQuery, queryName, dims.queryTokens)
                                             : eachLength(plan, givenQuery, queryName, dims.batch, dims.queryTokens);
    const auto batch = static_cast<int64_t>(queries.size());
    plan.require(!plan.ok() || !dims.paged || batch == dims.batch, kShape,
                 "%s: %lld sequences, expected one per row of blockTable, %lld", queryName, wide(batch),
                 wide(dims.batch));
    if (!plan.ok()) return;
    const bool packed = dims.ragged && !dims.paged;
    const std::vector<int64_t> keys = packed ? raggedLengths(plan, givenKey, keyName, dims.keyTokens)
                                             : eachLength(plan, givenKey, keyName, batch, dims.keyTokens);
    plan.require(!plan.ok() || keys.size() == queries.size(), kShape, "%s: %zu sequences, expected %zu as in %s",
                 keyName, keys.size(), queries.size(), queryName);
    if (!plan.ok()) return;
    const int64_t queryRow = problem->heads * problem->depth, outputRow = problem->heads * problem->valueDepth;
    int64_t queryStart = 0, keyStart = 0;
    for (size_t i = 0; i < queries.size(); i++) {
        AttentionSequence sequence;
        sequence.queryLength = queries[i];
        sequence.keyLength = keys[i];
        sequence.query = queryStart * queryRow;
        sequence.output = queryStart * outputRow;
        sequence.logSum = queryStart * problem->heads;
        sequence.key = keyStart * problem->kvHeads * problem->depth;
        sequence.value = keyStart * problem->kvHeads * problem->valueDepth;
        problem->sequences.push_back(sequence);
        queryStart += dims.ragged ? queries[i] : dims.queryTokens;
        keyStart += packed ? keys[i] : dims.keyTokens;
    }
}

void checkOutputs(OpPlan &plan, const AttentionArguments &arguments, const AttentionTensors &tensors,
                  const AttentionDims &dims, AttentionProblem *problem) {
    TensorView expected = plan[tensors.query];
    expected.dims[expected.rank - 1] = dims.merged ? problem->heads * problem->valueDepth : problem->valueDepth;
    ASCEND4J_REQUIRE(plan, sameShape(plan[tensors.out], expected), kShape, "attentionOut: shape %s, expected %s",
                 shapeText(plan[tensors.out]).c_str(), shapeText(expected).c_str());
    problem->outputStrides = denseStrides(dims, problem->heads, problem->valueDepth, dims.queryTokens);
    problem->logSumStrides =
        dims.ragged ? AttentionStrides{problem->heads, 1, 0} : AttentionStrides{1, dims.queryTokens, 0};
    if (!arguments.wantsLogSum) return;
    plan.require(plan[tensors.logSum].present, ACLNN_ERR_PARAM_NULLPTR,
                 "softmaxLse: null, expected a tensor with softmaxLseFlag");
    if (!plan.ok()) return;
    plan.requireDtype(tensors.logSum, {ACL_FLOAT});
    plan.requireContiguous(tensors.logSum);
    if (dims.ragged) {
        plan.requireShape(tensors.logSum, {dims.queryTokens, problem->heads, 1});
    } else {
        plan.requireShape(tensors.logSum, {dims.batch, problem->heads, dims.queryTokens, 1});
    }
}

}  // namespace ascend4j
