package org.ascend4j.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {
    private static final int COUNT = 20_000;

    /** The standard error of the mean is 0.7 %, of the deviation 1 %. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4})
    void gapsHaveMeanAndDeviationOfOneOverTheRate(long seed) {
        double rate = 4;
        long[] times = Arrivals.poisson(COUNT, rate, seed);
        double[] gaps = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            gaps[i] = (times[i] - (i == 0 ? 0 : times[i - 1])) / 1e9;
        }

        double mean = Arrays.stream(gaps).average().orElseThrow();
        double variance = Arrays.stream(gaps)
                .map(gap -> (gap - mean) * (gap - mean))
                .average()
                .orElseThrow();
        assertThat(mean).as("seed " + seed).isCloseTo(1 / rate, within(0.03 / rate));
        assertThat(Math.sqrt(variance)).as("seed " + seed).isCloseTo(1 / rate, within(0.05 / rate));
    }

    @Test
    void timesAscendAndFollowTheSeed() {
        long[] times = Arrivals.poisson(100, 10, 7);

        assertThat(times).isSorted().isEqualTo(Arrivals.poisson(100, 10, 7));
        assertThat(times).isNotEqualTo(Arrivals.poisson(100, 10, 8));
        assertThat(times[0]).isPositive();
    }

    @Test
    void twiceTheRateHalvesEveryTime() {
        long[] slow = Arrivals.poisson(50, 1, 3);
        long[] fast = Arrivals.poisson(50, 2, 3);

        for (int i = 0; i < slow.length; i++) {
            assertThat(fast[i]).isCloseTo(slow[i] / 2, within(1L));
        }
    }

    @Test
    void allComeAtOnceAtAnInfiniteRate() {
        assertThat(Arrivals.poisson(10, Double.POSITIVE_INFINITY, 0)).containsOnly(0);
    }

    @Test
    void refusesRatesThatAreNone() {
        assertThatThrownBy(() -> Arrivals.poisson(1, 0, 0)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> Arrivals.poisson(1, Double.NaN, 0)).hasMessageContaining("NaN");
    }
}
