package org.ascend4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.SlowConsumerException;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.sample.TokenLogprobs;

/**
 * Tokens between the engine thread, which only puts ids here, and the one thread at a time that makes text of them. The
 * writer fills one batch while the reader works on the other, so neither waits for the other's work. Bounded, if need
 * be: an answer whose reader falls too far behind ends with an error.
 */
final class AnswerBuffer implements TokenSink {
    /** What came since the reader looked last. */
    static final class Batch {
        private int[] ids = new int[8];
        private long[] nanos = new long[8];
        private int count;
        private final List<TokenLogprob> logprobs = new ArrayList<>(0);
        private final List<TokenLogprob> promptLogprobs = new ArrayList<>(0);
        private FinishReason finished;
        private AscendException failure;

        int count() {
            return count;
        }

        int id(int index) {
            return ids[index];
        }

        /** When a token came. */
        long nanos(int index) {
            return nanos[index];
        }

        List<TokenLogprob> logprobs() {
            return logprobs;
        }

        List<TokenLogprob> promptLogprobs() {
            return promptLogprobs;
        }

        /** Why nothing follows; null if something does, or after a failure. */
        FinishReason finished() {
            return finished;
        }

        /** What ended the answer; null if nothing did. */
        AscendException failure() {
            return failure;
        }

        boolean over() {
            return finished != null || failure != null;
        }

        private void add(int id, long now) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, count * 2);
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            ids[count] = id;
            nanos[count++] = now;
        }

        private void clear() {
            count = 0;
            logprobs.clear();
            promptLogprobs.clear();
        }
    }

    /** Hears on the writer's thread that something came; must return at once. */
    interface Signal {
        /** @param over whether it was the end */
        void came(boolean over);
    }

    private final int mostTokens;
    private final long stallNanos;
    private final Runnable cancel;
    private final Signal signal;
    private Batch filling = new Batch();
    private Batch reading = new Batch();
    private boolean over;
    private boolean readerWaits;
    private boolean endAwaited;

    /**
     * @param limits how far the reader may fall behind; null for any distance
     * @param cancel ends the request
     */
    AnswerBuffer(Streaming limits, Runnable cancel, Signal signal) {
        this.mostTokens = limits == null ? Integer.MAX_VALUE : limits.bufferTokens();
        this.stallNanos =
                limits == null ? Long.MAX_VALUE : limits.stallTimeout().toNanos();
        this.cancel = cancel;
        this.signal = signal;
    }

    @Override
    public void token(int id) {
        long now = System.nanoTime();
        boolean ended;
        synchronized (this) {
            if (over) {
                return;
            }
            Batch batch = filling;
            String lag = batch.count == 0 || endAwaited ? null : lag(batch, now);
            if (lag == null) {
                batch.add(id, now);
            } else {
                batch.failure = new SlowConsumerException(lag + "; read faster, or open the model with more");
                over = true;
                cancel.run();
            }
            ended = over;
            if (ended || !endAwaited) {
                wake();
            }
        }
        signal.came(ended);
    }

    private String lag(Batch batch, long now) {
        if (batch.count >= mostTokens) {
            return "the answer was cut off because " + batch.count
                    + " tokens wait to be read, as many as stream-buffer allows";
        }
        long stall = now - batch.nanos[0];
        return stall <= stallNanos
                ? null
                : "the answer was cut off because nothing was read for " + stall / 1_000_000
                        + " ms, longer than stream-stall allows";
    }

    @Override
    public synchronized void logprobs(TokenLogprobs logprobs) {
        if (!over) {
            filling.logprobs.add(TokenLogprob.of(logprobs));
        }
    }

    @Override
    public synchronized void promptLogprobs(TokenLogprobs logprobs) {
        if (!over) {
            filling.promptLogprobs.add(TokenLogprob.of(logprobs));
        }
    }

    @Override
    public void finished(org.ascend4j.internal.schedule.FinishReason reason) {
        end(FinishReason.valueOf(reason.name()), null);
    }

    @Override
    public void failed(AscendException cause) {
        end(null, cause);
    }

    private void end(FinishReason reason, AscendException cause) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            filling.finished = reason;
            filling.failure = cause;
            wake();
        }
        signal.came(true);
    }

    private void wake() {
        if (readerWaits) {
            notifyAll();
        }
    }

    /** What came since the last call, possibly nothing; valid until the next. Not to be called after the end. */
    synchronized Batch swap() {
        Batch filled = filling;
        reading.clear();
        filling = reading;
        reading = filled;
        return filled;
    }

    /** What ended the answer, even if tokens before that have not been read; null if nothing did. */
    synchronized AscendException failure() {
        return filling.failure != null ? filling.failure : reading.failure;
    }

    /**
     * Waits until nothing follows. A reader that wants the whole is not woken by every token, which would take a core from
     * the device's threads each time, and cannot fall behind.
     */
    synchronized void awaitEnd() throws InterruptedException {
        endAwaited = true;
        readerWaits = true;
        try {
            while (!over) {
                wait();
            }
        } finally {
            readerWaits = false;
            endAwaited = false;
        }
    }

    /** Waits until something has come. */
    synchronized void await() throws InterruptedException {
        readerWaits = true;
        try {
            while (filling.count == 0 && !over) {
                wait();
            }
        } finally {
            readerWaits = false;
        }
    }
}
