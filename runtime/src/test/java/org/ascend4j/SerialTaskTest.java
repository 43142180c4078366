package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SerialTaskTest {
    @Test
    void runsOnceForManyCallsBeforeIt() {
        Queue<Runnable> waiting = new ArrayDeque<>();
        AtomicInteger runs = new AtomicInteger();
        SerialTask task = new SerialTask(waiting::add, runs::incrementAndGet, () -> {});
        task.call();
        task.call();
        task.call();
        assertThat(waiting).hasSize(1);
        waiting.remove().run();
        assertThat(runs).hasValue(1);
        task.call();
        waiting.remove().run();
        assertThat(runs).hasValue(2);
    }

    @Test
    void runsAgainForACallThatComesWhileItRuns() {
        Queue<Runnable> waiting = new ArrayDeque<>();
        AtomicInteger runs = new AtomicInteger();
        SerialTask[] task = new SerialTask[1];
        task[0] = new SerialTask(
                waiting::add,
                () -> {
                    if (runs.incrementAndGet() < 4) {
                        task[0].call();
                    }
                },
                () -> {});
        task[0].call();
        waiting.remove().run();
        assertThat(runs).hasValue(4);
        assertThat(waiting).isEmpty();
    }

    @Test
    void missesNoCallAndNeverRunsTwiceAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            AtomicLong given = new AtomicLong();
            AtomicLong seen = new AtomicLong();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            SerialTask task = new SerialTask(
                    pool,
                    () -> {
                        overlaps.addAndGet(inside.getAndIncrement());
                        seen.set(given.get());
                        inside.decrementAndGet();
                    },
                    () -> {});
            for (int i = 0; i < 200_000; i++) {
                given.incrementAndGet();
                task.call();
            }
            pool.shutdown();
            assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(seen).as("what the last call announced").hasValue(200_000);
            assertThat(overlaps).hasValue(0);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void saysThatItsExecutorTakesNothing() {
        AtomicInteger refusals = new AtomicInteger();
        SerialTask task = new SerialTask(
                any -> {
                    throw new RejectedExecutionException("shut down");
                },
                () -> {},
                refusals::incrementAndGet);
        task.call();
        task.call();
        assertThat(refusals).hasValue(2);
    }
}
