package org.ascend4j.internal.schedule;

import static org.ascend4j.internal.schedule.Sequences.land;
import static org.ascend4j.internal.schedule.Sequences.step;
import static org.ascend4j.internal.schedule.Sequences.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Running out of blocks, and the live-locks that others met there. */
class PreemptionTest {
    private static final SchedulerOptions OPTIONS = SchedulerOptions.of(4, 16, 64)
            .withAdmission(AdmissionPolicy.PREEMPT)
            .withWatermark(0);

    private static Scheduler scheduler(int blocks, SchedulerOptions options) {
        return new Scheduler(new BlockPool(blocks, 4), options, Drafter.NONE);
    }

    private static Sequence sequence(long id, int token, int length, int maxTokens) {
        int[] prompt = new int[length];
        Arrays.fill(prompt, token);
        return Sequences.of(id, prompt, maxTokens, SequenceOptions.DEFAULT);
    }

    @Test
    void preemptsTheYoungestAndResumesItFirst() {
        Scheduler scheduler = scheduler(1 + 3, OPTIONS);
        Sequence first = sequence(1, 50, 4, 6);
        Sequence second = sequence(2, 60, 4, 6);
        scheduler.add(first);
        scheduler.add(second);
        step(scheduler, 7);
        scheduler.add(sequence(3, 70, 4, 2));
        // The third block goes to the first, and the second has to make way for nobody but itself.
        assertThat(text(step(scheduler, 7))).isEqualTo("1:1");
        assertThat(second.blockCount()).isZero();
        assertThat(scheduler.stats().preemptions()).isEqualTo(1);
        List<Long> order = new ArrayList<>();
        while (scheduler.hasWork()) {
            for (Step.Entry entry : step(scheduler, 7).entries()) {
                if (!order.contains(entry.sequence().id())) {
                    order.add(entry.sequence().id());
                }
            }
        }
        assertThat(order).containsExactly(1L, 2L, 3L);
        assertThat(second.generated()).containsOnly(7).hasSize(6);
    }

    @Test
    void preemptsTheLeastImportant() {
        Scheduler scheduler = scheduler(1 + 3, OPTIONS.withQueue(QueuePolicy.PRIORITY));
        Sequence low = Sequences.of(1, new int[] {1, 1, 1, 1}, 6, SequenceOptions.DEFAULT.withPriority(1));
        Sequence high = Sequences.of(2, new int[] {2, 2, 2, 2}, 6, SequenceOptions.DEFAULT);
        scheduler.add(low);
        scheduler.add(high);
        step(scheduler, 7);
        assertThat(text(step(scheduler, 7))).isEqualTo("2:1");
        assertThat(low.blockCount()).isZero();
    }

    @Test
    void computesAgainWhatWasLostExceptWhatTheCacheKept() {
        Scheduler scheduler = scheduler(1 + 3, OPTIONS);
        scheduler.add(sequence(1, 50, 4, 3));
        Sequence second = sequence(2, 60, 4, 6);
        scheduler.add(second);
        step(scheduler, 7);
        step(scheduler, 7); // preempts the second, whose prompt's block stays cached
        step(scheduler, 7); // ends the first
        assertThat(text(scheduler.next())).isEqualTo("2:1");
        assertThat(scheduler.stats().prefixHits()).isEqualTo(4);
    }

    /**
     * With a step in flight, preempting frees nothing at once. To go on preempting for want of those blocks would stop
     * everybody, every time.
     */
    @Test
    void stopsPreemptingWhereBlocksOnTheirWayBackWillDo() {
        Scheduler scheduler = scheduler(1 + 3, OPTIONS.withDepth(2));
        for (int id = 1; id <= 3; id++) {
            scheduler.add(sequence(id, 10 * id, 3, 6));
        }
        Step first = scheduler.next();
        Step second = scheduler.next(); // fills the three blocks
        land(scheduler, first, 7);
        Step third = scheduler.next(); // all three want a block; one is preempted, its own is fenced
        assertThat(scheduler.stats().preemptions()).isEqualTo(1);
        assertThat(scheduler.runningCount()).isEqualTo(2);
        assertThat(scheduler.fencedBlocks()).isEqualTo(1);
        land(scheduler, second, 7);
        assertThat(scheduler.fencedBlocks()).isZero();
        assertThat(third.isEmpty()).isTrue();
        assertThat(text(scheduler.next())).isEqualTo("1:1");
        assertThat(scheduler.stats().preemptions())
                .as("the second lacks a block, too")
                .isEqualTo(2);
    }

    @Test
    void finishesAllOfManyInATinyPoolAtDepthTwo() {
        Scheduler scheduler = scheduler(1 + 4, OPTIONS.withDepth(2));
        for (int id = 1; id <= 8; id++) {
            scheduler.add(sequence(id, id, 3, 10));
        }
        List<Step> flying = new ArrayList<>();
        int steps = 0;
        while (scheduler.hasWork()) {
            assertThat(++steps).as("steps").isLessThan(500);
            Step step = scheduler.mayPlan() ? scheduler.next() : null;
            if (step != null && !step.isEmpty()) {
                flying.add(step);
            } else {
                land(scheduler, flying.remove(0), 7);
            }
        }
        assertThat(scheduler.stats().ranOut()).isEqualTo(8);
    }

    /** Blocks held for somebody who cannot start may be just those that the head of the queue needs. */
    @Test
    void holdsNoBlocksForThoseWhoWait() {
        Scheduler scheduler = scheduler(1 + 4, OPTIONS);
        List<Sequence> group = List.of(sequence(1, 50, 6, 10), sequence(2, 50, 6, 10), sequence(3, 50, 6, 10));
        scheduler.add(group);
        for (int steps = 0; scheduler.hasWork(); steps++) {
            assertThat(steps).as("steps").isLessThan(500);
            step(scheduler, 7);
            for (Sequence sequence : group) {
                boolean waits = sequence.computed() == 0 && sequence.finishReason() == null;
                assertThat(waits && sequence.blockCount() > 0).isFalse();
            }
        }
        assertThat(scheduler.stats().ranOut()).isEqualTo(3);
    }

    @Test
    void startsAgainFromNothingWhenTheCacheIsForgotten() {
        Scheduler scheduler = scheduler(1 + 8, OPTIONS);
        Sequence first = sequence(1, 50, 6, 4);
        scheduler.add(first);
        step(scheduler, 7);
        Step flying = scheduler.next();
        assertThatThrownBy(scheduler::forgetCache).isInstanceOf(IllegalStateException.class);
        land(scheduler, flying, 7);
        scheduler.forgetCache();
        assertThat(scheduler.stats().usedBlocks()).isZero();
        assertThat(scheduler.stats().cachedBlocks()).isZero();
        assertThat(text(scheduler.next())).isEqualTo("1:8");
    }
}
