package org.ascend4j.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpreadTest {
    /** Expected values are those of numpy.percentile, method linear. */
    @ParameterizedTest
    @CsvSource({"0, 15", "25, 20", "40, 29", "50, 35", "75, 40", "90, 46", "99, 49.6", "100, 50"})
    void percentilesAreLinearBetweenRanks(double percent, double expected) {
        Spread spread = Spread.of(50, 15, 40, 20, 35);

        assertThat(spread.percentile(percent)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void medianOfAnEvenCountLiesBetweenTheMiddleTwo() {
        assertThat(Spread.of(4, 1, 3, 2).median()).isEqualTo(2.5);
    }

    @Test
    void oneFigureIsAllPercentiles() {
        Spread spread = Spread.of(7);

        assertThat(spread.min()).isEqualTo(7);
        assertThat(spread.percentile(99)).isEqualTo(7);
        assertThat(spread.mean()).isEqualTo(7);
    }

    @Test
    void keepsTheOrderOfMeasurement() {
        assertThat(Spread.of(3, 1, 2).values()).containsExactly(3, 1, 2);
    }

    @Test
    void turnsNanosecondsIntoMilliseconds() {
        assertThat(Spread.ofNanos(LongStream.of(1_500_000)).median()).isEqualTo(1.5);
    }

    @Test
    void refusesWhatIsNoNumber() {
        assertThatThrownBy(() -> Spread.of(1, Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> Spread.of(1).percentile(Double.NaN)).hasMessageContaining("0 to 100");
        assertThatThrownBy(() -> Spread.of(1).percentile(101)).hasMessageContaining("0 to 100");
    }

    @Test
    void doesNotSummarizeNothing() {
        assertThatThrownBy(() -> Spread.of().median()).isInstanceOf(IllegalStateException.class);
    }
}
