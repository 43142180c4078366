package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import org.ascend4j.internal.gguf.GgmlType;

/**
 * Brings ggml's blocks into the layout of CANN's weight-quantized matmul: signed 4-bit pairs with the even index in the
 * low nibble (or signed bytes), one half-precision scale a group and, for affine formats, one offset, with
 * weight = (quant + offset) · scale.
 */
final class GroupPacker {
    /** Elements that share a scale here, and in most of ggml's formats. */
    static final int GROUP = 32;

    private static final int FLIP_SIGN_BITS = 0x88888888;

    private GroupPacker() {}

    /**
     * @param format holds the type, see {@link PackFormat}
     * @param source whole blocks from position 0, little-endian
     * @param groups how many
     * @param quants gets 16 or 32 bytes a group at its position
     * @param scales gets a half a group at its position
     * @param offsets the same for affine formats, else unused
     */
    static void pack(
            GgmlType type,
            PackFormat format,
            ByteBuffer source,
            int groups,
            ByteBuffer quants,
            ByteBuffer scales,
            ByteBuffer offsets) {
        if (type == GgmlType.Q4_0 && !format.affine() && format.bits() == 4) {
            packFourBit(source, groups, quants, scales);
            return;
        }
        if (type == GgmlType.Q8_0 && !format.affine()) {
            packEightBit(source, groups, quants, scales);
            return;
        }
        if (type == GgmlType.Q4_1 && format.bits() == 4) {
            packFourBitAffine(source, groups, quants, scales, offsets);
            return;
        }
        GroupReader reader = new GroupReader(type, source);
        for (int group = 0; group < groups; group++) {
            reader.read(group);
            put(reader.quants(), format.bits(), quants);
            scales.putShort(Half.fromFloat(reader.scale()));
            if (format.affine()) {
                offsets.putShort(Half.fromFloat(reader.offset()));
            }
        }
    }

    private static void put(byte[] group, int bits, ByteBuffer quants) {
        if (bits == 8) {
            quants.put(group);
            return;
        }
        for (int i = 0; i < GROUP; i += 2) {
            quants.put((byte) (group[i] & 0xF | group[i + 1] << 4));
        }
    }

    private static void packFourBit(ByteBuffer source, int groups, ByteBuffer quants, ByteBuffer scales) {
        for (int group = 0; group < groups; group++) {
            int base = group * GgmlType.Q4_0.typeSize();
            scales.putShort(source.getShort(base));
            packNibbles(source, base + 2, quants);
        }
    }

    private static void packFourBitAffine(
            ByteBuffer source, int groups, ByteBuffer quants, ByteBuffer scales, ByteBuffer offsets) {
        for (int group = 0; group < groups; group++) {
            packAffineGroup(source, group * GgmlType.Q4_1.typeSize(), quants, scales, offsets);
        }
    }

    /** A method of its own, as is {@link #packBytes}: it is compiled long before the loop that calls it would be. */
    private static void packAffineGroup(
            ByteBuffer source, int base, ByteBuffer quants, ByteBuffer scales, ByteBuffer offsets) {
        float d = Half.toFloat(source.getShort(base));
        float offset = Half.toFloat(source.getShort(base + 2)) / d + 8;
        if (Math.abs(offset) <= GroupReader.GREATEST_OFFSET) {
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

    private static void packEightBit(ByteBuffer source, int groups, ByteBuffer quants, ByteBuffer scales) {
        for (int group = 0; group < groups; group++) {
            int base = group * GgmlType.Q8_0.typeSize();
            scales.putShort(source.getShort(base));
            packBytes(source, base + Short.BYTES, quants);
        }
    }

    private static void packBytes(ByteBuffer source, int at, ByteBuffer quants) {
        quants.putLong(source.getLong(at));
        quants.putLong(source.getLong(at + 8));
        quants.putLong(source.getLong(at + 16));
        quants.putLong(source.getLong(at + 24));
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
