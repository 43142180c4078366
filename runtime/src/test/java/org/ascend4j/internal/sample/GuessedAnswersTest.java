package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.schedule.BlockPool;
import org.ascend4j.internal.schedule.DraftOptions;
import org.ascend4j.internal.schedule.Drafter;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Scheduler;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.SequenceOptions;
import org.ascend4j.internal.schedule.Step;
import org.ascend4j.internal.schedule.TokenRules;
import org.junit.jupiter.api.Test;

/** Answers of a scripted model with guesses ahead and without. */
class GuessedAnswersTest {
    private static final int VOCABULARY = 12;
    private static final int[] PROMPT = {3, 1, 4, 1, 5};

    /** Every row's logits are a function of all tokens in front. */
    private static float[] model(int[] tokens) {
        Random random = new Random(Arrays.hashCode(tokens) % 5);
        float[] logits = new float[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            logits[id] = (float) random.nextGaussian() * 2;
        }
        return logits;
    }

    /** Guesses tokens that come often, some of them wrong. */
    private static Drafter drafter(Random random) {
        return (tokens, length, into, most) -> {
            int count = random.nextInt(most + 1);
            int[] all = Arrays.copyOf(tokens, length + count);
            for (int i = 0; i < count; i++) {
                float[] logits = model(Arrays.copyOf(all, length + i));
                int best = 0;
                for (int id = 0; id < VOCABULARY; id++) {
                    best = logits[id] > logits[best] ? id : best;
                }
                into[i] = random.nextInt(4) == 0 ? random.nextInt(VOCABULARY) : best;
                all[length + i] = into[i];
            }
            return count;
        };
    }

    private static Logits logits(Step step) {
        List<float[]> rows = new ArrayList<>();
        for (Step.Entry entry : step.entries()) {
            for (int row = 0; row < entry.sampledRows(); row++) {
                int[] tokens = Arrays.copyOf(entry.sequence().tokens(0, entry.position(0)), entry.position(row));
                System.arraycopy(entry.drafts(), 0, tokens, entry.position(0), row);
                rows.add(model(tokens));
            }
        }
        for (Step.Entry entry : step.entries()) {
            for (int row = 0; row < entry.promptRows(); row++) {
                rows.add(model(entry.sequence().tokens(0, entry.promptFrom() + row + 1)));
            }
        }
        return new TableLogits(rows);
    }

    /** Allows even tokens after odd ones and the other way round. */
    private static final class Alternating implements TokenMasks {
        @Override
        public TokenMask mask(Step.Entry entry, int row) {
            int last = row == 0 ? entry.sequence().token(entry.position(0) - 1) : entry.drafts()[row - 1];
            return words -> {
                words[0] = last % 2 == 0 ? 0xAAAAAAAA : 0x55555555;
                return true;
            };
        }
    }

    private record Answer(int[] ids, List<String> logprobs, List<String> promptLogprobs, long accepted) {}

    private static Answer answer(SamplingPlan plan, TokenMasks masks, Drafter drafter, int budget) {
        SchedulerOptions options = SchedulerOptions.of(1, budget, 200)
                .withDrafts(new DraftOptions(drafter == Drafter.NONE ? 0 : 4, 8, 0, 1, 0));
        Scheduler scheduler = new Scheduler(new BlockPool(64, 8), options, drafter);
        Sequence sequence = new Sequence(
                1,
                PROMPT,
                60,
                plan,
                Set.of(7),
                SequenceOptions.DEFAULT
                        .withMinTokens(20)
                        .withPromptLogprobs(plan.promptLogprobs() != SamplingPlan.UNWANTED));
        scheduler.add(sequence);
        StepSampler sampler = new StepSampler(VOCABULARY);
        List<String> logprobs = new ArrayList<>();
        List<String> promptLogprobs = new ArrayList<>();
        while (sequence.finishReason() == null) {
            Step step = scheduler.next();
            SampledStep sampled = sampler.sample(logits(step), step, masks);
            assertThat(sampled.failures()).isEmpty();
            scheduler.apply(step, sampled.ids());
            sampled.logprobs().stream()
                    .filter(one -> one.position() < sequence.length())
                    .forEach(one -> logprobs.add(text(one)));
            sampled.promptLogprobs().forEach(one -> promptLogprobs.add(text(one)));
        }
        return new Answer(
                sequence.generated(),
                logprobs,
                promptLogprobs,
                scheduler.stats().draftsAccepted());
    }

    private static String text(TokenLogprobs one) {
        return one.position() + ":" + one.id() + ":" + one.logprob() + ":" + one.rank() + ":"
                + Arrays.toString(one.topIds()) + Arrays.toString(one.topLogprobs());
    }

