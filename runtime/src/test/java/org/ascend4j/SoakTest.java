package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.acl.NativeResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many short requests from several threads, in every form an answer can be had, ended in every way a caller can think of;
 * afterwards nothing is left of them, and each answer that was heard to its end is the one that the model gives alone.
 * {@code -Dascend4j.test-soak=100000} makes the run longer, {@code -Dascend4j.test-seed} repeats one.
 */
@Timeout(3600)
class SoakTest {
    private static final int REQUESTS = Integer.getInteger("ascend4j.test-soak", 3000);
    private static final int WARM = 1000;
    private static final int CALLERS = 8;
    private static final int PROMPTS = 12;
    private static final long MOST_GROWTH_BYTES = 1 << 20;

    /** How a caller treats its answer. */
    private enum Manner {
        WHOLE,
        FUTURE,
        CANCELLED_FUTURE,
        STOP_STRING,
        STOP_TOKEN,
        STREAM,
        ABANDONED_STREAM,
        UNREAD_STREAM,
        PUBLISHED,
        CANCELLED_SUBSCRIPTION,
        SEVERAL,
        CANCELLED_SEVERAL,
        DEADLINE,
        GUIDED,
        INTERRUPTED
    }

    private final long seed = Long.getLong("ascend4j.test-seed", System.nanoTime());
    private final AtomicLong left = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Map<Manner, AtomicLong> done = new EnumMap<>(Manner.class);
    private final Map<String, int[]> alone = new ConcurrentHashMap<>();

    private static LlmOptions options() {
        // A cache of few blocks, so that sequences are preempted and prefixes evicted.
        return TinyModels.options()
                .maxSequences(16)
                .maxBatchTokens(96)
                .blockSize(16)
                .kvTokens(416)
                .admission(Scheduling.Admission.PREEMPT)
                .policy(Scheduling.Policy.PRIORITY)
                .speculation(Speculation.Mode.ADAPTIVE, 3)
                .build();
    }

    @Test
    void leavesNothingBehind() throws Exception {
        System.out.println("SoakTest: " + REQUESTS + " requests, seed " + seed);
        for (Manner manner : Manner.values()) {
            done.put(manner, new AtomicLong());
        }
        LlmStats stats;
        long nanos;
        try (Llm llm = Llm.open(TinyModels.path("q4_0"), options())) {
            remember(llm);
            run(llm, WARM); // until memory that is kept for later has grown as large as it gets
            Map<NativeResources.Kind, Long> resources = settled(llm);
            long bytes = deviceBytes();
            long start = System.nanoTime();
            run(llm, REQUESTS);
            nanos = System.nanoTime() - start;
            assertThat(settled(llm)).as("native resources but memory").isEqualTo(resources);
            stats = llm.stats();
            assertThat(deviceBytes())
                    .as("device memory; a buffer may have met its largest step late")
                    .isBetween(bytes, bytes + MOST_GROWTH_BYTES);
            assertThat(llm.sleep(Sleep.WEIGHTS, Duration.ofMinutes(2))).isTrue();
            assertThat(NativeResources.outstanding())
                    .as("of a model in deep sleep")
                    .isEmpty();
            assertThat(TinyModels.outstandingOnHost()).doesNotContainPattern("[1-9]");
        }
        assertThat(failure.get()).isNull();
        assertThat(stats.requests().live()).isZero();
        assertThat(stats.requests().held()).isZero();
        assertThat(stats.requests().running() + stats.requests().waiting()).isZero();
        assertThat(stats.requests().queuedTokens()).isZero();
        assertThat(stats.cache().blocks()).isEqualTo(26);
        assertThat(stats.cache().usedBlocks()).isZero();
        assertThat(done.values()).allMatch(count -> count.get() > 0);
        TinyModels.assertNothingOutstanding();
        System.out.printf(
                "SoakTest: %.0f requests/s, %d tokens, %d preemptions, %d evictions, ended %s%n%s%n",
                REQUESTS * 1e9 / nanos,
                stats.tokens().generated(),
                stats.cache().preemptions(),
                stats.cache().evictions(),
                stats.requests(),
                done);
    }

    /** What each prompt is answered with when nobody else asks. */
    private void remember(Llm llm) {
        for (int i = 0; i < PROMPTS; i++) {
            Prompt prompt = prompt(i);
            for (GenerationOptions options : List.of(greedy(24), sampled(24, i))) {
                alone.put(key(i, options), llm.generate(prompt, options).tokens());
            }
        }
    }

    /** Sleep gives up the cache and whatever grew with use, so that only what stays is compared. */
    private static Map<NativeResources.Kind, Long> settled(Llm llm) {
        assertThat(llm.sleep(Sleep.CACHE, Duration.ofMinutes(2))).isTrue();
        llm.wake();
        Map<NativeResources.Kind, Long> counts = new EnumMap<>(NativeResources.Kind.class);
        counts.putAll(NativeResources.outstanding());
        counts.remove(NativeResources.Kind.DEVICE_MEMORY);
        return counts;
    }

    private static long deviceBytes() {
        return Long.parseLong(TinyModels.outstandingOnHost().replaceAll("bytes=([0-9]+) .*", "$1"));
    }

    private void run(Llm llm, int requests) throws InterruptedException {
        left.set(requests);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Random random = new Random(seed + i);
            callers.add(new Thread(() -> call(llm, random), "caller " + i));
            callers.get(i).start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
    }

