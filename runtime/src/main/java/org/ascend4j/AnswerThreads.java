package org.ascend4j;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that make text of tokens and call subscribers, so that the engine thread need not. They end when idle. */
final class AnswerThreads implements Executor, AutoCloseable {
    private static final long IDLE_SECONDS = 2;

    private final ThreadPoolExecutor pool;

    /**
     * @param name of the threads, behind the library's
     * @param most threads at once; more tasks wait
     */
    AnswerThreads(String name, int most) {
        this.pool = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> thread(task, "ascend4j-" + name),
                (task, closed) -> task.run());
        pool.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
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
