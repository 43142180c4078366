package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.Sequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineTest {
    private static final SamplingPlan GREEDY = new SamplingPlan(0, 0, 1, 0);
    private static final EngineOptions LIMITS = limits(4, 32);

    private long ids;

    @AfterEach
    void leavesNoThreadBehind() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("ascend4j"));
    }

    private static EngineOptions limits(int sequences, int tokens) {
        // One at a time, as these tests count and hold up single steps.
        return EngineOptions.of(SchedulerOptions.of(sequences, tokens, 100_000)).withOverlap(false);
    }

    private static Engine open(ScriptedModel model) {
        return Engine.open(() -> model, LIMITS, opened -> "facts").engine();
    }

    private Request request(RecordingSink sink, int first, int count) {
        return new Request(new Sequence(++ids, new int[] {first}, count, GREEDY, Set.of()), sink);
    }

    private static List<Integer> numbers(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    @Test
    void givesTheTokensOfARequestInTheirOrder() throws Exception {
        ScriptedModel model = new ScriptedModel();
        RecordingSink sink = new RecordingSink();
        try (Engine engine = open(model)) {
            engine.submit(request(sink, 100, 50));
            sink.await();
        }
        assertThat(sink.tokens).isEqualTo(numbers(101, 50));
        assertThat(sink.reason).isEqualTo(FinishReason.LENGTH);
        assertThat(model.closes.get()).isEqualTo(1);
        assertThat(Set.copyOf(model.callers)).as("one thread only").hasSize(1);
        assertThat(model.callers.get(0)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void handsOutTheFactsOfTheModel() {
        Engine.Opened<Integer> opened = Engine.open(ScriptedModel::new, LIMITS, model -> model.kvBlocks());
        opened.engine().close();
        assertThat(opened.facts()).isEqualTo(64);
    }

    @Test
    void runsRequestsTogether() throws Exception {
        ScriptedModel model = new ScriptedModel().gated();
        List<RecordingSink> sinks = new ArrayList<>();
        try (Engine engine = open(model)) {
            RecordingSink first = new RecordingSink();
            engine.submit(request(first, 0, 10));
            model.awaitStep(); // all others are queued while the first step runs
            sinks.add(first);
            for (int i = 1; i < 6; i++) {
                sinks.add(new RecordingSink());
                engine.submit(request(sinks.get(i), 100 * i, 10));
            }
            model.permit(1000);
            for (RecordingSink sink : sinks) {
                sink.await();
            }
        }
        for (int i = 0; i < 6; i++) {
            assertThat(sinks.get(i).tokens).isEqualTo(numbers(100 * i + 1, 10));
        }
        assertThat(model.rowsOfSteps.get(1)).as("sequences of the second step").isEqualTo(4);
        assertThat(model.rowsOfSteps).hasSizeLessThanOrEqualTo(21);
    }

    @Test
    void endsARequestThatWaits() throws Exception {
        ScriptedModel model = new ScriptedModel().gated();
        RecordingSink running = new RecordingSink();
        RecordingSink waiting = new RecordingSink();
        try (Engine engine = Engine.open(() -> model, limits(1, 8), opened -> 0).engine()) {
            engine.submit(request(running, 0, 3));
            model.awaitStep();
            Request second = request(waiting, 500, 3);
            engine.submit(second);
            engine.cancel(second.sequence().id());
            model.permit(1);
            waiting.await();
            assertThat(running.ended()).isFalse();
            model.permit(10);
            running.await();
        }
        assertThat(waiting.tokens).isEmpty();
        assertThat(waiting.reason).isEqualTo(FinishReason.CANCELLED);
        assertThat(running.tokens).isEqualTo(numbers(1, 3));
    }

    @Test
    void endsARequestThatRunsAndLeavesTheOthersAlone() throws Exception {
        ScriptedModel model = new ScriptedModel().gated();
        RecordingSink stopped = new RecordingSink();
        RecordingSink other = new RecordingSink();
        try (Engine engine = open(model)) {
            Request first = request(stopped, 0, 500);
            engine.submit(first);
            engine.submit(request(other, 200, 20));
            model.permit(5);
            while (stopped.tokens.size() < 3) {
                Thread.onSpinWait();
            }
            engine.cancel(first.sequence().id());
            engine.cancel(first.sequence().id());
            engine.cancel(987_654);
            model.permit(1000);
            stopped.await();
            other.await();
        }
        assertThat(stopped.reason).isEqualTo(FinishReason.CANCELLED);
        assertThat(stopped.tokens).isEqualTo(numbers(1, stopped.tokens.size())).hasSizeLessThan(10);
        assertThat(other.tokens).isEqualTo(numbers(201, 20));
    }

    @Test
    void ignoresACancelAfterTheEnd() throws Exception {
        RecordingSink sink = new RecordingSink();
        RecordingSink later = new RecordingSink();
        try (Engine engine = open(new ScriptedModel())) {
            Request request = request(sink, 0, 2);
            engine.submit(request);
            sink.await();
            engine.cancel(request.sequence().id());
            engine.submit(request(later, 5, 2));
            later.await();
        }
        assertThat(sink.await().reason).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void refusesOnlyTheRequestThatCanNeverFit() throws Exception {
        RecordingSink tooLong = new RecordingSink();
        RecordingSink other = new RecordingSink();
        try (Engine engine = open(new ScriptedModel(3))) {
            engine.submit(request(tooLong, 0, 100));
            engine.submit(request(other, 7, 4));
            other.await();
            tooLong.await();
        }
        assertThat(tooLong.cause).isInstanceOf(InvalidRequestException.class).hasMessageContaining("101 tokens");
        assertThat(other.tokens).isEqualTo(numbers(8, 4));
    }

    @Test
    void failsAllRequestsAndLaterOnesWithTheErrorOfAStep() throws Exception {
        for (Throwable cause : List.of(
                new IllegalStateException("device lost"), new OutOfMemoryError("no heap"), new Exception("checked"))) {
            ScriptedModel model = new ScriptedModel().gated().failsAt(1, cause);
            RecordingSink first = new RecordingSink();
            RecordingSink second = new RecordingSink();
            try (Engine engine = open(model)) {
                engine.submit(request(first, 0, 50));
                model.awaitStep();
                engine.submit(request(second, 100, 50));
                model.permit(10);
                assertThat(first.await().cause)
                        .hasMessageContaining("step failed")
                        .hasMessageContaining(cause.getMessage())
                        .hasCause(cause);
                assertThat(second.await().cause).isSameAs(first.cause);
                assertThat(engine.alive()).isFalse();
                AscendException same = first.cause;
                assertThatThrownBy(() -> engine.submit(request(new RecordingSink(), 0, 1)))
                        .isSameAs(same);
            }
            assertThat(first.tokens).isEqualTo(numbers(1, 1));
            assertThat(second.tokens).isEmpty();
            assertThat(model.closes.get()).isEqualTo(1);
        }
    }

    @Test
    void throwsWhatOpeningThrew() {
        for (Throwable cause : List.of(new AscendException("no device"), new StackOverflowError("deep"))) {
            assertThatThrownBy(() -> Engine.open(() -> rethrow(cause), LIMITS, model -> 0))
                    .isSameAs(cause);
        }
    }

    private static ScriptedModel rethrow(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) cause;
    }

    @Test
    void closesTheModelWhenItsFactsCannotBeRead() {
        ScriptedModel model = new ScriptedModel();
        AscendException cause = new AscendException("no name");
        assertThatThrownBy(() -> Engine.open(() -> model, LIMITS, opened -> {
                    throw cause;
                }))
                .isSameAs(cause);
        assertThat(model.closes.get()).isEqualTo(1);
    }

    @Test
    void failsToOpenWhenTheLimitsDoNotFitTheModel() {
        ScriptedModel tooSmall = new ScriptedModel(1);
        assertThatThrownBy(() -> Engine.open(() -> tooSmall, LIMITS, model -> 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tooSmall.closes.get()).isEqualTo(1);
        assertThatThrownBy(() -> limits(8, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closesWhileRequestsRunAndWait() throws Exception {
        ScriptedModel model = new ScriptedModel().gated();
        List<RecordingSink> sinks = new ArrayList<>();
        Engine engine = open(model);
        for (int i = 0; i < 8; i++) {
            sinks.add(new RecordingSink());
            engine.submit(request(sinks.get(i), 0, 50));
        }
        model.awaitStep();
        Thread closer = new Thread(engine::close);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        model.permit(1); // the step in flight; no other follows
        closer.join();
        for (RecordingSink sink : sinks) {
            assertThat(sink.await().cause).hasMessageContaining("closed");
        }
        assertThat(model.rowsOfSteps).hasSize(1);
        assertThat(model.closes.get()).isEqualTo(1);
        engine.close();
        assertThatThrownBy(() -> engine.submit(request(new RecordingSink(), 0, 1)))
                .isInstanceOf(AscendException.class)
                .hasMessageContaining("closed");
        engine.cancel(1);
        assertThat(model.closes.get()).isEqualTo(1);
    }

    @Test
    void endsEvenIfTheModelCannotClose() throws Exception {
        ScriptedModel model = new ScriptedModel().failsToClose(new IllegalStateException("stuck"));
        RecordingSink sink = new RecordingSink();
        Engine engine = open(model);
        engine.submit(request(sink, 0, 2));
        sink.await();
        engine.close();
        assertThat(engine.alive()).isFalse();
    }

    @Test
    void staysInterruptedAfterClosing() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        ScriptedModel model = new ScriptedModel();
        Engine engine = open(model);
        Thread closer = new Thread(() -> {
            Thread.currentThread().interrupt();
            engine.close();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        closer.join();
        assertThat(interrupted).isTrue();
        assertThat(model.closes.get()).isEqualTo(1);
    }

    @Test
    void closesAModelWhoseOpenerIsInterruptedWhileItLoads() throws Exception {
        ScriptedModel model = new ScriptedModel();
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread opener = new Thread(() -> {
            try {
                Engine.open(
                        () -> {
                            loading.countDown();
                            awaitQuietly(go);
                            return model;
                        },
                        LIMITS,
                        opened -> 0);
            } catch (AscendException e) {
                thrown.set(e);
                interrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        opener.start();
        loading.await();
        opener.interrupt();
        while (opener.isInterrupted()) {
            Thread.onSpinWait(); // the exception that clears the flag comes before the model
        }
        go.countDown();
        opener.join();
        assertThat(thrown.get()).hasMessageContaining("interrupted");
        assertThat(interrupted).isTrue();
        assertThat(model.closes.get()).isEqualTo(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Requests that race with the close either run, or hear of it, or are refused; none is forgotten. */
    @Test
    void forgetsNoRequestThatRacesWithClosing() throws Exception {
        for (int round = 0; round < 300; round++) {
            Engine engine = open(new ScriptedModel());
            List<RecordingSink> accepted = new ArrayList<>();
            List<String> refusals = new ArrayList<>();
            int number = round;
            Thread submitter = new Thread(() -> {
                for (int i = 0; i < 20; i++) {
                    RecordingSink sink = new RecordingSink();
                    try {
                        engine.submit(new Request(
                                new Sequence(1000L * number + i, new int[] {1}, 2, GREEDY, Set.of()), sink));
                        accepted.add(sink);
                    } catch (AscendException e) {
                        refusals.add(e.getMessage());
                    }
                }
            });
            submitter.start();
            engine.close();
            submitter.join();
            assertThat(accepted.size() + refusals.size()).isEqualTo(20);
            assertThat(refusals).allMatch(message -> message.contains("closed"));
            for (RecordingSink sink : accepted) {
                sink.await();
                assertThat(sink.reason == null).isNotEqualTo(sink.cause == null);
            }
        }
    }
}
