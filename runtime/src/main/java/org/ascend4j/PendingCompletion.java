package org.ascend4j;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.text.Tokenizer;

/**
 * Collects an answer that nobody reads while it is generated. The engine thread only stores ids; the text is decoded on
 * the common pool, where the future's dependents run.
 */
final class PendingCompletion implements TokenSink {
    private final Tokenizer tokenizer;
    private final int[] prompt;
    private final CompletableFuture<Completion> future = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();
    private int[] tokens = new int[64];
    private int count;
    private long firstNanos;
    private long lastNanos;

    PendingCompletion(Tokenizer tokenizer, int[] prompt) {
        this.tokenizer = tokenizer;
        this.prompt = prompt;
    }

    /** Completes when the answer has ended; cancelling it ends the request. */
    CompletableFuture<Completion> future() {
        return future;
    }

    @Override
    public void token(int id) {
        lastNanos = System.nanoTime();
        if (count == 0) {
            firstNanos = lastNanos;
        }
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, count * 2);
        }
        tokens[count++] = id;
    }

    @Override
    public void finished(org.ascend4j.internal.schedule.FinishReason reason) {
        FinishReason finished = FinishReason.valueOf(reason.name());
        future.completeAsync(() -> completion(finished));
    }

    @Override
    public void failed(AscendException cause) {
        // Dependents must not run on the engine thread.
        CompletableFuture.runAsync(() -> future.completeExceptionally(cause));
    }

    private Completion completion(FinishReason reason) {
        int[] ids = Arrays.copyOf(tokens, count);
        double speed = count < 2 || lastNanos == firstNanos ? 0 : (count - 1) * 1e9 / (lastNanos - firstNanos);
        long first = count == 0 ? 0 : firstNanos - startNanos;
        return new Completion(tokenizer.decode(ids), ids, prompt, reason, first, speed);
    }
}
