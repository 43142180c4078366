package org.ascend4j.internal.engine;

import org.ascend4j.error.AscendException;
import org.ascend4j.internal.sample.TokenLogprobs;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.schedule.Sequence;

/**
 * A request's sink as the engine sees it: passes on what comes until the first ending and measures the time of each. The
 * engine thread is its only caller except when a request fails because that thread hangs, so the lock is free as a rule.
 */
final class LiveRequest implements TokenSink {
    private final Sequence sequence;
    private final TokenSink sink;
    private final Request request;
    private final LiveRequests all;
    private final EngineMeter meter;
    private final long arrivedNanos = System.nanoTime();
    private long startedNanos;
    private long firstNanos;
    private long lastNanos;
    private boolean started;
    private boolean ended;

    LiveRequest(Request request, LiveRequests all, EngineMeter meter) {
        this.sequence = request.sequence();
        this.sink = request.sink();
        this.request = new Request(sequence, this, request.matcher());
        this.all = all;
        this.meter = meter;
    }

    long id() {
        return sequence.id();
    }

    /** What the loop runs: the request with this as its sink. */
    Request request() {
        return request;
    }

    /** Whether nothing more is to be learnt of when it starts. */
    synchronized boolean startedBy(long stepStartNanos) {
        if (!started && !ended && (sequence.blockCount() > 0 || sequence.generatedLength() > 0)) {
            start(stepStartNanos);
        }
        return started || ended;
    }

    private void start(long nanos) {
        started = true;
        startedNanos = Math.max(nanos, arrivedNanos);
        all.started();
        meter.queueTime.record(seconds(arrivedNanos, startedNanos));
    }

    @Override
    public synchronized void token(int id) {
        if (ended) {
            return;
        }
        long now = System.nanoTime();
        if (firstNanos == 0) {
            if (!started) {
                start(now);
            }
            firstNanos = now;
            meter.timeToFirstToken.record(seconds(arrivedNanos, now));
        } else {
            meter.interTokenLatency.record(seconds(lastNanos, now));
        }
        lastNanos = now;
        sink.token(id);
    }

    @Override
    public synchronized void logprobs(TokenLogprobs logprobs) {
        if (!ended) {
            sink.logprobs(logprobs);
        }
    }

    @Override
    public synchronized void promptLogprobs(TokenLogprobs logprobs) {
        if (!ended) {
            sink.promptLogprobs(logprobs);
        }
    }

    @Override
    public synchronized void finished(FinishReason reason) {
        if (end()) {
            measure(System.nanoTime());
            sink.finished(reason);
        }
    }

    @Override
    public synchronized void failed(AscendException cause) {
        if (end()) {
            all.countFailure();
            sink.failed(cause);
        }
    }

    private boolean end() {
        if (ended) {
            return false;
        }
        ended = true;
        all.remove(this, started);
        return true;
    }

    private void measure(long now) {
        meter.endToEnd.record(seconds(arrivedNanos, now));
        meter.promptTokens.record(sequence.promptLength());
        meter.generatedTokens.record(sequence.generatedLength());
        if (firstNanos != 0) {
            meter.prefillTime.record(seconds(startedNanos, firstNanos));
            meter.decodeTime.record(seconds(firstNanos, lastNanos));
            meter.inferenceTime.record(seconds(startedNanos, lastNanos));
            if (sequence.generatedLength() > 1) {
                meter.timePerOutputToken.record(seconds(firstNanos, lastNanos) / (sequence.generatedLength() - 1));
            }
        }
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }
}
