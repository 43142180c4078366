package org.ascend4j;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Does something every second until it is closed or its model is, and once more then. */
final class MetricsTicker implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Llm llm;
    private final Runnable task;
    private Thread thread;
    private volatile boolean closed;

    MetricsTicker(Llm llm, Runnable task) {
        this.llm = llm;
        this.task = task;
    }

    /** Starts the thread, if it does not run yet. */
    synchronized void start() {
        if (thread == null && !closed) {
            thread = new Thread(this::run, "ascend4j-metrics");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run() {
        boolean over = false;
        while (!over && !closed) {
            LockSupport.parkNanos(this, PERIOD_NANOS);
            Health.State state = llm.health().state();
            over = state == Health.State.STOPPED || state == Health.State.FAILED;
            task.run();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
