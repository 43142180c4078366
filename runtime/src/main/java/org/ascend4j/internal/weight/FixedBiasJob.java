package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.DeviceMemory;
import org.ascend4j.internal.gguf.QuantizedMatrix;

/**
 * The bias that a file keeps as integers for products with fixed inputs, as numbers: the inputs' zero point, which went
 * into it once for each weight, is taken out again. Zeros for a matrix without.
 */
final class FixedBiasJob extends WeightJob {
    private final QuantizedMatrix matrix;
    private final int first;
    private final int count;
    private final DataType type;
    private final DeviceMemory target;
    private final long targetElement;

    FixedBiasJob(QuantizedMatrix matrix, int first, int count, DataType type, DeviceMemory target, long targetElement) {
        this.matrix = matrix;
        this.first = first;
        this.count = count;
        this.type = type;
        this.target = target;
        this.targetElement = targetElement;
    }

    /** None of its own: the rows are read and counted with the weights. */
    @Override
    int sourceBytes() {
        return 0;
    }

    @Override
    int stagingBytes() {
        return Math.toIntExact(type.bytes(count));
    }

    @Override
    List<Region> run(ByteBuffer source, ByteBuffer staging) {
        QuantizedMatrix.FixedInput input =
                matrix.input().filter(QuantizedMatrix.FixedInput::biased).orElse(null);
        float[] values = input == null ? new float[count] : numbers(input);
        ActivationType.of(type).put(values, count, staging);
        return List.of(new Region(0, stagingBytes(), target, type.bytes(targetElement)));
    }

    private float[] numbers(QuantizedMatrix.FixedInput input) {
        int columns = matrix.columns();
        byte[] quants = new byte[Math.multiplyExact(count, columns)];
        float[] values = new float[count];
        int[] bias = new int[count];
        matrix.read(first, count, quants, values, new float[count]);
        matrix.readBias(first, count, bias);
        for (int row = 0; row < count; row++) {
            long sum = 0;
            for (int column = 0; column < columns; column++) {
                sum += quants[row * columns + column];
            }
            values[row] *= input.scale() * (bias[row] + input.offset() * sum);
        }
        return values;
    }
}
