package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
 * {@code -Dascend4j.test-load=120} lets 64 clients stream for two minutes, on a
 * machine that does nothing else: the bound of the processor time that serving takes is narrow then.
 */
@Timeout(900)
class LoadTest {
    private static final int SECONDS = Integer.getInteger("ascend4j.test-load", 4);
    private static final int CLIENTS = SECONDS >= 60 ? 64 : 32;
    private static final int TOKENS = SECONDS >= 60 ? 64 : 24;

    /** As the kernel shortens them. */
    private static final Set<String> SERVER_THREADS = Set.of("ascend4j-serve", "HTTP-Dispatcher", "ascend4j-answer");

    private static final Set<String> ENGINE_THREADS = Set.of("ascend4j-engine", "acl-kernel", "acl-stream");

    private static final int BURSTS = SECONDS >= 60 ? 12 : 5;

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

    /** What the server has at one moment. */
    private record Moment(double residentMib, double heapMib, Map<String, Double> cpu) {
        static Moment of(LoadedServer server) throws Exception {
            double heap = server.liveHeapMib();
            return new Moment(server.residentMib(), heap, server.cpuSeconds());
        }
    }

    @Test
    void streamsToManyWithoutErrorOrGrowth() throws Exception {
        String most = Integer.toString(CLIENTS);
        try (LoadedServer server =
                new LoadedServer("--max-num-seqs", most, "--context-length", "512", "--kv-tokens", "16384")) {
            AtomicBoolean warm = new AtomicBoolean();
            Thread warming = after(SECONDS / 4.0, () -> warm.set(true));
            run(CLIENTS, server.port, streamed(TOKENS), warm);
            warming.join();
            AtomicBoolean enough = new AtomicBoolean();
            List<Moment> moments = new ArrayList<>(List.of(Moment.of(server)));
            Thread middle = after(SECONDS / 2.0, () -> moments.add(Moment.of(server)));
            Thread end = after(SECONDS, () -> {
                moments.add(Moment.of(server));
                enough.set(true);
            });
            List<LoadClient.Outcome> outcomes = run(CLIENTS, server.port, streamed(TOKENS), enough);
            middle.join();
            end.join();
            report(outcomes, moments);
            assertThat(outcomes).allMatch(each -> each.status() == 200 && each.whole());
            Moment before = moments.get(1);
            assertThat(moments.get(2).residentMib()).as("resident MiB").isLessThan(before.residentMib() + 24);
            // What lives at a moment differs by some MiB with the answers under way; a short run has few to compare.
            double play = SECONDS >= 60 ? 4 : 16;
            assertThat(moments.get(2).heapMib()).as("MiB on the heap").isLessThan(before.heapMib() + play);
            // A process that is warm stays below 0.05; short runs are part compilation, part other tests' noise.
            assertThat(serverShare(moments)).isLessThan(SECONDS >= 60 ? 0.05 : 0.2);
        }
    }

    private static void report(List<LoadClient.Outcome> outcomes, List<Moment> moments) {
        List<Long> gaps =
                outcomes.stream().flatMap(each -> each.gapNanos().stream()).toList();
        System.out.printf(
                "LoadTest: %d clients, %d s: %d answers, %d events, gap p50 %.1f ms, p99 %.1f ms%n",
                CLIENTS, SECONDS, outcomes.size(), gaps.size(), percentile(gaps, 0.5), percentile(gaps, 0.99));
        for (Moment each : moments) {
            System.out.printf("LoadTest: resident %.1f MiB, live heap %.1f MiB%n", each.residentMib(), each.heapMib());
        }
        System.out.printf(
                "LoadTest: processor seconds %s: server to engine %.3f%n", spent(moments), serverShare(moments));
    }

    /** Processor time of the threads that serve HTTP, as a part of that of the engine and its device. */
    private static double serverShare(List<Moment> moments) {
        double server = 0;
        double engine = 0;
        for (Map.Entry<String, Double> each : spent(moments).entrySet()) {
            if (SERVER_THREADS.contains(each.getKey())) {
                server += each.getValue();
            } else if (ENGINE_THREADS.contains(each.getKey())) {
                engine += each.getValue();
            }
        }
        return server / engine;
    }

    private static Map<String, Double> spent(List<Moment> moments) {
        Map<String, Double> before = moments.get(0).cpu();
        Map<String, Double> spent = new TreeMap<>();
        moments.get(moments.size() - 1)
                .cpu()
                .forEach((name, seconds) -> spent.put(name, seconds - before.getOrDefault(name, 0.0)));
        spent.values().removeIf(seconds -> seconds < 0.01);
        return spent;
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
            run(40, server.port, streamed(4), new AtomicBoolean(true));
            Map<String, Double> before = server.cpuSeconds();
            int refused = 0;
            for (int burst = 1; burst <= BURSTS; burst++) {
                refused += burst(server.port, wish);
            }
            System.out.printf(
                    "LoadTest: %.3f ms of processor time for each refusal and its part of the answers%n",
                    1000 * (server.cpuSeconds().get("ascend4j-serve") - before.get("ascend4j-serve")) / refused);
        }
    }

    /** Returns how many were refused. */
    private static int burst(int port, String wish) throws Exception {
        List<LoadClient.Outcome> outcomes = run(160, port, wish, new AtomicBoolean(true));
        List<Long> rejects = outcomes.stream()
                .filter(each -> each.status() == 503)
                .map(LoadClient.Outcome::firstNanos)
                .toList();
        System.out.printf(
                "LoadTest: 160 at once: %d answered, %d refused, rejects p50 %.1f ms, p99 %.1f ms%n",
                outcomes.size() - rejects.size(), rejects.size(), percentile(rejects, 0.5), percentile(rejects, 0.99));
        assertThat(outcomes)
                .hasSize(160)
                .allMatch(each -> each.status() == 200 || each.status() == 503 && each.retryAfter());
        assertThat(rejects).hasSizeGreaterThan(100);
        return rejects.size();
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
                assertThat(beside).isLessThan(alone * 4 + 50);
            }
        }
    }

    private static List<Long> gapsOf(LoadedServer server) throws Exception {
        List<LoadClient.Outcome> outcomes = run(4, server.port, streamed(TOKENS * 4), new AtomicBoolean(true));
        assertThat(outcomes).allMatch(each -> each.status() == 200 && each.whole());
        return outcomes.stream().flatMap(each -> each.gapNanos().stream()).toList();
    }
}
