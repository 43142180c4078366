package org.ascend4j.internal.serve;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads of requests: virtual ones where the JVM has them, from Java 21 on, otherwise a bounded pool. A thread belongs to
 * its request from the first byte to the last, so one that a slow client holds is missed by nobody else.
 */
final class RequestThreads {
    /** Beyond those that work, so that refusals need not wait. */
    private static final int SPARE = 32;

    private static final long IDLE_SECONDS = 10;
    private static final long STACK_BYTES = 512 << 10;

    private RequestThreads() {}

    /** @param mostRequests that are worked on at once */
    static ExecutorService start(int mostRequests) {
        ExecutorService virtual = virtualThreads();
        return virtual != null ? virtual : platformThreads(mostRequests + SPARE);
    }

    /** Null where the JVM has none. */
    private static ExecutorService virtualThreads() {
        try {
            MethodHandle start = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) start.invokeExact();
        } catch (NoSuchMethodException | IllegalAccessException older) {
            return null;
        } catch (Throwable unexpected) {
            throw new IllegalStateException("virtual threads cannot be had", unexpected);
        }
    }

    private static ExecutorService platformThreads(int most) {
        AtomicInteger number = new AtomicInteger();
        Handover tasks = new Handover();
        return new ThreadPoolExecutor(
                0,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                tasks,
                task -> {
                    Thread thread = new Thread(null, task, "ascend4j-serve-" + number.incrementAndGet(), STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> tasks.put(task));
    }

    /** Gives a task to a thread that is idle; without one the pool starts another, and only at its limit a task waits. */
    private static final class Handover extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }
}
