package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void countsAValueInTheFirstClassThatHoldsIt() {
        Histogram histogram = new Histogram(1, 2.5, 10);
        for (double value : new double[] {0, 1, 1.5, 2.5, 2.6, 10, 10.5, 1e9}) {
            histogram.record(value);
        }
        Histogram.Snapshot snapshot = histogram.snapshot();
        assertThat(snapshot.counts()).containsExactly(2, 2, 2, 2);
        assertThat(snapshot.sums()).containsExactly(1, 4, 12.6, 1e9 + 10.5);
        assertThat(snapshot.count()).isEqualTo(8);
        assertThat(snapshot.sum()).isEqualTo(1 + 4 + 12.6 + 1e9 + 10.5);
    }

    @Test
    void leavesSnapshotsAsTheyWere() {
        Histogram histogram = new Histogram(1);
        histogram.record(0.5);
        Histogram.Snapshot before = histogram.snapshot();
        histogram.record(0.5);
        assertThat(before.count()).isEqualTo(1);
        assertThat(histogram.snapshot().count()).isEqualTo(2);
    }
}
