package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;

class ExpTableTest {
    @Test
    void agreesWithTheExactExponential() {
        for (double x = 0; x < ExpTable.LIMIT; x += 0.000_731) {
            assertThat(ExpTable.exp(x * ExpTable.STEPS)).isCloseTo(Math.exp(-x), withPercentage(3e-7));
        }
        assertThat(ExpTable.exp(0)).isOne();
        assertThat(ExpTable.exp(Math.nextDown((double) ExpTable.SIZE))).isPositive();
    }
}
