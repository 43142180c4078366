package org.ascend4j;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.text.Tokenizer;

/**
 * An answer while it is being generated. {@link #hasNext()} waits for the next piece; text is decoded on the reading
 * thread, and a character that spans tokens comes with the last of them. One thread reads; any thread may cancel. Others
 * never wait for a slow reader: what it has not read comes in larger pieces, and if it falls behind further than
 * {@link Streaming} allows, the answer ends with a {@link org.ascend4j.error.SlowConsumerException} after what was
 * buffered.
 */
public final class TokenStream implements Iterator<AnswerPiece>, AutoCloseable {
    private final Consumer<FinishReason> end;
    private final AnswerBuffer buffer;
    private final AnswerReader reader;

    /** Whether the text, which the engine does not know, may end the answer. */
    private final boolean watched;

    private AscendException failed;
    private AnswerPiece next;

    TokenStream(
            Tokenizer tokenizer,
            EncodedPrompt prompt,
            GenerationOptions options,
            Streaming limits,
            Consumer<FinishReason> end) {
        this.end = end;
        this.watched = !options.stop().isEmpty();
        this.buffer = new AnswerBuffer(limits, this::cancel, over -> {});
        this.reader = new AnswerReader(buffer, tokenizer, prompt, options, end);
    }

    /** What the engine thread calls. */
    TokenSink sink() {
        return buffer;
    }

    /**
     * Waits for the next piece; the last one has the reason for the end.
     *
     * @throws AscendException if the engine could not go on, or if the waiting thread is interrupted, which cancels
     */
    @Override
    public boolean hasNext() {
        while (next == null && !reader.ended()) {
            if (failed != null) {
                throw failed;
            }
            try {
                next = reader.poll();
                if (next == null) {
                    buffer.await();
                }
            } catch (AscendException e) {
                failed = e;
            } catch (InterruptedException e) {
                interrupted(e);
            }
        }
        return next != null;
    }

    private void interrupted(InterruptedException e) {
        cancel();
        Thread.currentThread().interrupt();
        failed = new AscendException("interrupted while waiting for a token", e);
    }

    @Override
    public AnswerPiece next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the answer has ended");
        }
        AnswerPiece piece = next;
        next = null;
        return piece;
    }

    /** Asks the engine to stop; what was generated until then can still be read. */
    public void cancel() {
        end.accept(FinishReason.CANCELLED);
    }

    /** Reads to the end and gives the whole answer. */
    public Completion completion() {
        try {
            if (!watched && failed == null) {
                buffer.awaitEnd();
            }
        } catch (InterruptedException e) {
            interrupted(e);
        }
        while (hasNext()) {
            next();
        }
        return reader.completion();
    }

    /** Cancels if the answer has not been read to its end. */
    @Override
    public void close() {
        if (!reader.ended() && failed == null) {
            cancel();
        }
    }
}
