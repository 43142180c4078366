package org.ascend4j.internal.weight;

import java.util.Optional;
import java.util.OptionalInt;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.gguf.QuantizedMatrix;

/** To what projections in 16 or 32 bits are rounded on load. Embeddings, heads, norms, routers and experts are not. */
public enum LoadRounding {
    NONE,
    W8A8,
    W4A16;

    private static final int USUAL_GROUP = 64;
    private static final String ROUTER = "ffn_gate_inp";

    /** The least that the operators take; they want two groups in a row. */
    private static final int LEAST_GROUP = 32;

    /** The tensor as integers; empty if it stays as it is. */
    Optional<QuantizedMatrix> round(Checkpoint file, GgufTensor tensor, DataType type) {
        boolean numbers =
                tensor.type() == GgmlType.F16 || tensor.type() == GgmlType.BF16 || tensor.type() == GgmlType.F32;
        long[] shape = tensor.shape();
        boolean projection = tensor.name().startsWith("blk.") && !tensor.name().contains(ROUTER);
        boolean matrix =
                projection && shape.length == 2 && shape[0] <= Integer.MAX_VALUE && shape[1] <= Integer.MAX_VALUE;
        if (this == NONE || type == DataType.FLOAT || !numbers || !matrix || shape[0] % 2 != 0) {
            return Optional.empty();
        }
        int columns = (int) shape[0];
        if (this == W8A8) {
            return Optional.of(new RoundedMatrix(file, tensor, 8, columns, type));
        }
        OptionalInt group = group(columns);
        return group.isPresent()
                ? Optional.of(new RoundedMatrix(file, tensor, 4, group.getAsInt(), type))
                : Optional.empty();
    }

    private static OptionalInt group(int columns) {
        if (columns > USUAL_GROUP && columns % USUAL_GROUP == 0) {
            return OptionalInt.of(USUAL_GROUP);
        }
        return columns > LEAST_GROUP ? OptionalInt.of(LEAST_GROUP) : OptionalInt.empty();
    }
}
