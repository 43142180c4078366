package org.ascend4j.internal.weight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.Stream;
import org.ascend4j.internal.gguf.GgmlType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Unpacks in CANN's layout, weight = (quant + offset) · scale, and compares with ggml's value. */
class GroupPackerTest {
    /** Half the distance of neighbouring halves, relative. */
    private static final double HALF_ROUNDING = 0x1p-11;

    private static final float SMALLEST_HALF = 0x1p-24f;

    static Stream<GgmlType> packed() {
        return Stream.of(GgmlType.values()).filter(GroupPacker::supports);
    }

    /** What a group's operator would multiply with. */
    private static double[] unpack(GgmlType type, ByteBuffer source, int blocks) {
        int quantBytes = GroupPacker.bits(type) * GroupPacker.GROUP / 8;
        ByteBuffer quants = buffer(blocks * quantBytes);
        ByteBuffer scales = buffer(blocks * 2);
        ByteBuffer offsets = buffer(blocks * 2);
        GroupPacker.pack(type, source, blocks, quants, scales, offsets);
        assertThat(quants.hasRemaining() || scales.hasRemaining()).isFalse();
        assertThat(offsets.position()).isEqualTo(GroupPacker.affine(type) ? blocks * 2 : 0);
        double[] values = new double[blocks * GroupPacker.GROUP];
        for (int i = 0; i < values.length; i++) {
            int quant = quants.get(GroupPacker.bits(type) == 8 ? i : i / 2);
            if (GroupPacker.bits(type) == 4) {
                quant = i % 2 == 0 ? (byte) (quant << 4) >> 4 : quant >> 4;
            }
            int block = i / GroupPacker.GROUP;
            double offset = GroupPacker.affine(type) ? Half.toFloat(offsets.getShort(block * 2)) : 0;
            values[i] = (quant + offset) * Half.toFloat(scales.getShort(block * 2));
        }
        return values;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("packed")
    void keepsTheValuesOfGoldenBlocks(GgmlType type) {
        GoldenBlocks golden = GoldenBlocks.of(type);
        double[] unpacked = unpack(type, golden.blocks(), golden.count());
        float[] expected = new float[golden.values().length];
        Dequantizer.dequantize(type, golden.blocks(), expected, expected.length);
        for (int i = 0; i < unpacked.length; i++) {
            if (GroupPacker.affine(type)) {
                assertClose(golden.blocks(), i / GroupPacker.GROUP, unpacked[i], expected[i]);
            } else {
                assertThat((float) unpacked[i]).as("element %d", i).isEqualTo(expected[i]);
            }
        }
    }

    @Test
    void roundsTheMinimumOnlyAsAnOffset() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        float[] edges = {0, -0f, SMALLEST_HALF, -SMALLEST_HALF, 0x1p-14f, 1, -1, 0.37f, 65504, -65504};
        for (int round = 0; round < 20_000; round++) {
            ByteBuffer block = buffer(GgmlType.Q4_1.typeSize());
            random.nextBytes(block.array());
            block.putShort(0, scale(random, edges)).putShort(2, scale(random, edges));
            float[] expected = new float[GroupPacker.GROUP];
            Dequantizer.dequantize(GgmlType.Q4_1, block, expected, GroupPacker.GROUP);
            double[] unpacked = unpack(GgmlType.Q4_1, block, 1);
            for (int i = 0; i < unpacked.length; i++) {
                try {
                    assertClose(block, 0, unpacked[i], expected[i]);
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + "L round " + round + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private static short scale(Random random, float[] edges) {
        if (random.nextInt(3) == 0) {
            return Half.fromFloat(edges[random.nextInt(edges.length)]);
        }
        return (short) (random.nextInt(0x7C00) | (random.nextBoolean() ? 0x8000 : 0));
    }

    /** The offset m / d + 8 is a half: its rounding, times d, is all that may be lost. */
    private static void assertClose(ByteBuffer blocks, int block, double actual, float expected) {
        int base = block * GgmlType.Q4_1.typeSize();
        double d = Half.toFloat(blocks.getShort(base));
        double m = Half.toFloat(blocks.getShort(base + 2));
        double offset = Math.abs(m) + 8 * Math.abs(d);
        double floats = Math.ulp((float) offset) + Math.abs(expected) * 0x1p-23;
        double allowed = offset * HALF_ROUNDING + Math.abs(d) * SMALLEST_HALF + floats;
        if (Math.abs(m) > 65_000 * Math.abs(d)) {
            allowed += 15 * Math.abs(d); // a block that is constant but for steps far below half precision
        }
        if (!(Math.abs(actual - expected) <= allowed)) {
            throw new AssertionError("d " + d + " m " + m + ": " + actual + ", expected " + expected);
        }
    }
}
