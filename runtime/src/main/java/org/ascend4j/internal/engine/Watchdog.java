package org.ascend4j.internal.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes how long steps take, since a thread that hangs in a device call cannot tell. At half the time that a step may
 * take it says so with the engine's state; at all of it, it gives the engine up.
 */
final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final long SHORTEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_NAP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final StepClock clock;
    private final long timeoutNanos;
    private final Supplier<String> state;
    private final Consumer<String> giveUp;
    private final Thread thread = new Thread(this::watch, "ascend4j-watchdog");
    private volatile boolean stopped;

    /**
     * @param state describes what the engine is doing; called on the watchdog's thread
     * @param giveUp hears once why the engine cannot be waited for, on the same
     */
    Watchdog(StepClock clock, Duration timeout, Supplier<String> state, Consumer<String> giveUp) {
        this.clock = clock;
        this.timeoutNanos = timeout.toNanos();
        this.state = state;
        this.giveUp = giveUp;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        long nap = Math.max(SHORTEST_NAP_NANOS, Math.min(LONGEST_NAP_NANOS, timeoutNanos / 16));
        long warned = -1;
        while (!stopped) {
            LockSupport.parkNanos(this, nap);
            long step = clock.steps();
            long elapsed = clock.elapsedNanos();
            if (elapsed > timeoutNanos) {
                String found = "a step has taken " + millis(elapsed) + ", the step timeout is " + millis(timeoutNanos)
                        + "; " + state.get();
                LOG.error("{}", found);
                giveUp.accept(found);
                return;
            }
            if (elapsed > timeoutNanos / 2 && warned != step) {
                warned = step;
                LOG.warn("a step has taken {} so far; {}", millis(elapsed), state.get());
            }
        }
    }

    private static String millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }

    /** Ends the observation; returns when its thread is about to end. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    Thread thread() {
        return thread;
    }
}
