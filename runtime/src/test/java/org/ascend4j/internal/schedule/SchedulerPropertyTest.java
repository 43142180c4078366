package org.ascend4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random arrivals, ends, aborts and failures over tiny pools; every step is checked. Every seed is printed. */
class SchedulerPropertyTest {
    private static final int STEPS = 20_000;

    static Stream<Shape> shapes() {
        return Stream.of(
                Shape.of("one token at a time", 3, 1, 1, 1).aborting(0),
                Shape.of("one block", 2, 16, 1, 1),
                Shape.of("tiny", 5, 4, 3, 3).aborting(0.05),
                Shape.of("shared prefixes", 17, 4, 4, 16).sharing(12),
                Shape.of("preempting", 9, 3, 8, 9).preempting().aborting(0.02),
                Shape.of("preempting blocks of one", 9, 1, 4, 5).preempting(),
                Shape.of("overlapped", 16, 4, 8, 16).overlapped(),
                Shape.of("overlapped and preempting", 12, 4, 6, 12).preempting().overlapped(),
                Shape.of("priorities", 16, 4, 6, 24).preempting().byPriority(),
                Shape.of("forks", 24, 4, 8, 16).forking(4).sharing(8),
                Shape.of("forks, overlapped and preempting", 16, 4, 8, 16)
                        .preempting()
                        .overlapped()
                        .forking(4),
                Shape.of("drafts", 24, 4, 4, 20).drafting(4),
                Shape.of("drafts, overlapped and preempting", 14, 4, 4, 12)
                        .preempting()
                        .overlapped()
                        .drafting(3),
                Shape.of("failures", 16, 4, 6, 16).failing(0.05).forking(3).drafting(2),
                Shape.of("one byte of hash", 20, 2, 6, 12)
                        .preempting()
                        .sharing(10)
                        .hashing(1),
                Shape.of("everything", 20, 4, 8, 20)
                        .preempting()
                        .overlapped()
                        .byPriority()
                        .forking(3)
                        .drafting(3)
                        .sharing(12)
                        .failing(0.02)
                        .aborting(0.02),
                Shape.of("no cache, long prefills", 33, 8, 8, 17)
                        .with(SchedulerOptions.of(8, 17, Integer.MAX_VALUE)
                                .withPrefixCache(false)
                                .withLongPrefill(5)),
                Shape.of("roomy", 200, 16, 16, 64).sharing(40).overlapped());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void keepsEveryInvariantOverManySteps(Shape shape) {
        long seed = System.nanoTime();
        try {
            SchedulerWorkload workload = new SchedulerWorkload(shape, seed);
            workload.run(STEPS);
            workload.drain();
            assertThat(workload.finishedSequences()).isPositive();
            System.out.println("seed " + seed + "L, " + shape + ": " + workload.stats());
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + "L, " + shape + ": " + e.getMessage(), e);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void choosesTheSameScheduleForTheSameArrivals(Shape shape) {
        long seed = System.nanoTime();
        List<String> first = new SchedulerWorkload(shape, seed).trace(500);
        List<String> second = new SchedulerWorkload(shape, seed).trace(500);
        assertThat(second).as("seed %dL, %s", seed, shape).isEqualTo(first);
    }
}
