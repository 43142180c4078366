package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;

/**
 * Rotary position embedding of a model's layers. One fused call rotates queries and keys where the operator takes the
 * sizes; else cosines and sines are gathered once a step and each is rotated by a call of its own.
 */
final class Rotary {
    private final Ops ops;
    private final ModelConfig config;
    private final DataType type;
    private final List<Kind> kinds = new ArrayList<>();

    /** One kind of rotation with its tables; {@code cos} and {@code sin} hold the rows of the present step. */
    private static final class Kind {
        private final boolean halves;
        private final int dim;
        private final boolean fused;
        private final Tensor cosSinTable;
        private final Tensor cosTable;
        private final Tensor sinTable;
        private Tensor cos;
        private Tensor sin;

        Kind(Rope rope, boolean fused, RotaryTable table) {
            this.halves = rope.halves();
            this.dim = rope.dim();
            this.fused = fused;
            this.cosSinTable = fused ? table.cosinesThenSines() : null;
            this.cosTable = fused ? null : table.cosines();
            this.sinTable = fused ? null : table.sines();
        }
    }

    /** @param positions rows of the tables: the greatest context */
    Rotary(Ops ops, TensorArena constants, ModelConfig config, DataType type, int positions) {
        this.ops = ops;
        this.config = config;
        this.type = type;
        for (Rope each : config.attention().ropes()) {
            Rope rope = each.forContext(positions);
            kinds.add(new Kind(rope, fusedTakes(rope), new RotaryTable(constants, type, rope, positions)));
        }
    }

    // The fused operator's document: head size and rotated features in multiples of 32, or of 16 in float32.
    private boolean fusedTakes(Rope rope) {
        int multiple = type == DataType.FLOAT ? 16 : 32;
        return config.headSize() % multiple == 0 && rope.dim() % multiple == 0 && ops.has("aclnnRopeWithSinCosCache");
    }

    /** Fetches what {@link #rotate} needs for this step's positions. */
    void prepare(TensorArena arena, Tensor positions) {
        for (Kind kind : kinds) {
            if (!kind.fused) {
                kind.cos = gathered(arena, kind.cosTable, kind.dim, positions);
                kind.sin = gathered(arena, kind.sinTable, kind.dim, positions);
            }
        }
    }

    private Tensor gathered(TensorArena arena, Tensor table, int dim, Tensor positions) {
        long tokens = positions.shape()[0];
        DeviceArray rows = arena.array(type, tokens * dim);
        ops.gather(table, positions, rows.as(tokens, dim));
        return rows.as(1, tokens, 1, dim);
    }

    /** Whether a layer's queries and keys are rotated at all. */
    boolean rotates(int layer) {
        return config.attention().rope(layer) != null;
    }

    /** Rotates q (T, heads · size) and k (T, kvHeads · size) of a layer that rotates into their outputs. */
    void rotate(int layer, Tensor positions, DeviceArray q, DeviceArray k, DeviceArray qOut, DeviceArray kOut) {
        long tokens = positions.shape()[0];
        long size = config.headSize();
        Kind kind = kinds.get(config.attention().ropeOfLayer()[layer]);
        if (kind.fused) {
            ops.rotary()
                    .rope(
                            positions,
                            q.as(tokens, config.querySize()),
                            k.as(tokens, config.kvSize()),
                            kind.cosSinTable,
                            size,
                            kind.halves,
                            qOut.as(tokens, config.querySize()),
                            kOut.as(tokens, config.kvSize()));
        } else {
            rotate(kind, q, qOut, tokens, config.heads());
            rotate(kind, k, kOut, tokens, config.kvHeads());
        }
    }

    private void rotate(Kind kind, DeviceArray x, DeviceArray out, long tokens, long heads) {
        long size = config.headSize();
        if (kind.dim == size) {
            ops.rotary()
                    .rotate(
                            x.as(1, tokens, heads, size),
                            kind.cos,
                            kind.sin,
                            kind.halves,
                            out.as(1, tokens, heads, size));
            return;
        }
        long[] strides = {tokens * heads * size, heads * size, size, 1};
        long[] turned = {1, tokens, heads, kind.dim};
        long[] rest = {1, tokens, heads, size - kind.dim};
        ops.rotary().rotate(x.view(turned, strides, 0), kind.cos, kind.sin, kind.halves, out.view(turned, strides, 0));
        ops.copy(out.view(rest, strides, kind.dim), x.view(rest, strides, kind.dim));
    }
}