    private void call(Llm llm, Random random) {
        Manner[] manners = Manner.values();
        try {
            while (left.getAndDecrement() > 0 && failure.get() == null) {
                Manner manner = manners[random.nextInt(manners.length)];
                ask(llm, random, manner);
                done.get(manner).incrementAndGet();
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private static Prompt prompt(int number) {
        return Prompt.raw("Rivers " + "that nobody measured ".repeat(number % 5) + number);
    }

    private static GenerationOptions greedy(int most) {
        return GenerationOptions.defaults().withMaxTokens(most).withIgnoreEnd(true);
    }

    private static GenerationOptions sampled(int most, int number) {
        return greedy(most).withTemperature(0.9).withTopK(40).withSeed(number);
    }

    private static String key(int number, GenerationOptions options) {
        return number + (options.temperature() > 0 ? " sampled" : " greedy");
    }

    private void ask(Llm llm, Random random, Manner manner) throws Exception {
        int number = random.nextInt(PROMPTS);
        Prompt prompt = prompt(number);
        int most = 1 + random.nextInt(24);
        GenerationOptions options =
                (random.nextBoolean() ? greedy(most) : sampled(most, number)).withPriority(random.nextInt(3));
        String key = key(number, options);
        switch (manner) {
            case WHOLE -> check(key, llm.generate(prompt, options), most);
            case FUTURE -> check(key, llm.generateAsync(prompt, options).get(), most);
            case CANCELLED_FUTURE -> {
                CompletableFuture<Completion> answer = llm.generateAsync(prompt, options);
                pause(random);
                answer.cancel(false);
            }
            case STOP_STRING -> {
                String text = llm.detokenize(alone.get(key));
                String stop = text.substring(text.length() / 2, text.length() / 2 + 1);
                Completion answer = llm.generateAsync(
                                prompt, options.withMaxTokens(24).withStop(List.of(stop)))
                        .get();
                assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
                assertThat(text).startsWith(answer.text());
            }
            case STOP_TOKEN -> {
                int stop = alone.get(key)[most - 1];
                Completion answer =
                        llm.generate(prompt, options.withMaxTokens(24).withStopTokens(List.of(stop)));
                assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
            }
            case STREAM -> {
                try (TokenStream stream = llm.stream(prompt, options)) {
                    check(key, stream.completion(), most);
                }
            }
            case ABANDONED_STREAM -> {
                try (TokenStream stream = llm.stream(prompt, options)) {
                    for (int i = random.nextInt(most + 1); i > 0 && stream.hasNext(); i--) {
                        stream.next();
                    }
                }
            }
            case UNREAD_STREAM -> llm.stream(prompt, options).cancel();
            case PUBLISHED ->
                assertThat(published(llm, prompt, options, Integer.MAX_VALUE))
                        .isEqualTo(Arrays.copyOf(alone.get(key), most));
            case CANCELLED_SUBSCRIPTION -> published(llm, prompt, options, random.nextInt(most + 1));
            case SEVERAL ->
                check(
                        key,
                        llm.generateAll(prompt, options.withN(1 + random.nextInt(3)))
                                .get(0),
                        most);
            case CANCELLED_SEVERAL -> {
                CompletableFuture<List<Completion>> answers = llm.generateAllAsync(prompt, options.withN(3));
                pause(random);
                answers.cancel(false);
            }
            case DEADLINE -> {
                Duration brief = Duration.ofNanos(1 + random.nextInt(4_000_000));
                Completion answer = llm.generate(prompt, options.withDeadline(brief));
                assertThat(answer.finishReason()).isIn(FinishReason.DEADLINE, FinishReason.LENGTH);
                assertThat(answer.tokens()).isEqualTo(Arrays.copyOf(alone.get(key), answer.tokens().length));
            }
            case GUIDED -> {
                GenerationOptions guided = options.withMaxTokens(8)
                        .withIgnoreEnd(false)
                        .withResponseFormat(new ResponseFormat.Choice(List.of("a", "b")));
                assertThat(llm.generate(prompt, guided).text()).matches("[ab]?");
            }
            case INTERRUPTED -> interrupted(llm, prompt, options);
        }
    }

    private static void pause(Random random) throws InterruptedException {
        Thread.sleep(0, random.nextInt(900_000));
    }

    private void check(String key, Completion answer, int most) {
        assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(answer.tokens()).as(key).isEqualTo(Arrays.copyOf(alone.get(key), most));
    }

    private static void interrupted(Llm llm, Prompt prompt, GenerationOptions options) {
        Thread.currentThread().interrupt();
        try {
            llm.generate(prompt, options);
        } catch (AscendException expected) {
            assertThat(expected).hasMessageContaining("interrupted");
        } finally {
            Thread.interrupted();
        }
    }

    /** The tokens of an answer whose subscription is cancelled after so many pieces. */
    private static int[] published(Llm llm, Prompt prompt, GenerationOptions options, int most) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        List<AnswerPiece> pieces = new ArrayList<>();
        llm.publish(prompt, options).subscribe(new Flow.Subscriber<>() {
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                cancelOrAsk();
            }

            private void cancelOrAsk() {
                if (pieces.size() >= most) {
                    subscription.cancel();
                    over.countDown();
                } else {
                    subscription.request(1);
                }
            }

            @Override
            public void onNext(AnswerPiece piece) {
                pieces.add(piece);
                cancelOrAsk();
            }

            @Override
            public void onError(Throwable cause) {
                over.countDown();
            }

            @Override
            public void onComplete() {
                over.countDown();
            }
        });
        over.await();
        return pieces.stream()
                .flatMapToInt(piece -> Arrays.stream(piece.tokens()))
                .toArray();
    }
}
