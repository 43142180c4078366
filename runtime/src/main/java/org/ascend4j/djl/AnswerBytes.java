package org.ascend4j.djl;

import ai.djl.inference.streaming.ChunkedBytesSupplier;
import ai.djl.modality.Input;
import ai.djl.ndarray.BytesSupplier;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * An answer that whoever reads it waits for, so that the predictor is free for the next request at once. One thread reads.
 * While it waits, it looks whether DJL has cancelled the request; the first chunk comes only when it is certain whether
 * the request succeeds, so the output's code and message hold from then on.
 */
abstract class AnswerBytes extends ChunkedBytesSupplier {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Input input;

    AnswerBytes(Input input) {
        this.input = input;
    }

    /**
     * Waits for a chunk.
     *
     * @param nanos how long at most
     * @return null if none came by then
     * @throws InterruptedException if the waiting thread is interrupted
     */
    abstract byte[] await(long nanos) throws InterruptedException;

    /** Whether the last chunk has been read. */
    abstract boolean ended();

    /** Ends the request; the next chunk is the last. Of no effect on what has ended. */
    abstract void cancel();

    @Override
    public final boolean hasNext() {
        return !ended();
    }

    @Override
    public final BytesSupplier next(long timeout, TimeUnit unit) throws InterruptedException {
        long start = System.nanoTime();
        long limit = unit.toNanos(timeout);
        try {
            while (true) {
                if (input.isCancelled()) {
                    cancel();
                }
                long left = limit - (System.nanoTime() - start);
                byte[] chunk = await(Math.max(0, Math.min(left, LOOK_NANOS)));
                if (chunk != null) {
                    return BytesSupplier.wrap(chunk);
                }
                if (left <= 0) {
                    cancel();
                    throw new IllegalStateException("no part of the answer within " + timeout + " "
                            + unit.name().toLowerCase(Locale.ROOT) + "; the request is ended");
                }
            }
        } catch (InterruptedException interrupted) {
            cancel();
            throw interrupted;
        }
    }

    @Override
    public final BytesSupplier poll() {
        try {
            if (input.isCancelled()) {
                cancel();
            }
            byte[] chunk = await(0);
            return chunk == null ? null : BytesSupplier.wrap(chunk);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** The rest of the answer, however long it takes. */
    @Override
    public final byte[] getAsBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            while (hasNext()) {
                bytes.writeBytes(nextChunk(Long.MAX_VALUE, TimeUnit.NANOSECONDS));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "interrupted while waiting for an answer; the request is ended", interrupted);
        }
        return bytes.toByteArray();
    }

    /** Goes on where the answer comes from; DJL has no use for it here. */
    @Override
    public final void appendContent(BytesSupplier bytes, boolean last) {
        throw new UnsupportedOperationException("an answer is written by the engine alone");
    }
}
