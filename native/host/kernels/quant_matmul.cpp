#include "kernels/quant_matmul.h"

#include <algorithm>

#include "core/thread_pool.h"
#include "kernels/gemm_panel.h"
#include "kernels/quant_columns.h"
#include "kernels/quant_output.h"
#include "kernels/quant_panel.h"
#include "kernels/quant_tiled.h"

namespace ascend4j {
namespace {

// The rows of x in the form that the chosen way multiplies.
struct LeftRows {
    float *floats;   // float32 way: [m][pitch]
    int8_t *values;  // integer way
    float *scales, *sums;
    float *wide;     // integer way: one row of float32 a row of x, read by quantize only
};

int64_t floatPitch(int64_t k) { return paddedTo(k, 16); }

int64_t groupPitch(int64_t k) { return paddedTo((k + kQuantGroup - 1) / kQuantGroup, kScaleBlock); }

LeftRows takeLeft(const WeightQuantPlan &plan, WorkspaceCursor &cursor) {
    const int64_t m = plan.shape.m, k = plan.shape.k;
    LeftRows left = {};
    if (plan.inIntegers) {
        left.values = cursor.take<int8_t>(m * paddedTo(k, kQuantBlock));
        left.scales = cursor.take<float>(m * groupPitch(k));
        left.sums = cursor.take<float>(m * groupPitch(k));
        left.wide = cursor.take<float>(m * floatPitch(k));
    } else {
        left.floats = cursor.take<float>(m * floatPitch(k));
    }
    return left;
}

void prepareLeft(const WeightQuantPlan &plan, const TensorView &x, const LeftRows &left) {
    const int64_t k = plan.shape.k;
    const QuantOrder order = plan.shape.int4 ? QuantOrder::Split : QuantOrder::Natural;
    const QuantPanels &panels = quantPanels();
    parallelFor(plan.shape.m, std::max<int64_t>(1, 65536 / k), [&](int64_t begin, int64_t end) {
        const void *first = elementAt(x.bytes(), plan.dtype, begin * x.strides[0]);
        const StridedRows rows{plan.dtype, first, x.strides[0], x.strides[1]};
        float *wide = (plan.inIntegers ? left.wide : left.floats) + begin * floatPitch(k);
        gatherRows(rows, end - begin, k, wide, floatPitch(k));
        for (int64_t r = begin; plan.inIntegers && r < end; r++) {
            panels.quantize(left.wide + r * floatPitch(k), k, order, left.values + r * paddedTo(k, kQuantBlock),
                            left.scales + r * groupPitch(k), left.sums + r * groupPitch(k));
        }
    });
}

// --- float32 way ---

void dequantize(const WeightQuantShape &shape, const WeightColumns &columns, int64_t count, float *target,
                int64_t pitch) {
    const GemmPanels &panels = gemmPanels();
    for (int64_t c = 0; c < count; c++) {
        const uint8_t *weights = columns.weights + c * columns.pitch;
        const float *scales = columns.scales + c * columns.groupPitch;
        const float *offsets = columns.offsets + c * columns.groupPitch;
        float *to = target + c * pitch;
        if (shape.int4) {
            panels.dequantizeInt4(weights, scales, offsets, shape.group, to, shape.k);
        } else {
            panels.dequantizeInt8(reinterpret_cast<const int8_t *>(weights), scales, offsets, shape.group, to, shape.k);
        }
    }
}

void runInFloats(const WeightQuantPlan &plan, const WeightQuantOperands &operands, const LeftRows &left,
                 unsigned char *scratch) {
    const WeightQuantShape &shape = plan.shape;
    const OutputRows output(operands);
    Gemm gemm;
    gemm.m = shape.m;
    gemm.n = shape.n;
    gemm.k = shape.k;
    gemm.lda = floatPitch(shape.k);
    gemm.left = [&](int64_t) { return const_cast<const float *>(left.floats); };
    gemm.unpack = [&](int64_t, int64_t first, int64_t count, float *target, int64_t pitch, unsigned char *extra) {
        WorkspaceCursor cursor(extra);
        const ColumnScratch columns = takeColumnScratch(shape, plan.gemm.blocks.columnBlock, shape.group, cursor);
        dequantize(shape, loadColumns(shape, operands, first, count, shape.group, columns), count, target, pitch);
    };
    gemm.store = [&](int64_t, int64_t row, int64_t column, int64_t count, const float *values) {
        output.store(row, column, count, values);
    };
    runGemm(gemm, plan.gemm, scratch);
}

// --- integer way ---

struct IntegerScratch {
    ColumnScratch columns;
    float *tile;
};

IntegerScratch takeIntegerScratch(const WeightQuantPlan &plan, WorkspaceCursor &cursor) {
    IntegerScratch scratch;
    scratch.columns = takeColumnScratch(plan.shape, plan.blocks.columnBlock, kQuantGroup, cursor);
    scratch.tile = cursor.take<float>(kQuantRows * plan.blocks.columnBlock);
    return scratch;
}

int64_t integerPartBytes(const WeightQuantPlan &plan) {
    WorkspaceCursor cursor(nullptr);
    takeIntegerScratch(plan, cursor);
    return cursor.bytes();
}

void multiplyBlock(const WeightQuantPlan &plan, const LeftRows &left, const WeightColumns &columns, const Block &block,
                   const OutputRows &output, float *tile) {
    const int64_t k = plan.shape.k;
    const QuantPanels &panels = quantPanels();
    const QuantPanel panel = plan.shape.int4 ? panels.int4 : panels.int8;
    const WeightRows weights{columns.weights, columns.pitch, columns.scales, columns.offsets, columns.groupPitch};
    for (int64_t r = block.row; r < block.row + block.rows; r += kQuantRows) {
        const int rows = static_cast<int>(std::min<int64_t>(kQuantRows, block.row + block.rows - r));
        const QuantizedRows quantized{left.values + r * paddedTo(k, kQuantBlock), paddedTo(k, kQuantBlock),
                                      left.scales + r * groupPitch(k), left.sums + r * groupPitch(k), groupPitch(k)};
        panel(quantized, rows, weights, block.columns, k, tile, block.columns);
        for (int i = 0; i < rows; i++) output.store(r + i, block.column, block.columns, tile + i * block.columns);
    }
}

void runInIntegers(const WeightQuantPlan &plan, const WeightQuantOperands &operands, const LeftRows &left,
                   unsigned char *scratch) {
    const OutputRows output(operands);
    const int64_t partBytes = integerPartBytes(plan);
    forEachBlock(plan.blocks, [&](const Block &block) {
        WorkspaceCursor cursor(scratch + block.part * partBytes);
        const IntegerScratch part = takeIntegerScratch(plan, cursor);
        const WeightColumns columns =
            loadColumns(plan.shape, operands, block.column, block.columns, kQuantGroup, part.columns);
        multiplyBlock(plan, left, columns, block, output, part.tile);
    });
}

int64_t scratchBytes(const WeightQuantPlan &plan) {
    return plan.inIntegers ? integerPartBytes(plan) * plan.blocks.parts : plan.gemm.workspaceBytes();
}

}  // namespace

int64_t WeightQuantPlan::workspaceBytes() const {
    if (inTiles) return tiledBytes(*this);
    WorkspaceCursor cursor(nullptr);
    takeLeft(*this, cursor);
    cursor.take<unsigned char>(scratchBytes(*this));
    return cursor.bytes();
}

WeightQuantPlan planWeightQuant(const WeightQuantShape &shape, aclDataType dtype, bool inIntegers) {
    WeightQuantPlan plan;
    plan.shape = shape;
    plan.dtype = dtype;
    plan.inIntegers = inIntegers;
    plan.inTiles = inIntegers && quantTiles() != nullptr;
    if (plan.inTiles) {
        plan.parts = tiledParts(shape);
    } else if (inIntegers) {
        const int64_t columnBytes = packedColumnBytes(shape) + shape.k / kQuantGroup * 8;
        plan.blocks = planBlocks(1, shape.m, shape.n, shape.k, columnBytes, false);
    } else {
        plan.gemm = planGemm(1, shape.m, shape.n, shape.k, true);
        WorkspaceCursor cursor(nullptr);
        takeColumnScratch(shape, plan.gemm.blocks.columnBlock, shape.group, cursor);
        plan.gemm.extraBytes = cursor.bytes();
    }
    return plan;
}

bool joinWeightQuant(const WeightQuantProduct &a, const WeightQuantProduct &b) {
    const WeightQuantPlan &one = *a.plan, &two = *b.plan;
    const TensorView &x = a.operands.x, &y = b.operands.x;
    return one.inTiles && two.inTiles && joinTiled(one.shape, two.shape) && x.dtype == y.dtype &&
           x.bytes() == y.bytes() && x.strides[0] == y.strides[0] && x.strides[1] == y.strides[1];
}

void runWeightQuants(const std::vector<WeightQuantProduct> &products, unsigned char *workspace) {
    runTiled(products, workspace);
}

void runWeightQuant(const WeightQuantPlan &plan, const WeightQuantOperands &operands, unsigned char *workspace) {
    if (plan.inTiles) return runTiled({{&plan, operands}}, workspace);
    WorkspaceCursor cursor(workspace);
    const LeftRows left = takeLeft(plan, cursor);
    prepareLeft(plan, operands.x, left);
    unsigned char *scratch = cursor.take<unsigned char>(scratchBytes(plan));
    (plan.inIntegers ? runInIntegers : runInFloats)(plan, operands, left, scratch);
}

}  // namespace ascend4j
