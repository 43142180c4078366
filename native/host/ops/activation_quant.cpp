// aclnnDynamicQuant: each row becomes signed bytes by a scale of its own, its largest magnitude / 127.
// aclnnAscendQuant: y = round(x * scale + offset), with one scale and offset for all, or one for each element of a row.
// Output in INT4 is not offered.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "aclnnop/aclnn_ascend_quant.h"
#include "aclnnop/aclnn_dynamic_quant.h"
#include "core/thread_pool.h"
#include "kernels/quant_panel.h"
#include "ops/common.h"

namespace ascend4j {
namespace {

// To the nearest whole number, ties to even, for magnitudes below 2^22.
inline float nearest(float value) {
    constexpr float kShift = 12582912.0f;  // 1.5 * 2^23: above it float32 has no fractions
    return (value + kShift) - kShift;
}

int64_t rowsOf(const TensorView &view) { return countDims(view, 0, view.rank - 1); }

// --- DynamicQuant ---

GroupScale rowScale(const float *x, int64_t n) {
    uint32_t largest = 0;
    for (int64_t i = 0; i < n; i++) {
        uint32_t bits;
        std::memcpy(&bits, x + i, sizeof bits);
        largest = std::max(largest, bits & 0x7fffffffu);
    }
    return groupScale(largest);
}

// A row that holds a NaN or an infinity gets the scale NaN and zeros.
void quantizeRow(const float *x, int64_t n, int8_t *y, float *scale) {
    const GroupScale found = rowScale(x, n);
    *scale = found.scale;
    if (found.inverse == 0.0f) {
        std::memset(y, 0, static_cast<size_t>(n));
        return;
    }
    for (int64_t i = 0; i < n; i++) y[i] = static_cast<int8_t>(nearest(x[i] * found.inverse));
}

void quantizeRows(const TensorView &x, const TensorView &smooth, const TensorView &y, const TensorView &scale) {
    const int64_t n = x.dim(-1), rows = rowsOf(x);
    std::vector<float> factors;
    if (smooth.present) {
        factors.resize(static_cast<size_t>(n));
        std::memcpy(factors.data(), rowAsFloat(smooth.dtype, smooth.bytes(), n, 0), factors.size() * sizeof(float));
    }
    auto *scales = reinterpret_cast<float *>(scale.bytes());
    parallelFor(rows, grainFor(n), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const float *row = rowAsFloat(x.dtype, x.bytes() + r * n * elementBytes(x.dtype), n, 0);
            if (!factors.empty()) {
                float *smoothed = scratchRow(1, n);
                for (int64_t i = 0; i < n; i++) smoothed[i] = row[i] * factors[static_cast<size_t>(i)];
                row = smoothed;
            }
            quantizeRow(row, n, reinterpret_cast<int8_t *>(y.bytes()) + r * n, scales + r);
        }
    });
}

bool requireScaleShape(OpPlan &plan, int scale, int x) {
    const TensorView &found = plan[scale], &input = plan[x];
    const bool fits = found.rank == input.rank - 1 && std::equal(found.dims, found.dims + found.rank, input.dims);
    return plan.require(fits, ACLNN_ERR_INNER_TILING_ERROR, "scaleOut: shape %s, expected that of x %s without its last",
                        shapeText(found).c_str(), shapeText(input).c_str());
}

// --- AscendQuant ---

enum class Rounding { Round, Floor, Ceil, Trunc };

bool parseRounding(const char *name, Rounding *rounding) {
    const struct {
        const char *name;
        Rounding rounding;
    } known[] = {{"round", Rounding::Round}, {"floor", Rounding::Floor}, {"ceil", Rounding::Ceil},
                 {"trunc", Rounding::Trunc}};
    for (const auto &each : known) {
        if (name != nullptr && std::strcmp(name, each.name) == 0) {
            *rounding = each.rounding;
            return true;
        }
    }
    return false;
}

inline float roundBy(float value, Rounding rounding) {
    switch (rounding) {
        case Rounding::Floor: return std::floor(value);
        case Rounding::Ceil: return std::ceil(value);
        case Rounding::Trunc: return std::trunc(value);
        default: return nearest(value);
    }
}

struct FixedQuant {
    std::vector<float> scales, offsets;  // one for each element of a row
    Rounding rounding;
};

// NaN becomes 0.
void quantizeFixed(const FixedQuant &quant, const float *x, int64_t n, int8_t *y) {
    for (int64_t i = 0; i < n; i++) {
        const float value = x[i] * quant.scales[static_cast<size_t>(i)] + quant.offsets[static_cast<size_t>(i)];
        const float inside = value >= 127.0f ? 127.0f : value <= -128.0f ? -128.0f : value == value ? value : 0.0f;
        y[i] = static_cast<int8_t>(roundBy(inside, quant.rounding));
    }
}

std::vector<float> spread(const TensorView &view, int64_t n) {
    std::vector<float> values(static_cast<size_t>(n), 0.0f);
    if (!view.present) return values;
    const int64_t count = view.elements();
    const float *from = rowAsFloat(view.dtype, view.bytes(), count, 0);
    for (int64_t i = 0; i < n; i++) values[static_cast<size_t>(i)] = from[count == 1 ? 0 : i];
    return values;
}

