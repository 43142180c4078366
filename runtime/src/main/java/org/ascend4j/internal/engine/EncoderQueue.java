package org.ascend4j.internal.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.ascend4j.internal.model.EncoderInput;

/**
 * Sequences that wait for an encoder, by the calls that brought them. Calls take turns, so that one of thousands of texts
 * does not hold up one of a single text. Thread-safe.
 */
final class EncoderQueue {
    /** One call. {@code done} completes with a vector for each of its inputs. */
    static final class Call {
        private final List<EncoderInput> inputs;
        private final float[][] vectors;
        private final CompletableFuture<List<float[]>> done = new CompletableFuture<>();
        private int next;
        private int missing;

        Call(List<EncoderInput> inputs) {
            this.inputs = inputs;
            this.vectors = new float[inputs.size()][];
            this.missing = inputs.size();
        }

        CompletableFuture<List<float[]>> done() {
            return done;
        }
    }

    /** A place in a call. */
    record Place(Call call, int index) {
        EncoderInput input() {
            return call.inputs.get(index);
        }

        /** Ends the whole call. */
        void fail(RuntimeException why) {
            call.done.completeExceptionally(why);
        }

        /** Only the engine thread delivers. */
        void deliver(float[] vector) {
            call.vectors[index] = vector;
            call.missing--;
            if (call.missing == 0) {
                call.done.complete(List.of(call.vectors));
            }
        }
    }

    private final Deque<Call> waiting = new ArrayDeque<>();
    private boolean closed;

    /** @return false if the queue is closed, or {@code room} refuses the number of calls that wait */
    synchronized boolean offer(Call call, Predicate<Integer> room) {
        if (closed || !room.test(waiting.size())) {
            return false;
        }
        waiting.add(call);
        notifyAll();
        return true;
    }

    /**
     * Waits for sequences.
     *
     * @param most tokens of one step; a longer sequence gets a step of its own
     * @return what runs next; empty if the queue is closed
     */
    synchronized List<Place> take(int most) throws InterruptedException {
        List<Place> places = new ArrayList<>();
        while (places.isEmpty()) {
            while (waiting.isEmpty() && !closed) {
                wait();
            }
            if (closed) {
                return List.of();
            }
            fill(places, most);
        }
        return places;
    }

    private void fill(List<Place> places, int most) {
        long tokens = 0;
        while (!waiting.isEmpty()) {
            Call call = waiting.poll();
            if (call.done.isDone()) {
                continue; // cancelled
            }
            Place place = new Place(call, call.next);
            int length = place.input().tokens().length;
            if (!places.isEmpty() && tokens + length > most) {
                waiting.addFirst(call);
                return;
            }
            places.add(place);
            tokens += length;
            call.next++;
            if (call.next < call.inputs.size()) {
                waiting.add(call);
            }
        }
    }

    /** Takes nothing more. */
    synchronized List<Call> close() {
        closed = true;
        List<Call> left = new ArrayList<>(waiting);
        waiting.clear();
        notifyAll();
        return left;
    }
}
