package org.ascend4j;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A task that runs on an executor when it is called for, never twice at once; a call while it runs makes it run again. */
final class SerialTask {
    private final Executor executor;
    private final Runnable task;
    private final Runnable refused;
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final AtomicBoolean running = new AtomicBoolean();

    /** @param refused called in place of the task, by whoever called for it, if the executor takes it no more */
    SerialTask(Executor executor, Runnable task, Runnable refused) {
        this.executor = executor;
        this.task = task;
        this.refused = refused;
    }

    void call() {
        wanted.set(true);
        if (running.compareAndSet(false, true)) {
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                running.set(false);
                refused.run();
            }
        }
    }

    private void run() {
        do {
            try {
                while (wanted.compareAndSet(true, false)) {
                    task.run();
                }
            } finally {
                running.set(false);
            }
            // A call may have come between the last look and the line above.
        } while (wanted.get() && running.compareAndSet(false, true));
    }
}
