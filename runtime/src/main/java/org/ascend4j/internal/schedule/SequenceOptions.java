package org.ascend4j.internal.schedule;

import java.util.Objects;

/**
 * What a sequence asks of the scheduler beyond its tokens.
 *
 * @param priority smaller is more important; read by {@link QueuePolicy#PRIORITY} only
 * @param deadlineNanos on the clock of {@link System#nanoTime}; {@link #NO_DEADLINE} for none
 * @param minTokens generated tokens before a stop token ends the answer
 * @param promptLogprobs whether the logits of the prompt's rows are wanted, too
 * @param waitsForToken whether its next step can only be built when its last token is known here, as for a grammar or
 *     for sampling that reads what was generated
 * @param drafts whether tokens may be guessed ahead
 * @param scope who may share its cached prefix
 * @param adapter number of the adapter that runs with the model; 0 for none
 */
public record SequenceOptions(
        int priority,
        long deadlineNanos,
        int minTokens,
        boolean promptLogprobs,
        boolean waitsForToken,
        boolean drafts,
        PrefixScope scope,
        int adapter) {
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    public static final SequenceOptions DEFAULT =
            new SequenceOptions(0, NO_DEADLINE, 0, false, false, true, PrefixScope.SHARED, 0);

    public SequenceOptions {
        Objects.requireNonNull(scope, "scope");
    }

    public SequenceOptions withPriority(int value) {
        return new SequenceOptions(
                value, deadlineNanos, minTokens, promptLogprobs, waitsForToken, drafts, scope, adapter);
    }

    public SequenceOptions withDeadline(long nanos) {
        return new SequenceOptions(priority, nanos, minTokens, promptLogprobs, waitsForToken, drafts, scope, adapter);
    }

    public SequenceOptions withMinTokens(int value) {
        return new SequenceOptions(
                priority, deadlineNanos, value, promptLogprobs, waitsForToken, drafts, scope, adapter);
    }

    public SequenceOptions withPromptLogprobs(boolean value) {
        return new SequenceOptions(priority, deadlineNanos, minTokens, value, waitsForToken, drafts, scope, adapter);
    }

    public SequenceOptions withWaitsForToken(boolean value) {
        return new SequenceOptions(priority, deadlineNanos, minTokens, promptLogprobs, value, drafts, scope, adapter);
    }

    public SequenceOptions withDrafts(boolean value) {
        return new SequenceOptions(
                priority, deadlineNanos, minTokens, promptLogprobs, waitsForToken, value, scope, adapter);
    }

    public SequenceOptions withScope(PrefixScope value) {
        return new SequenceOptions(
                priority, deadlineNanos, minTokens, promptLogprobs, waitsForToken, drafts, value, adapter);
    }

    public SequenceOptions withAdapter(int value) {
        return new SequenceOptions(
                priority, deadlineNanos, minTokens, promptLogprobs, waitsForToken, drafts, scope, value);
    }
}
