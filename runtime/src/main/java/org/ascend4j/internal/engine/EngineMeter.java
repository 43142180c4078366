package org.ascend4j.internal.engine;

/**
 * What the engine measures of requests and steps; classes of times and sizes are vLLM's, so that its dashboards fit.
 * Written by the engine thread.
 */
final class EngineMeter {
    private static final double[] REQUEST_SECONDS = {
        0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
    };
    private static final double[] TOKEN_SECONDS = {
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
    };
    private static final double[] FIRST_TOKEN_SECONDS = {
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560
    };
    private static final double[] STEP_TOKENS = {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};
    private static final double[] REQUEST_TOKENS = {
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000
    };

    final Histogram timeToFirstToken = new Histogram(FIRST_TOKEN_SECONDS);
    final Histogram interTokenLatency = new Histogram(TOKEN_SECONDS);
    final Histogram timePerOutputToken = new Histogram(TOKEN_SECONDS);
    final Histogram endToEnd = new Histogram(REQUEST_SECONDS);
    final Histogram queueTime = new Histogram(REQUEST_SECONDS);
    final Histogram prefillTime = new Histogram(REQUEST_SECONDS);
    final Histogram decodeTime = new Histogram(REQUEST_SECONDS);
    final Histogram inferenceTime = new Histogram(REQUEST_SECONDS);
    final Histogram promptTokens = new Histogram(REQUEST_TOKENS);
    final Histogram generatedTokens = new Histogram(REQUEST_TOKENS);
    final Histogram stepTokens = new Histogram(STEP_TOKENS);
    private long stepNanos;
    private long stepCalls;
    private long scheduledTokens;

    /** @param scheduledSoFar rows of all steps that are over */
    void step(long nanos, long calls, long scheduledSoFar) {
        stepNanos += nanos;
        stepCalls += calls;
        if (scheduledSoFar > scheduledTokens) {
            stepTokens.record(scheduledSoFar - scheduledTokens);
        }
        scheduledTokens = scheduledSoFar;
    }

    /** A new scheduler counts from zero. */
    void restart() {
        scheduledTokens = 0;
    }

    EngineStats.Latencies latencies() {
        return new EngineStats.Latencies(
                timeToFirstToken.snapshot(),
                interTokenLatency.snapshot(),
                timePerOutputToken.snapshot(),
                endToEnd.snapshot(),
                queueTime.snapshot(),
                prefillTime.snapshot(),
                decodeTime.snapshot(),
                inferenceTime.snapshot(),
                promptTokens.snapshot(),
                generatedTokens.snapshot(),
                stepTokens.snapshot());
    }

    /** Time spent in steps. */
    long stepNanos() {
        return stepNanos;
    }

    /** Native calls made in steps. */
    long stepCalls() {
        return stepCalls;
    }
}
