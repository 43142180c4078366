package org.ascend4j.bench.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.ascend4j.TokenStream;
import org.ascend4j.error.AscendException;

/**
 * What a server did with requests that arrived on a timetable of their own. The client never waits for an answer, and a
 * request's times count from when it was due, so a server that falls behind cannot hide it.
 *
 * @param finished the requests that got all their tokens, in no order
 * @param failures one line for each that did not
 * @param seconds from the start to the last token
 * @param latestNanos the most that the client itself was late
 */
public record OpenLoop(List<Trace> finished, List<String> failures, double seconds, long latestNanos) {
    public OpenLoop {
        finished = List.copyOf(finished);
        failures = List.copyOf(failures);
    }

    /** What a request has to keep to count as good; infinite where nothing is asked for. */
    public record Objectives(double firstMillis, double perTokenMillis, double wholeMillis) {
        public static final Objectives NONE =
                new Objectives(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

        boolean kept(Trace trace) {
            return trace.timeToFirstNanos() / 1e6 <= firstMillis
                    && trace.timePerTokenNanos() / 1e6 <= perTokenMillis
                    && trace.wholeNanos() / 1e6 <= wholeMillis;
        }
    }

    /**
     * Sends requests by a timetable and waits for all of them.
     *
     * @param arrivals nanoseconds from the start, ascending, one for each prompt
     * @param ended hears how many requests have ended, from any thread
     */
    public static OpenLoop run(
            Requests requests, long[] arrivals, List<int[]> prompts, int outputTokens, IntConsumer ended) {
        return new Run(requests, prompts, outputTokens, ended).run(arrivals);
    }

    private static final class Run {
        private final Requests requests;
        private final List<int[]> prompts;
        private final int outputTokens;
        private final IntConsumer ended;
        private final List<Trace> finished = Collections.synchronizedList(new ArrayList<>());
        private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch open;

        Run(Requests requests, List<int[]> prompts, int outputTokens, IntConsumer ended) {
            this.requests = requests;
            this.prompts = prompts;
            this.outputTokens = outputTokens;
            this.ended = ended;
            this.open = new CountDownLatch(prompts.size());
        }

        OpenLoop run(long[] arrivals) {
            ExecutorService readers = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "bench-reader");
                thread.setDaemon(true);
                return thread;
            });
            long latest = 0;
            long start = System.nanoTime();
            try {
                for (int i = 0; i < arrivals.length; i++) {
                    long due = start + arrivals[i];
                    sleepUntil(due);
                    latest = Math.max(latest, System.nanoTime() - due);
                    send(readers, prompts.get(i), due);
                }
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AscendException("interrupted while requests were running", e);
            } finally {
                readers.shutdownNow();
            }
            long end = finished.stream().mapToLong(Trace::endNanos).max().orElse(System.nanoTime());
            return new OpenLoop(finished, failures, (end - start) / 1e9, latest);
        }

        private void send(ExecutorService readers, int[] prompt, long due) {
            try {
                TokenStream stream = requests.start(prompt, outputTokens);
                readers.execute(() -> read(stream, due, prompt.length));
            } catch (AscendException refused) {
                failed(refused);
            }
        }

        private void read(TokenStream stream, long due, int promptTokens) {
            try {
                finished.add(requests.read(stream, due, promptTokens, outputTokens));
                ended();
            } catch (RuntimeException e) {
                failed(e);
            }
        }

        private void failed(RuntimeException cause) {
            failures.add(String.valueOf(cause.getMessage()));
            ended();
        }

        private void ended() {
            open.countDown();
            ended.accept((int) (prompts.size() - open.getCount()));
        }

        private static void sleepUntil(long due) throws InterruptedException {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /** Requests a second that got all their tokens. */
    public double requestsPerSecond() {
        return finished.size() / seconds;
    }

    /** Generated tokens a second. */
    public double generatedPerSecond() {
        return finished.stream().mapToLong(Trace::tokens).sum() / seconds;
    }

    /** Requests a second that got all their tokens and kept the objectives. */
    public double goodput(Objectives objectives) {
        return finished.stream().filter(objectives::kept).count() / seconds;
    }
}