void quantizeAllFixed(const TensorView &x, const TensorView &y, const FixedQuant &quant) {
    const int64_t n = x.dim(-1);
    parallelFor(rowsOf(x), grainFor(n), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const float *row = rowAsFloat(x.dtype, x.bytes() + r * n * elementBytes(x.dtype), n, 0);
            quantizeFixed(quant, row, n, reinterpret_cast<int8_t *>(y.bytes()) + r * n);
        }
    });
}

bool requireTable(OpPlan &plan, int index, const char *name, int x) {
    if (!plan[index].present) return true;
    requireSameDtype(plan, index, name, x, "x");
    plan.requireRank(index, 1, 1);
    const int64_t found = plan[index].elements(), wanted = plan[x].dim(-1);
    return plan.require(!plan.ok() || found == 1 || found == wanted, ACLNN_ERR_INNER_TILING_ERROR,
                        "%s: %lld elements, expected 1 or x's last dimension, %lld", name,
                        static_cast<long long>(found), static_cast<long long>(wanted));
}

}  // namespace
}  // namespace ascend4j

aclnnStatus aclnnDynamicQuantGetWorkspaceSize(const aclTensor *x, const aclTensor *smoothScalesOptional,
                                              const aclTensor *yOut, const aclTensor *scaleOut,
                                              uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnDynamicQuant", workspaceSize, executor);
    const int from = plan.input(x, "x");
    const int smooth = plan.optional(smoothScalesOptional, "smoothScalesOptional");
    const int to = plan.output(yOut, "yOut");
    const int scale = plan.output(scaleOut, "scaleOut");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(from, {ACL_FLOAT16, ACL_BF16});
    plan.requireDtype(to, {ACL_INT8});
    plan.requireDtype(scale, {ACL_FLOAT});
    plan.requireRank(from, 2, 8);
    for (int index : {from, to, scale}) requirePlain(plan, index, "a tensor");
    if (!plan.ok()) return plan.status();
    requireSameShape(plan, to, "yOut", from, "x");
    requireScaleShape(plan, scale, from);
    requireDistinctElements(plan, to, "yOut");
    requireDistinctElements(plan, scale, "scaleOut");
    if (plan[smooth].present) {
        requireSameDtype(plan, smooth, "smoothScalesOptional", from, "x");
        plan.requireShape(smooth, {plan[from].dim(-1)});
    }
    Staging staging;
    for (int index : {from, smooth}) staging.input(plan, index);
    for (int index : {to, scale}) staging.output(plan, index);
    return plan.finish(staging.bytes(), [=](const OpRun &run) {
        quantizeRows(staging.open(run, from), staging.open(run, smooth), staging.open(run, to),
                     staging.open(run, scale));
        staging.close(run);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnDynamicQuant)

aclnnStatus aclnnAscendQuantGetWorkspaceSize(const aclTensor *x, const aclTensor *scale, const aclTensor *offset,
                                             bool sqrtMode, const char *roundMode, int32_t dstType,
                                             const aclTensor *y, uint64_t *workspaceSize, aclOpExecutor **executor) {
    using namespace ascend4j;
    OpPlan plan("aclnnAscendQuant", workspaceSize, executor);
    const int from = plan.input(x, "x");
    const int factor = plan.input(scale, "scale");
    const int added = plan.optional(offset, "offset");
    const int to = plan.output(y, "y");
    if (!plan.ok()) return plan.status();
    plan.requireDtype(from, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16});
    plan.requireDtype(to, {ACL_INT8});
    plan.requireRank(from, 1, 8);
    for (int index : {from, to}) requirePlain(plan, index, "a tensor");
    if (!plan.ok()) return plan.status();
    requireSameShape(plan, to, "y", from, "x");
    requireDistinctElements(plan, to, "y");
    requireTable(plan, factor, "scale", from);
    requireTable(plan, added, "offset", from);
    Rounding rounding = Rounding::Round;
    plan.require(parseRounding(roundMode, &rounding), ACLNN_ERR_PARAM_INVALID,
                 "roundMode: %s, expected round, floor, ceil or trunc", roundMode == nullptr ? "null" : roundMode);
    plan.require(dstType == ACL_INT8, ACLNN_ERR_PARAM_INVALID, "dstType: %d, expected %d (INT8)", dstType, ACL_INT8);
    Staging staging;
    for (int index : {from, factor, added}) staging.input(plan, index);
    staging.output(plan, to);
    return plan.finish(staging.bytes(), [=](const OpRun &run) {
        const TensorView input = staging.open(run, from);
        const int64_t n = input.dim(-1);
        FixedQuant quant{spread(staging.open(run, factor), n), spread(staging.open(run, added), n), rounding};
        for (float &value : quant.scales) value = sqrtMode ? value * value : value;
        quantizeAllFixed(input, staging.open(run, to), quant);
        staging.close(run);
        return ACL_SUCCESS;
    });
}
ASCEND4J_OP_LAUNCH(aclnnAscendQuant)
