package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.ascend4j.internal.gguf.GgmlType;

/**
 * Brings ggml's blocks into the layout of CANN's weight-quantized matmul: signed 4-bit pairs with the even index in the
 * low nibble (or signed bytes), one half-precision scale a group and, for affine formats, one offset, with
 * weight = (quant + offset) · scale.
 */
final class GroupPacker {
    /** Elements that share a scale here, and in most of ggml's formats. */
    static final int GROUP = 32;

    /** Groups that are converted between bulk copies, which alone touch the buffers: code on arrays is fast sooner. */
    private static final int RUN = 512;

    private static final long LOW_WORD = 0xFFFFFFFFL;

    private static final int FLIP_SIGN_BITS = 0x88888888;

    /** Q4_1: scale and minimum as halves, then 16 bytes of nibbles. */
    private static final int AFFINE_WORDS = GgmlType.Q4_1.typeSize() / Integer.BYTES;

    /** Q8_0: the scale as a half, then 32 bytes. */
    private static final int BYTES_HALVES = GgmlType.Q8_0.typeSize() / Short.BYTES;

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
        IntBuffer blocks = littleEndian(source).asIntBuffer();
        int[] words = new int[RUN * AFFINE_WORDS];
        int[] nibbles = new int[RUN * 4];
        short[] steps = new short[RUN];
        short[] zeros = new short[RUN];
        for (int done = 0; done < groups; done += RUN) {
            int count = Math.min(RUN, groups - done);
            blocks.get(words, 0, count * AFFINE_WORDS);
            for (int group = 0; group < count; group++) {
                packAffineGroup(words, nibbles, steps, zeros, group);
            }
            put(nibbles, count * 4, quants);
            put(steps, count, scales);
            put(zeros, count, offsets);
        }
    }

    /** A method of its own: it is compiled long before the loop that calls it would be. */
    private static void packAffineGroup(int[] words, int[] nibbles, short[] steps, short[] zeros, int group) {
        int from = group * AFFINE_WORDS;
        short d = (short) words[from];
        short m = (short) (words[from] >>> 16);
        float offset = Half.toFloat(m) / Half.toFloat(d) + 8;
        int to = group * 4;
        if (Math.abs(offset) <= GroupReader.GREATEST_OFFSET) {
            steps[group] = d;
            zeros[group] = Half.fromFloat(offset);
            long first = words[from + 1] & LOW_WORD | (long) words[from + 2] << 32;
            long second = words[from + 3] & LOW_WORD | (long) words[from + 4] << 32;
            nibbles[to] = gather(first) ^ FLIP_SIGN_BITS;
            nibbles[to + 1] = gather(second) ^ FLIP_SIGN_BITS;
            nibbles[to + 2] = gather(first >>> 4) ^ FLIP_SIGN_BITS;
            nibbles[to + 3] = gather(second >>> 4) ^ FLIP_SIGN_BITS;
        } else {
            // (0 + 1) · m: the steps of d vanish beside m.
            steps[group] = m;
            zeros[group] = Half.fromFloat(1);
            Arrays.fill(nibbles, to, to + 4, 0);
        }
    }

    private static void packEightBit(ByteBuffer source, int groups, ByteBuffer quants, ByteBuffer scales) {
        ShortBuffer blocks = littleEndian(source).asShortBuffer();
        short[] halves = new short[RUN * BYTES_HALVES];
        short[] pairs = new short[RUN * (BYTES_HALVES - 1)];
        short[] steps = new short[RUN];
        for (int done = 0; done < groups; done += RUN) {
            int count = Math.min(RUN, groups - done);
            blocks.get(halves, 0, count * BYTES_HALVES);
            for (int group = 0; group < count; group++) {
                packBytes(halves, pairs, steps, group);
            }
            put(pairs, count * (BYTES_HALVES - 1), quants);
            put(steps, count, scales);
        }
    }

    private static void packBytes(short[] halves, short[] pairs, short[] steps, int group) {
        int from = group * BYTES_HALVES;
        steps[group] = halves[from];
        System.arraycopy(halves, from + 1, pairs, group * (BYTES_HALVES - 1), BYTES_HALVES - 1);
    }

    private static ByteBuffer littleEndian(ByteBuffer blocks) {
        return blocks.duplicate().position(0).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(int[] values, int count, ByteBuffer target) {
        target.slice().order(target.order()).asIntBuffer().put(values, 0, count);
        target.position(target.position() + count * Integer.BYTES);
    }

    private static void put(short[] values, int count, ByteBuffer target) {
        target.slice().order(target.order()).asShortBuffer().put(values, 0, count);
        target.position(target.position() + count * Short.BYTES);
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
