package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;
import org.ascend4j.internal.schedule.TokenRules;
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
        assertThat(new StepSampler(10)
                        .sample(logits, step(null, null), TokenMasks.NONE)
                        .ids())
                .isEmpty();
        assertThat(logits.asked).isEmpty();
    }

    @Test
    void takesGreedyTokensWithoutTheirLogits() {
        RecordingLogits logits = new RecordingLogits(2);
        assertThat(new StepSampler(10)
                        .sample(logits, step(GREEDY, null, GREEDY), TokenMasks.NONE)
                        .ids())
                .containsExactly(0, 1);
        assertThat(logits.asked).containsExactly("argMax");
    }

    @Test
    void readsOnlyTheRowsThatAreDrawnFrom() {
        RecordingLogits logits = new RecordingLogits(3);
        assertThat(new StepSampler(10)
                        .sample(logits, step(GREEDY, SAMPLED, null, GREEDY), TokenMasks.NONE)
                        .ids())
                .containsExactly(0, 1, 2);
        assertThat(logits.asked).containsExactly("argMax", "row 1");
    }

    @Test
    void asksForNoBestWhenAllAreDrawn() {
        RecordingLogits logits = new RecordingLogits(2);
        new StepSampler(10).sample(logits, step(SAMPLED, SAMPLED), TokenMasks.NONE);
        assertThat(logits.asked).containsExactly("row 0", "row 1");
    }

    @Test
    void failsTheRequestThatNoTokenMayFollow() {
        TokenRules impossible = new TokenRules(new int[] {3}, List.of(new int[] {3}), Map.of(), 1, 0, 0);
        for (SamplingPlan plan : List.of(GREEDY, SAMPLED)) {
            Step step = step(plan.withRules(impossible), GREEDY);
            SampledStep sampled = new StepSampler(10).sample(new RecordingLogits(2), step, TokenMasks.NONE);
            assertThat(sampled.ids()[1]).isEqualTo(1);
            assertThat(sampled.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.sequence()).isSameAs(step.entries().get(0).sequence());
                assertThat(failure.cause()).hasMessageContaining("no token that may follow the first 3");
            });
        }
    }

    @Test
    void failsTheRequestWhoseGrammarIsOverOrGivesUp() {
        Step step = step(GREEDY, SAMPLED, GREEDY);
        InvalidRequestException cause = new InvalidRequestException("response-format", "too ambiguous");
        SampledStep sampled = new StepSampler(10).sample(new RecordingLogits(3), step, (entry, row) -> words -> {
            if (entry == step.entries().get(0)) {
                throw cause;
            }
            words[0] = entry == step.entries().get(1) ? 0 : 1 << 7;
            return words[0] != 0;
        });
        assertThat(sampled.failures()).hasSize(2);
        assertThat(sampled.failures().get(0).cause()).isSameAs(cause);
        assertThat(sampled.ids()[2]).isEqualTo(7);
    }

    @Test
    void failsTheRequestWhoseLogitsAreNoNumbers() {
        for (float damaged : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            float[] row = new float[10];
            Arrays.fill(row, damaged);
            for (SamplingPlan plan : List.of(SAMPLED, GREEDY.withLogprobs(1))) {
                float[] sound = {0, 0, 5, 0, 0, 0, 0, 0, 0, 0};
                Step step = step(plan, GREEDY);
                SampledStep sampled =
                        new StepSampler(10).sample(new TableLogits(List.of(row, sound)), step, TokenMasks.NONE);
                assertThat(sampled.failures()).singleElement().satisfies(failure -> {
                    assertThat(failure.sequence())
                            .isSameAs(step.entries().get(0).sequence());
                    assertThat(failure.cause()).hasMessageContaining("damaged");
                });
                assertThat(sampled.ids()[1]).isEqualTo(2);
            }
        }
    }

    @Test
    void reportsLogprobsOfTheLogitsAsTheyWere() {
        float[] row = {2, 1, 0, -1, -2, 0, 0, 0, 0, 0};
        TokenRules third = new TokenRules(new int[] {3}, List.of(), Map.of(3, 50f), 1, 0, 0);
        SampledStep sampled = new StepSampler(10)
                .sample(
                        new TableLogits(List.of(row)),
                        step(new SamplingPlan(0.3f, 1, 0.5f, 1).withRules(third).withLogprobs(2)),
                        TokenMasks.NONE);
        double sum = 0;
        for (float logit : row) {
            sum += Math.exp(logit);
        }
        TokenLogprobs found = sampled.logprobs().get(0);
        assertThat(found.id()).isEqualTo(3);
        assertThat(found.position()).isEqualTo(3);
        assertThat(found.rank()).isEqualTo(9);
        assertThat((double) found.logprob()).isCloseTo(-1 - Math.log(sum), offset(1e-4));
        assertThat(found.topIds()).containsExactly(0, 1);
        assertThat((double) found.topLogprobs()[1]).isCloseTo(1 - Math.log(sum), offset(1e-4));
    }
}
