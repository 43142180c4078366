package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.QuantizedMatrix;
import org.ascend4j.internal.ops.DeviceArray;

/** A run of a quantized matrix's rows on its way to the layout of CANN's weight-quantized product. */
final class IntegerJob extends WeightJob {
    /**
     * Where rows go.
     *
     * @param offsets null for symmetric weights
     * @param row the place of the run's first row
     */
    record Target(DeviceArray quants, DeviceArray scales, DeviceArray offsets, long row) {}

    private final QuantizedMatrix matrix;
    private final int first;
    private final int count;
    private final DataType type;
    private final Target target;

    /** @param type of scales and offsets */
    IntegerJob(QuantizedMatrix matrix, int first, int count, DataType type, Target target) {
        this.matrix = matrix;
        this.first = first;
        this.count = count;
        this.type = type;
        this.target = target;
    }

    private int quantBytes() {
        return (int) target.quants.type().bytes((long) count * matrix.columns());
    }

    private int tableBytes() {
        return Math.toIntExact(type.bytes((long) count * matrix.groups()));
    }

    @Override
    int sourceBytes() {
        return quantBytes();
    }

    @Override
    int stagingBytes() {
        return Math.addExact(quantBytes(), 2 * tableBytes());
    }

    @Override
    List<Region> run(ByteBuffer source, ByteBuffer staging) {
        byte[] quants = new byte[Math.multiplyExact(count, matrix.columns())];
        float[] scales = new float[Math.multiplyExact(count, matrix.groups())];
        float[] offsets = new float[scales.length];
        matrix.read(first, count, quants, scales, offsets);
        ByteBuffer bytes = staging.order(ByteOrder.LITTLE_ENDIAN);
        pack(quants, target.quants.type(), bytes);
        ActivationType.of(type).put(scales, scales.length, bytes);
        ActivationType.of(type).put(offsets, offsets.length, bytes);
        List<Region> regions = new ArrayList<>(3);
        long quantsAt = target.quants.type().bytes(target.row * matrix.columns());
        long tableAt = type.bytes(target.row * matrix.groups());
        regions.add(new Region(0, quantBytes(), target.quants.memory(), quantsAt));
        regions.add(new Region(quantBytes(), tableBytes(), target.scales.memory(), tableAt));
        if (target.offsets != null) {
            regions.add(new Region(quantBytes() + tableBytes(), tableBytes(), target.offsets.memory(), tableAt));
        }
        return regions;
    }

    /** Bytes as they are, or pairs of four bits, the first in the low ones. */
    static void pack(byte[] quants, DataType type, ByteBuffer target) {
        if (type == DataType.INT8) {
            target.put(quants);
            return;
        }
        for (int i = 0; i < quants.length; i += 2) {
            target.put((byte) (quants[i] & 0xF | quants[i + 1] << 4));
        }
    }
}
