package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class PositionRandomTest {
    private static final int DRAWS = 200_000;
    private static final int BINS = 100;

    @Test
    void isUniformOverPositions() {
        for (long seed : new long[] {0, 1, -1, 42, Long.MIN_VALUE}) {
            assertUniform("positions of seed " + seed, position -> PositionRandom.uniform(seed, position));
        }
    }

    @Test
    void isUniformOverSeeds() {
        assertUniform("seeds at position 0", seed -> PositionRandom.uniform(seed, 0));
        assertUniform("seeds at position 7", seed -> PositionRandom.uniform(seed, 7));
        assertUniform("diagonal", seed -> PositionRandom.uniform(seed, seed));
    }

    @Test
    void pairsOfNeighboursFillTheSquare() {
        int[] bins = new int[BINS];
        for (int i = 0; i < DRAWS; i++) {
            int x = (int) (PositionRandom.uniform(5, i) * 10);
            int y = (int) (PositionRandom.uniform(5, i + 1) * 10);
            bins[x * 10 + y]++;
        }
        assertThat(chiSquare(bins)).isLessThan(170);
    }

    @Test
    void dependsOnSeedAndPositionOnly() {
        assertThat(PositionRandom.uniform(3, 9)).isEqualTo(PositionRandom.uniform(3, 9));
        assertThat(PositionRandom.uniform(3, 9)).isNotEqualTo(PositionRandom.uniform(9, 3));
        assertThat(PositionRandom.uniform(3, 9)).isNotEqualTo(PositionRandom.uniform(4, 8));
    }

    private static void assertUniform(String what, LongToDoubleFunction draw) {
        int[] bins = new int[BINS];
        for (int i = 0; i < DRAWS; i++) {
            double value = draw.applyAsDouble(i);
            assertThat(value >= 0 && value < 1).as("%s: %s", what, value).isTrue();
            bins[(int) (value * BINS)]++;
        }
        // 99 degrees of freedom: beyond 170 once in a hundred thousand.
        assertThat(chiSquare(bins)).as(what).isLessThan(170);
    }

    private static double chiSquare(int[] bins) {
        double expected = (double) DRAWS / BINS;
        double sum = 0;
        for (int count : bins) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }
}
