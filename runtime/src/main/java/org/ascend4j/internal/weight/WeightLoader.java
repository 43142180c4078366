package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.ascend4j.error.AscendException;

/**
 * Runs weight jobs: several threads read and convert, the calling thread copies to the device in order. Memory is bounded
 * by a few staging buffers, whatever the size of the file.
 */
final class WeightLoader {
    /** More would not read faster, and each brings staging buffers of megabytes. */
    private static final int MOST_THREADS = 32;

    private final int threads;
    private final List<WeightJob> jobs = new ArrayList<>();

    /** @param threads that read and convert */
    WeightLoader(int threads) {
        this.threads = Math.min(threads, MOST_THREADS);
    }

    void add(WeightJob job) {
        jobs.add(job);
    }

    private record Filled(ByteBuffer staging, List<WeightJob.Region> regions, int sourceBytes) {}

    /** @param progress hears the bytes of the file that are on the device after each job */
    void run(LongConsumer progress) {
        int stagingBytes = jobs.stream().mapToInt(WeightJob::stagingBytes).max().orElse(1);
        int sourceBytes = jobs.stream().mapToInt(WeightJob::sourceBytes).max().orElse(1);
        BlockingQueue<ByteBuffer> buffers = new ArrayBlockingQueue<>(threads + 2);
        for (int i = 0; i < threads + 2; i++) {
            buffers.add(direct(stagingBytes));
        }
        ThreadLocal<ByteBuffer> sources = ThreadLocal.withInitial(() -> direct(sourceBytes));
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "ascend4j-load");
            thread.setDaemon(true);
            return thread;
        });
        try {
            copyAll(pool, buffers, sources, progress);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AscendException("interrupted while loading weights", e);
        } finally {
            // Not shutdownNow: interrupting a reader would close the file. What still runs after a failure is brief.
            pool.shutdown();
            awaitEnd(pool);
        }
    }

    private void copyAll(
            ExecutorService pool,
            BlockingQueue<ByteBuffer> buffers,
            ThreadLocal<ByteBuffer> sources,
            LongConsumer progress)
            throws InterruptedException {
        ArrayDeque<Future<Filled>> running = new ArrayDeque<>();
        long loaded = 0;
        int next = 0;
        while (next < jobs.size() || !running.isEmpty()) {
            ByteBuffer staging = next < jobs.size() ? buffers.poll() : null;
            if (staging != null) {
                WeightJob job = jobs.get(next++);
                running.add(pool.submit(
                        () -> new Filled(staging, job.run(sources.get().clear(), staging.clear()), job.sourceBytes())));
                continue;
            }
            Filled filled = await(running.remove());
            for (WeightJob.Region region : filled.regions()) {
                ByteBuffer bytes = filled.staging().slice(region.offset(), region.length());
                region.target().copyFrom(region.targetOffset(), bytes);
            }
            buffers.add(filled.staging());
            loaded += filled.sourceBytes();
            progress.accept(loaded);
        }
    }

    private static void awaitEnd(ExecutorService pool) {
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Filled await(Future<Filled> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AscendException("loading weights failed: " + e.getCause(), e.getCause());
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
