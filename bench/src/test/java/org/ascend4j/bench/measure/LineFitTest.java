package org.ascend4j.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LineFitTest {
    @Test
    void findsTheLineThatPointsLieOn() {
        LineFit fit = LineFit.of(new double[] {1, 2, 5}, new double[] {5, 7, 13});

        assertThat(fit.intercept()).isCloseTo(3, within(1e-12));
        assertThat(fit.slope()).isCloseTo(2, within(1e-12));
        assertThat(fit.r2()).isCloseTo(1, within(1e-12));
        assertThat(fit.at(10)).isCloseTo(23, within(1e-12));
    }

    /** Expected values are those of numpy.polyfit and numpy.corrcoef. */
    @Test
    void minimizesSquaresWherePointsScatter() {
        LineFit fit = LineFit.of(new double[] {1, 2, 3, 4}, new double[] {6, 5, 7, 10});

        assertThat(fit.slope()).isCloseTo(1.4, within(1e-12));
        assertThat(fit.intercept()).isCloseTo(3.5, within(1e-12));
        assertThat(fit.r2()).isCloseTo(0.7, within(1e-12));
    }

    @Test
    void refusesPointsThatLieAboveEachOther() {
        assertThatThrownBy(() -> LineFit.of(new double[] {2, 2}, new double[] {1, 3}))
                .hasMessageContaining("same x");
    }
}
