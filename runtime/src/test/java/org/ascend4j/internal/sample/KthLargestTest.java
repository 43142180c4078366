package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KthLargestTest {
    @Test
    void agreesWithSorting() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            float[] values = new float[1 + random.nextInt(200)];
            boolean ties = random.nextBoolean();
            for (int i = 0; i < values.length; i++) {
                values[i] = ties ? random.nextInt(5) - 2 : (float) random.nextGaussian();
            }
            float[] sorted = values.clone();
            Arrays.sort(sorted);
            int k = 1 + random.nextInt(values.length);
            assertThat(new KthLargest().of(values, k))
                    .as("seed %dL round %d k %d", seed, round, k)
                    .isEqualTo(sorted[values.length - k]);
        }
    }

    @Test
    void takesNanForSmallerThanEverything() {
        float[] values = {Float.NaN, 1, Float.NaN, 3, 2, Float.NEGATIVE_INFINITY};
        assertThat(new KthLargest().of(values, 1)).isEqualTo(3);
        assertThat(new KthLargest().of(values, 3)).isEqualTo(1);
        assertThat(new KthLargest().of(values, 4)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(new KthLargest().of(values, 6)).isEqualTo(Float.NEGATIVE_INFINITY);
    }
}
