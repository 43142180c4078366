package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.ascend4j.internal.model.EncoderInput;
import org.ascend4j.internal.model.TokenPooling;
import org.junit.jupiter.api.Test;

class EncoderQueueTest {
    private final EncoderQueue queue = new EncoderQueue();

    private EncoderQueue.Call offer(int... lengths) {
        List<EncoderInput> inputs = IntStream.of(lengths)
                .mapToObj(length -> new EncoderInput(new int[length], new int[0], TokenPooling.LAST))
                .toList();
        EncoderQueue.Call call = new EncoderQueue.Call(inputs);
        assertThat(queue.offer(call, waiting -> true)).isTrue();
        return call;
    }

    private static List<Integer> lengths(List<EncoderQueue.Place> places) {
        return places.stream().map(place -> place.input().tokens().length).toList();
    }

    @Test
    void fillsStepsUpToTheLimitInTurns() throws InterruptedException {
        EncoderQueue.Call many = offer(10, 11, 12, 13, 14);
        EncoderQueue.Call one = offer(5);
        List<EncoderQueue.Place> first = queue.take(40);
        assertThat(lengths(first)).containsExactly(10, 5, 11, 12);
        first.forEach(place -> place.deliver(new float[] {place.input().tokens().length}));
        assertThat(one.done().join().get(0)).containsExactly(5);
        assertThat(many.done()).isNotDone();
        assertThat(lengths(queue.take(40))).containsExactly(13, 14);
    }

    @Test
    void runsWhatIsLongerThanAStepByItself() throws InterruptedException {
        offer(3, 100, 4);
        assertThat(lengths(queue.take(40))).containsExactly(3);
        assertThat(lengths(queue.take(40))).containsExactly(100);
        assertThat(lengths(queue.take(40))).containsExactly(4);
    }

    @Test
    void dropsWhatWasCancelled() throws InterruptedException {
        EncoderQueue.Call gone = offer(1, 2);
        offer(3);
        gone.done().cancel(false);
        assertThat(lengths(queue.take(40))).containsExactly(3);
    }

    @Test
    void failsOnlyTheCallOfASequenceThatFails() throws InterruptedException {
        EncoderQueue.Call bad = offer(1, 2);
        EncoderQueue.Call good = offer(3);
        List<EncoderQueue.Place> places = new ArrayList<>(queue.take(4));
        assertThat(lengths(places)).containsExactly(1, 3);
        places.get(0).fail(new IllegalStateException("too large"));
        places.get(1).deliver(new float[] {3});
        assertThat(bad.done()).isCompletedExceptionally();
        assertThat(good.done().join()).hasSize(1);
        offer(4);
        assertThat(lengths(queue.take(40))).containsExactly(4);
    }

    @Test
    void refusesCallsBeyondTheLimitAndAfterItsEnd() throws Exception {
        offer(1);
        EncoderQueue.Call next = new EncoderQueue.Call(List.of());
        assertThat(queue.offer(next, waiting -> waiting < 1)).isFalse();
        assertThat(queue.close()).hasSize(1);
        assertThat(queue.offer(next, waiting -> true)).isFalse();
        assertThat(queue.take(10)).isEmpty();
    }

    @Test
    void wakesWhoWaitsWhenItEnds() throws Exception {
        CompletableFuture<List<EncoderQueue.Place>> taken = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try {
                taken.complete(queue.take(10));
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        waiter.start();
        queue.close();
        assertThat(taken.get(10, TimeUnit.SECONDS)).isEmpty();
        waiter.join();
    }
}
