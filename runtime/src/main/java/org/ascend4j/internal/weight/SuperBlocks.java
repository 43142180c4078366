package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import org.ascend4j.internal.gguf.GgmlType;

/** ggml's K formats: super-blocks of 256 elements whose sub-blocks have small integer scales of their own. */
final class SuperBlocks {
    private static final int SIZE = 256;

    private SuperBlocks() {}

    static void dequantize(GgmlType type, ByteBuffer source, float[] target, int count) {
        for (int at = 0, base = 0; at < count; at += SIZE, base += type.typeSize()) {
            dequantize(type, source, base, target, at);
        }
    }

    /** One super-block at {@code base} to {@code target} from {@code at} on. */
    static void dequantize(GgmlType type, ByteBuffer source, int base, float[] target, int at) {
        switch (type) {
            case Q2_K -> q2(source, base, target, at);
            case Q3_K -> q3(source, base, target, at);
            case Q4_K -> q4(source, base, target, at);
            case Q5_K -> q5(source, base, target, at);
            case Q6_K -> q6(source, base, target, at);
            case Q8_K -> q8(source, base, target, at);
            default -> throw new IllegalArgumentException(type + " has no super-blocks");
        }
    }

    // 16 bytes of (scale, minimum) nibbles, 64 bytes of 2-bit quants, d, dmin.
    private static void q2(ByteBuffer source, int base, float[] target, int at) {
        float d = Half.toFloat(source.getShort(base + 80));
        float minimum = Half.toFloat(source.getShort(base + 82));
        for (int i = 0; i < SIZE; i++) {
            int scale = source.get(base + i / 16);
            int quant = source.get(base + 16 + i / 128 * 32 + i % 32) >> (i % 128 / 32 * 2) & 3;
            target[at + i] = d * (scale & 0xF) * quant - minimum * (scale >> 4 & 0xF);
        }
    }

    // 32 bytes of third bits, 64 bytes of 2-bit quants, 12 bytes of 6-bit scales, d.
    private static void q3(ByteBuffer source, int base, float[] target, int at) {
        float d = Half.toFloat(source.getShort(base + 108));
        for (int i = 0; i < SIZE; i++) {
            int group = i / 16;
            int low = source.get(base + 96 + group % 8) >> (group / 8 * 4) & 0xF;
            int high = source.get(base + 104 + group % 4) >> (group / 4 * 2) & 3;
            int scale = (low | high << 4) - 32;
            int third = source.get(base + i % 32) >> (i / 32) & 1;
            int quant = source.get(base + 32 + i / 128 * 32 + i % 32) >> (i % 128 / 32 * 2) & 3;
            target[at + i] = d * scale * (quant - (third == 1 ? 0 : 4));
        }
    }

    // d, dmin, 12 bytes of 6-bit scales and minima, 128 bytes of nibbles.
    private static void q4(ByteBuffer source, int base, float[] target, int at) {
        float d = Half.toFloat(source.getShort(base));
        float minimum = Half.toFloat(source.getShort(base + 2));
        for (int i = 0; i < SIZE; i++) {
            int group = i / 32;
            int quant = source.get(base + 16 + i / 64 * 32 + i % 32) >> (group % 2 * 4) & 0xF;
            target[at + i] = d * scale(source, base + 4, group) * quant - minimum * floor(source, base + 4, group);
        }
    }

    // As q4 with 32 bytes of fifth bits between scales and nibbles.
    private static void q5(ByteBuffer source, int base, float[] target, int at) {
        float d = Half.toFloat(source.getShort(base));
        float minimum = Half.toFloat(source.getShort(base + 2));
        for (int i = 0; i < SIZE; i++) {
            int group = i / 32;
            int quant = source.get(base + 48 + i / 64 * 32 + i % 32) >> (group % 2 * 4) & 0xF;
            quant |= (source.get(base + 16 + i % 32) >> group & 1) << 4;
            target[at + i] = d * scale(source, base + 4, group) * quant - minimum * floor(source, base + 4, group);
        }
    }

    // 128 bytes of low nibbles, 64 bytes of upper pairs, 16 signed scales, d.
    private static void q6(ByteBuffer source, int base, float[] target, int at) {
        float d = Half.toFloat(source.getShort(base + 208));
        for (int i = 0; i < SIZE; i++) {
            int half = i / 128;
            int quarter = i % 128 / 32;
            int low = source.get(base + half * 64 + quarter % 2 * 32 + i % 32) >> (quarter / 2 * 4) & 0xF;
            int high = source.get(base + 128 + half * 32 + i % 32) >> (quarter * 2) & 3;
            target[at + i] = d * source.get(base + 192 + i / 16) * ((low | high << 4) - 32);
        }
    }

    // float d, 256 signed bytes, sums that only dot products use.
    private static void q8(ByteBuffer source, int base, float[] target, int at) {
        float d = source.getFloat(base);
        for (int i = 0; i < SIZE; i++) {
            target[at + i] = d * source.get(base + 4 + i);
        }
    }

    /** The 6-bit scale of a group of 32 in a Q4_K or Q5_K block. */
    static int scale(ByteBuffer source, int scales, int group) {
        return group < 4
                ? source.get(scales + group) & 63
                : source.get(scales + group + 4) & 0xF | (source.get(scales + group - 4) >> 6 & 3) << 4;
    }

    /** The 6-bit minimum of such a group. */
    static int floor(ByteBuffer source, int scales, int group) {
        return group < 4
                ? source.get(scales + group + 4) & 63
                : source.get(scales + group + 4) >> 4 & 0xF | (source.get(scales + group) >> 6 & 3) << 4;
    }
}
