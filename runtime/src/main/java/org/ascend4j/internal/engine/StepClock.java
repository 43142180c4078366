package org.ascend4j.internal.engine;

/** Tells other threads how long the engine thread has been in its present step. */
final class StepClock {
    private static final long OUTSIDE = Long.MIN_VALUE;

    private volatile long startedNanos = OUTSIDE;
    private volatile long steps;

    /** @return when, by {@link System#nanoTime} */
    long start() {
        long now = System.nanoTime();
        startedNanos = now;
        return now;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    void stop() {
        startedNanos = OUTSIDE;
        steps++;
    }

    /** Time in the present step; 0 outside of one. */
    long elapsedNanos() {
        long started = startedNanos;
        return started == OUTSIDE ? 0 : System.nanoTime() - started;
    }

    /** Steps that are over. */
    long steps() {
        return steps;
    }
}
