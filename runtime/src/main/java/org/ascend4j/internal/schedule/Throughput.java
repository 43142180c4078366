package org.ascend4j.internal.schedule;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The rate at which steps have computed tokens lately, to tell a refused caller when to come again. */
final class Throughput {
    private static final double NEW_SHARE = 0.1;
    private static final long LEAST_SECONDS = 1;
    private static final long MOST_SECONDS = 60;

    private final LongSupplier clock;
    private long lastNanos;
    private boolean started;
    private double tokensPerNano;

    /** @param clock nanoseconds from any origin */
    Throughput(LongSupplier clock) {
        this.clock = clock;
    }

    void record(int tokens) {
        long now = clock.getAsLong();
        if (started && now > lastNanos) {
            double rate = (double) tokens / (now - lastNanos);
            tokensPerNano = tokensPerNano == 0 ? rate : tokensPerNano + NEW_SHARE * (rate - tokensPerNano);
        }
        started = true;
        lastNanos = now;
    }

    /** How long so many tokens will take, between a second and a minute. */
    Duration timeFor(long tokens) {
        double seconds = tokensPerNano == 0 ? LEAST_SECONDS : Math.ceil(tokens / tokensPerNano / 1e9);
        return Duration.ofSeconds((long) Math.max(LEAST_SECONDS, Math.min(MOST_SECONDS, seconds)));
    }
}
