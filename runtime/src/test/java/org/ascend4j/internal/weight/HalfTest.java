package org.ascend4j.internal.weight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfTest {
    @Test
    void readsEveryHalfByItsDefinition() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 0x1F;
            int fraction = bits & 0x3FF;
            double magnitude = exponent == 0
                    ? Math.scalb((double) fraction, -24)
                    : Math.scalb(1 + fraction / 1024.0, exponent - 15);
            if (exponent == 31) {
                magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            }
            float expected = (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
            assertThat(Float.floatToIntBits(Half.toFloat((short) bits)))
                    .as("half %04x", bits)
                    .isEqualTo(Float.floatToIntBits(expected));
        }
    }

    @Test
    void writesBackEveryHalf() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Half.toFloat((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(Half.fromFloat(value)).isEqualTo((short) bits);
            }
        }
        assertThat(Half.toFloat(Half.fromFloat(Float.NaN))).isNaN();
    }

    @Test
    void roundsToTheNearestHalfAndTiesToEven() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            float low = Half.toFloat((short) bits);
            float high = Half.toFloat((short) (bits + 1));
            float middle = (low + high) / 2; // exact: floats have bits to spare
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertRounded(middle, even);
            assertRounded(Math.nextDown(middle), bits);
            assertRounded(Math.nextUp(middle), bits + 1);
        }
    }

    private static void assertRounded(float value, int bits) {
        if (Half.fromFloat(value) != (short) bits || Half.fromFloat(-value) != (short) (bits | 0x8000)) {
            throw new AssertionError(value + " becomes " + Integer.toHexString(Half.fromFloat(value) & 0xFFFF)
                    + ", expected " + Integer.toHexString(bits));
        }
    }

    @Test
    void overflowsToInfinityFromHalfAStepBeyondTheLargest() {
        assertThat(Half.fromFloat(Math.nextDown(65520f))).isEqualTo((short) 0x7BFF);
        assertThat(Half.fromFloat(65520)).isEqualTo((short) 0x7C00);
        assertThat(Half.fromFloat(-Float.MAX_VALUE)).isEqualTo((short) 0xFC00);
        assertThat(Half.fromFloat(Float.POSITIVE_INFINITY)).isEqualTo((short) 0x7C00);
    }

    @Test
    void roundsToTheNearestBfloatAndTiesToEven() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            int upper = random.nextInt(0x7F7F);
            float low = Float.intBitsToFloat(upper << 16);
            float middle = Float.intBitsToFloat(upper << 16 | 0x8000);
            assertThat(Half.toBfloat(low)).as("seed %dL", seed).isEqualTo((short) upper);
            assertThat(Half.toBfloat(middle)).isEqualTo((short) (upper + (upper & 1)));
            assertThat(Half.toBfloat(Math.nextDown(middle))).isEqualTo((short) upper);
            assertThat(Half.toBfloat(-Math.nextUp(middle))).isEqualTo((short) (upper + 1 | 0x8000));
        }
        assertThat(Half.toBfloat(Float.MAX_VALUE)).isEqualTo((short) 0x7F80);
        float nan = Float.intBitsToFloat(Half.toBfloat(Float.intBitsToFloat(0x7F800001)) << 16);
        assertThat(nan).isNaN();
    }
}
