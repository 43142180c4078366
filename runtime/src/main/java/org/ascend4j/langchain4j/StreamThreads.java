package org.ascend4j.langchain4j;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread for each answer that streams, since its handler may block. There are as many as the engine lets requests in;
 * they end when idle.
 */
final class StreamThreads {
    private static final long IDLE_SECONDS = 2;
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final ExecutorService POOL = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), StreamThreads::thread);

    private StreamThreads() {}

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "ascend4j-langchain4j-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    static void run(Runnable task) {
        POOL.execute(task);
    }
}
