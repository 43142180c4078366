package org.ascend4j;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The few threads that make text of tokens, so that the engine thread need not. No caller's code runs here. */
final class AnswerThreads implements Executor, AutoCloseable {
    private static final int MOST_THREADS = 4;
    private static final long IDLE_SECONDS = 2;

    private final ThreadPoolExecutor pool;

    AnswerThreads() {
        int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        this.pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                AnswerThreads::thread,
                (task, closed) -> task.run());
        pool.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "ascend4j-answer");
        thread.setDaemon(true);
        return thread;
    }

    /** Runs it soon; at once, on the calling thread, after {@link #close}. */
    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    /** What was handed in is still done. */
    @Override
    public void close() {
        pool.shutdown();
    }
}
