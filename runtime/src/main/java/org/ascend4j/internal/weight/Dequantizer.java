package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.GgmlType;

/** Turns blocks of ggml's formats into float32, exactly as ggml defines them. */
final class Dequantizer {
    /** The types that can be turned into floats. */
    static final Set<GgmlType> SUPPORTED = Collections.unmodifiableSet(EnumSet.of(
            GgmlType.F32,
            GgmlType.F16,
            GgmlType.BF16,
            GgmlType.F64,
            GgmlType.Q4_0,
            GgmlType.Q4_1,
            GgmlType.Q5_0,
            GgmlType.Q5_1,
            GgmlType.Q8_0,
            GgmlType.Q2_K,
            GgmlType.Q3_K,
            GgmlType.Q4_K,
            GgmlType.Q5_K,
            GgmlType.Q6_K,
            GgmlType.Q8_K));

    private static final int GROUP = 32;

    private Dequantizer() {}

    /** Whether this type can be turned into floats. */
    static boolean supports(GgmlType type) {
        return SUPPORTED.contains(type);
    }

    /**
     * @param source little-endian blocks from position 0
     * @param count elements, a whole number of blocks
     */
    static void dequantize(GgmlType type, ByteBuffer source, float[] target, int count) {
        switch (type) {
            case F32 -> source.asFloatBuffer().get(target, 0, count);
            case F64 -> doubles(source, target, count);
            case F16 -> halves(source, target, count);
            case BF16 -> bfloats(source, target, count);
            case Q4_0, Q4_1 -> fourBit(type, source, target, count);
            case Q5_0, Q5_1 -> fiveBit(type, source, target, count);
            case Q8_0 -> eightBit(source, target, count);
            case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K -> SuperBlocks.dequantize(type, source, target, count);
            default ->
                throw new ModelFormatException("tensor type " + type + " is not supported; supported: " + SUPPORTED);
        }
    }

    private static void doubles(ByteBuffer source, float[] target, int count) {
        for (int i = 0; i < count; i++) {
            target[i] = (float) source.getDouble(i * 8);
        }
    }

    private static void halves(ByteBuffer source, float[] target, int count) {
        for (int i = 0; i < count; i++) {
            target[i] = Half.toFloat(source.getShort(i * 2));
        }
    }

    private static void bfloats(ByteBuffer source, float[] target, int count) {
        for (int i = 0; i < count; i++) {
            target[i] = Float.intBitsToFloat(source.getShort(i * 2) << 16);
        }
    }

    private static void fourBit(GgmlType type, ByteBuffer source, float[] target, int count) {
        boolean affine = type == GgmlType.Q4_1;
        int quants = affine ? 4 : 2;
        for (int block = 0, at = 0; at < count; block++, at += GROUP) {
            int base = block * type.typeSize();
            float d = Half.toFloat(source.getShort(base));
            float m = affine ? Half.toFloat(source.getShort(base + 2)) : 0;
            for (int i = 0; i < GROUP / 2; i++) {
                int pair = source.get(base + quants + i);
                target[at + i] = affine ? (pair & 0xF) * d + m : ((pair & 0xF) - 8) * d;
                target[at + i + GROUP / 2] = affine ? (pair >> 4 & 0xF) * d + m : ((pair >> 4 & 0xF) - 8) * d;
            }
        }
    }

    private static void fiveBit(GgmlType type, ByteBuffer source, float[] target, int count) {
        boolean affine = type == GgmlType.Q5_1;
        int high = affine ? 4 : 2;
        for (int block = 0, at = 0; at < count; block++, at += GROUP) {
            int base = block * type.typeSize();
            float d = Half.toFloat(source.getShort(base));
            float m = affine ? Half.toFloat(source.getShort(base + 2)) : 0;
            int fifth = source.getInt(base + high);
            for (int i = 0; i < GROUP / 2; i++) {
                int pair = source.get(base + high + 4 + i);
                int first = (pair & 0xF) | (fifth >>> i & 1) << 4;
                int second = (pair >> 4 & 0xF) | (fifth >>> (i + 16) & 1) << 4;
                target[at + i] = affine ? first * d + m : (first - 16) * d;
                target[at + i + GROUP / 2] = affine ? second * d + m : (second - 16) * d;
            }
        }
    }

    private static void eightBit(ByteBuffer source, float[] target, int count) {
        for (int block = 0, at = 0; at < count; block++, at += GROUP) {
            int base = block * GgmlType.Q8_0.typeSize();
            float d = Half.toFloat(source.getShort(base));
            for (int i = 0; i < GROUP; i++) {
                target[at + i] = source.get(base + 2 + i) * d;
            }
        }
    }
}
