package org.ascend4j.internal.weight;

import java.util.List;
import java.util.Optional;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.GgmlType;

/**
 * How quants lie on the device, in groups of {@link GroupPacker#GROUP} with a scale each.
 *
 * @param bits 4 or 8
 * @param affine whether groups have offsets as well
 */
record PackFormat(int bits, boolean affine) {
    /**
     * The format that keeps a type best; empty for types that are dequantized. Types of more than four bits become bytes.
     * Those whose scales hold for sixteen elements are rounded anew to bytes, whose steps are finer than theirs.
     */
    static Optional<PackFormat> of(GgmlType type) {
        return switch (type) {
            case Q4_0 -> Optional.of(new PackFormat(4, false));
            case Q4_1, Q4_K -> Optional.of(new PackFormat(4, true));
            case Q5_0, Q8_0, Q2_K, Q3_K, Q6_K -> Optional.of(new PackFormat(8, false));
            case Q5_1, Q5_K -> Optional.of(new PackFormat(8, true));
            default -> Optional.empty();
        };
    }

    /** The format that holds all of several types; empty if one of them is dequantized. */
    static Optional<PackFormat> of(List<GgmlType> types) {
        PackFormat joined = new PackFormat(4, false);
        for (GgmlType type : types) {
            Optional<PackFormat> one = of(type);
            if (one.isEmpty()) {
                return one;
            }
            joined = new PackFormat(Math.max(joined.bits, one.get().bits), joined.affine || one.get().affine);
        }
        return Optional.of(joined);
    }

    /** The same with quants of eight bits. */
    PackFormat widened() {
        return new PackFormat(8, affine);
    }

    DataType quants() {
        return bits == 8 ? DataType.INT8 : DataType.INT4;
    }
}
