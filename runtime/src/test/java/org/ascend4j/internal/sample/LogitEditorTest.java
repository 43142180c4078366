package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.SequenceOptions;
import org.ascend4j.internal.schedule.TokenRules;
import org.junit.jupiter.api.Test;

class LogitEditorTest {
    private static final int VOCABULARY = 40;
    private static final float BARRED = Float.NEGATIVE_INFINITY;

    private final LogitEditor editor = new LogitEditor(VOCABULARY);

    private static RowHistory history(int[] prompt, int[] guesses, int row, int minTokens, Integer... stops) {
        Sequence sequence = new Sequence(
                1,
                prompt,
                100,
                new SamplingPlan(0, 0, 1, 0),
                Set.of(stops),
                SequenceOptions.DEFAULT.withMinTokens(minTokens));
        RowHistory history = new RowHistory();
        history.set(sequence, guesses, prompt.length, row);
        return history;
    }

    private float[] applied(TokenRules rules, RowHistory history) {
        float[] logits = logits();
        editor.apply(logits, rules, history);
        return logits;
    }

    private static float[] logits() {
        float[] logits = new float[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            logits[id] = id % 2 == 0 ? id : -id;
        }
        return logits;
    }

    private static TokenRules penalties(float repetition, float frequency, float presence) {
        return new TokenRules(new int[0], List.of(), Map.of(), repetition, frequency, presence);
    }

    @Test
    void masksTokensWhoseBitIsZero() {
        float[] logits = logits();
        LogitEditor.mask(logits, new int[] {-1 & ~(1 << 31), 0b1000_0001});
        for (int id = 0; id < VOCABULARY; id++) {
            boolean allowed = id < 31 || id == 32 || id == 39;
            assertThat(logits[id]).isEqualTo(allowed ? logits()[id] : BARRED);
        }
    }

    @Test
    void keepsAllowedTokensOnly() {
        float[] edited = applied(
                new TokenRules(new int[] {7, 2, 7}, List.of(), Map.of(), 1, 0, 0),
                history(new int[] {1}, new int[0], 0, 0));
        for (int id = 0; id < VOCABULARY; id++) {
            assertThat(edited[id]).isEqualTo(id == 7 || id == 2 ? logits()[id] : BARRED);
        }
    }

    @Test
    void bansTheLastTokenOfARunOnlyBehindTheOthers() {
        TokenRules rules = new TokenRules(
                new int[0], List.of(new int[] {3}, new int[] {5, 6, 9}, new int[] {6, 4}), Map.of(), 1, 0, 0);
        int[] guesses = {5, 6};
        int[] prompt = {5, 6};
        assertThat(barred(applied(rules, history(prompt, guesses, 0, 0)))).containsExactly(3);
        assertThat(barred(applied(rules, history(prompt, guesses, 1, 0)))).containsExactly(3);
        assertThat(barred(applied(rules, history(prompt, guesses, 2, 0)))).containsExactlyInAnyOrder(3, 9, 4);
    }

    @Test
    void barsEndTokensUntilTheAnswerIsLongEnough() {
        for (int row = 0; row <= 3; row++) {
            RowHistory history = history(new int[] {1}, new int[] {2, 2, 2}, row, 2, 8, 11);
            assertThat(LogitEditor.endsTooEarly(history)).isEqualTo(row < 2);
            List<Integer> expected = row < 2 ? List.of(8, 11) : List.of();
            assertThat(barred(applied(TokenRules.NONE, history))).isEqualTo(expected);
        }
    }

    @Test
    void biasDoesNotBringBarredTokensBack() {
        TokenRules rules =
                new TokenRules(new int[] {1, 2}, List.of(new int[] {2}), Map.of(1, 100f, 2, 100f, 3, 100f), 1, 0, 0);
        float[] edited = applied(rules, history(new int[] {1}, new int[0], 0, 0));
        assertThat(edited[1]).isEqualTo(99);
        assertThat(edited[2]).isEqualTo(BARRED);
        assertThat(edited[3]).isEqualTo(BARRED);
    }

    @Test
    void changesNothingByZeroOfEitherSign() {
        TokenRules none = penalties(1, -0f, -0f);
        assertThat(none.none()).isTrue();
        assertThat(applied(none, history(new int[] {1}, new int[] {2}, 1, 0))).isEqualTo(logits());
    }

    @Test
    void survivesExtremePenaltiesAndLogits() {
        float[] logits = {Float.NaN, BARRED, Float.POSITIVE_INFINITY, 0f, -0f, 1e-30f, -1e30f, 3e38f};
        LogitEditor small = new LogitEditor(logits.length);
        RowHistory all = history(new int[] {0, 1, 2, 3}, new int[] {4, 5, 6, 7}, 4, 0);
        small.apply(logits, penalties(Float.MIN_NORMAL, -2, 2), all);
        assertThat(logits[0]).isNaN();
        assertThat(logits[1]).isEqualTo(BARRED);
        assertThat(logits[2]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(logits[3]).isZero();
        assertThat(logits[4]).isEqualTo(0);
        assertThat(logits[7]).isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void penalizesAsCountedFromScratch() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            int[] prompt = random.ints(1 + random.nextInt(60), 0, VOCABULARY).toArray();
            int[] guesses = random.ints(random.nextInt(60), 0, VOCABULARY).toArray();
            int row = random.nextInt(guesses.length + 1);
            TokenRules rules = penalties(
                    random.nextBoolean() ? 1 : 0.5f + random.nextFloat(),
                    random.nextBoolean() ? 0 : random.nextFloat() * 4 - 2,
                    random.nextBoolean() ? 0 : random.nextFloat() * 4 - 2);
            assertThat(applied(rules, history(prompt, guesses, row, 0)))
                    .as("seed %dL round %d", seed, round)
                    .containsExactly(naive(rules, prompt, Arrays.copyOf(guesses, row)));
        }
    }

    private static float[] naive(TokenRules rules, int[] prompt, int[] answer) {
        Map<Integer, Integer> counts = new HashMap<>();
        Arrays.stream(answer).forEach(id -> counts.merge(id, 1, Integer::sum));
        float[] logits = logits();
        for (int id = 0; id < VOCABULARY; id++) {
            int token = id;
            int count = counts.getOrDefault(id, 0);
            if (count > 0 || Arrays.stream(prompt).anyMatch(other -> other == token)) {
                logits[id] = logits[id] > 0 ? logits[id] / rules.repetition() : logits[id] * rules.repetition();
            }
            logits[id] -= rules.frequency() * count;
            logits[id] -= count > 0 ? rules.presence() : 0;
        }
        return logits;
    }

    private static List<Integer> barred(float[] logits) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < logits.length; id++) {
            if (logits[id] == BARRED) {
                ids.add(id);
            }
        }
        return ids;
    }
}
