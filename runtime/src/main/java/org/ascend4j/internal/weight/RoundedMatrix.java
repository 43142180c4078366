package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.gguf.QuantizedMatrix;

/**
 * A matrix of numbers as the nearest integers: eight bits with a scale for each row, or four with a scale and an offset for
 * each group. Scales are those that the device will multiply with, rounded to the activations' type where it keeps them so.
 *
 * @param type of activations
 */
record RoundedMatrix(Checkpoint file, GgufTensor tensor, int bits, int groupSize, DataType type)
        implements QuantizedMatrix {
    @Override
    public int rows() {
        return (int) tensor.shape()[1];
    }

    @Override
    public int columns() {
        return (int) tensor.shape()[0];
    }

    @Override
    public boolean affine() {
        return bits == 4;
    }

    @Override
    public Activations activations() {
        return bits == 8 ? Activations.PER_TOKEN : Activations.FLOAT;
    }

    @Override
    public Optional<FixedInput> input() {
        return Optional.empty();
    }

    @Override
    public Optional<int[]> order() {
        return Optional.empty();
    }

    @Override
    public long byteSize() {
        return tensor.byteSize();
    }

    @Override
    public void read(int firstRow, int count, byte[] quants, float[] scales, float[] offsets) {
        int columns = columns();
        int numbers = Math.multiplyExact(count, columns);
        ByteBuffer source = ByteBuffer.allocate(Math.toIntExact(tensor.type().byteSize(numbers)))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.read(tensor, tensor.type().byteSize((long) firstRow * columns), source);
        float[] values = new float[numbers];
        Dequantizer.dequantize(tensor.type(), source.flip(), values, numbers);
        int group = 0;
        for (int row = 0; row < count; row++) {
            for (int first = 0; first < columns; first += groupSize, group++) {
                int begin = row * columns + first;
                int end = row * columns + Math.min(columns, first + groupSize);
                if (bits == 8) {
                    scales[group] = symmetric(values, begin, end, quants);
                } else {
                    offsets[group] = affine(values, begin, end, quants, scales, group);
                }
            }
        }
    }

    /** The greatest magnitude becomes 127. */
    private static float symmetric(float[] values, int begin, int end, byte[] quants) {
        float greatest = 0;
        for (int i = begin; i < end; i++) {
            greatest = Math.max(greatest, Math.abs(values[i]));
        }
        float scale = greatest / 127;
        for (int i = begin; i < end; i++) {
            quants[i] = nearest(values[i], scale, 0, -127, 127);
        }
        return scale;
    }

    /** The least and the greatest, zero among them, become the ends of sixteen steps; zero stays zero. */
    private float affine(float[] values, int begin, int end, byte[] quants, float[] scales, int group) {
        float least = 0;
        float greatest = 0;
        for (int i = begin; i < end; i++) {
            least = Math.min(least, values[i]);
            greatest = Math.max(greatest, values[i]);
        }
        float scale = rounded((greatest - least) / 15);
        // weight = (quant + offset) · scale with quants from -8: the least is 8 below the offset.
        float offset = scale > 0 ? Math.max(-7, Math.min(8, Math.round(least / scale) + 8f)) : 0;
        for (int i = begin; i < end; i++) {
            quants[i] = nearest(values[i], scale, -offset, -8, 7);
        }
        scales[group] = scale;
        return offset;
    }

    private static byte nearest(float value, float scale, float shift, int least, int most) {
        return scale > 0 ? (byte) Math.max(least, Math.min(most, Math.rint(value / scale + shift))) : 0;
    }

    private float rounded(float scale) {
        return type == DataType.BF16
                ? Float.intBitsToFloat(Half.toBfloat(scale) << 16)
                : Half.toFloat(Half.fromFloat(scale));
    }
}
