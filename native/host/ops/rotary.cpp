// aclnnRotaryPositionEmbedding and aclnnRopeWithSinCosCache.
#include <cstring>

#include "aclnnop/aclnn_rope_with_sin_cos_cache.h"
#include "aclnnop/aclnn_rotary_position_embedding.h"
#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "kernels/vector_kernels.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

// Rotates one head of `width` elements, of which the first `rotary` take part; to may equal from.
void rotateHead(aclDataType dtype, const unsigned char *from, unsigned char *to, const float *cosine, const float *sine,
                int64_t rotary, int64_t width, bool halves) {
    const float *x = rowAsFloat(dtype, from, rotary, 0);
    float *y = scratchRow(1, rotary);
    const VectorKernels &kernels = vectorKernels();
    (halves ? kernels.rotateHalves : kernels.rotatePairs)(x, cosine, sine, y, rotary);
    fromFloat(dtype, y, to, rotary);
    const int64_t bytes = elementBytes(dtype);
    if (width > rotary && from != to) {
        std::memmove(to + rotary * bytes, from + rotary * bytes, static_cast<size_t>((width - rotary) * bytes));
    }
}

// x, cos, sin and out contiguous and 4-D; cos and sin have x's size or 1 in the first three dimensions.
void rotateAll(const TensorView &x, const TensorView &cosine, const TensorView &sine, const TensorView &out,
               bool halves) {
    const int64_t width = x.dims[3], bytes = elementBytes(x.dtype);
    if (width == 0) return;
    parallelFor(countDims(x, 0, 3), grainFor(width), [&](int64_t begin, int64_t end) {
        for (int64_t item = begin; item < end; item++) {
            const int64_t at[3] = {item / (x.dims[1] * x.dims[2]), item / x.dims[2] % x.dims[1], item % x.dims[2]};
            int64_t angle = 0;
            for (int i = 0; i < 3; i++) angle += cosine.dims[i] == 1 ? 0 : at[i] * cosine.strides[i];
            const float *c = rowAsFloat(x.dtype, cosine.bytes() + angle * bytes, width, 2);
            const float *s = rowAsFloat(x.dtype, sine.bytes() + angle * bytes, width, 3);
            rotateHead(x.dtype, x.bytes() + item * width * bytes, out.bytes() + item * width * bytes, c, s, width,
                       width, halves);
        }
    });
}

// What the cached form rotates. sections has three entries if positions has a row per axis, else none.
struct CachedRotation {
    TensorView query, key, cache, queryOut, keyOut;
    int64_t tokens, headSize;
    bool halves;
    std::vector<int64_t> sections;
};

// Spreads cache rows [cos | sin] to one angle per element of the rotated part.
void loadAngles(const CachedRotation &r, const std::vector<int64_t> &positions, int64_t token, float *cosine,
                float *sine) {
    const int64_t rotary = r.cache.dims[1], half = rotary / 2, bytes = elementBytes(r.cache.dtype);
    int64_t begin = 0;
    const size_t axes = r.sections.empty() ? 1 : r.sections.size();
    for (size_t axis = 0; axis < axes; axis++) {
        const int64_t count = r.sections.empty() ? half : r.sections[axis];
        const int64_t position = positions[axis * static_cast<size_t>(r.tokens) + static_cast<size_t>(token)];
        const unsigned char *row = r.cache.bytes() + (position * r.cache.strides[0] + begin) * bytes;
        toFloat(r.cache.dtype, row, cosine + begin, count);
        toFloat(r.cache.dtype, row + half * bytes, sine + begin, count);
        begin += count;
    }
    if (r.halves) {
        std::memcpy(cosine + half, cosine, static_cast<size_t>(half) * sizeof(float));
        std::memcpy(sine + half, sine, static_cast<size_t>(half) * sizeof(float));
        return;
    }
    for (int64_t i = half - 1; i >= 0; i--) {
        cosine[2 * i + 1] = cosine[2 * i] = cosine[i];
        sine[2 * i + 1] = sine[2 * i] = sine[i];
    }
}

void rotateHeads(const TensorView &from, const TensorView &to, const CachedRotation &r, int64_t token,
                 const float *cosine, const float *sine) {
    const int64_t bytes = elementBytes(from.dtype), width = from.dims[1], rotary = r.cache.dims[1];
    const unsigned char *source = from.bytes() + token * from.strides[0] * bytes;
    unsigned char *target = to.bytes() + token * to.strides[0] * bytes;
    if (rotary == r.headSize) {  // a token's heads lie side by side: converted together
        const float *x = rowAsFloat(from.dtype, source, width, 0);
        float *y = scratchRow(1, width);
        const VectorKernels &kernels = vectorKernels();
        const auto rotate = r.halves ? kernels.rotateHalves : kernels.rotatePairs;
        for (int64_t at = 0; at < width; at += rotary) rotate(x + at, cosine, sine, y + at, rotary);
        fromFloat(from.dtype, y, target, width);
        return;
    }
    for (int64_t at = 0; at < width; at += r.headSize) {
        rotateHead(from.dtype, source + at * bytes, target + at * bytes, cosine, sine, rotary, r.headSize, r.halves);
    }
}