    private static List<SamplingPlan> plans(long seed) {
        SamplingPlan sampled = new SamplingPlan(1, 0, 1, seed);
        SamplingPlan greedy = new SamplingPlan(0, 0, 1, seed);
        TokenRules penalties = new TokenRules(new int[0], List.of(), Map.of(2, 1f), 1.3f, 0.2f, 0.4f);
        TokenRules bans = new TokenRules(
                new int[] {0, 1, 2, 3, 4, 5, 6, 7}, List.of(new int[] {1, 2}, new int[] {4}), Map.of(), 1, 0, 0);
        return List.of(
                greedy,
                sampled,
                sampled.withLogprobs(3).withPromptLogprobs(2),
                greedy.withLogprobs(0),
                new SamplingPlan(0.7f, 5, 0.9f, seed).withMinP(0.05f),
                greedy.withRules(penalties),
                sampled.withRules(penalties).withLogprobs(1),
                sampled.withRules(bans),
                greedy.withRules(bans));
    }

    @Test
    void areTheSameTokenByToken() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long accepted = 0;
        for (int round = 0; round < 30; round++) {
            for (SamplingPlan plan : plans(random.nextLong())) {
                for (TokenMasks masks : List.of(TokenMasks.NONE, new Alternating())) {
                    Answer alone = answer(plan, masks, Drafter.NONE, 64);
                    Answer guessed = answer(plan, masks, drafter(random), 2 + random.nextInt(20));
                    assertThat(guessed.ids())
                            .as("seed %d round %d %s", seed, round, plan)
                            .isEqualTo(alone.ids());
                    assertThat(guessed.logprobs()).isEqualTo(alone.logprobs());
                    assertThat(guessed.promptLogprobs()).isEqualTo(alone.promptLogprobs());
                    accepted += guessed.accepted();
                }
            }
        }
        assertThat(accepted).isGreaterThan(1000);
    }

    @Test
    void keepTheirRules() {
        TokenRules bans = new TokenRules(
                new int[] {0, 1, 2, 3, 4, 5, 6, 7}, List.of(new int[] {1, 2}, new int[] {4}), Map.of(), 1, 0, 0);
        for (long seed = 0; seed < 50; seed++) {
            int[] ids = answer(
                            new SamplingPlan(1.5f, 0, 1, seed).withRules(bans),
                            TokenMasks.NONE,
                            drafter(new Random(seed)),
                            16)
                    .ids();
            assertThat(ids).hasSizeGreaterThan(20);
            for (int i = 0; i < ids.length; i++) {
                assertThat(ids[i]).isBetween(0, 7).isNotEqualTo(4);
                assertThat(i > 0 && ids[i - 1] == 1 && ids[i] == 2).isFalse();
                assertThat(ids[i] == 7 && i < 20).isFalse();
            }
            int[] alternating = answer(
                            new SamplingPlan(1, 0, 1, seed), new Alternating(), drafter(new Random(seed)), 16)
                    .ids();
            for (int i = 1; i < alternating.length; i++) {
                assertThat((alternating[i] + alternating[i - 1]) % 2).isOne();
            }
        }
    }

    /** What a verified guess and its replacement bring follows the model's own distribution. */
    @Test
    void followTheExactDistribution() {
        float[] logits = model(PROMPT);
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        int draws = 20_000;
        int[] counts = new int[VOCABULARY];
        StepSampler sampler = new StepSampler(VOCABULARY);
        for (int draw = 0; draw < draws; draw++) {
            Sequence sequence = new Sequence(draw, PROMPT, 1, new SamplingPlan(1, 0, 1, draw), Set.of());
            Step step = new Step(List.of(new Step.Entry(sequence, PROMPT.length)));
            counts[sampler.sample(logits(step), step, TokenMasks.NONE).ids()[0]]++;
        }
        double chiSquare = 0;
        for (int id = 0; id < VOCABULARY; id++) {
            double mean = draws * Math.exp(logits[id]) / sum;
            chiSquare += (counts[id] - mean) * (counts[id] - mean) / mean;
        }
        // 11 degrees of freedom: beyond 43 once in a hundred thousand.
        assertThat(chiSquare).isLessThan(43);
    }

    @Test
    void scorePromptTokensWhateverTheChunks() {
        SamplingPlan plan = new SamplingPlan(0, 0, 1, 0).withPromptLogprobs(2);
        Answer whole = answer(plan, TokenMasks.NONE, Drafter.NONE, 64);
        assertThat(whole.promptLogprobs()).hasSize(PROMPT.length - 1);
        assertThat(whole.promptLogprobs().get(0)).startsWith("1:1:");
        assertThat(answer(plan, TokenMasks.NONE, Drafter.NONE, 2).promptLogprobs())
                .isEqualTo(whole.promptLogprobs());
    }
}
