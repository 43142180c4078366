package org.ascend4j.internal.weight;

import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;

/** Looks token ids up: out (T, H) gets a row for each of ids (T). */
public interface TokenEmbedding {
    /** @param arena lends memory for what lies between */
    void apply(Ops ops, TensorArena arena, Tensor ids, DeviceArray out);

    /** Rows in the activations' own type. */
    record Plain(Tensor weight) implements TokenEmbedding {
        @Override
        public void apply(Ops ops, TensorArena arena, Tensor ids, DeviceArray out) {
            long[] shape = weight.shape();
            ops.embedding(weight, ids, out.as(ids.shape()[0], shape[1]));
        }
    }

    /**
     * Signed bytes with a scale for each group of a row: rows and scales are gathered, then multiplied. The table is the
     * very one that a tied head multiplies with, so it is on the device once.
     *
     * @param quants (V, H) int8
     * @param scales (V, H / groupSize) in the activations' type
     */
    record GroupQuantized(Tensor quants, Tensor scales, int groupSize, int hiddenSize) implements TokenEmbedding {
        @Override
        public void apply(Ops ops, TensorArena arena, Tensor ids, DeviceArray out) {
            DataType type = scales.type();
            long tokens = ids.shape()[0];
            long groups = hiddenSize / groupSize;
            DeviceArray rows = arena.array(DataType.INT8, tokens * hiddenSize);
            DeviceArray factors = arena.array(type, tokens * groups);
            DeviceArray values = arena.array(type, tokens * hiddenSize);
            ops.gather(quants, ids, rows.as(tokens, hiddenSize));
            ops.gather(scales, ids, factors.as(tokens, groups));
            // By way of bfloat16, which holds every int8: the list of the 910B's kernels has no cast from int8 to
            // float16.
            DeviceArray exact = type == DataType.BF16 ? values : arena.array(DataType.BF16, tokens * hiddenSize);
            ops.cast(rows.as(tokens, hiddenSize), DataType.BF16, exact.as(tokens, hiddenSize));
            if (exact != values) {
                ops.cast(exact.as(tokens, hiddenSize), type, values.as(tokens, hiddenSize));
            }
            ops.mul(
                    values.as(tokens, groups, groupSize),
                    factors.as(tokens, groups, 1),
                    out.as(tokens, groups, groupSize));
        }
    }
}
