package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.EngineFailedException;
import org.ascend4j.error.UnavailableException;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.Sequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineLifecycleTest {
    private static final SamplingPlan GREEDY = new SamplingPlan(0, 0, 1, 0);
    private static final EngineOptions OPTIONS = EngineOptions.of(SchedulerOptions.of(4, 32, 100_000));
    private static final Duration LONG = Duration.ofSeconds(30);

    private long ids;

    @AfterEach
    void leavesNoThreadBehind() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("ascend4j")) {
                thread.join(5000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    private static Engine open(ScriptedModel model) {
        return Engine.open(() -> model, OPTIONS, opened -> 0).engine();
    }

    private RecordingSink submit(Engine engine, int first, int count) {
        RecordingSink sink = new RecordingSink();
        engine.submit(new Request(new Sequence(++ids, new int[] {first}, count, GREEDY, Set.of()), sink));
        return sink;
    }

    private static List<Integer> numbers(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    private static void awaitState(Engine engine, EngineState state) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (engine.health().state() != state) {
            assertThat(System.nanoTime()).as("still " + engine.health()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void tellsItsStateAndSinceWhen() throws Exception {
        Instant before = Instant.now();
        Engine engine = open(new ScriptedModel());
        assertThat(engine.health().state()).isEqualTo(EngineState.READY);
        assertThat(engine.health().since()).isBetween(before, Instant.now());
        submit(engine, 0, 3).await();
        engine.close();
        assertThat(engine.health().state()).isEqualTo(EngineState.STOPPED);
        assertThat(engine.health().reason()).contains("closed");
    }

    @Test
    void finishesWhatIsInAndRefusesTheRestWhenDrained() throws Exception {
        ScriptedModel model = new ScriptedModel().gated();
        Engine engine = open(model);
        List<RecordingSink> in = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            in.add(submit(engine, 100 * i, 5));
        }
        model.awaitStep();
        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> engine.drain(LONG));
        awaitState(engine, EngineState.DRAINING);
        assertThatThrownBy(() -> submit(engine, 0, 1))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("drained");
        model.permit(1000);
        assertThat(drained.get()).isTrue();
        for (int i = 0; i < 7; i++) {
            assertThat(in.get(i).await().tokens).isEqualTo(numbers(100 * i + 1, 5));
        }
        assertThat(engine.health().state()).isEqualTo(EngineState.STOPPED);
        assertThat(model.closes.get()).isEqualTo(1);
        assertThat(engine.drain(LONG)).as("drained already").isFalse();
    }

    @Test
    void failsWhatTakesLongerThanADrainWaits() throws Exception {
        ScriptedModel model = new ScriptedModel().gated();
        Engine engine = open(model);
        RecordingSink brief = submit(engine, 0, 1);
        RecordingSink endless = submit(engine, 100, 900);
        model.awaitStep();
        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> engine.drain(Duration.ofMillis(30)));
        awaitState(engine, EngineState.DRAINING);
        Thread.sleep(50);
        model.permit(3);
        assertThat(drained.get()).isFalse();
        assertThat(brief.await().reason).isEqualTo(FinishReason.LENGTH);
        assertThat(endless.await().cause).isInstanceOf(UnavailableException.class);
        assertThat(endless.tokens).hasSizeLessThan(4);
        assertThat(model.closes.get()).isEqualTo(1);
    }

    @Test
    void givesUpItsCacheInSleepAndAnswersAsBeforeAfterwards() throws Exception {
        SleepyModel model = new SleepyModel();
        try (Engine engine = Engine.open(() -> model, OPTIONS, opened -> 0).engine()) {
            RecordingSink running = submit(engine, 50, 40);
            assertThat(engine.sleep(SleepLevel.CACHE, LONG)).isTrue();
            assertThat(running.await().tokens).as("finished first").isEqualTo(numbers(51, 40));
            assertThat(engine.health().state()).isEqualTo(EngineState.SLEEPING);
            assertThat(engine.health().reason()).contains("weights are kept");
            assertThat(model.releases).hasValue(1);
            assertThatThrownBy(() -> submit(engine, 0, 1))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("asleep");
            engine.sleep(SleepLevel.CACHE, LONG);
            assertThat(model.releases).as("asleep already").hasValue(1);
            engine.wake();
            engine.wake();
            assertThat(model.restores).hasValue(1);
            assertThat(engine.health().state()).isEqualTo(EngineState.READY);
            assertThat(submit(engine, 50, 40).await().tokens).isEqualTo(numbers(51, 40));
        }
        assertThat(model.scripted.closes.get()).isEqualTo(1);
    }

    @Test
    void opensTheModelAnewAfterADeepSleepAndGoesOnCounting() throws Exception {
        List<SleepyModel> models = new ArrayList<>();
        try (Engine engine = Engine.open(
                        () -> {
                            models.add(new SleepyModel());
                            return models.get(models.size() - 1);
                        },
                        OPTIONS,
                        opened -> 0)
                .engine()) {
            submit(engine, 0, 10).await();
            engine.sleep(SleepLevel.CACHE, LONG);
            engine.sleep(SleepLevel.WEIGHTS, LONG);
            assertThat(models).hasSize(1);
            assertThat(models.get(0).scripted.closes.get()).isEqualTo(1);
            assertThat(engine.stats().scheduler().generatedTokens()).isEqualTo(10);
            engine.wake();
            assertThat(models).hasSize(2);
            assertThat(submit(engine, 0, 10).await().tokens).isEqualTo(numbers(1, 10));
            engine.sleep(SleepLevel.WEIGHTS, LONG);
            assertThat(engine.stats().scheduler().generatedTokens()).isEqualTo(20);
            assertThat(engine.stats().scheduler().ranOut()).isEqualTo(2);
        }
        assertThat(models.get(1).scripted.closes.get()).isEqualTo(1);
    }

    @Test
    void sleepsOnWhenItCannotWake() throws Exception {
        SleepyModel model = new SleepyModel();
        try (Engine engine = Engine.open(() -> model, OPTIONS, opened -> 0).engine()) {
            engine.sleep(SleepLevel.CACHE, LONG);
            model.failureOfRestore = new AscendException("too little memory");
            assertThatThrownBy(engine::wake).isSameAs(model.failureOfRestore);
            assertThat(engine.health().state()).isEqualTo(EngineState.SLEEPING);
            assertThat(engine.health().reason()).contains("too little memory");
            model.failureOfRestore = null;
            engine.wake();
            assertThat(submit(engine, 5, 2).await().tokens).isEqualTo(numbers(6, 2));
            engine.sleep(SleepLevel.WEIGHTS, LONG);
            assertThat(engine.drain(LONG)).as("nothing was left to do").isTrue();
        }
    }

    @Test
    void saysThatItFailedAndWhy() throws Exception {
        ScriptedModel model = new ScriptedModel().failsAt(2, new IllegalStateException("device lost"));
        try (Engine engine = open(model)) {
            RecordingSink sink = submit(engine, 0, 50).await();
            assertThat(sink.cause).isInstanceOf(EngineFailedException.class).hasMessageContaining("device lost");
            awaitState(engine, EngineState.FAILED);
            assertThat(engine.health().reason()).contains("device lost");
            for (Runnable call : List.<Runnable>of(
                    () -> submit(engine, 0, 1), () -> engine.sleep(SleepLevel.CACHE, LONG), engine::wake)) {
                assertThatThrownBy(call::run).isSameAs(sink.cause);
            }
        }
        assertThat(model.closes.get()).isEqualTo(1);
    }

    @Test
    void givesUpAStepThatHangsAndNeverHangsItself() throws Exception {
        ScriptedModel model = new ScriptedModel().gated();
        Engine engine = Engine.open(() -> model, OPTIONS.withStepTimeout(Duration.ofMillis(200)), opened -> 0)
                .engine();
        RecordingSink running = submit(engine, 0, 50);
        model.awaitStep();
        RecordingSink waiting = submit(engine, 100, 50);
        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> engine.drain(LONG));
        assertThat(running.await().cause)
                .isInstanceOf(EngineFailedException.class)
                .hasMessageContaining("step timeout is 200 ms")
                .hasMessageContaining("requests [1, 2] of 2");
        assertThat(waiting.await().cause).isSameAs(running.cause);
        assertThat(engine.health().state()).isEqualTo(EngineState.FAILED);
        assertThat(drained.get(20, TimeUnit.SECONDS)).isFalse();
        engine.close();
        assertThat(model.closes.get()).as("the device still hangs").isZero();
        model.permit(1000);
        leavesNoThreadBehind();
        assertThat(model.closes.get()).as("it came back").isEqualTo(1);
        assertThat(running.tokens).as("nothing comes after the end").isEmpty();
        running.await();
    }

    @Test
    void answersOnePromptSeveralTimesFromOneComputation() throws Exception {
        ScriptedModel model = new ScriptedModel();
        List<RecordingSink> sinks = new ArrayList<>();
        int[] prompt = IntStream.range(0, 24).toArray();
        try (Engine engine = open(model)) {
            List<Request> samples = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sinks.add(new RecordingSink());
                samples.add(new Request(new Sequence(++ids, prompt, 6, GREEDY, Set.of()), sinks.get(i)));
            }
            engine.submit(samples);
            for (RecordingSink sink : sinks) {
                assertThat(sink.await().tokens).isEqualTo(numbers(24, 6));
            }
            engine.sleep(SleepLevel.CACHE, LONG);
            assertThat(engine.stats().scheduler().prefixHits())
                    .as("all but the last token of the prompt, for each but the first")
                    .isEqualTo(3 * 23);
        }
    }

    @Test
    void countsRequestsTokensAndTimes() throws Exception {
        try (Engine engine = open(new ScriptedModel())) {
            for (int i = 0; i < 5; i++) {
                submit(engine, 10 * i, 4).await();
            }
            RecordingSink refused = submit(engine, 0, 100_000);
            assertThat(refused.await().cause).isNotNull();
            engine.sleep(SleepLevel.CACHE, LONG);
            EngineStats stats = engine.stats();
            assertThat(stats.live()).isZero();
            assertThat(stats.failed()).isEqualTo(1);
            assertThat(stats.scheduler().ranOut()).isEqualTo(5);
            assertThat(stats.scheduler().usedBlocks()).isZero();
            assertThat(stats.stepNanos()).isPositive();
            EngineStats.Latencies latencies = stats.latencies();
            assertThat(latencies.timeToFirstToken().count()).isEqualTo(5);
            assertThat(latencies.queueTime().count()).isEqualTo(5);
            assertThat(latencies.interTokenLatency().count()).isEqualTo(15);
            assertThat(latencies.endToEnd().count()).isEqualTo(5);
            assertThat(latencies.generatedTokens().sum()).isEqualTo(20);
            assertThat(latencies.promptTokens().sum()).isEqualTo(5);
            assertThat(latencies.stepTokens().sum()).isEqualTo(stats.scheduler().scheduledTokens());
            double inside =
                    latencies.queueTime().sum() + latencies.inferenceTime().sum();
            assertThat(inside).isBetween(0.0, latencies.endToEnd().sum());
        }
    }
}
