package org.ascend4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.text.Tokenizer;

/**
 * Collects an answer that nobody reads while it is generated. Its tokens are made text away from the engine thread: as
 * they come if there are stop strings to be found, else all at the end. Dependents of the future run on the common pool.
 */
final class PendingCompletion {
    private final AnswerBuffer buffer;
    private final AnswerReader reader;
    private final Consumer<FinishReason> end;
    private final CompletableFuture<Completion> future = new CompletableFuture<>();

    /**
     * @param threads where text is made
     * @param end ends the request early
     */
    PendingCompletion(
            Tokenizer tokenizer,
            EncodedPrompt prompt,
            GenerationOptions options,
            Executor threads,
            Consumer<FinishReason> end) {
        SerialTask reading = new SerialTask(threads, this::read, this::cancel);
        boolean watched = !options.stop().isEmpty() || prompt.syntax().endsAtCall();
        this.end = end;
        this.buffer = new AnswerBuffer(null, this::cancel, over -> {
            if (over || watched) {
                reading.call();
            }
        });
        this.reader = new AnswerReader(buffer, tokenizer, prompt, options, end);
    }

    TokenSink sink() {
        return buffer;
    }

    /** Completes when the answer has ended. */
    CompletableFuture<Completion> future() {
        return future;
    }

    private void cancel() {
        end.accept(FinishReason.CANCELLED);
    }

    private void read() {
        try {
            if (future.isDone()) {
                return;
            }
            for (AnswerPiece piece = reader.poll(); piece != null; piece = reader.poll()) {
                if (piece.last()) {
                    Completion completion = reader.completion();
                    future.completeAsync(() -> completion);
                }
            }
        } catch (Throwable e) {
            cancel();
            CompletableFuture.runAsync(() -> future.completeExceptionally(e));
        }
    }
}
