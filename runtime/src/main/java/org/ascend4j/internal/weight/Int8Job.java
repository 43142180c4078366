package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.QuantizedMatrix;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.QuantOps;

/** A run of rows of signed bytes with a scale each, on its way to the layout of CANN's quantized product. */
final class Int8Job extends WeightJob {
    /**
     * Where rows go.
     *
     * @param scales float32, or uint64 for those of products in half precision
     * @param biases int32; null where inputs are not fixed
     * @param row the place of the run's first row
     */
    record Target(DeviceArray quants, DeviceArray scales, DeviceArray biases, long row) {}

    private final QuantizedMatrix matrix;
    private final int first;
    private final int count;
    private final Target target;

    Int8Job(QuantizedMatrix matrix, int first, int count, Target target) {
        this.matrix = matrix;
        this.first = first;
        this.count = count;
        this.target = target;
    }

    private int quantBytes() {
        return Math.multiplyExact(count, matrix.columns());
    }

    private int scaleBytes() {
        return (int) target.scales.type().bytes(count);
    }

    @Override
    int sourceBytes() {
        return quantBytes();
    }

    @Override
    int stagingBytes() {
        return Math.addExact(quantBytes(), scaleBytes() + count * Integer.BYTES);
    }

    @Override
    List<Region> run(ByteBuffer source, ByteBuffer staging) {
        byte[] quants = new byte[quantBytes()];
        float[] scales = new float[count];
        matrix.read(first, count, quants, scales, new float[count]);
        ByteBuffer bytes = staging.order(ByteOrder.LITTLE_ENDIAN).put(quants);
        float factor = matrix.input().map(QuantizedMatrix.FixedInput::scale).orElse(1f);
        for (float scale : scales) {
            if (target.scales.type() == DataType.UINT64) {
                bytes.putLong(QuantOps.productScale(scale * factor));
            } else {
                bytes.putFloat(scale * factor);
            }
        }
        long scalesAt = target.scales.type().bytes(target.row);
        List<Region> regions = new ArrayList<>(3);
        regions.add(new Region(0, quantBytes(), target.quants.memory(), target.row * matrix.columns()));
        regions.add(new Region(quantBytes(), scaleBytes(), target.scales.memory(), scalesAt));
        if (target.biases != null) {
            int[] biases = new int[count];
            matrix.readBias(first, count, biases);
            for (int bias : biases) {
                bytes.putInt(bias);
            }
            regions.add(new Region(
                    quantBytes() + scaleBytes(),
                    count * Integer.BYTES,
                    target.biases.memory(),
                    target.row * Integer.BYTES));
        }
        return regions;
    }
}
