package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.Sequence;
import org.junit.jupiter.api.Test;

/** Two steps in flight, on a model without a device. */
class EngineOverlapTest {
    private static final SamplingPlan GREEDY = new SamplingPlan(0, 0, 1, 0);
    private static final SamplingPlan DRAWN = new SamplingPlan(1, 1, 1, 3);
    private static final EngineOptions OPTIONS = EngineOptions.of(SchedulerOptions.of(4, 32, 1000));

    private final ScriptedModel model = new ScriptedModel();
    private final EngineLoop loop = EngineLoop.open(model, OPTIONS);
    private long ids;

    private RecordingSink submit(int first, int count, SamplingPlan plan, Set<Integer> stops) {
        RecordingSink sink = new RecordingSink();
        loop.submit(List.of(new Request(new Sequence(++ids, new int[] {first}, count, plan, stops), sink)));
        return sink;
    }

    private void finish() {
        while (loop.hasWork()) {
            loop.step();
        }
    }

    private static List<Integer> numbers(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    @Test
    void queuesAStepBeforeItReadsTheOneBefore() {
        RecordingSink sink = submit(10, 5, GREEDY, Set.of());
        loop.step();
        assertThat(model.rowsOfSteps).hasSize(2);
        assertThat(sink.tokens).containsExactly(11);
        finish();
        assertThat(sink.tokens).isEqualTo(numbers(11, 5));
        assertThat(model.rowsOfSteps).as("no step beyond the last token").hasSize(5);
    }

    @Test
    void dropsWhatWasQueuedBehindAStop() {
        RecordingSink sink = submit(10, 50, GREEDY, Set.of(13));
        finish();
        assertThat(sink.tokens).containsExactly(11, 12, 13);
        assertThat(sink.reason).isEqualTo(FinishReason.STOP);
        assertThat(loop.stats().discarded()).isEqualTo(1);
    }

    @Test
    void keepsABatchTogetherWhenOneOfItMustBeSampledHere() {
        RecordingSink greedy = submit(100, 8, GREEDY, Set.of());
        RecordingSink drawn = submit(200, 8, DRAWN, Set.of());
        finish();
        assertThat(greedy.tokens).isEqualTo(numbers(101, 8));
        assertThat(drawn.tokens).isEqualTo(numbers(201, 8));
        assertThat(model.rowsOfSteps).hasSize(8).containsOnly(2);
    }

    @Test
    void takesAllStepsBackWhenOneFails() {
        model.failsAt(2, new IllegalStateException("device lost"));
        RecordingSink sink = submit(10, 50, GREEDY, Set.of());
        loop.step();
        assertThatThrownBy(loop::step).hasMessage("device lost");
        assertThat(sink.tokens).containsExactly(11);
        assertThat(loop.stats().undoneSteps()).isEqualTo(2);
        finish();
        assertThat(sink.tokens).as("nothing lost, nothing twice").isEqualTo(numbers(11, 50));
    }

    @Test
    void endsARequestWhileItsStepIsInFlight() {
        RecordingSink ended = submit(10, 50, GREEDY, Set.of());
        RecordingSink other = submit(300, 6, GREEDY, Set.of());
        loop.step();
        loop.end(1, FinishReason.CANCELLED);
        finish();
        assertThat(ended.tokens).containsExactly(11);
        assertThat(ended.reason).isEqualTo(FinishReason.CANCELLED);
        assertThat(other.tokens).isEqualTo(numbers(301, 6));
        assertThat(loop.stats().usedBlocks()).isZero();
    }
}
