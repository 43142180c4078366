package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.DeviceMemory;
import org.ascend4j.internal.gguf.QuantizedMatrix;

/** A run of a quantized matrix's rows on its way to the activations' type. */
final class IntegerFloatsJob extends WeightJob {
    private final QuantizedMatrix matrix;
    private final int first;
    private final int count;
    private final DataType type;
    private final DeviceMemory target;
    private final long targetElement;

    /** @param targetElement where the first row goes, in elements of the target */
    IntegerFloatsJob(
            QuantizedMatrix matrix, int first, int count, DataType type, DeviceMemory target, long targetElement) {
        this.matrix = matrix;
        this.first = first;
        this.count = count;
        this.type = type;
        this.target = target;
        this.targetElement = targetElement;
    }

    @Override
    int sourceBytes() {
        return (int) ((long) count * matrix.columns() * matrix.bits() / 8);
    }

    @Override
    int stagingBytes() {
        return Math.toIntExact(type.bytes((long) count * matrix.columns()));
    }

    @Override
    List<Region> run(ByteBuffer source, ByteBuffer staging) {
        ActivationType.of(type).put(floats(matrix, first, count), count * matrix.columns(), staging);
        return List.of(new Region(0, stagingBytes(), target, type.bytes(targetElement)));
    }

    /** Rows as numbers, columns in their own places. */
    static float[] floats(QuantizedMatrix matrix, int first, int count) {
        int columns = matrix.columns();
        int groups = matrix.groups();
        byte[] quants = new byte[Math.multiplyExact(count, columns)];
        float[] scales = new float[Math.multiplyExact(count, groups)];
        float[] offsets = new float[scales.length];
        matrix.read(first, count, quants, scales, offsets);
        int[] order = matrix.order().orElse(null);
        float[] values = new float[quants.length];
        for (int row = 0; row < count; row++) {
            for (int place = 0; place < columns; place++) {
                int group = row * groups + place / matrix.groupSize();
                int column = order == null ? place : order[place];
                values[row * columns + column] = (quants[row * columns + place] + offsets[group]) * scales[group];
            }
        }
        return values;
    }
}