aclError rotateCached(const OpRun &run, const TensorView &positionView, const CachedRotation &r) {
    const std::vector<int64_t> positions = indexValues(positionView);
    for (size_t i = 0; i < positions.size(); i++) {
        if (positions[i] < 0 || positions[i] >= r.cache.dims[0]) {
            return run.fail(kKernelFault, "positions: element %zu is %lld, expected a value in [0, %lld)", i,
                            static_cast<long long>(positions[i]), static_cast<long long>(r.cache.dims[0]));
        }
    }
    parallelFor(r.tokens, grainFor(r.query.dims[1] + r.key.dims[1]), [&](int64_t begin, int64_t end) {
        float *cosine = scratchRow(2, r.cache.dims[1]), *sine = scratchRow(3, r.cache.dims[1]);
        for (int64_t token = begin; token < end; token++) {
            loadAngles(r, positions, token, cosine, sine);
            rotateHeads(r.query, r.queryOut, r, token, cosine, sine);
            rotateHeads(r.key, r.keyOut, r, token, cosine, sine);
        }
    });
    return ACL_SUCCESS;
}

// Angles broadcast over batch or heads, of which the kernel takes fewer than 1000.
void checkAngles(OpPlan &plan, int x, int angles, const char *name) {
    const TensorView &input = plan[x], &view = plan[angles];
    requireSameDtype(plan, angles, name, x, "x");
    if (!plan.requireRank(angles, 4, 4)) return;
    for (int i = 0; i < 4; i++) {
        const bool fits = view.dims[i] == input.dims[i] || (i < 3 && view.dims[i] == 1);
        ASCEND4J_REQUIRE(plan, fits, ACLNN_ERR_INNER_TILING_ERROR, "%s: shape %s, expected one that broadcasts to x, %s", name,
                     shapeText(view).c_str(), shapeText(input).c_str());
        plan.require(view.dims[i] == input.dims[i] || input.dims[i] < 1000, ACLNN_ERR_INNER_TILING_ERROR,
                     "x: dimension %d has %lld elements, expected fewer than 1000 where %s is broadcast", i,
                     static_cast<long long>(input.dims[i]), name);
    }
}

// A matrix of heads: rows may lie apart, elements of a row may not.
void checkHeads(OpPlan &plan, int index, const char *name, int64_t tokens, int64_t headSize) {
    const TensorView &view = plan[index];
    if (!plan.requireRank(index, 2, 2)) return;
    ASCEND4J_REQUIRE(plan, view.dims[0] == tokens && view.dims[1] % headSize == 0, ACLNN_ERR_INNER_TILING_ERROR,
                 "%s: shape %s, expected (%lld, a multiple of headSize %lld)", name, shapeText(view).c_str(),
                 static_cast<long long>(tokens), static_cast<long long>(headSize));
    plan.require(view.dims[1] <= 1 || view.strides[1] == 1, ACLNN_ERR_INNER_TILING_ERROR,
                 "%s: stride %lld in the last dimension, expected 1", name, static_cast<long long>(view.strides[1]));
}

