package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;
import org.ascend4j.internal.weight.ActivationType;

/**
 * Rotary position embedding of neighbouring pairs, the layout that GGUF files store queries and keys for. One fused call
 * rotates both where the operator takes the head size; else cosines and sines are gathered once a step and each is
 * rotated by a call of its own.
 */
final class Rotary {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Ops ops;
    private final ModelConfig config;
    private final DataType type;
    private final boolean fused;
    private final Tensor cosSinTable;
    private final Tensor cosTable;
    private final Tensor sinTable;
    private Tensor cos;
    private Tensor sin;

    /** @param positions rows of the tables: the greatest context */
    Rotary(Ops ops, TensorArena constants, ModelConfig config, DataType type, int positions) {
        this.ops = ops;
        this.config = config;
        this.type = type;
        int size = config.headSize();
        // The fused operator's document: head sizes in multiples of 32, or of 16 in float32.
        this.fused = size % (type == DataType.FLOAT ? 16 : 32) == 0 && ops.has("aclnnRopeWithSinCosCache");
        this.cosSinTable = fused ? table(constants, positions, this::cosinesThenSines) : null;
        this.cosTable = fused ? null : table(constants, positions, (angle, row) -> pairs(angle, row, false));
        this.sinTable = fused ? null : table(constants, positions, (angle, row) -> pairs(angle, row, true));
    }

    /** Fetches what {@link #rotate} needs for this step's positions. */
    void prepare(TensorArena arena, Tensor positions) {
        if (fused) {
            return;
        }
        cos = gathered(arena, cosTable, positions);
        sin = gathered(arena, sinTable, positions);
    }

    private Tensor gathered(TensorArena arena, Tensor table, Tensor positions) {
        long tokens = positions.shape()[0];
        DeviceArray rows = arena.array(type, tokens * config.headSize());
        ops.gather(table, positions, rows.as(tokens, config.headSize()));
        return rows.as(1, tokens, 1, config.headSize());
    }

    /** Rotates q (T, heads · size) and k (T, kvHeads · size) into their outputs. */
    void rotate(Tensor positions, DeviceArray q, DeviceArray k, DeviceArray qOut, DeviceArray kOut) {
        long tokens = positions.shape()[0];
        long size = config.headSize();
        if (fused) {
            ops.rope(
                    positions,
                    q.as(tokens, config.querySize()),
                    k.as(tokens, config.kvSize()),
                    cosSinTable,
                    size,
                    qOut.as(tokens, config.querySize()),
                    kOut.as(tokens, config.kvSize()));
        } else {
            long[] queries = {1, tokens, config.heads(), size};
            long[] keys = {1, tokens, config.kvHeads(), size};
            ops.rotate(q.as(queries), cos, sin, qOut.as(queries));
            ops.rotate(k.as(keys), cos, sin, kOut.as(keys));
        }
    }

    private interface Row {
        void fill(float[] angles, float[] row);
    }

    private void cosinesThenSines(float[] angles, float[] row) {
        for (int pair = 0; pair < angles.length; pair++) {
            row[pair] = (float) Math.cos(angles[pair]);
            row[angles.length + pair] = (float) Math.sin(angles[pair]);
        }
    }

    private static void pairs(float[] angles, float[] row, boolean sines) {
        for (int pair = 0; pair < angles.length; pair++) {
            row[2 * pair] = (float) (sines ? Math.sin(angles[pair]) : Math.cos(angles[pair]));
            row[2 * pair + 1] = row[2 * pair];
        }
    }

    private Tensor table(TensorArena constants, int positions, Row filler) {
        int size = config.headSize();
        DeviceArray target = constants.array(type, (long) positions * size);
        float[] frequencies = frequencies();
        float[] angles = new float[frequencies.length];
        float[] row = new float[size];
        int rowBytes = (int) type.bytes(size);
        int chunk = CHUNK_BYTES / rowBytes;
        ByteBuffer buffer = ByteBuffer.allocateDirect(chunk * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int first = 0; first < positions; first += chunk) {
            buffer.clear();
            for (int position = first; position < Math.min(positions, first + chunk); position++) {
                for (int pair = 0; pair < angles.length; pair++) {
                    angles[pair] = position * frequencies[pair];
                }
                filler.fill(angles, row);
                ActivationType.of(type).put(row, size, buffer);
            }
            target.memory().copyFrom((long) first * rowBytes, buffer.flip());
        }
        return target.as(positions, size);
    }

    // In float32, as the implementations that models are trained with compute them.
    private float[] frequencies() {
        float[] frequencies = new float[config.headSize() / 2];
        for (int pair = 0; pair < frequencies.length; pair++) {
            frequencies[pair] = (float) Math.pow(config.ropeBase(), -2.0 * pair / config.headSize());
        }
        return frequencies;
    }
}
