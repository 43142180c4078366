package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.acl.Acl;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.gguf.QuantizedMatrix;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/**
 * Brings matrices that a checkpoint keeps as integers to the layouts of CANN's operators. Where the installed CANN lacks an
 * operator, or its rules do not allow a matrix, the next plainer way is taken: int8 activations, then weights as integers
 * alone, then weights in the activations' type. In float32 all are dequantized.
 */
final class IntegerWeights {
    /** Elements of a job: enough rows that files which keep rows across are still read in long runs. */
    private static final int JOB_ELEMENTS = 1 << 22;

    /** The operators take no dimension beyond this. */
    private static final int WIDEST = 65_535;

    private final TensorArena arena;
    private final DataType type;
    private final boolean fast;
    private final WeightLoader loader;

    IntegerWeights(TensorArena arena, DataType type, boolean fast, WeightLoader loader) {
        this.arena = arena;
        this.type = type;
        this.fast = fast;
        this.loader = loader;
    }

    /** Rows of several matrices on the device, one after the other. */
    interface Rows {
        /** The projection of a run of rows. */
        Linear linear(int first, int count);
    }

    /** All rows of matrices that have the same columns. */
    Rows rows(List<QuantizedMatrix> parts) {
        QuantizedMatrix first = parts.get(0);
        if (!alike(parts) || !fitsWeightQuant(first)) {
            DeviceArray table = dequantized(parts);
            int columns = first.columns();
            return biased((from, count) -> GgufWeights.plain(table, from, count, columns), parts);
        }
        Rows rows = biased(grouped(parts), parts);
        if (first.order().isEmpty()) {
            return rows;
        }
        Tensor order = channels(first.order().get());
        return (from, count) -> new Linear.Ordered(rows.linear(from, count), order);
    }

    /** Adds the biases that files keep for fixed inputs only, where inputs are numbers after all. */
    private Rows biased(Rows rows, List<QuantizedMatrix> parts) {
        boolean none = parts.stream()
                .noneMatch(part ->
                        part.input().filter(QuantizedMatrix.FixedInput::biased).isPresent());
        if (none) {
            return rows;
        }
        DeviceArray biases = arena.array(
                type, parts.stream().mapToLong(QuantizedMatrix::rows).sum());
        long at = 0;
        for (QuantizedMatrix part : parts) {
            for (Run run : runs(part)) {
                loader.add(new FixedBiasJob(part, run.first, run.count, type, biases.memory(), at + run.first));
            }
            at += part.rows();
        }
        return (from, count) -> new Linear.Biased(
                rows.linear(from, count), biases.slice(from, count).as(count));
    }

    /** Whether one operator call can multiply with all: activations go one way for it. */
    private static boolean alike(List<QuantizedMatrix> parts) {
        QuantizedMatrix first = parts.get(0);
        return parts.stream()
                .allMatch(part -> part.bits() == first.bits()
                        && part.groupSize() == first.groupSize()
                        && part.activations() == first.activations()
                        && part.input().equals(first.input())
                        && Arrays.equals(
                                part.order().orElse(null), first.order().orElse(null)));
    }

    private boolean fitsWeightQuant(QuantizedMatrix matrix) {
        return type != DataType.FLOAT
                && matrix.columns() <= WIDEST
                && (Acl.has("aclnnWeightQuantBatchMatmulV3") || Acl.has("aclnnWeightQuantBatchMatmulV2"));
    }

    private Rows grouped(List<QuantizedMatrix> parts) {
        QuantizedMatrix first = parts.get(0);
        int columns = first.columns();
        int groups = first.groups();
        long rows = parts.stream().mapToLong(QuantizedMatrix::rows).sum();
        boolean affine = parts.stream().anyMatch(QuantizedMatrix::affine);
        DeviceArray quants = arena.array(
                first.bits() == 8 ? DataType.INT8 : DataType.INT4, Math.multiplyExact(rows, (long) columns));
        DeviceArray scales = arena.array(type, rows * groups);
        DeviceArray offsets = affine ? arena.array(type, rows * groups) : null;
        long at = 0;
        for (QuantizedMatrix part : parts) {
            for (Run run : runs(part)) {
                loader.add(new IntegerJob(
                        part,
                        run.first,
                        run.count,
                        type,
                        new IntegerJob.Target(quants, scales, offsets, at + run.first)));
            }
            at += part.rows();
        }
        int group = groups == 1 ? 0 : first.groupSize();
        return (from, count) -> new Linear.GroupQuantized(
                transposed(quants, from, count, columns),
                transposed(scales, from, count, groups),
                affine ? transposed(offsets, from, count, groups) : null,
                group,
                fast,
                count);
    }

    /** (width, rows) of rows. */
    private static Tensor transposed(DeviceArray array, int firstRow, int rows, int width) {
        // One number a row: the operators want it dense, whatever its strides could be.
        long[] strides = {width == 1 ? rows : 1, width};
        return array.view(new long[] {width, rows}, strides, (long) firstRow * width);
    }

    private Tensor channels(int[] order) {
        DeviceArray array = arena.array(DataType.INT32, order.length);
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(order.length, Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(order);
        array.memory().copyFrom(bytes);
        return array.as(order.length);
    }

    /** All rows in the activations' type, columns in their own places. */
    DeviceArray dequantized(List<QuantizedMatrix> parts) {
        long elements = parts.stream()
                .mapToLong(part -> Math.multiplyExact((long) part.rows(), (long) part.columns()))
                .sum();
        DeviceArray target = arena.array(type, elements);
        long at = 0;
        for (QuantizedMatrix part : parts) {
            dequantize(part, target, at);
            at += (long) part.rows() * part.columns();
        }
        return target;
    }

    /** As {@link #dequantized}, from an element of {@code target} on. */
    void dequantize(QuantizedMatrix matrix, DeviceArray target, long at) {
        for (Run run : runs(matrix)) {
            long element = at + (long) run.first * matrix.columns();
            loader.add(new IntegerFloatsJob(matrix, run.first, run.count, type, target.memory(), element));
        }
    }

    private record Run(int first, int count) {}

    private static List<Run> runs(QuantizedMatrix matrix) {
        int step = Math.max(64, JOB_ELEMENTS / matrix.columns() / 64 * 64);
        return java.util.stream.IntStream.iterate(0, first -> first < matrix.rows(), first -> first + step)
                .mapToObj(first -> new Run(first, Math.min(step, matrix.rows() - first)))
                .toList();
    }
}
