package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowSumsTest {
    private static double sum(float[] row, float temperature) {
        RowSums sums = new RowSums(row.length);
        sums.weigh(row, Sampler.best(row), temperature);
        return sums.sum(row.length);
    }

    @Test
    void weighsEachTokenAsTheExponentialDoes() {
        for (float temperature : new float[] {1e-5f, 0.3f, 1, 2}) {
            for (double below = 0; below < 77; below += 0.013) {
                float[] row = {0, (float) (-below * temperature)};
                RowSums sums = new RowSums(2);
                sums.weigh(row, 0, temperature);
                sums.clear(0);
                assertThat(sums.sum(2)).isCloseTo(Math.exp(row[1] / (double) temperature), withPercentage(2e-3));
            }
        }
    }

    @Test
    void sumsUpRowsOfAnyLength() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            float[] row = new float[1 + random.nextInt(5000)];
            double best = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian() * 10;
                best = Math.max(best, row[i]);
            }
            double expected = 0;
            for (float logit : row) {
                expected += Math.exp(logit - best);
            }
            assertThat(sum(row, 1)).as("seed %dL round %d", seed, round).isCloseTo(expected, withPercentage(1e-3));
        }
    }

    @Test
    void givesNoNumberForWhatIsNone() {
        assertThat(sum(new float[] {1, Float.NaN, 2}, 1)).isNaN();
    }

    @Test
    void neverPicksWhatIsBarred() {
        float[] row = new float[3000];
        Arrays.fill(row, Float.NEGATIVE_INFINITY);
        row[1024] = -3e38f;
        row[7] = 0;
        row[2055] = -20;
        RowSums sums = new RowSums(row.length);
        sums.weigh(row, 0, 1);
        sums.clear(7);
        double total = sums.sum(row.length);
        for (double part = 0; part < 1; part += 1.0 / 64) {
            assertThat(sums.pick(row.length, part * total)).isEqualTo(2055);
        }
        sums.clear(2055);
        assertThat(sums.pick(row.length, sums.sum(row.length) / 2)).isEqualTo(-1);
    }
}
