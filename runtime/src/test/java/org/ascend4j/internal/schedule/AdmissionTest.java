package org.ascend4j.internal.schedule;

import static org.ascend4j.internal.schedule.Sequences.step;
import static org.ascend4j.internal.schedule.Sequences.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.OverloadedException;
import org.junit.jupiter.api.Test;

/** Who is let in, when, and who is told to go away. */
class AdmissionTest {
    private static final SchedulerOptions OPTIONS = SchedulerOptions.of(4, 8, 64);

    private static Scheduler scheduler(int blocks, SchedulerOptions options) {
        return new Scheduler(new BlockPool(blocks, 4), options, Drafter.NONE);
    }

    @Test
    void sharesAStepBetweenDecodesAndAChunkOfAPrompt() {
        Scheduler scheduler = scheduler(40, OPTIONS);
        scheduler.add(Sequences.of(1, 3, 9));
        step(scheduler, 7);
        scheduler.add(Sequences.of(2, 17, 2));
        assertThat(text(step(scheduler, 7))).isEqualTo("1:1 2:7");
        assertThat(text(step(scheduler, 7))).isEqualTo("1:1 2:7");
        Step last = scheduler.next();
        assertThat(text(last)).isEqualTo("1:1 2:3");
        assertThat(last.sampledRows()).isEqualTo(2);
    }

    @Test
    void givesEveryDecodeItsRowBeforeAnOlderPromptTakesTheRest() {
        Scheduler scheduler = scheduler(40, OPTIONS.withLongPrefill(5));
        scheduler.add(Sequences.of(1, 20, 2));
        scheduler.add(Sequences.of(2, 3, 9));
        assertThat(text(step(scheduler, 7))).isEqualTo("1:5 2:3");
        assertThat(text(step(scheduler, 7))).isEqualTo("2:1 1:5");
    }

    @Test
    void reservesAllInASmallPoolAndPreemptsInALargeOne() {
        assertThat(scheduler(1 + 63, OPTIONS).reservesAll()).isTrue();
        assertThat(scheduler(1 + 64, OPTIONS).reservesAll()).isFalse();
        assertThat(scheduler(1 + 63, OPTIONS.withFullContexts(2)).reservesAll()).isFalse();
        assertThat(scheduler(9, OPTIONS.withAdmission(AdmissionPolicy.PREEMPT)).reservesAll())
                .isFalse();
        assertThat(scheduler(900, OPTIONS.withAdmission(AdmissionPolicy.NO_EVICT))
                        .reservesAll())
                .isTrue();
    }

    @Test
    void startsNobodyWhoMightHaveToBeStopped() {
        Scheduler scheduler = scheduler(1 + 5, OPTIONS.withAdmission(AdmissionPolicy.NO_EVICT));
        scheduler.add(Sequences.of(1, 3, 9)); // 3 blocks in the end, 1 now
        scheduler.add(Sequences.of(2, new int[] {9, 9, 9}, 9, SequenceOptions.DEFAULT));
        assertThat(text(step(scheduler, 7))).isEqualTo("1:3");
        while (scheduler.runningCount() == 1 && scheduler.waitingCount() == 1) {
            step(scheduler, 7);
        }
        assertThat(scheduler.stats().ranOut()).isEqualTo(1);
        assertThat(scheduler.stats().preemptions()).isZero();
    }

    @Test
    void leavesAWatermarkFreeWhileOthersRun() {
        SchedulerOptions options =
                OPTIONS.withAdmission(AdmissionPolicy.PREEMPT).withWatermark(0.5);
        Scheduler scheduler = scheduler(1 + 4, options);
        scheduler.add(Sequences.of(1, new int[] {9, 9, 9, 9}, 2, SequenceOptions.DEFAULT));
        scheduler.add(Sequences.of(2, 8, 2));
        assertThat(text(step(scheduler, 7))).isEqualTo("1:4");
        step(scheduler, 7);
        assertThat(text(scheduler.next())).as("alone it may have all").isEqualTo("2:8");
    }

