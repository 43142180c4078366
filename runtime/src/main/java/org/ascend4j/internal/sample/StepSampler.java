package org.ascend4j.internal.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;

/**
 * Picks a token for every sampled row: plain greedy ones on the device, the others from their logits here.
 *
 * <p>Guesses are verified by sampling each row as if it were alone, with its own position's random number, and comparing:
 * guess x is accepted with its probability p(x), and what replaces a refuted one follows p without x, renormalized. So an
 * answer is the same, token by token, with guesses and without. Buffers are kept from step to step; owned by the engine
 * thread.
 */
public final class StepSampler {
    private final Sampler sampler;
    private final LogitEditor editor;
    private final LogprobReader reader = new LogprobReader();
    private final RowHistory history = new RowHistory();
    private final float[] row;
    private final int[] words;
    private int[] ids = {};
    private int[] wanted = {};

    public StepSampler(int vocabularySize) {
        this.sampler = new Sampler(vocabularySize);
        this.editor = new LogitEditor(vocabularySize);
        this.row = new float[vocabularySize];
        this.words = new int[(vocabularySize + 31) / 32];
    }

    /**
     * Has the logits of a step that was just queued brought here as far as {@link #sample} will surely read them. Greedy
     * rows under a mask are not: the best token mostly is allowed, and where it is not the row is brought then, which can be
     * done because no step is queued behind one whose tokens must be known.
     */
    public void fetch(Logits logits, Step step) {
        int count = 0;
        int at = 0;
        wanted = wanted.length < logits.rows() ? new int[logits.rows()] : wanted;
        for (int index = 0; index < step.entries().size(); index++) {
            Step.Entry entry = step.entries().get(index);
            boolean all = entry.samples() && !entry.sequence().sampling().plain();
            for (int i = 0; i < entry.sampledRows(); i++, at++) {
                history.set(entry.sequence(), entry.drafts(), entry.position(0), i);
                if (all || LogitEditor.endsTooEarly(history)) {
                    wanted[count++] = at;
                }
            }
        }
        for (int i = 0; i < step.promptRows(); i++) {
            wanted[count++] = at++;
        }
        logits.fetch(wanted, count);
    }

    /**
     * Samples a step, in the order of steps: each after the one before it was applied, so that all tokens in front of
     * its rows are known.
     *
     * @param logits the sampled rows of the step, then its prompt rows
     */
    public SampledStep sample(Logits logits, Step step, TokenMasks masks) {
        int rows = step.sampledRows();
        if (ids.length == rows) {
            Arrays.fill(ids, 0);
        } else {
            ids = new int[rows];
        }
        Pass pass = new Pass(logits, masks);
        int at = 0;
        for (int index = 0; index < step.entries().size(); index++) {
            Step.Entry entry = step.entries().get(index);
            if (entry.samples() && entry.wanted()) {
                pass.verify(entry, at);
            }
            at += entry.sampledRows();
        }
        for (int index = 0; index < step.entries().size(); index++) {
            Step.Entry entry = step.entries().get(index);
            if (entry.promptRows() > 0 && entry.wanted()) {
                pass.scorePrompt(entry, at);
            }
            at += entry.promptRows();
        }
        return new SampledStep(ids, pass.logprobs, pass.promptLogprobs, pass.failures);
    }

    /** One step. */
    private final class Pass {
        private final Logits logits;
        private final TokenMasks masks;
        private final List<TokenLogprobs> logprobs = new ArrayList<>(0);
        private final List<TokenLogprobs> promptLogprobs = new ArrayList<>(0);
        private final List<SampledStep.Failure> failures = new ArrayList<>(0);
        private int[] best;

        Pass(Logits logits, TokenMasks masks) {
            this.logits = logits;
            this.masks = masks;
        }

        /** Samples an entry's rows up to the first that refutes its guess. */
        void verify(Step.Entry entry, int first) {
            int[] guesses = entry.drafts();
            requireKnown(entry);
            for (int i = 0; i <= guesses.length; i++) {
                history.set(entry.sequence(), guesses, entry.position(0), i);
                try {
                    ids[first + i] = pick(entry, i, first + i);
                } catch (AscendException e) {
                    failures.add(new SampledStep.Failure(entry.sequence(), e));
                    return;
                }
                if (i < guesses.length && ids[first + i] != guesses[i]) {
                    return;
                }
            }
        }

        private void requireKnown(Step.Entry entry) {
            Sequence sequence = entry.sequence();
            if (sequence.sampling().rules().readsTokens() && entry.position(0) != sequence.length()) {
                throw new IllegalStateException("sequence " + sequence.id() + " knows " + sequence.length() + " of the "
                        + entry.position(0) + " tokens that its rules read");
            }
        }

        private int pick(Step.Entry entry, int i, int at) {
            SamplingPlan plan = entry.sequence().sampling();
            TokenMask mask = masks.mask(entry, i);
            boolean early = LogitEditor.endsTooEarly(history);
            if (mask != null && !mask.fill(words)) {
                throw nothingLeft(at);
            }
            if (!early && plan.plain()) {
                best = best == null ? logits.argMax() : best;
                if (logits.damaged(at)) {
                    throw damaged(at);
                }
                if (mask == null || allowed(words, best[at])) {
                    return best[at];
                }
            }
            logits.copyRow(at, row);
            if (mask != null) {
                LogitEditor.mask(row, words);
            }
            if (early || !plan.rules().none()) {
                editor.apply(row, plan.rules(), history);
            }
            int position = entry.position(i);
            int id = plan.greedy() ? best(row) : sampler.sample(row, plan, position);
            if (id < 0) {
                throw nothingLeft(at);
            }
            if (plan.logprobs() != SamplingPlan.UNWANTED) {
                if (mask != null || early || !plan.rules().none()) {
                    logits.copyRow(at, row);
                }
                logprobs.add(reader.read(row, entry.sequence(), position, id, plan.logprobs()));
            }
            return id;
        }

        /** The fault is the request's only if the model's own logits are sound. */
        private AscendException nothingLeft(int at) {
            logits.copyRow(at, row);
            if (Sampler.best(row) == Float.NEGATIVE_INFINITY) {
                return damaged(at);
            }
            return new InvalidRequestException(
                    "sampling",
                    "found no token that may follow the first " + history.length()
                            + ", expected one that the response format, the allowed and the banned tokens leave; loosen"
                            + " them");
        }

        private AscendException damaged(int at) {
            return new AscendException("the logits after token " + history.length() + " are damaged: the best of row "
                    + at + " is no finite number; the request cannot go on");
        }

        void scorePrompt(Step.Entry entry, int first) {
            Sequence sequence = entry.sequence();
            int top = Math.max(0, sequence.sampling().promptLogprobs());
            for (int i = 0; i < entry.promptRows(); i++) {
                int position = entry.promptFrom() + i + 1;
                logits.copyRow(first + i, row);
                promptLogprobs.add(reader.read(row, sequence, position, sequence.token(position), top));
            }
        }
    }

    private static boolean allowed(int[] words, int id) {
        return (words[id >> 5] >>> id & 1) != 0;
    }

    /** The best token of a row, the smallest id of equals; -1 if no logit is a number above minus infinity. */
    private static int best(float[] row) {
        int best = -1;
        float most = Float.NEGATIVE_INFINITY;
        for (int id = 0; id < row.length; id++) {
            if (row[id] > most) {
                most = row[id];
                best = id;
            }
        }
        return best;
    }
}
