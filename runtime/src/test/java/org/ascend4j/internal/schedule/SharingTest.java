package org.ascend4j.internal.schedule;

import static org.ascend4j.internal.schedule.Sequences.land;
import static org.ascend4j.internal.schedule.Sequences.step;
import static org.ascend4j.internal.schedule.Sequences.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Blocks that several sequences read. */
class SharingTest {
    private static final SchedulerOptions OPTIONS = SchedulerOptions.of(8, 2048, 4096);

    private static Scheduler scheduler(int blockSize, SchedulerOptions options) {
        return new Scheduler(new BlockPool(200, blockSize), options, Drafter.NONE);
    }

    private static List<Sequence> answers(int count, int length, int maxTokens) {
        return IntStream.range(0, count)
                .mapToObj(id -> Sequences.of(id, length, maxTokens))
                .toList();
    }

    @Test
    void computesASharedBeginningOnce() {
        Scheduler scheduler = scheduler(128, OPTIONS);
        scheduler.add(Sequences.of(1, 1024 + 32, 2));
        assertThat(step(scheduler, 7).tokens()).isEqualTo(1056);
        Sequence second = Sequences.of(2, 1024 + 20, 2);
        scheduler.add(second);
        assertThat(text(scheduler.next())).isEqualTo("1:1 2:20");
        assertThat(second.computed()).isEqualTo(1024);
        assertThat(scheduler.stats().prefixHits()).isEqualTo(1024);
    }

    @Test
    void sharesNothingOfAStepThatHasNotSucceeded() {
        Scheduler scheduler = scheduler(4, OPTIONS.withDepth(2));
        scheduler.add(Sequences.of(1, 12, 2));
        Step first = scheduler.next();
        scheduler.add(Sequences.of(2, 12, 2));
        assertThat(text(scheduler.next())).as("the first is in flight").isEqualTo("1:1 2:12");
        land(scheduler, first, 7);
        scheduler.add(Sequences.of(3, 12, 2));
        assertThat(text(scheduler.next())).isEqualTo("2:1 3:4");
    }

    @Test
    void startsOtherAnswersFromTheFirstOnesBlocks() {
        Scheduler scheduler = scheduler(4, OPTIONS);
        List<Sequence> answers = answers(3, 11, 5);
        scheduler.add(answers);
        assertThat(text(step(scheduler, 7)))
                .as("the others wait for the prompt")
                .isEqualTo("0:11");
        Step second = scheduler.next();
        assertThat(text(second)).isEqualTo("0:1 1:1 2:1");
        int partial = answers.get(0).block(2);
        for (Sequence follower : answers.subList(1, 3)) {
            assertThat(follower.block(0)).isEqualTo(answers.get(0).block(0));
            assertThat(follower.block(1)).isEqualTo(answers.get(0).block(1));
            assertThat(follower.block(2)).isNotEqualTo(partial);
        }
        assertThat(second.entries()).extracting(Step.Entry::copySource).containsExactly(-1, partial, partial);
        assertThat(second.entries())
                .extracting(Step.Entry::copyTarget)
                .containsExactly(-1, answers.get(1).block(2), answers.get(2).block(2));
        land(scheduler, second, 7);
        assertThat(scheduler.stats().blockCopies()).isEqualTo(2);
        assertThat(scheduler.next().entries())
                .extracting(Step.Entry::copySource)
                .containsOnly(-1);
    }

    @Test
    void copiesNothingWhereTheLastPromptTokenBeginsABlock() {
        Scheduler scheduler = scheduler(4, OPTIONS);
        scheduler.add(answers(2, 9, 5));
        step(scheduler, 7);
        Step second = scheduler.next();
        assertThat(text(second)).isEqualTo("0:1 1:1");
        assertThat(second.entries()).extracting(Step.Entry::copySource).containsOnly(-1);
    }

    @Test
    void copiesAgainAfterAStepThatFailed() {
        Scheduler scheduler = scheduler(4, OPTIONS);
        scheduler.add(answers(2, 10, 5));
        step(scheduler, 7);
        Step failed = scheduler.next();
        scheduler.undo(failed);
        Step again = scheduler.next();
        assertThat(again.entries()).hasToString(failed.entries().toString());
        assertThat(again.entries().get(1).copySource()).isPositive();
    }

    @Test
    void keepsTheCopiedBlockUntilTheCopyIsMade() {
        BlockPool pool = new BlockPool(20, 4);
        Scheduler scheduler = new Scheduler(pool, OPTIONS.withPrefixCache(false), Drafter.NONE);
        List<Sequence> answers = answers(2, 10, 5);
        scheduler.add(answers);
        step(scheduler, 7);
        Step copying = scheduler.next();
        int source = copying.entries().get(1).copySource();
        scheduler.cancel(answers.get(0));
        scheduler.cancel(answers.get(1));
        assertThat(pool.references(source)).isPositive();
        land(scheduler, copying, 7);
        assertThat(pool.freeBlocks()).isEqualTo(pool.capacity());
    }

    @Test
    void letsOtherAnswersGoOnWithoutTheFirst() {
        Scheduler scheduler = scheduler(4, OPTIONS);
        List<Sequence> answers = answers(2, 10, 5);
        scheduler.add(answers);
        scheduler.cancel(answers.get(0));
        assertThat(text(step(scheduler, 7))).isEqualTo("1:10");
    }

    @Test
    void asksForPromptRowsOnceAndComputesThemAll() {
        Scheduler scheduler = scheduler(4, SchedulerOptions.of(2, 5, 64));
        scheduler.add(Sequences.of(1, 9, 2));
        while (scheduler.hasWork()) {
            step(scheduler, 7);
        }
        int[] prompt = IntStream.range(0, 9).toArray();
        scheduler.add(Sequences.of(2, prompt, 2, SequenceOptions.DEFAULT.withPromptLogprobs(true)));
        Step first = step(scheduler, 7);
        assertThat(text(first)).as("nothing is taken from the cache").isEqualTo("2:5");
        assertThat(first.promptRows()).isEqualTo(5);
        scheduler.forgetCache();
        Step second = step(scheduler, 7);
        assertThat(second.promptRows())
                .as("delivered rows are not asked for again")
                .isZero();
        Step third = step(scheduler, 7);
        assertThat(third.entries().get(0).promptFrom()).isEqualTo(5);
        assertThat(third.promptRows())
                .as("the last prompt token predicts no prompt token")
                .isEqualTo(3);
        assertThat(third.sampledRows()).isEqualTo(1);
    }
}
