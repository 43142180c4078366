package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.SlowConsumerException;
import org.ascend4j.error.UnavailableException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of reactive streams, on answers of a tiny model. */
@Timeout(60)
class AnswerPublisherTest {
    private static final Prompt PROMPT = Prompt.raw("The first people who measured rivers");
    private static final GenerationOptions SHORT =
            GenerationOptions.defaults().withMaxTokens(40).withIgnoreEnd(true);
    private static final GenerationOptions ENDLESS =
            GenerationOptions.defaults().withIgnoreEnd(true);

    private static Llm llm;

    @BeforeAll
    static void open() {
        llm = Llm.open(
                TinyModels.path("q4_0"),
                TinyModels.options().streaming(50, Duration.ofSeconds(20)).build());
    }

    @AfterAll
    static void close() {
        assertThat(llm.drain(Duration.ofSeconds(20)))
                .as("cancelled requests are gone")
                .isTrue();
        TinyModels.assertNothingOutstanding();
    }

    /** Keeps what it is told, and every breach of the rules. */
    private static final class Recorder implements Flow.Subscriber<AnswerPiece> {
        final List<AnswerPiece> pieces = new CopyOnWriteArrayList<>();
        final List<String> violations = new CopyOnWriteArrayList<>();
        final AtomicInteger inside = new AtomicInteger();
        final CountDownLatch ended = new CountDownLatch(1);
        final Consumer<Recorder> onNext;
        final long first;
        volatile Flow.Subscription subscription;
        volatile long asked;
        volatile boolean complete;
        volatile Throwable error;

        Recorder(long first, Consumer<Recorder> onNext) {
            this.first = first;
            this.onNext = onNext;
        }

        void ask(long count) {
            asked += count;
            subscription.request(count);
        }

        private void enter(String what) {
            if (inside.incrementAndGet() > 1) {
                violations.add(what + " while another call runs");
            }
            if (ended.getCount() == 0) {
                violations.add(what + " after the end");
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            enter("onSubscribe");
            subscription = given;
            if (first > 0) {
                ask(first);
            }
            inside.decrementAndGet();
        }

        @Override
        public void onNext(AnswerPiece piece) {
            enter("onNext");
            pieces.add(piece);
            if (pieces.size() > asked) {
                violations.add("piece " + pieces.size() + " of " + asked);
            }
            onNext.accept(this);
            inside.decrementAndGet();
        }

        @Override
        public void onError(Throwable cause) {
            enter("onError");
            error = cause;
            inside.decrementAndGet();
            ended.countDown();
        }

        @Override
        public void onComplete() {
            enter("onComplete");
            complete = true;
            inside.decrementAndGet();
            ended.countDown();
        }

        Recorder await() throws InterruptedException {
            assertThat(ended.await(20, TimeUnit.SECONDS))
                    .as("no end, " + pieces.size() + " pieces")
                    .isTrue();
            assertThat(violations).isEmpty();
            return this;
        }

        int[] tokens() {
            return pieces.stream()
                    .flatMapToInt(piece -> Arrays.stream(piece.tokens()))
                    .toArray();
        }
    }

    private static Recorder subscribe(GenerationOptions options, long first, Consumer<Recorder> onNext) {
        Recorder recorder = new Recorder(first, onNext);
        llm.publish(PROMPT, options).subscribe(recorder);
        return recorder;
    }

    @Test
    void publishesTheAnswerThatItGenerates() throws Exception {
        Completion whole = llm.generate(PROMPT, SHORT);
        for (Recorder recorder : List.of(
                subscribe(SHORT, Long.MAX_VALUE, each -> {}),
                subscribe(SHORT, 1, each -> each.ask(1)),
                subscribe(SHORT, 3, each -> {
                    if (each.pieces.size() % 3 == 0) {
                        each.ask(3);
                    }
                }))) {
            recorder.await();
            assertThat(recorder.complete).isTrue();
            assertThat(recorder.tokens()).isEqualTo(whole.tokens());
            StringBuilder text = new StringBuilder();
            recorder.pieces.forEach(piece -> text.append(piece.text()));
            assertThat(text).hasToString(whole.text());
            int last = recorder.pieces.size() - 1;
            assertThat(recorder.pieces.get(last).finishReason()).isEqualTo(FinishReason.LENGTH);
            assertThat(recorder.pieces.subList(0, last)).noneMatch(AnswerPiece::last);
        }
    }

