package org.ascend4j.internal.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Who runs and who waits, both in the order of service. A preempted sequence keeps its place in that order. */
final class Queues {
    private static final Comparator<Sequence> BY_ARRIVAL = Comparator.comparingLong(sequence -> sequence.arrival);

    final List<Sequence> running = new ArrayList<>();
    final TreeSet<Sequence> waiting;
    private final Comparator<Sequence> order;
    private long arrivals;
    private long queuedTokens;

    Queues(QueuePolicy policy) {
        Comparator<Sequence> byPriority =
                Comparator.comparingInt(sequence -> sequence.options().priority());
        this.order = policy == QueuePolicy.PRIORITY ? byPriority.thenComparing(BY_ARRIVAL) : BY_ARRIVAL;
        this.waiting = new TreeSet<>(order);
    }

    /** Who is served first of those who wait; null if nobody does. */
    Sequence first() {
        return waiting.isEmpty() ? null : waiting.first();
    }

    void arrive(Sequence sequence) {
        sequence.arrival = ++arrivals;
        await(sequence);
    }

    void await(Sequence sequence) {
        waiting.add(sequence);
        queuedTokens += sequence.promptLength();
    }

    void run(Sequence sequence) {
        leaveWaiting(sequence);
        running.add(-Collections.binarySearch(running, sequence, order) - 1, sequence);
    }

    boolean leaveWaiting(Sequence sequence) {
        boolean waited = waiting.remove(sequence);
        if (waited) {
            queuedTokens -= sequence.promptLength();
        }
        return waited;
    }

    boolean leaveRunning(Sequence sequence) {
        int at = Collections.binarySearch(running, sequence, order);
        return at >= 0 && running.remove(at) == sequence;
    }

    /** Prompt tokens of all who wait. */
    long queuedTokens() {
        return queuedTokens;
    }
}
