package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;
import org.ascend4j.internal.weight.ActivationType;

/** Fills the cosines and sines of every position into device memory, in the layouts that the operators want. */
final class RotaryTable {
    private static final int CHUNK_BYTES = 1 << 20;

    private final TensorArena constants;
    private final DataType type;
    private final Rope rope;
    private final int positions;

    RotaryTable(TensorArena constants, DataType type, Rope rope, int positions) {
        this.constants = constants;
        this.type = type;
        this.rope = rope;
        this.positions = positions;
    }

    /** (positions, dim): a cosine for each pair, then a sine for each. */
    Tensor cosinesThenSines() {
        return table((angles, row) -> {
            for (int pair = 0; pair < angles.length; pair++) {
                row[pair] = cosine(angles[pair]);
                row[angles.length + pair] = sine(angles[pair]);
            }
        });
    }

    /** (positions, dim): each pair's cosine at both its features. */
    Tensor cosines() {
        return table((angles, row) -> {
            for (int pair = 0; pair < angles.length; pair++) {
                spread(row, pair, cosine(angles[pair]));
            }
        });
    }

    /** (positions, dim): each pair's sine at both its features. */
    Tensor sines() {
        return table((angles, row) -> {
            for (int pair = 0; pair < angles.length; pair++) {
                spread(row, pair, sine(angles[pair]));
            }
        });
    }

    private void spread(float[] row, int pair, float value) {
        row[rope.halves() ? pair : 2 * pair] = value;
        row[rope.halves() ? pair + row.length / 2 : 2 * pair + 1] = value;
    }

    private float cosine(float angle) {
        return (float) Math.cos(angle) * rope.magnitude();
    }

    private float sine(float angle) {
        return (float) Math.sin(angle) * rope.magnitude();
    }

    private interface Row {
        void fill(float[] angles, float[] row);
    }

    private Tensor table(Row filler) {
        int size = rope.dim();
        DeviceArray target = constants.array(type, (long) positions * size);
        float[] angles = new float[size / 2];
        float[] row = new float[size];
        int rowBytes = (int) type.bytes(size);
        int chunk = CHUNK_BYTES / rowBytes;
        ByteBuffer buffer = ByteBuffer.allocateDirect(chunk * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int first = 0; first < positions; first += chunk) {
            buffer.clear();
            for (int position = first; position < Math.min(positions, first + chunk); position++) {
                for (int pair = 0; pair < angles.length; pair++) {
                    angles[pair] = position * rope.frequencies()[pair];
                }
                filler.fill(angles, row);
                ActivationType.of(type).put(row, size, buffer);
            }
            target.memory().copyFrom((long) first * rowBytes, buffer.flip());
        }
        return target.as(positions, size);
    }
}
