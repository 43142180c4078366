package org.ascend4j;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.text.StreamDecoder;
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

        record Finished(FinishReason reason) implements Event {}

        record Failed(AscendException cause) implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Tokenizer tokenizer;
    private final int[] prompt;
    private final Runnable cancel;
    private final long startNanos = System.nanoTime();
    private final StreamDecoder decoder = new StreamDecoder();
    private final List<Integer> tokens = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private long firstNanos;
    private long lastNanos;
    private FinishReason finished;
    private AscendException failed;
    private Piece next;

    TokenStream(Tokenizer tokenizer, int[] prompt, Runnable cancel) {
        this.tokenizer = tokenizer;
        this.prompt = prompt;
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
        int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
        double speed =
                ids.length < 2 || lastNanos == firstNanos ? 0 : (ids.length - 1) * 1e9 / (lastNanos - firstNanos);
        long first = ids.length == 0 ? 0 : firstNanos - startNanos;
        return new Completion(text.toString(), ids, prompt, finished, first, speed);
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
            if (tokens.isEmpty()) {
                firstNanos = token.atNanos();
            }
            lastNanos = token.atNanos();
            tokens.add(token.id());
            next = piece(token.id(), decoder.push(tokenizer.bytes(token.id())));
        } else if (event instanceof Event.Finished end) {
            finished = end.reason();
            String rest = decoder.flush();
            next = rest.isEmpty() ? null : piece(-1, rest);
        } else if (event instanceof Event.Failed failure) {
            failed = failure.cause();
            throw failed;
        }
    }

    private Piece piece(int token, String completed) {
        text.append(completed);
        return new Piece(token, completed);
    }
}
