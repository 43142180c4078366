package org.ascend4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random arrivals, ends and aborts over tiny pools; every step is checked. A failure prints the seed that repeats it. */
class SchedulerPropertyTest {
    private static final int STEPS = 20_000;

    static Stream<SchedulerWorkload.Shape> shapes() {
        return Stream.of(
                // blocks (null block included), block size, sequences, budget, abort chance, burst
                new SchedulerWorkload.Shape(3, 1, 1, 1, 0, 1),
                new SchedulerWorkload.Shape(2, 16, 1, 1, 0.01, 3),
                new SchedulerWorkload.Shape(3, 4, 2, 2, 0.01, 4),
                new SchedulerWorkload.Shape(5, 4, 3, 3, 0.05, 6),
                new SchedulerWorkload.Shape(5, 4, 3, 8, 0, 6),
                new SchedulerWorkload.Shape(9, 1, 4, 5, 0.02, 8),
                new SchedulerWorkload.Shape(9, 3, 8, 9, 0.02, 8),
                new SchedulerWorkload.Shape(16, 4, 16, 16, 0.1, 20),
                new SchedulerWorkload.Shape(16, 16, 4, 64, 0.01, 10),
                new SchedulerWorkload.Shape(33, 8, 8, 17, 0.005, 12),
                new SchedulerWorkload.Shape(64, 2, 32, 33, 0.02, 40),
                new SchedulerWorkload.Shape(200, 16, 16, 512, 0.01, 30));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void keepsEveryInvariantOverManySteps(SchedulerWorkload.Shape shape) {
        long seed = System.nanoTime();
        try {
            SchedulerWorkload workload = new SchedulerWorkload(shape, seed);
            workload.run(STEPS);
            workload.drain();
            assertThat(workload.finishedSequences()).isPositive();
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + "L, " + shape + ": " + e.getMessage(), e);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void choosesTheSameScheduleForTheSameArrivals(SchedulerWorkload.Shape shape) {
        long seed = System.nanoTime();
        List<String> first = new SchedulerWorkload(shape, seed).trace(500);
        List<String> second = new SchedulerWorkload(shape, seed).trace(500);
        assertThat(second).as("seed %dL, %s", seed, shape).isEqualTo(first);
    }
}
