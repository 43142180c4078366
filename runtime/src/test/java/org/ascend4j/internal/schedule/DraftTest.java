package org.ascend4j.internal.schedule;

import static org.ascend4j.internal.schedule.Sequences.step;
import static org.ascend4j.internal.schedule.Sequences.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Guesses, and what becomes of them. */
class DraftTest {
    private static final DraftOptions DRAFTS = new DraftOptions(3, 4, 0.5, 6, 5);

    private static Scheduler scheduler(SchedulerOptions options, int... guesses) {
        Drafter drafter = (tokens, length, into, most) -> {
            int count = Math.min(most, guesses.length);
            System.arraycopy(guesses, 0, into, 0, count);
            return count;
        };
        return new Scheduler(new BlockPool(40, 4), options.withDrafts(DRAFTS), drafter);
    }

    private static SchedulerOptions options() {
        return SchedulerOptions.of(4, 16, 64);
    }

    private static Step.Entry onlyEntry(Step step) {
        assertThat(step.entries()).hasSize(1);
        return step.entries().get(0);
    }

    @Test
    void runsGuessesBehindTheLastTokenAndSamplesThemAll() {
        Scheduler scheduler = scheduler(options(), 5, 6, 8);
        scheduler.add(Sequences.of(1, 3, 20));
        step(scheduler, 4);
        Step.Entry entry = onlyEntry(scheduler.next());
        assertThat(entry.count()).isEqualTo(4);
        assertThat(entry.drafts()).containsExactly(5, 6, 8);
        assertThat(entry.sampledRows()).isEqualTo(4);
        assertThat(new int[] {entry.token(3), entry.token(4), entry.token(6)}).containsExactly(4, 5, 8);
        assertThat(entry.position(0)).isEqualTo(4);
        assertThat(entry.position(3)).isEqualTo(7);
    }

    @Test
    void keepsWhatIsConfirmedAndOneMore() {
        Scheduler scheduler = scheduler(options(), 5, 6, 8);
        Sequence sequence = Sequences.of(1, 3, 20);
        scheduler.add(sequence);
        step(scheduler, 4);
        Step step = scheduler.next();
        assertThat(scheduler.apply(step, new int[] {5, 6, 9, -1})).hasToString("[1: 3 from 4]");
        assertThat(sequence.generated()).containsExactly(4, 5, 6, 9);
        assertThat(sequence.computed()).isEqualTo(6);
        assertThat(sequence.pending()).isEqualTo(1);
        assertThat(scheduler.stats().draftsProposed()).isEqualTo(3);
        assertThat(scheduler.stats().draftsAccepted()).isEqualTo(2);
        step = scheduler.next();
        scheduler.apply(step, new int[] {5, 6, 8, 11});
        assertThat(sequence.generated()).containsExactly(4, 5, 6, 9, 5, 6, 8, 11);
    }

    @Test
    void dropsConfirmedTokensBehindAStop() {
        Scheduler scheduler = scheduler(options(), 5, 6, 8);
        Sequence sequence = new Sequence(1, new int[] {1}, 20, Sequences.GREEDY, Set.of(5));
        scheduler.add(sequence);
        step(scheduler, 4);
        assertThat(scheduler.apply(scheduler.next(), new int[] {5, 6, 8, 9})).hasToString("[1: 1 from 2]");
        assertThat(sequence.generated()).containsExactly(4, 5);
        assertThat(sequence.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(scheduler.hasWork()).isFalse();
    }

    @Test
    void guessesNoFurtherThanTheSequencesEnd() {
        Scheduler scheduler = scheduler(options(), 5, 6, 8);
        scheduler.add(Sequences.of(1, 3, 3));
        step(scheduler, 4);
        assertThat(onlyEntry(scheduler.next()).drafts()).containsExactly(5);
    }

    @Test
    void cachesNoBlockThatHoldsARefutedGuess() {
        Scheduler scheduler = scheduler(options(), 5, 6, 8);
        scheduler.add(Sequences.of(1, 2, 20));
        step(scheduler, 4);
        scheduler.apply(scheduler.next(), new int[] {9, -1, -1, -1});
        assertThat(scheduler.stats().cachedBlocks()).isZero();
    }

    @Test
    void stopsGuessingForAWhileWhenGuessesAreWrong() {
        Scheduler scheduler = scheduler(options(), 5, 6, 8);
        scheduler.add(Sequences.of(1, 3, 40));
        step(scheduler, 4);
        int[] rows = new int[12];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = step(scheduler, 4).tokens();
        }
        // Two wrong trials of three, five tokens without, and again.
        assertThat(rows).containsExactly(4, 4, 1, 1, 1, 1, 1, 4, 4, 1, 1, 1);
    }

    @Test
    void stopsSearchingForAWhileWhenNothingIsFound() {
        List<Integer> searched = new ArrayList<>();
        Drafter drafter = (tokens, length, into, most) -> {
            searched.add(length);
            return 0;
        };
        Scheduler scheduler = new Scheduler(new BlockPool(40, 4), options().withDrafts(DRAFTS), drafter);
        scheduler.add(Sequences.of(1, 3, 40));
        for (int i = 0; i < 13; i++) {
            step(scheduler, 4);
        }
        assertThat(searched).containsExactly(4, 5, 6, 7, 8, 9, 14, 15);
    }

    @Test
    void guessesNothingInABigBatchOrForWhoDoesNotWantIt() {
        Scheduler scheduler = scheduler(SchedulerOptions.of(5, 30, 64), 5, 6, 8);
        for (int id = 0; id < 5; id++) {
            scheduler.add(Sequences.of(id, 1, 20));
        }
        step(scheduler, 4);
        assertThat(scheduler.next().tokens()).isEqualTo(5);
        Scheduler other = scheduler(options(), 5, 6, 8);
        other.add(Sequences.of(1, new int[] {1}, 9, SequenceOptions.DEFAULT.withDrafts(false)));
        step(other, 4);
        assertThat(other.next().tokens()).isEqualTo(1);
    }

    @Test
    void leavesOtherDecodesTheirRows() {
        Scheduler scheduler = scheduler(SchedulerOptions.of(4, 5, 64), 5, 6, 8);
        for (int id = 0; id < 3; id++) {
            scheduler.add(Sequences.of(id, 1, 20));
        }
        step(scheduler, 4);
        assertThat(text(scheduler.next())).isEqualTo("1:1 2:1 0:3");
    }

    @Test
    void schedulesNothingBehindGuessesInFlight() {
        Scheduler scheduler = scheduler(options().withDepth(2), 5, 6, 8);
        scheduler.add(Sequences.of(1, 3, 20));
        step(scheduler, 4);
        Step guessing = scheduler.next();
        assertThat(guessing.tokens()).isEqualTo(4);
        assertThat(scheduler.next().isEmpty()).isTrue();
        scheduler.undo(guessing);
        assertThat(scheduler.next().tokens()).isEqualTo(4);
    }
}