    /** A request larger than the pool once waited for ever. */
    @Test
    void refusesWhatCanNeverRun() {
        Scheduler scheduler = scheduler(1 + 4, OPTIONS);
        assertThatThrownBy(() -> scheduler.add(Sequences.of(1, 10, 7)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("10 tokens and up to 7 more")
                .hasMessageContaining("at most 16");
        assertThatThrownBy(() -> scheduler(99, OPTIONS).add(Sequences.of(1, 60, 5)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("at most 64");
        assertThat(scheduler.hasWork()).isFalse();
        assertThat(scheduler.stats().refused()).isEqualTo(1);
        scheduler.add(Sequences.of(2, 10, 6));
        assertThat(scheduler.next().tokens()).isEqualTo(8);
    }

    /** A request that failed its checks once stayed half registered. */
    @Test
    void keepsNothingOfAGroupThatIsRefused() {
        Scheduler scheduler = scheduler(1 + 4, OPTIONS);
        List<Sequence> different = List.of(Sequences.of(1, 3, 3), Sequences.of(2, 4, 3));
        assertThatThrownBy(() -> scheduler.add(different)).isInstanceOf(IllegalArgumentException.class);
        List<Sequence> tooLong = List.of(Sequences.of(1, 3, 3), Sequences.of(2, 3, 30));
        assertThatThrownBy(() -> scheduler.add(tooLong)).isInstanceOf(InvalidRequestException.class);
        assertThat(scheduler.hasWork()).isFalse();
        assertThat(scheduler.stats().queuedTokens()).isZero();
        scheduler.add(different.get(0));
        assertThatThrownBy(() -> scheduler.add(different.get(0))).hasMessageContaining("queued before");
        assertThat(scheduler.waitingCount()).isEqualTo(1);
    }

    @Test
    void boundsTheQueueByRequests() {
        Scheduler scheduler = scheduler(40, OPTIONS.withQueueLimits(2, 0));
        scheduler.add(Sequences.of(1, 3, 3));
        scheduler.add(Sequences.of(2, 3, 3));
        assertThatThrownBy(() -> scheduler.add(Sequences.of(3, 3, 3)))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("2 requests of 2")
                .hasMessageContaining("try again");
        step(scheduler, 7); // both run now
        scheduler.add(Sequences.of(4, 3, 3));
        assertThat(scheduler.waitingCount()).isEqualTo(1);
    }

    @Test
    void boundsTheQueueByPromptTokensButTakesAnythingIntoAnEmptyOne() {
        Scheduler scheduler = scheduler(40, OPTIONS.withQueueLimits(0, 10));
        scheduler.add(Sequences.of(1, 12, 3));
        assertThatThrownBy(() -> scheduler.add(Sequences.of(2, 1, 3)))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("12 prompt tokens of 10");
        scheduler.next();
        assertThat(scheduler.stats().queuedTokens()).isZero();
    }

    @Test
    void tellsWhenToComeAgainByTheRateOfWork() {
        long[] now = {0};
        SchedulerOptions options = SchedulerOptions.of(1, 10, 1000).withQueueLimits(1, 0);
        Scheduler scheduler = new Scheduler(new BlockPool(200, 16), options, Drafter.NONE, null, () -> now[0]);
        scheduler.add(Sequences.of(1, 900, 3));
        for (int i = 0; i < 5; i++) {
            now[0] += 500_000_000; // 20 tokens a second
            step(scheduler, 7);
        }
        scheduler.add(Sequences.of(2, 100, 3));
        assertThatThrownBy(() -> scheduler.add(Sequences.of(3, 1, 3)))
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(5)));
    }

    @Test
    void servesTheImportantFirst() {
        Scheduler scheduler = scheduler(40, SchedulerOptions.of(1, 8, 64).withQueue(QueuePolicy.PRIORITY));
        int[] prompt = {1, 2};
        scheduler.add(Sequences.of(1, prompt, 1, SequenceOptions.DEFAULT.withPriority(5)));
        scheduler.add(Sequences.of(2, prompt, 1, SequenceOptions.DEFAULT.withPriority(-1)));
        scheduler.add(Sequences.of(3, prompt, 1, SequenceOptions.DEFAULT.withPriority(5)));
        assertThat(text(step(scheduler, 7))).isEqualTo("2:2");
        assertThat(text(step(scheduler, 7))).isEqualTo("1:2");
        assertThat(text(step(scheduler, 7))).isEqualTo("3:2");
    }

    @Test
    void endsWhatIsLateWhereverItIs() {
        Scheduler scheduler = scheduler(40, SchedulerOptions.of(1, 8, 64));
        Sequence runs = Sequences.of(1, new int[] {1}, 9, SequenceOptions.DEFAULT.withDeadline(100));
        Sequence waits = Sequences.of(2, new int[] {1}, 9, SequenceOptions.DEFAULT.withDeadline(200));
        Sequence stays = Sequences.of(3, new int[] {1}, 9, SequenceOptions.DEFAULT);
        scheduler.add(runs);
        scheduler.add(waits);
        scheduler.add(stays);
        step(scheduler, 7);
        assertThat(scheduler.expire(99)).isEmpty();
        assertThat(scheduler.expire(200)).containsExactly(runs, waits);
        assertThat(runs.finishReason()).isEqualTo(FinishReason.DEADLINE);
        assertThat(text(scheduler.next())).isEqualTo("3:1");
        assertThat(scheduler.stats().expired()).isEqualTo(2);
    }

    @Test
    void refusesOptionsThatCannotWork() {
        assertThatThrownBy(() -> SchedulerOptions.of(8, 7, 64)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SchedulerOptions.of(0, 7, 64)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OPTIONS.withDepth(3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OPTIONS.withWatermark(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DraftOptions(1, 1, Double.NaN, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OPTIONS.withQueueLimits(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
