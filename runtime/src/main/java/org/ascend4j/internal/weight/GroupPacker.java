package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import org.ascend4j.internal.gguf.GgmlType;

/**
 * Brings ggml's 32-element blocks into the layout of CANN's weight-quantized matmul: signed 4-bit pairs with the even
 * index in the low nibble (or signed bytes), one half-precision scale a group and, for affine formats, one offset, with
 * weight = (quant + offset) · scale. Quants are carried over bit for bit; only Q4_1's minimum is rounded, as an offset.
 */
final class GroupPacker {
    /** Elements that share a scale, in ggml's formats and here. */
    static final int GROUP = 32;

    /** Above this an offset is not a half any more; the block is constant to better than half precision then. */
    private static final float GREATEST_OFFSET = 65504;

    private static final int FLIP_SIGN_BITS = 0x88888888;

    private GroupPacker() {}

    /** Whether a tensor of this type keeps its quantization. */
    static boolean supports(GgmlType type) {
        return type == GgmlType.Q4_0 || type == GgmlType.Q4_1 || type == GgmlType.Q8_0;
    }

    static boolean affine(GgmlType type) {
        return type == GgmlType.Q4_1;
    }

    /** Bits of one packed quant. */
    static int bits(GgmlType type) {
        return type == GgmlType.Q8_0 ? 8 : 4;
    }

    /**
     * @param source blocks from position 0, little-endian
     * @param blocks how many
     * @param quants gets 16 or 32 bytes a block at its position
     * @param scales gets a half a block at its position
     * @param offsets the same for affine types, else unused
     */
    static void pack(
            GgmlType type, ByteBuffer source, int blocks, ByteBuffer quants, ByteBuffer scales, ByteBuffer offsets) {
        for (int block = 0; block < blocks; block++) {
            int base = block * type.typeSize();
            switch (type) {
                case Q4_0 -> {
                    scales.putShort(source.getShort(base));
                    packNibbles(source, base + 2, quants);
                }
                case Q4_1 -> packAffine(source, base, quants, scales, offsets);
                case Q8_0 -> {
                    scales.putShort(source.getShort(base));
                    for (int i = 0; i < GROUP; i += 8) {
                        quants.putLong(source.getLong(base + 2 + i));
                    }
                }
                default -> throw new IllegalArgumentException(type + " is not kept quantized");
            }
        }
    }

    private static void packAffine(
            ByteBuffer source, int base, ByteBuffer quants, ByteBuffer scales, ByteBuffer offsets) {
        float d = Half.toFloat(source.getShort(base));
        float m = Half.toFloat(source.getShort(base + 2));
        float offset = m / d + 8;
        if (offset >= -GREATEST_OFFSET && offset <= GREATEST_OFFSET) {
            scales.putShort(source.getShort(base));
            offsets.putShort(Half.fromFloat(offset));
            packNibbles(source, base + 4, quants);
        } else {
            // (0 + 1) · m: the steps of d vanish beside m.
            scales.putShort(source.getShort(base + 2));
            offsets.putShort(Half.fromFloat(1));
            quants.putLong(0).putLong(0);
        }
    }

    // ggml: byte i holds elements i and i + 16. CANN: byte i holds elements 2i and 2i + 1. Subtracting 8 from an
    // unsigned nibble is flipping its top bit.
    private static void packNibbles(ByteBuffer source, int at, ByteBuffer quants) {
        long first = source.getLong(at);
        long second = source.getLong(at + 8);
        quants.putInt(gather(first) ^ FLIP_SIGN_BITS);
        quants.putInt(gather(second) ^ FLIP_SIGN_BITS);
        quants.putInt(gather(first >>> 4) ^ FLIP_SIGN_BITS);
        quants.putInt(gather(second >>> 4) ^ FLIP_SIGN_BITS);
    }

    /** The low nibbles of eight bytes, side by side. */
    private static int gather(long bytes) {
        long x = bytes & 0x0F0F0F0F0F0F0F0FL;
        x = (x | x >>> 4) & 0x00FF00FF00FF00FFL;
        x = (x | x >>> 8) & 0x0000FFFF0000FFFFL;
        return (int) (x | x >>> 16);
    }
}