std::vector<int64_t> checkSections(OpPlan &plan, int positions, const std::vector<int64_t> &given, int64_t half) {
    if (plan[positions].rank == 1) return {};
    ASCEND4J_REQUIRE(plan, plan[positions].dims[0] == 3, ACLNN_ERR_INNER_TILING_ERROR,
                 "positions: shape %s, expected (tokens) or (3, tokens)", shapeText(plan[positions]).c_str());
    int64_t sum = 0;
    bool valid = given.size() == 3;
    for (const int64_t part : given) {
        valid = valid && part >= 0 && part <= half;
        sum = valid ? sum + part : sum;
    }
    plan.require(valid && sum == half, ACLNN_ERR_INNER_TILING_ERROR,
                 "mropeSection: %zu parts, expected three that sum to half the rotary dimension, %lld", given.size(),
                 static_cast<long long>(half));
    return given;
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnRotaryPositionEmbeddingGetWorkspaceSize(const aclTensor *x, const aclTensor *cos, const aclTensor *sin,
                                                         int64_t mode, aclTensor *out, uint64_t *workspaceSize,
                                                         aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnRotaryPositionEmbedding", workspaceSize, executor);
    const int input = plan.input(x, "x");
    const int cosine = plan.input(cos, "cos");
    const int sine = plan.input(sin, "sin");
    const int y = plan.output(out, "out");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(input, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    if (!plan.requireRank(input, 4, 4)) return plan.status();
    requirePlain(plan, input, "x");
    requireSameDtype(plan, y, "out", input, "x");
    requireSameShape(plan, y, "out", input, "x");
    requireDistinctElements(plan, y, "out");
    checkAngles(plan, input, cosine, "cos");
    checkAngles(plan, input, sine, "sin");
    requireSameShape(plan, sine, "sin", cosine, "cos");
    const int64_t width = plan[input].dims[3];
    plan.require(width % 2 == 0 && width < 896, ACLNN_ERR_INNER_TILING_ERROR,
                 "x: last dimension has %lld elements, expected an even number below 896",
                 static_cast<long long>(width));
    plan.require(mode == 0 || mode == 1, ACLNN_ERR_INNER_TILING_ERROR,
                 "mode: %lld, expected 0 (half) or 1 (interleave)", static_cast<long long>(mode));
    if (!plan.ok()) return plan.status();
    Staging staging;
    for (const int index : {input, cosine, sine}) staging.input(plan, index);
    staging.output(plan, y);
    return plan.finish(staging.bytes(), [=](const OpRun &run) {
        // Reshaped copies keep dense strides, so that views of size-1 dimensions cannot mislead the index sums.
        const auto dense = [&](int index) {
            const TensorView view = staging.open(run, index);
            return contiguousLike(view, view.bytes());
        };
        rotateAll(dense(input), dense(cosine), dense(sine), dense(y), mode == 0);
        staging.close(run);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnRotaryPositionEmbedding)

aclnnStatus aclnnRopeWithSinCosCacheGetWorkspaceSize(const aclTensor *positions, const aclTensor *queryIn,
                                                     const aclTensor *keyIn, const aclTensor *cosSinCache,
                                                     const aclIntArray *mropeSection, int64_t headSize,
                                                     bool isNeoxStyle, aclTensor *queryOut, aclTensor *keyOut,
                                                     uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnRopeWithSinCosCache", workspaceSize, executor);
    const int position = plan.input(positions, "positions");
    const int query = plan.input(queryIn, "queryIn");
    const int key = plan.input(keyIn, "keyIn");
    const int cache = plan.input(cosSinCache, "cosSinCache");
    const int queryResult = plan.output(queryOut, "queryOut");
    const int keyResult = plan.output(keyOut, "keyOut");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(position, {ACL_INT64});
    plan.requireRank(position, 1, 2);
    plan.requireDtype(query, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    requireSameDtype(plan, key, "keyIn", query, "queryIn");
    requireSameDtype(plan, cache, "cosSinCache", query, "queryIn");
    requireSameDtype(plan, queryResult, "queryOut", query, "queryIn");
    requireSameDtype(plan, keyResult, "keyOut", query, "queryIn");
    plan.requireRank(cache, 2, 2);
    if (!plan.ok()) return plan.status();
    const int64_t multiple = plan[query].dtype == ACL_FLOAT ? 16 : 32, rotary = plan[cache].dims[1];
    plan.require(headSize > 0 && headSize % multiple == 0, ACLNN_ERR_INNER_TILING_ERROR,
                 "headSize: %lld, expected a positive multiple of %lld", static_cast<long long>(headSize),
                 static_cast<long long>(multiple));
    plan.require(rotary > 0 && rotary % multiple == 0 && rotary <= headSize, ACLNN_ERR_INNER_TILING_ERROR,
                 "cosSinCache: rotary dimension %lld, expected a positive multiple of %lld up to headSize %lld",
                 static_cast<long long>(rotary), static_cast<long long>(multiple), static_cast<long long>(headSize));
    plan.requireContiguous(cache);
    if (!plan.ok()) return plan.status();
    const int64_t tokens = plan[position].dim(-1);
    checkHeads(plan, query, "queryIn", tokens, headSize);
    checkHeads(plan, key, "keyIn", tokens, headSize);
    checkHeads(plan, queryResult, "queryOut", tokens, headSize);
    checkHeads(plan, keyResult, "keyOut", tokens, headSize);
    requireSameShape(plan, queryResult, "queryOut", query, "queryIn");
    requireSameShape(plan, keyResult, "keyOut", key, "keyIn");
    requireDistinctElements(plan, queryResult, "queryOut");
    requireDistinctElements(plan, keyResult, "keyOut");
    const std::vector<int64_t> sections = checkSections(plan, position, intArrayValues(mropeSection), rotary / 2);
    return plan.finish(0, [=](const OpRun &run) {
        return rotateCached(run, run[position],
                            {run[query], run[key], run[cache], run[queryResult], run[keyResult], tokens, headSize,
                             isNeoxStyle, sections});
    });
}
ASCEND4J_OP_LAUNCH(aclnnRopeWithSinCosCache)
