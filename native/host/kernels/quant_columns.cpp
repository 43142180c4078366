#include "kernels/quant_columns.h"

#include <algorithm>
#include <cstring>

namespace ascend4j {
namespace {

bool runsAlongK(const WeightQuantShape &shape) {
    return shape.weightK == 1 && (!shape.int4 || shape.weightColumn % 2 == 0);
}

int nibbleAt(const uint8_t *weights, int64_t index) { return (weights[index / 2] >> (4 * (index % 2))) & 0xf; }

// Both orders of loops read memory rows that are shared by the block's columns, so k is the outer one.
void packInt4(const WeightQuantShape &shape, const uint8_t *source, int64_t first, int64_t count, uint8_t *target) {
    const int64_t pitch = packedColumnBytes(shape);
    for (int64_t i = 0; i < shape.k; i += 2) {
        const bool pair = i + 1 < shape.k;
        for (int64_t c = 0; c < count; c++) {
            const int64_t at = (first + c) * shape.weightColumn + i * shape.weightK;
            const int low = nibbleAt(source, at), high = pair ? nibbleAt(source, at + shape.weightK) : 0;
            target[c * pitch + i / 2] = static_cast<uint8_t>(low | high << 4);
        }
    }
}

void packInt8(const WeightQuantShape &shape, const uint8_t *source, int64_t first, int64_t count, uint8_t *target) {
    for (int64_t i = 0; i < shape.k; i++) {
        for (int64_t c = 0; c < count; c++) {
            target[c * shape.k + i] = source[(first + c) * shape.weightColumn + i * shape.weightK];
        }
    }
}

// Scales or offsets of the block's columns: one for every `step` values of k, repeated within a group.
const float *loadScales(const WeightQuantShape &shape, const StridedRows &source, int64_t count, int64_t step,
                        float *stored, float *target) {
    const int64_t steps = (shape.k + step - 1) / step;
    if (step == shape.group) {
        gatherRows(source, count, steps, target, steps);
        return target;
    }
    gatherRows(source, count, shape.groups, stored, shape.groups);
    const int64_t repeats = shape.group / step;
    for (int64_t c = 0; c < count; c++) {
        for (int64_t g = 0; g < shape.groups; g++) {
            const int64_t begin = g * repeats, end = g + 1 == shape.groups ? steps : begin + repeats;
            std::fill(target + c * steps + begin, target + c * steps + end, stored[c * shape.groups + g]);
        }
    }
    return target;
}

StridedRows scaleRows(const TensorView &tensor, int64_t first, int64_t columnStride, int64_t groupStride) {
    return {tensor.dtype, elementAt(tensor.bytes(), tensor.dtype, first * columnStride), columnStride, groupStride};
}

}  // namespace

int64_t packedColumnBytes(const WeightQuantShape &shape) { return shape.int4 ? (shape.k + 1) / 2 : shape.k; }

ColumnScratch takeColumnScratch(const WeightQuantShape &shape, int64_t columns, int64_t step, WorkspaceCursor &cursor) {
    const int64_t steps = (shape.k + step - 1) / step;
    ColumnScratch scratch;
    scratch.weights = runsAlongK(shape) ? nullptr : cursor.take<unsigned char>(columns * packedColumnBytes(shape));
    scratch.stored = cursor.take<float>(columns * shape.groups);
    scratch.scales = cursor.take<float>(columns * steps);
    scratch.offsets = cursor.take<float>(columns * steps);
    return scratch;
}

WeightColumns loadColumns(const WeightQuantShape &shape, const WeightQuantOperands &operands, int64_t first,
                          int64_t count, int64_t step, const ColumnScratch &scratch) {
    const uint8_t *source = operands.weight.bytes();
    WeightColumns columns;
    columns.groupPitch = (shape.k + step - 1) / step;
    if (runsAlongK(shape)) {
        columns.pitch = shape.int4 ? shape.weightColumn / 2 : shape.weightColumn;
        columns.weights = source + first * columns.pitch;
    } else {
        columns.pitch = packedColumnBytes(shape);
        columns.weights = scratch.weights;
        (shape.int4 ? packInt4 : packInt8)(shape, source, first, count, scratch.weights);
    }
    columns.scales = loadScales(shape, scaleRows(operands.scale, first, shape.scaleColumn, shape.scaleGroup), count,
                                step, scratch.stored, scratch.scales);
    columns.offsets = scratch.offsets;
    if (operands.offset.present) {
        loadScales(shape, scaleRows(operands.offset, first, shape.offsetColumn, shape.offsetGroup), count, step,
                   scratch.stored, scratch.offsets);
    } else {
        std::fill(scratch.offsets, scratch.offsets + count * columns.groupPitch, 0.0f);
    }
    return columns;
}

namespace {

// Scales or offsets of columns [first, first + count), repeated for every 32 values of k.
void copyHalves(const WeightQuantShape &shape, const TensorView &tensor, int64_t columnStride, int64_t groupStride,
                int64_t first, int64_t count, uint16_t *target) {
    const auto *source = reinterpret_cast<const uint16_t *>(tensor.bytes());
    const int64_t steps = groupsOf(shape.k), repeats = shape.groups == 1 ? steps : shape.group / kQuantGroup;
    for (int64_t c = 0; c < count; c++) {
        for (int64_t s = 0; s < steps; s++) {
            target[c * steps + s] = source[(first + c) * columnStride + s / repeats * groupStride];
        }
    }
}

}  // namespace

bool readInPlace(const WeightQuantShape &shape) {
    const bool alike = !shape.hasOffset || (shape.offsetGroup == 1 && shape.offsetColumn == shape.scaleColumn);
    return runsAlongK(shape) && shape.group == kQuantGroup && shape.groups > 1 && shape.scaleGroup == 1 && alike;
}

StoredScratch takeStoredScratch(const WeightQuantShape &shape, int64_t columns, WorkspaceCursor &cursor) {
    StoredScratch scratch = {};
    if (readInPlace(shape)) return scratch;
    if (!runsAlongK(shape)) scratch.weights = cursor.take<unsigned char>(columns * packedColumnBytes(shape));
    scratch.scales = cursor.take<uint16_t>(columns * groupsOf(shape.k));
    scratch.offsets = cursor.take<uint16_t>(columns * groupsOf(shape.k));
    return scratch;
}

StoredColumns storedColumns(const WeightQuantShape &shape, const WeightQuantOperands &operands, int64_t first,
                            int64_t count, const StoredScratch &scratch) {
    StoredColumns columns = {};
    columns.int4 = shape.int4;
    columns.bfloat = operands.scale.dtype == ACL_BF16;
    const uint8_t *weights = operands.weight.bytes();
    if (runsAlongK(shape)) {
        columns.pitch = shape.int4 ? shape.weightColumn / 2 : shape.weightColumn;
        columns.weights = weights + first * columns.pitch;
    } else {
        columns.pitch = packedColumnBytes(shape);
        columns.weights = scratch.weights;
        (shape.int4 ? packInt4 : packInt8)(shape, weights, first, count, scratch.weights);
    }
    const auto halves = [&](const TensorView &tensor, int64_t columnStride, int64_t groupStride, uint16_t *copy) {
        if (!tensor.present) return static_cast<const uint16_t *>(nullptr);
        if (readInPlace(shape)) return reinterpret_cast<const uint16_t *>(tensor.bytes()) + first * columnStride;
        copyHalves(shape, tensor, columnStride, groupStride, first, count, copy);
        return static_cast<const uint16_t *>(copy);
    };
    columns.scales = halves(operands.scale, shape.scaleColumn, shape.scaleGroup, scratch.scales);
    columns.offsets = halves(operands.offset, shape.offsetColumn, shape.offsetGroup, scratch.offsets);
    columns.groupPitch = readInPlace(shape) ? shape.scaleColumn : groupsOf(shape.k);
    return columns;
}

}  // namespace ascend4j
