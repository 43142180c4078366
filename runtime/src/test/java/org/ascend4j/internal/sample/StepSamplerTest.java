package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;
import org.junit.jupiter.api.Test;

class StepSamplerTest {
    private static final SamplingPlan GREEDY = new SamplingPlan(0, 0, 1, 0);
    private static final SamplingPlan SAMPLED = new SamplingPlan(1, 0, 1, 11);

    /** Rows whose best id is the row's own number, and a list of what was asked for. */
    private static final class RecordingLogits implements Logits {
        private final int rows;
        private final List<String> asked = new ArrayList<>();

        RecordingLogits(int rows) {
            this.rows = rows;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public int[] argMax() {
            asked.add("argMax");
            int[] best = new int[rows];
            for (int row = 0; row < rows; row++) {
                best[row] = row;
            }
            return best;
        }

        @Override
        public float[] row(int row) {
            asked.add("row " + row);
            float[] logits = new float[10];
            logits[row] = 100;
            return logits;
        }
    }

    private static Step step(SamplingPlan... plans) {
        List<Step.Entry> entries = new ArrayList<>();
        for (SamplingPlan plan : plans) {
            // A null plan stands for a chunk that does not reach its prompt's end.
            int[] prompt = {1, 2, 3};
            SamplingPlan used = plan == null ? GREEDY : plan;
            entries.add(new Step.Entry(new Sequence(entries.size(), prompt, 5, used, Set.of()), plan == null ? 2 : 3));
        }
        return new Step(entries);
    }

    @Test
    void asksForNothingWhenNothingIsSampled() {
        RecordingLogits logits = new RecordingLogits(0);
        assertThat(new StepSampler(10).sample(logits, step(null, null))).isEmpty();
        assertThat(logits.asked).isEmpty();
    }

    @Test
    void takesGreedyTokensWithoutTheirLogits() {
        RecordingLogits logits = new RecordingLogits(2);
        assertThat(new StepSampler(10).sample(logits, step(GREEDY, null, GREEDY)))
                .containsExactly(0, 1);
        assertThat(logits.asked).containsExactly("argMax");
    }

    @Test
    void readsOnlyTheRowsThatAreDrawnFrom() {
        RecordingLogits logits = new RecordingLogits(3);
        assertThat(new StepSampler(10).sample(logits, step(GREEDY, SAMPLED, null, GREEDY)))
                .containsExactly(0, 1, 2);
        assertThat(logits.asked).containsExactly("argMax", "row 1");
    }

    @Test
    void asksForNoBestWhenAllAreDrawn() {
        RecordingLogits logits = new RecordingLogits(2);
        new StepSampler(10).sample(logits, step(SAMPLED, SAMPLED));
        assertThat(logits.asked).containsExactly("row 0", "row 1");
    }
}