    @Test
    void givesEachSubscriberAnAnswerOfItsOwn() throws Exception {
        Flow.Publisher<AnswerPiece> publisher = llm.publish(PROMPT, SHORT.withTemperature(1.5));
        List<Recorder> recorders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            recorders.add(new Recorder(Long.MAX_VALUE, each -> {}));
            publisher.subscribe(recorders.get(i));
        }
        for (Recorder recorder : recorders) {
            assertThat(recorder.await().tokens()).hasSize(40);
        }
        assertThat(recorders.get(0).tokens()).isNotEqualTo(recorders.get(1).tokens());
    }

    @Test
    void givesNoPieceWithoutDemandAndTheRestInOneWhenItComesLate() throws Exception {
        Recorder recorder = subscribe(SHORT, 0, each -> {});
        while (llm.stats().requests().live() > 0) {
            Thread.sleep(5);
        }
        assertThat(recorder.pieces).isEmpty();
        recorder.ask(1);
        while (recorder.pieces.isEmpty()) {
            Thread.sleep(1);
        }
        Thread.sleep(20);
        assertThat(recorder.pieces).hasSize(1);
        assertThat(recorder.pieces.get(0).tokens()).hasSize(40);
        assertThat(recorder.complete).as("the last piece was not asked for").isFalse();
        recorder.ask(1);
        recorder.await();
        assertThat(recorder.complete).isTrue();
    }

    @Test
    void endsTheRequestWhenCancelled() throws Exception {
        Recorder recorder = subscribe(ENDLESS, Long.MAX_VALUE, each -> {
            if (each.pieces.size() == 5) {
                each.subscription.cancel();
                each.subscription.cancel();
                each.subscription.request(5);
            }
        });
        while (recorder.pieces.size() < 5 || llm.stats().requests().live() > 0) {
            Thread.sleep(2);
        }
        Thread.sleep(20);
        assertThat(recorder.pieces).as("nothing after the cancel").hasSize(5);
        assertThat(recorder.ended.getCount()).as("nor an end").isEqualTo(1);
        assertThat(recorder.violations).isEmpty();
    }

    @Test
    void failsASubscriberThatAsksForNothing() throws Exception {
        for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
            Recorder recorder = subscribe(ENDLESS, 2, each -> {});
            recorder.subscription.request(wrong);
            recorder.await();
            assertThat(recorder.error)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("" + wrong);
        }
    }

    @Test
    void cutsOffASubscriberThatFallsTooFarBehindAndTellsItWithoutDemand() throws Exception {
        Recorder slow = subscribe(ENDLESS, 0, each -> {});
        Recorder other = subscribe(SHORT, Long.MAX_VALUE, each -> {});
        assertThat(slow.await().error).isInstanceOf(SlowConsumerException.class).hasMessageContaining("50 tokens");
        assertThat(slow.pieces).isEmpty();
        assertThat(other.await().tokens()).as("others go on").hasSize(40);
    }

    @Test
    void endsTheAnswerOfASubscriberThatThrows() throws Exception {
        Recorder recorder = subscribe(ENDLESS, Long.MAX_VALUE, each -> {
            throw new IllegalStateException("subscriber's own fault");
        });
        while (recorder.pieces.isEmpty() || llm.stats().requests().live() > 0) {
            Thread.sleep(2);
        }
        assertThat(recorder.pieces).hasSize(1);
    }

    @Test
    void keepsToTheDeadline() throws Exception {
        Recorder recorder = subscribe(ENDLESS.withDeadline(Duration.ofMillis(30)), Long.MAX_VALUE, each -> {});
        recorder.await();
        assertThat(recorder.complete).isTrue();
        assertThat(recorder.pieces.get(recorder.pieces.size() - 1).finishReason())
                .isIn(FinishReason.DEADLINE, FinishReason.LENGTH);
    }

    @Test
    void refusesWhatIsWrongAtOnceAndWhatIsTooLateByAnError() throws Exception {
        assertThatThrownBy(() -> llm.publish(Prompt.tokens(), SHORT)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> llm.publish(PROMPT, SHORT.withN(2))).hasMessageStartingWith("n:");
        assertThatThrownBy(() -> llm.publish(PROMPT, SHORT).subscribe(null)).isInstanceOf(NullPointerException.class);
        Llm closed = TinyModels.open("q4_0");
        Flow.Publisher<AnswerPiece> publisher = closed.publish(PROMPT, SHORT);
        closed.close();
        Recorder recorder = new Recorder(0, each -> {});
        publisher.subscribe(recorder);
        assertThat(recorder.await().error).isInstanceOf(UnavailableException.class);
    }
}
