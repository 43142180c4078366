package org.ascend4j.internal.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.ascend4j.internal.gguf.GgmlType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Unpacks in CANN's layout, weight = (quant + offset) · scale, and compares with ggml's value. */
class GroupPackerTest {
    /** Half the distance of neighbouring halves, relative. */
    private static final double HALF_ROUNDING = 0x1p-11;

    private static final float GREATEST_HALF = 65504;
    private static final float SMALLEST_HALF = 0x1p-24f;

    private static final Set<GgmlType> ROUNDED = EnumSet.of(GgmlType.Q2_K, GgmlType.Q3_K, GgmlType.Q6_K);

    static Stream<GgmlType> packed() {
        return Stream.of(GgmlType.values()).filter(type -> PackFormat.of(type).isPresent());
    }

    /** What a group's operator would multiply with. */
    private static double[] unpack(GgmlType type, PackFormat format, ByteBuffer source, int groups) {
        ByteBuffer quants = buffer(groups * format.bits() * GroupPacker.GROUP / 8);
        ByteBuffer scales = buffer(groups * 2);
        ByteBuffer offsets = buffer(groups * 2);
        GroupPacker.pack(type, format, source, groups, quants, scales, offsets);
        assertThat(quants.hasRemaining() || scales.hasRemaining()).isFalse();
        assertThat(offsets.position()).isEqualTo(format.affine() ? groups * 2 : 0);
        double[] values = new double[groups * GroupPacker.GROUP];
        for (int i = 0; i < values.length; i++) {
            int quant = quants.get(format.bits() == 8 ? i : i / 2);
            if (format.bits() == 4) {
                quant = i % 2 == 0 ? (byte) (quant << 4) >> 4 : quant >> 4;
            }
            int group = i / GroupPacker.GROUP;
            double offset = format.affine() ? Half.toFloat(offsets.getShort(group * 2)) : 0;
            values[i] = (quant + offset) * Half.toFloat(scales.getShort(group * 2));
        }
        return values;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("packed")
    void keepsTheValuesOfGoldenBlocks(GgmlType type) {
        compare(type, PackFormat.of(type).orElseThrow());
    }

    /** As in a projection whose parts are of different types. */
    @ParameterizedTest
    @MethodSource("packed")
    void keepsTheValuesInTheWidestFormat(GgmlType type) {
        compare(type, new PackFormat(8, true));
    }

    private static void compare(GgmlType type, PackFormat format) {
        GoldenBlocks golden = GoldenBlocks.of(type);
        float[] expected = golden.values();
        double[] unpacked = unpack(type, format, golden.blocks(), expected.length / GroupPacker.GROUP);
        int checked = 0;
        for (int i = 0; i < unpacked.length; i++) {
            int group = i / GroupPacker.GROUP;
            if (!(greatest(expected, group) <= GREATEST_HALF)) {
                continue; // no half-precision weight either
            }
            checked++;
            if (ROUNDED.contains(type)) {
                assertThat(unpacked[i]).as("element %d", i).isCloseTo(expected[i], within(byteStep(expected, group)));
            } else if (PackFormat.of(type).orElseThrow().affine()) {
                assertClose(type, golden.blocks(), group, unpacked[i], expected[i]);
            } else {
                assertThat((float) unpacked[i]).as("element %d", i).isEqualTo(expected[i]);
            }
        }
        assertThat(checked).isGreaterThan(unpacked.length / 3);
    }

    /** Half a step of bytes over the range of a group, and the rounding of the scale. */
    private static double byteStep(float[] values, int group) {
        return greatest(values, group) / 254 * (1 + 0x1p-8) + 127 * SMALLEST_HALF;
    }

    private static double greatest(float[] values, int group) {
        double greatest = 0;
        for (int i = group * GroupPacker.GROUP; i < (group + 1) * GroupPacker.GROUP; i++) {
            greatest = Math.max(greatest, Math.abs(values[i]));
        }
        return greatest;
    }

    @ParameterizedTest
    @EnumSource(names = {"Q4_1", "Q5_1", "Q4_K", "Q5_K"})
    void roundsTheMinimumOnlyAsAnOffset(GgmlType type) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        float[] edges = {0, -0f, SMALLEST_HALF, -SMALLEST_HALF, 0x1p-14f, 1, -1, 0.37f, 1000, -1000};
        int groups = type.blockSize() / GroupPacker.GROUP;
        for (int round = 0; round < 20_000 / groups; round++) {
            ByteBuffer block = buffer(type.typeSize());
            random.nextBytes(block.array());
            block.putShort(0, scale(random, edges)).putShort(2, scale(random, edges));
            float[] expected = new float[type.blockSize()];
            Dequantizer.dequantize(type, block, expected, expected.length);
            double[] unpacked = unpack(type, PackFormat.of(type).orElseThrow(), block, groups);
            for (int i = 0; i < unpacked.length; i++) {
                try {
                    assertClose(type, block, i / GroupPacker.GROUP, unpacked[i], expected[i]);
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
        // Below 1024, so that six bits more stay finite halves.
        return (short) (random.nextInt(0x6400) | (random.nextBoolean() ? 0x8000 : 0));
    }

    /**
     * Rounded to halves are the scale, if it is a product, and the offset m / d + middle; the former counts by the quant,
     * the latter times d.
     */
    private static void assertClose(GgmlType type, ByteBuffer blocks, int group, double actual, float expected) {
        boolean nested = type.blockSize() > GroupPacker.GROUP;
        int base = group * GroupPacker.GROUP / type.blockSize() * type.typeSize();
        double d = Half.toFloat(blocks.getShort(base));
        double m = Half.toFloat(blocks.getShort(base + 2));
        if (nested) {
            d *= SuperBlocks.scale(blocks, base + 4, group % 8);
            m *= -SuperBlocks.floor(blocks, base + 4, group % 8);
        }
        int greatestQuant = type == GgmlType.Q5_1 || type == GgmlType.Q5_K ? 31 : 15;
        double offset = Math.abs(m) + (greatestQuant + 1) / 2 * Math.abs(d);
        double floats = Math.ulp((float) offset) + Math.abs(expected) * 0x1p-22;
        double allowed = offset * HALF_ROUNDING + Math.abs(d) * SMALLEST_HALF + floats;
        if (nested) {
            allowed += greatestQuant * (Math.abs(d) * HALF_ROUNDING + SMALLEST_HALF) + Math.abs(m) * HALF_ROUNDING;
        }
        if (Math.abs(m) > 60_000 * Math.abs(d)) {
            allowed += greatestQuant * Math.abs(d); // constant but for steps far below half precision
        }
        if (!(Math.abs(actual - expected) <= allowed)) {
            throw new AssertionError("d " + d + " m " + m + ": " + actual + ", expected " + expected);
        }
    }
}
