package org.ascend4j;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.sample.TokenLogprobs;
import org.ascend4j.internal.text.Tokenizer;

/**
 * An answer while it is being generated. {@link #hasNext()} waits for the next token; text is decoded on the reading
 * thread, and a character that spans tokens comes with the last of them. One thread reads; any thread may cancel.
 */
public final class TokenStream implements Iterator<TokenStream.Piece>, AutoCloseable {
    /**
     * One token and the text it completes.
     *
     * @param token the id; -1 for text that was still held back when the stream ended
     * @param text empty for special tokens and inside a character that is not whole yet
     */
    public record Piece(int token, String text) {}

    private sealed interface Event {
        record Token(int id, long atNanos) implements Event {}

        record Likely(TokenLogprob logprob, boolean prompt) implements Event {}

        record Finished(FinishReason reason) implements Event {}

        record Failed(AscendException cause) implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Runnable cancel;
    private final AnswerRecord record;
    private final AnswerText text;
    private FinishReason finished;
    private AscendException failed;
    private Piece next;

    TokenStream(Tokenizer tokenizer, int[] prompt, GenerationOptions options, Runnable cancel) {
        this.record = new AnswerRecord(prompt);
        this.text = new AnswerText(tokenizer, options);
        this.cancel = cancel;
    }

    /** What the engine thread calls. */
    TokenSink sink() {
        return new TokenSink() {
            @Override
            public void token(int id) {
                events.add(new Event.Token(id, System.nanoTime()));
            }

            @Override
            public void logprobs(TokenLogprobs logprobs) {
                events.add(new Event.Likely(TokenLogprob.of(logprobs), false));
            }

            @Override
            public void promptLogprobs(TokenLogprobs logprobs) {
                events.add(new Event.Likely(TokenLogprob.of(logprobs), true));
            }

            @Override
            public void finished(org.ascend4j.internal.schedule.FinishReason reason) {
                events.add(new Event.Finished(FinishReason.valueOf(reason.name())));
            }

            @Override
            public void failed(AscendException cause) {
                events.add(new Event.Failed(cause));
            }
        };
    }

    /**
     * Waits for the next piece.
     *
     * @throws AscendException if the engine could not go on, or if the waiting thread is interrupted, which cancels
     */
    @Override
    public boolean hasNext() {
        while (next == null && finished == null) {
            if (failed != null) {
                throw failed;
            }
            accept(take());
        }
        return next != null;
    }

    @Override
    public Piece next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the answer has ended: " + finished);
        }
        Piece piece = next;
        next = null;
        return piece;
    }

    /** Asks the engine to stop; what was generated until then can still be read. */
    public void cancel() {
        cancel.run();
    }

    /** Reads to the end and gives the whole answer. */
    public Completion completion() {
        while (hasNext()) {
            next();
        }
        return record.completion(text.whole(), finished);
    }

    /** Cancels if the answer has not ended. */
    @Override
    public void close() {
        if (finished == null && failed == null) {
            cancel();
        }
    }

    private Event take() {
        try {
            return events.take();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            return new Event.Failed(new AscendException("interrupted while waiting for a token", e));
        }
    }

    private void accept(Event event) {
        if (event instanceof Event.Token token) {
            take(token);
        } else if (event instanceof Event.Likely likely) {
            take(likely);
        } else if (event instanceof Event.Finished end) {
            String rest = text.finish();
            finished = text.stopped() ? FinishReason.STOP : end.reason();
            next = rest.isEmpty() ? null : new Piece(-1, rest);
        } else if (event instanceof Event.Failed failure) {
            failed = failure.cause();
            throw failed;
        }
    }

    private void take(Event.Token token) {
        if (text.stopped()) {
            return;
        }
        record.token(token.id(), token.atNanos());
        next = new Piece(token.id(), text.push(token.id()));
        if (text.stopped()) {
            cancel();
        }
    }

    private void take(Event.Likely likely) {
        if (likely.prompt()) {
            record.promptLogprob(likely.logprob());
        } else if (!text.stopped()) {
            record.logprob(likely.logprob());
        }
    }
}
