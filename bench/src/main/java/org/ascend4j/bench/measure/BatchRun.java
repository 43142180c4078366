package org.ascend4j.bench.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.ascend4j.Completion;
import org.ascend4j.TokenStream;

/**
 * Requests that were sent at once. The last of them was streamed; since a step brings each running request one token, its
 * gaps are the steps' durations, and the other requests need no thread that would wake up with every token.
 *
 * @param startNanos when the first was sent
 * @param doneNanos when the caller had all answers
 * @param firstNanos when each request's first token came
 * @param endNanos when each request's last token came
 * @param observer the streamed one, the last of both arrays
 */
public record BatchRun(
        long startNanos,
        long doneNanos,
        int promptTokens,
        int outputTokens,
        long[] firstNanos,
        long[] endNanos,
        Trace observer) {
    public BatchRun {
        firstNanos = firstNanos.clone();
        endNanos = endNanos.clone();
    }

    /**
     * Runs a batch to its end.
     *
     * @param prompts of equal lengths
     * @param ended hears how many requests have ended, from any thread
     */
    public static BatchRun run(Requests requests, List<int[]> prompts, int outputTokens, IntConsumer ended) {
        int last = prompts.size() - 1;
        long[] first = new long[prompts.size()];
        long[] end = new long[prompts.size()];
        Countdown countdown = new Countdown(ended);
        List<CompletableFuture<?>> pending = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < last; i++) {
            int request = i;
            long sent = System.nanoTime();
            pending.add(requests.submit(prompts.get(i), outputTokens).thenAccept((Completion completion) -> {
                first[request] = sent + completion.timeToFirstTokenNanos();
                end[request] = first[request] + decodeNanos(completion);
                countdown.ended();
            }));
        }
        TokenStream stream = requests.start(prompts.get(last), outputTokens);
        Trace observer = requests.read(stream, start, prompts.get(last).length, outputTokens);
        first[last] = observer.firstNanos();
        end[last] = observer.endNanos();
        countdown.ended();
        join(pending);
        return new BatchRun(start, System.nanoTime(), prompts.get(0).length, outputTokens, first, end, observer);
    }

    /** By the engine's clock: this callback may have come late. */
    private static long decodeNanos(Completion completion) {
        double perSecond = completion.decodeTokensPerSecond();
        return perSecond > 0 ? Math.round((completion.tokens().length - 1) / perSecond * 1e9) : 0;
    }

    private static void join(List<CompletableFuture<?>> pending) {
        try {
            pending.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Counts from several threads. */
    private static final class Countdown {
        private final IntConsumer listener;
        private int count;

        Countdown(IntConsumer listener) {
            this.listener = listener;
        }

        synchronized void ended() {
            listener.accept(++count);
        }
    }

    @Override
    public long[] firstNanos() {
        return firstNanos.clone();
    }

    @Override
    public long[] endNanos() {
        return endNanos.clone();
    }

    public int requests() {
        return firstNanos.length;
    }

    /** From the first request to the last answer. */
    public double seconds() {
        return (doneNanos - startNanos) / 1e9;
    }

    /** Generated tokens a second, end to end. */
    public double generatedPerSecond() {
        return (double) requests() * outputTokens / seconds();
    }

    /** Prompt and generated tokens a second, end to end. */
    public double totalPerSecond() {
        return (double) requests() * (promptTokens + outputTokens) / seconds();
    }

    /** Each request's time to its first token. */
    public LongStream timeToFirstNanos() {
        return Arrays.stream(firstNanos).map(first -> first - startNanos);
    }

    /** When the last request had its first token: from here on nothing but decoding happens. */
    private long allFirst() {
        return Arrays.stream(firstNanos).max().orElseThrow();
    }

    /** Whether all requests ran at once for a while; otherwise there is no pure prefill or decode to speak of. */
    public boolean allAtOnce() {
        return stepNanos().length > 0;
    }

    /** Prompt tokens a second until every request had its first token. */
    public double prefillPerSecond() {
        return (double) requests() * promptTokens / ((allFirst() - startNanos) / 1e9);
    }

    /** Durations of the steps in which every request decoded a token. */
    public long[] stepNanos() {
        long from = allFirst();
        long until = Arrays.stream(endNanos).min().orElseThrow();
        long[] tokens = observer.tokenNanos();
        LongStream.Builder steps = LongStream.builder();
        for (int i = 1; i < tokens.length; i++) {
            if (tokens[i - 1] >= from && tokens[i] <= until) {
                steps.add(tokens[i] - tokens[i - 1]);
            }
        }
        return steps.build().toArray();
    }

    /** Tokens a second while every request decoded. */
    public double decodePerSecond() {
        long[] steps = stepNanos();
        return requests() * steps.length / (Arrays.stream(steps).sum() / 1e9);
    }
}
