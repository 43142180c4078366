package org.ascend4j.internal.sample;

import java.util.Arrays;
import java.util.Map;
import org.ascend4j.internal.schedule.TokenRules;

/**
 * Changes a row's logits in place, in vLLM's order: a grammar's mask, allowed ids, banned ids, end tokens that come too
 * early, bias, penalties. What may not come gets minus infinity. Nothing is remembered from row to row, so preemption,
 * forks and steps that are taken back need no care; buffers are kept. Owned by the engine thread.
 */
final class LogitEditor {
    private static final float BARRED = Float.NEGATIVE_INFINITY;

    /** Marks an id of the prompt above the count of its places in the answer. */
    private static final int IN_PROMPT = 1 << 30;

    private final int[] seen;
    private final int[] seenIds;
    private int distinct;
    private float[] saved = {};

    LogitEditor(int vocabularySize) {
        this.seen = new int[vocabularySize];
        this.seenIds = new int[vocabularySize];
    }

    /** Bars all tokens whose bit is 0. */
    static void mask(float[] logits, int[] words) {
        for (int at = 0; at < words.length; at++) {
            int word = words[at];
            if (word == -1) {
                continue;
            }
            int from = at << 5;
            int to = Math.min(from + 32, logits.length);
            for (int id = from; id < to; id++, word >>>= 1) {
                if ((word & 1) == 0) {
                    logits[id] = BARRED;
                }
            }
        }
    }

    /** Applies a plan's rules, and bars end tokens while the answer is shorter than asked for. */
    void apply(float[] logits, TokenRules rules, RowHistory history) {
        if (rules.allowed().length > 0) {
            keepOnly(logits, rules.allowed());
        }
        for (int i = 0; i < rules.banned().size(); i++) {
            ban(logits, rules.banned().get(i), history);
        }
        if (endsTooEarly(history)) {
            for (int id : history.sequence().stopTokens()) {
                logits[id] = BARRED;
            }
        }
        if (!rules.bias().isEmpty()) {
            for (Map.Entry<Integer, Float> bias : rules.bias().entrySet()) {
                logits[bias.getKey()] += bias.getValue();
            }
        }
        if (rules.penalizes()) {
            penalize(logits, rules, history);
        }
    }

    /** Whether end tokens may not come yet. */
    static boolean endsTooEarly(RowHistory history) {
        return history.generatedLength() < history.sequence().options().minTokens()
                && !history.sequence().stopTokens().isEmpty();
    }

    private void keepOnly(float[] logits, int[] allowed) {
        if (saved.length < allowed.length) {
            saved = new float[allowed.length];
        }
        for (int i = 0; i < allowed.length; i++) {
            saved[i] = logits[allowed[i]];
        }
        Arrays.fill(logits, BARRED);
        for (int i = 0; i < allowed.length; i++) {
            logits[allowed[i]] = saved[i];
        }
    }

    private static void ban(float[] logits, int[] run, RowHistory history) {
        int before = run.length - 1;
        if (before > history.generatedLength()) {
            return;
        }
        for (int i = 0; i < before; i++) {
            if (history.token(history.length() - before + i) != run[i]) {
                return;
            }
        }
        logits[run[before]] = BARRED;
    }

    private void penalize(float[] logits, TokenRules rules, RowHistory history) {
        int from = rules.repetition() == 1 ? history.promptLength() : 0;
        for (int position = from; position < history.length(); position++) {
            count(history.token(position), position < history.promptLength());
        }
        for (int i = 0; i < distinct; i++) {
            int id = seenIds[i];
            int places = seen[id] & ~IN_PROMPT;
            seen[id] = 0;
            float logit = logits[id];
            if (rules.repetition() != 1) {
                logit = logit > 0 ? logit / rules.repetition() : logit * rules.repetition();
            }
            if (places > 0) {
                logit -= rules.frequency() * places;
                logit -= rules.presence();
            }
            logits[id] = logit;
        }
        distinct = 0;
    }

    private void count(int id, boolean prompt) {
        if (seen[id] == 0) {
            seenIds[distinct++] = id;
        }
        seen[id] = prompt ? seen[id] | IN_PROMPT : seen[id] + 1;
    }
}
