package org.ascend4j.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ascend4j.bench.measure.OpenLoop.Objectives;
import org.junit.jupiter.api.Test;

class TraceTest {
    /** 30 ms to the first token, then 10, 20 and 60. */
    private static final Trace TRACE =
            new Trace(1_000_000, 5, new long[] {31_000_000, 41_000_000, 61_000_000, 121_000_000});

    @Test
    void timesCountFromWhenTheRequestWasDue() {
        assertThat(TRACE.timeToFirstNanos()).isEqualTo(30_000_000);
        assertThat(TRACE.wholeNanos()).isEqualTo(120_000_000);
        assertThat(TRACE.gapNanos()).containsExactly(10_000_000L, 20_000_000L, 60_000_000L);
        assertThat(TRACE.timePerTokenNanos()).isEqualTo(30_000_000);
    }

    @Test
    void goodputCountsRequestsThatKeepEveryObjective() {
        double none = Double.POSITIVE_INFINITY;
        OpenLoop loop = new OpenLoop(List.of(TRACE, TRACE), List.of(), 2, 0);

        assertThat(loop.goodput(Objectives.NONE)).isEqualTo(1);
        assertThat(loop.goodput(new Objectives(30, 30, 120))).isEqualTo(1);
        assertThat(loop.goodput(new Objectives(29, none, none))).isZero();
        assertThat(loop.goodput(new Objectives(none, 29, none))).isZero();
        assertThat(loop.goodput(new Objectives(none, none, 119))).isZero();
    }

    @Test
    void stepsOfABatchAreThoseInWhichAllDecode() {
        Trace observer = new Trace(0, 4, new long[] {40, 50, 62, 75, 90});
        // The first request is a step ahead: it had its first token while the observer waited, and ends a step earlier.
        BatchRun batch = new BatchRun(0, 90, 4, 5, new long[] {30, 40}, new long[] {76, 90}, observer);

        assertThat(batch.stepNanos()).containsExactly(10, 12, 13);
        assertThat(batch.allAtOnce()).isTrue();
        assertThat(batch.decodePerSecond()).isEqualTo(2 * 3 / 35e-9);
        assertThat(batch.prefillPerSecond()).isEqualTo(2 * 4 / 40e-9);
        assertThat(batch.generatedPerSecond()).isEqualTo(2 * 5 / 90e-9);
        assertThat(batch.totalPerSecond()).isEqualTo(2 * 9 / 90e-9);
    }

    @Test
    void aBatchThatRanOneAfterTheOtherHasNoSuchSteps() {
        Trace observer = new Trace(0, 4, new long[] {40, 50});
        BatchRun batch = new BatchRun(0, 50, 4, 2, new long[] {10, 40}, new long[] {20, 50}, observer);

        assertThat(batch.allAtOnce()).isFalse();
    }
}
