package org.ascend4j;

import java.util.concurrent.CompletableFuture;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.sample.TokenLogprobs;
import org.ascend4j.internal.text.Tokenizer;

/**
 * Collects an answer that nobody reads while it is generated. Text is decoded on the engine thread, which has to see
 * stop strings; dependents of the future run on the common pool.
 */
final class PendingCompletion implements TokenSink {
    private final AnswerRecord record;
    private final AnswerText text;
    private final Runnable stop;
    private final CompletableFuture<Completion> future = new CompletableFuture<>();

    /** @param stop ends the request early */
    PendingCompletion(Tokenizer tokenizer, int[] prompt, GenerationOptions options, Runnable stop) {
        this.record = new AnswerRecord(prompt);
        this.text = new AnswerText(tokenizer, options);
        this.stop = stop;
    }

    /** Completes when the answer has ended; cancelling it ends the request. */
    CompletableFuture<Completion> future() {
        return future;
    }

    @Override
    public void token(int id) {
        if (!text.stopped()) {
            record.token(id, System.nanoTime());
            text.push(id);
            if (text.stopped()) {
                stop.run();
            }
        }
    }

    @Override
    public void logprobs(TokenLogprobs logprobs) {
        if (!text.stopped()) {
            record.logprob(TokenLogprob.of(logprobs));
        }
    }

    @Override
    public void promptLogprobs(TokenLogprobs logprobs) {
        record.promptLogprob(TokenLogprob.of(logprobs));
    }

    @Override
    public void finished(org.ascend4j.internal.schedule.FinishReason reason) {
        text.finish();
        FinishReason finished = text.stopped() ? FinishReason.STOP : FinishReason.valueOf(reason.name());
        future.completeAsync(() -> record.completion(text.whole(), finished));
    }

    @Override
    public void failed(AscendException cause) {
        CompletableFuture.runAsync(() -> future.completeExceptionally(cause));
    }
}
