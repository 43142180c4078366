package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ascend4j.internal.gguf.GgmlType;

/**
 * Takes ggml's blocks apart into groups of 32: weight = (quant + offset) · scale, where scale and offset are halves. What
 * is read stays valid until the next call.
 */
final class GroupReader {
    private static final int GROUP = GroupPacker.GROUP;
    private static final int SUPER_BLOCK = 256;

    /** Above this an offset is not a half any more; the group is constant to better than half precision then. */
    static final float GREATEST_OFFSET = 65504;

    private static final int GREATEST_BYTE = 127;

    private final GgmlType type;
    private final ByteBuffer source;
    private final byte[] quants = new byte[GROUP];
    private final float[] values = new float[SUPER_BLOCK];
    private float scale;
    private float offset;

    /** @param source blocks from position 0, little-endian */
    GroupReader(GgmlType type, ByteBuffer source) {
        this.type = type;
        this.source = source;
    }

    byte[] quants() {
        return quants;
    }

    float scale() {
        return scale;
    }

    float offset() {
        return offset;
    }

    /** Groups are read in order. */
    void read(int group) {
        switch (type) {
            case Q4_0 -> fourBit(group * type.typeSize(), false);
            case Q4_1 -> fourBit(group * type.typeSize(), true);
            case Q5_0 -> fiveBit(group * type.typeSize(), false);
            case Q5_1 -> fiveBit(group * type.typeSize(), true);
            case Q8_0 -> eightBit(group * type.typeSize());
            case Q4_K, Q5_K -> nested(group);
            case Q2_K, Q3_K, Q6_K -> rounded(group);
            default -> throw new IllegalArgumentException(type + " is not kept quantized");
        }
    }

    private void fourBit(int base, boolean affine) {
        int at = base + (affine ? 4 : 2);
        for (int i = 0; i < GROUP / 2; i++) {
            int pair = source.get(at + i);
            quants[i] = (byte) ((pair & 0xF) - 8);
            quants[i + GROUP / 2] = (byte) ((pair >> 4 & 0xF) - 8);
        }
        steps(half(base), affine ? half(base + 2) : 0, affine ? 8 : 0);
    }

    private void fiveBit(int base, boolean affine) {
        int high = base + (affine ? 4 : 2);
        int fifth = source.getInt(high);
        for (int i = 0; i < GROUP / 2; i++) {
            int pair = source.get(high + 4 + i);
            quants[i] = (byte) (((pair & 0xF) | (fifth >>> i & 1) << 4) - 16);
            quants[i + GROUP / 2] = (byte) (((pair >> 4 & 0xF) | (fifth >>> (i + 16) & 1) << 4) - 16);
        }
        steps(half(base), affine ? half(base + 2) : 0, affine ? 16 : 0);
    }

    private void eightBit(int base) {
        source.get(base + 2, quants);
        steps(half(base), 0, 0);
    }

    /** Super-blocks whose groups of 32 have a small integer scale and minimum each. */
    private void nested(int group) {
        boolean five = type == GgmlType.Q5_K;
        int base = group / 8 * type.typeSize();
        int inner = group % 8;
        int nibbles = base + (five ? 48 : 16) + inner / 2 * GROUP;
        int middle = five ? 16 : 8;
        for (int i = 0; i < GROUP; i++) {
            int quant = source.get(nibbles + i) >> (inner % 2 * 4) & 0xF;
            if (five) {
                quant |= (source.get(base + 16 + i) >> inner & 1) << 4;
            }
            quants[i] = (byte) (quant - middle);
        }
        float minimum = half(base + 2) * SuperBlocks.floor(source, base + 4, inner);
        steps(half(base) * SuperBlocks.scale(source, base + 4, inner), -minimum, middle);
    }

    /** weight = (quant + middle) · d + m. */
    private void steps(float d, float m, int middle) {
        scale = Half.toFloat(Half.fromFloat(d));
        offset = middle == 0 ? 0 : m / scale + middle;
        if (!(Math.abs(offset) <= GREATEST_OFFSET)) {
            // (0 + 1) · m: the steps of d vanish beside m.
            scale = m;
            offset = 1;
            Arrays.fill(quants, (byte) 0);
        }
    }

    /** Bytes over the range of the group. */
    private void rounded(int group) {
        int inner = group % 8;
        if (inner == 0) {
            SuperBlocks.dequantize(type, source, group / 8 * type.typeSize(), values, 0);
        }
        float greatest = 0;
        for (int i = inner * GROUP; i < (inner + 1) * GROUP; i++) {
            greatest = Math.max(greatest, Math.abs(values[i]));
        }
        scale = Half.toFloat(Half.fromFloat(greatest / GREATEST_BYTE));
        offset = 0;
        for (int i = 0; i < GROUP; i++) {
            int quant = scale == 0 ? 0 : Math.round(values[inner * GROUP + i] / scale);
            quants[i] = (byte) Math.max(-GREATEST_BYTE, Math.min(GREATEST_BYTE, quant));
        }
    }

    private float half(int at) {
        return Half.toFloat(source.getShort(at));
    }
}
