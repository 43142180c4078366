package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many clients of the real server in a process of its own. The default is a short run that shows the same things;
 * {@code -Dascend4j.test-load=120} lets 64 clients stream for two minutes.
 */
@Timeout(900)
class LoadTest {
    private static final int SECONDS = Integer.getInteger("ascend4j.test-load", 4);
    private static final int CLIENTS = SECONDS >= 60 ? 64 : 32;
    private static final int TOKENS = SECONDS >= 60 ? 64 : 24;

    private static final int BURSTS = SECONDS >= 60 ? 12 : 6;

    private static String streamed(int tokens) {
        return "{'prompt':'The river','max_tokens':" + tokens + ",'ignore_eos':true,'temperature':1,'stream':true}";
    }

    /** Milliseconds below which a part of the durations lies. */
    private static double percentile(List<Long> nanos, double part) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, part * sorted.length)] / 1e6;
    }

    private static List<LoadClient.Outcome> run(int clients, int port, String json, AtomicBoolean enough)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        List<Future<List<LoadClient.Outcome>>> futures = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < clients; i++) {
            futures.add(threads.submit(() -> {
                start.await();
                List<LoadClient.Outcome> outcomes = new ArrayList<>();
                do {
                    outcomes.add(LoadClient.ask(port, json));
                } while (!enough.get());
                return outcomes;
            }));
        }
        start.countDown();
        List<LoadClient.Outcome> all = new ArrayList<>();
        for (Future<List<LoadClient.Outcome>> future : futures) {
            all.addAll(future.get());
        }
        threads.shutdown();
        return all;
    }

    private static Thread after(double seconds, ThrowingRunnable action) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Thread.sleep((long) (seconds * 1000));
                        action.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                "load-timer");
        thread.start();
        return thread;
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    @Test
    void streamsToManyWithoutErrorOrGrowth() throws Exception {
        try (LoadedServer server = new LoadedServer(
                "--max-num-seqs", Integer.toString(CLIENTS), "--context-length", "512", "--kv-tokens", "16384")) {
            run(CLIENTS, server.port, streamed(8), new AtomicBoolean(true));
            AtomicBoolean enough = new AtomicBoolean();
            double[] resident = new double[2];
            List<Map<String, Double>> cpu = new ArrayList<>();
            cpu.add(server.cpuSeconds());
            Thread middle = after(SECONDS / 2.0, () -> {
                resident[0] = server.residentMib();
                System.out.println("middle\n" + server.memory());
            });
            Thread end = after(SECONDS, () -> {
                resident[1] = server.residentMib();
                cpu.add(server.cpuSeconds());
                System.out.println("end\n" + server.memory());
                enough.set(true);
            });
            List<LoadClient.Outcome> outcomes = run(CLIENTS, server.port, streamed(TOKENS), enough);
            middle.join();
            end.join();
            List<Long> gaps =
                    outcomes.stream().flatMap(each -> each.gapNanos().stream()).toList();
            System.out.printf(
                    "LoadTest: %d clients, %d s: %d answers, %d events, gap p50 %.1f ms, p99 %.1f ms, resident %.0f then"
                            + " %.0f MiB%n",
                    CLIENTS,
                    SECONDS,
                    outcomes.size(),
                    gaps.size(),
                    percentile(gaps, 0.5),
                    percentile(gaps, 0.99),
                    resident[0],
                    resident[1]);
            assertThat(outcomes).allMatch(each -> each.status() == 200 && each.whole());
            assertThat(resident[1]).as("MiB at the end").isLessThan(resident[0] + 64);
            System.out.println("cpu " + difference(cpu));
        }
    }

    private static Map<String, Double> difference(List<Map<String, Double>> cpu) {
        Map<String, Double> more = new java.util.TreeMap<>();
        cpu.get(1)
                .forEach((name, seconds) -> more.put(name, seconds - cpu.get(0).getOrDefault(name, 0.0)));
        more.values().removeIf(seconds -> seconds < 0.01);
        return more;
    }

    @Test
    void answersEverybodyAtTenTimesItsCapacity() throws Exception {
        try (LoadedServer server = new LoadedServer(
                "--max-num-seqs",
                "8",
                "--max-queued-requests",
                "8",
                "--context-length",
                "512",
                "--kv-tokens",
                "4096")) {
            String wish = streamed(TOKENS).replace("true}", "false}");
            for (int burst = 1; burst <= BURSTS; burst++) {
                List<LoadClient.Outcome> outcomes = run(160, server.port, wish, new AtomicBoolean(true));
                List<Long> rejects = outcomes.stream()
                        .filter(each -> each.status() == 503)
                        .map(LoadClient.Outcome::firstNanos)
                        .toList();
                System.out.printf(
                        "LoadTest: 160 at once: %d answered, %d refused, rejects p50 %.1f ms, p99 %.1f ms%n",
                        outcomes.size() - rejects.size(),
                        rejects.size(),
                        percentile(rejects, 0.5),
                        percentile(rejects, 0.99));
                assertThat(outcomes)
                        .hasSize(160)
                        .allMatch(each -> each.status() == 200 || each.status() == 503 && each.retryAfter());
                assertThat(rejects).hasSizeGreaterThan(100);
            }
        }
    }

    @Test
    void isSlowedByNoSlowReader() throws Exception {
        try (LoadedServer server =
                new LoadedServer("--max-num-seqs", "8", "--context-length", "2048", "--kv-tokens", "8192")) {
            run(4, server.port, streamed(8), new AtomicBoolean(true));
            double alone = percentile(gapsOf(server), 0.5);
            AtomicBoolean done = new AtomicBoolean();
            AtomicLong bytes = new AtomicLong();
            try (Socket slow = LoadClient.send(server.port, streamed(600))) {
                Thread reader = new Thread(
                        () -> {
                            try {
                                InputStream in = slow.getInputStream();
                                while (!done.get() && in.read() >= 0) {
                                    bytes.incrementAndGet();
                                    Thread.sleep(1000);
                                }
                            } catch (Exception closed) {
                                // The test is over.
                            }
                        },
                        "slow-reader");
                reader.start();
                double beside = percentile(gapsOf(server), 0.5);
                done.set(true);
                reader.join();
                System.out.printf(
                        "LoadTest: gap p50 %.1f ms without and %.1f ms beside a reader of a byte a second, which read"
                                + " %d%n",
                        alone, beside, bytes.get());
                // It is one sequence more in each step, and no more than that.
                assertThat(beside).isLessThan(alone * 3 + 20);
            }
        }
    }

    private static List<Long> gapsOf(LoadedServer server) throws Exception {
        List<LoadClient.Outcome> outcomes = run(4, server.port, streamed(TOKENS * 4), new AtomicBoolean(true));
        assertThat(outcomes).allMatch(each -> each.status() == 200 && each.whole());
        return outcomes.stream().flatMap(each -> each.gapNanos().stream()).toList();
    }
}
