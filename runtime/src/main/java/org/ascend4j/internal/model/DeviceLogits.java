package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/** Logits where the pass left them; valid until the next pass. */
final class DeviceLogits implements Logits {
    private final DeviceSession session;
    private final TensorArena arena;
    private final DeviceArray logits;
    private final int rows;
    private final int vocabularySize;

    /** @param logits (rows, vocabularySize) in the activations' type; null for no rows */
    DeviceLogits(DeviceSession session, TensorArena arena, DeviceArray logits, int rows, int vocabularySize) {
        this.session = session;
        this.arena = arena;
        this.logits = logits;
        this.rows = rows;
        this.vocabularySize = vocabularySize;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int[] argMax() {
        DeviceArray best = arena.array(DataType.INT32, rows);
        session.ops().argMax(logits.as(rows, vocabularySize), best.as(rows));
        int[] ids = new int[rows];
        session.download(best.memory(), rows * 4L).asIntBuffer().get(ids);
        return ids;
    }

    @Override
    public float[] row(int row) {
        float[] values = new float[vocabularySize];
        copyRow(row, values);
        return values;
    }

    @Override
    public void copyRow(int row, float[] target) {
        DeviceArray source = logits.slice((long) row * vocabularySize, vocabularySize);
        DeviceArray floats = source;
        if (source.type() != DataType.FLOAT) {
            floats = arena.array(DataType.FLOAT, vocabularySize);
            Tensor cast = floats.as(vocabularySize);
            session.ops().cast(source.as(vocabularySize), DataType.FLOAT, cast);
        }
        ByteBuffer bytes = session.download(floats.memory(), vocabularySize * 4L);
        bytes.asFloatBuffer().get(target);
    }
}
