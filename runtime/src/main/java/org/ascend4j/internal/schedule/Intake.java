package org.ascend4j.internal.schedule;

import java.util.Arrays;
import java.util.List;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.OverloadedException;

/** Lets sequences into the queue, or says why not. */
final class Intake {
    private final SchedulerOptions options;
    private final BlockPool pool;
    private final Queues queues;
    private final Throughput throughput;
    private final Counters counters;

    Intake(SchedulerOptions options, BlockPool pool, Queues queues, Throughput throughput, Counters counters) {
        this.options = options;
        this.pool = pool;
        this.queues = queues;
        this.throughput = throughput;
        this.counters = counters;
    }

    boolean fits(Sequence sequence) {
        return sequence.maxLength() <= options.contextLength()
                && pool.blocksFor(sequence.maxLength()) <= pool.capacity();
    }

    /** Queues all or throws. */
    void add(List<Sequence> samples) {
        Sequence leader = samples.get(0);
        long tokens = 0;
        for (Sequence sequence : samples) {
            requireFits(sequence);
            requireAlike(leader, sequence);
            tokens += sequence.promptLength();
        }
        requireRoom(samples.size(), tokens);
        for (Sequence sequence : samples) {
            sequence.leader = sequence == leader ? null : leader;
            queues.arrive(sequence);
        }
    }

    private void requireFits(Sequence sequence) {
        if (sequence.arrival != 0) {
            throw new IllegalArgumentException("sequence " + sequence.id() + " was queued before");
        }
        if (!fits(sequence)) {
            long held = Math.min(options.contextLength(), (long) pool.capacity() * pool.blockSize());
            counters.refused++;
            throw new InvalidRequestException(
                    "prompt",
                    "found " + sequence.promptLength() + " tokens and up to "
                            + (sequence.maxLength() - sequence.promptLength())
                            + " more, expected at most " + held
                            + " in all, what the context and the KV cache hold; ask for fewer");
        }
    }

    private static void requireAlike(Sequence leader, Sequence sequence) {
        int length = leader.promptLength();
        boolean alike = sequence == leader
                || sequence.promptLength() == length
                        && sequence.options().equals(leader.options())
                        && Arrays.equals(sequence.tokens(0, length), leader.tokens(0, length));
        if (!alike) {
            throw new IllegalArgumentException(
                    "sequences " + leader.id() + " and " + sequence.id() + " differ in their prompts or options");
        }
    }

    private void requireRoom(int sequences, long tokens) {
        // An empty queue takes anything that fits: what is refused then would be refused for ever.
        int waiting = queues.waiting.size();
        boolean full = waiting > 0
                && (exceeds(waiting + (long) sequences, options.maxQueuedSequences())
                        || exceeds(queues.queuedTokens() + tokens, options.maxQueuedTokens()));
        if (full) {
            counters.refused++;
            throw new OverloadedException(
                    "the queue is full: " + waiting + " requests of " + limit(options.maxQueuedSequences()) + " and "
                            + queues.queuedTokens() + " prompt tokens of " + limit(options.maxQueuedTokens())
                            + " wait; try again later",
                    throughput.timeFor(queues.queuedTokens()));
        }
    }

    private static boolean exceeds(long value, long limit) {
        return limit > 0 && value > limit;
    }

    private static String limit(long value) {
        return value == 0 ? "any" : Long.toString(value);
    }
}
