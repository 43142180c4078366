package org.ascend4j.internal.engine;

import org.ascend4j.error.AscendException;
import org.ascend4j.internal.sample.TokenLogprobs;
import org.ascend4j.internal.schedule.FinishReason;

/** Where a sequence's tokens go. Called on the engine thread, so an implementation only hands them on. */
public interface TokenSink {
    /** The next generated id. */
    void token(int id);

    /** How likely the model found a generated token; comes before the token itself, if it was asked for. */
    default void logprobs(TokenLogprobs logprobs) {}

    /** How likely the model found a token of the prompt, if it was asked for. */
    default void promptLogprobs(TokenLogprobs logprobs) {}

    /** No more tokens come. Exactly one of this and {@link #failed} is called, once. */
    void finished(FinishReason reason);

    /** The sequence cannot go on. */
    void failed(AscendException cause);
}
