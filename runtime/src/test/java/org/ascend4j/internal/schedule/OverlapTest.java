package org.ascend4j.internal.schedule;

import static org.ascend4j.internal.schedule.Sequences.land;
import static org.ascend4j.internal.schedule.Sequences.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Steps in flight: scheduled ahead, taken back, or overtaken by events. */
class OverlapTest {
    private static final SchedulerOptions OPTIONS =
            SchedulerOptions.of(4, 16, 64).withDepth(2);

    private final Scheduler scheduler = new Scheduler(new BlockPool(20, 4), OPTIONS, Drafter.NONE);

    @Test
    void schedulesATokenThatIsNotKnownYet() {
        Sequence sequence = Sequences.of(1, 3, 5);
        scheduler.add(sequence);
        Step first = scheduler.next();
        Step second = scheduler.next();
        Step.Entry ahead = second.entries().get(0);
        assertThat(ahead.start()).isEqualTo(3);
        assertThat(ahead.source()).isZero();
        assertThat(ahead.token(3)).isEqualTo(-1);
        assertThat(ahead.position(0)).isEqualTo(4);
        assertThatThrownBy(scheduler::next).isInstanceOf(IllegalStateException.class);
        assertThat(land(scheduler, first, 7)).hasToString("[1: 1 from 3]");
        assertThat(land(scheduler, second, 8)).hasToString("[1: 1 from 4]");
        assertThat(sequence.generated()).containsExactly(7, 8);
    }

    @Test
    void namesTheRowOfTheStepBeforeThatBringsTheToken() {
        scheduler.add(Sequences.of(1, new int[] {9, 9, 9}, 5, SequenceOptions.DEFAULT));
        scheduler.add(Sequences.of(2, new int[] {8}, 5, SequenceOptions.DEFAULT));
        Step first = scheduler.next();
        assertThat(text(first)).isEqualTo("2:1 1:3");
        Step second = scheduler.next();
        assertThat(second.entries()).extracting(Step.Entry::source).containsExactly(1, 0);
        assertThat(text(second)).isEqualTo("1:1 2:1");
    }

    @Test
    void waitsForATokenThatMustBeKnown() {
        scheduler.add(Sequences.of(1, new int[] {1, 2}, 5, SequenceOptions.DEFAULT.withWaitsForToken(true)));
        Step first = scheduler.next();
        assertThat(scheduler.next().isEmpty()).isTrue();
        assertThat(scheduler.inFlight()).isEqualTo(1);
        land(scheduler, first, 7);
        assertThat(text(scheduler.next())).isEqualTo("1:1");
    }

    @Test
    void schedulesNothingBeyondTheLastToken() {
        scheduler.add(Sequences.of(1, 2, 2));
        Step first = scheduler.next();
        Step second = scheduler.next();
        land(scheduler, first, 7);
        assertThat(scheduler.next().isEmpty()).isTrue();
        land(scheduler, second, 7);
        assertThat(scheduler.hasWork()).isFalse();
    }

    @Test
    void dropsTheTokenBehindAStopAndKeepsItsBlocksFenced() {
        Sequence sequence = new Sequence(1, new int[] {1, 2, 3}, 9, Sequences.GREEDY, Set.of(7));
        scheduler.add(sequence);
        Step first = scheduler.next();
        Step second = scheduler.next();
        land(scheduler, first, 7);
        assertThat(sequence.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(second.entries().get(0).wanted()).isFalse();
        assertThat(scheduler.fencedBlocks()).isEqualTo(1);
        assertThat(land(scheduler, second, 8)).isEmpty();
        assertThat(sequence.generated()).containsExactly(7);
        assertThat(scheduler.fencedBlocks()).isZero();
        assertThat(scheduler.stats().discarded()).isEqualTo(1);
        assertThat(scheduler.hasWork()).isFalse();
    }

    @Test
    void leavesNoTraceOfWhatIsCancelledInFlight() {
        Sequence gone = Sequences.of(1, new int[] {9, 9, 9, 9, 9}, 5, SequenceOptions.DEFAULT);
        Sequence stays = Sequences.of(2, new int[] {8}, 5, SequenceOptions.DEFAULT);
        scheduler.add(gone);
        scheduler.add(stays);
        Step first = scheduler.next();
        scheduler.cancel(gone);
        assertThat(scheduler.fencedBlocks()).isEqualTo(2);
        assertThat(text(scheduler.next())).isEqualTo("2:1");
        assertThat(land(scheduler, first, 7)).hasToString("[2: 1 from 1]");
        assertThat(gone.generated()).isEmpty();
        assertThat(scheduler.stats().cachedBlocks())
                .as("its prompt is not cached")
                .isZero();
    }

    @Test
    void takesStepsBackAndSchedulesThemAgain() {
        scheduler.add(Sequences.of(1, 6, 5));
        Step first = scheduler.next();
        Step second = scheduler.next();
        assertThatThrownBy(() -> scheduler.undo(first)).isInstanceOf(IllegalStateException.class);
        scheduler.undo(second);
        scheduler.undo(first);
        assertThat(scheduler.stats().cachedBlocks()).as("nothing is committed").isZero();
        Step again = scheduler.next();
        assertThat(again.entries()).hasToString(first.entries().toString());
        assertThat(again.number()).isGreaterThan(second.number());
        land(scheduler, again, 7);
        assertThat(scheduler.stats().cachedBlocks()).isEqualTo(1);
        assertThat(scheduler.stats().undoneSteps()).isEqualTo(2);
    }

    @Test
    void takesOnlyTheNewestStepBack() {
        Sequence sequence = Sequences.of(1, 3, 5);
        scheduler.add(sequence);
        Step first = scheduler.next();
        scheduler.undo(scheduler.next());
        Step second = scheduler.next();
        assertThat(second.entries().get(0).source()).isZero();
        land(scheduler, first, 7);
        land(scheduler, second, 8);
        assertThat(sequence.generated()).containsExactly(7, 8);
    }

    @Test
    void refusesStepsOutOfOrder() {
        scheduler.add(Sequences.of(1, 3, 5));
        Step first = scheduler.next();
        Step second = scheduler.next();
        assertThatThrownBy(() -> land(scheduler, second, 7)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> scheduler.apply(first, new int[2])).isInstanceOf(IllegalStateException.class);
        land(scheduler, first, 7);
        assertThatThrownBy(() -> land(scheduler, first, 7)).isInstanceOf(IllegalStateException.class);
        assertThat(scheduler.apply(new Step(List.of()), new int[0])).isEmpty();
    }
}
