package org.ascend4j.internal.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * Decides who runs. As in vLLM there is no prefill and no decode phase: a step shares a token budget among all running
 * sequences, first come first served, and a long prompt is cut into chunks. Admission guarantees that no sequence is
 * ever evicted: it reserves the blocks of a sequence's greatest length at once. Owned by the engine thread.
 */
public final class Scheduler {
    private final BlockPool pool;
    private final int maxSequences;
    private final int tokenBudget;
    private final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();

    /**
     * @param maxSequences most sequences that run at once
     * @param tokenBudget most tokens of one step; at least {@code maxSequences}, so that decodes never starve
     */
    public Scheduler(BlockPool pool, int maxSequences, int tokenBudget) {
        if (maxSequences < 1 || tokenBudget < maxSequences) {
            throw new IllegalArgumentException(
                    "budget " + tokenBudget + " cannot serve " + maxSequences + " sequences a step");
        }
        this.pool = pool;
        this.maxSequences = maxSequences;
        this.tokenBudget = tokenBudget;
    }

    /** Whether the whole pool could hold this sequence; one that does not fit would wait for ever. */
    public boolean fits(Sequence sequence) {
        return pool.blocksFor(sequence.maxLength()) <= pool.capacity();
    }

    /** Queues a sequence that {@link #fits}. */
    public void add(Sequence sequence) {
        if (!fits(sequence)) {
            throw new IllegalArgumentException("sequence " + sequence.id() + " needs "
                    + pool.blocksFor(sequence.maxLength()) + " blocks of " + pool.capacity());
        }
        waiting.add(sequence);
    }

    /** Ends a sequence wherever it is; its blocks are free afterwards. */
    public void cancel(Sequence sequence) {
        sequence.cancel();
        waiting.remove(sequence);
        if (running.remove(sequence)) {
            pool.release(sequence.surrender());
        }
    }

    /** Whether any sequence waits or runs. */
    public boolean hasWork() {
        return !waiting.isEmpty() || !running.isEmpty();
    }

    public int runningCount() {
        return running.size();
    }

    public int waitingCount() {
        return waiting.size();
    }

    /** The next step; empty only if there is no work. */
    public Step next() {
        admit();
        List<Step.Entry> entries = new ArrayList<>(running.size());
        int budget = tokenBudget;
        for (Sequence sequence : running) {
            int count = Math.min(sequence.pending(), budget);
            if (count > 0) {
                entries.add(new Step.Entry(sequence, count));
                budget -= count;
            }
        }
        entries.sort(Comparator.comparing(entry -> entry.count() > 1));
        return new Step(entries);
    }

    private void admit() {
        while (running.size() < maxSequences && !waiting.isEmpty()) {
            int[] blocks = pool.allocate(pool.blocksFor(waiting.peek().maxLength()));
            if (blocks == null) {
                return;
            }
            Sequence sequence = waiting.poll();
            sequence.admit(blocks);
            running.add(sequence);
        }
    }

    /**
     * Books a step that succeeded.
     *
     * @param sampled one id for each of {@link Step#sampling()}, in its order
     * @return the sequences that got a token, in that order
     */
    public List<Sequence> apply(Step step, int[] sampled) {
        List<Sequence> extended = new ArrayList<>(sampled.length);
        for (Step.Entry entry : step.entries()) {
            boolean samples = entry.samples();
            entry.sequence().advance(entry.count());
            if (samples) {
                entry.sequence().append(sampled[extended.size()]);
                extended.add(entry.sequence());
            }
        }
        for (Iterator<Sequence> each = running.iterator(); each.hasNext(); ) {
            Sequence sequence = each.next();
            if (sequence.finishReason() != null) {
                pool.release(sequence.surrender());
                each.remove();
            }
        }
        return extended;
    }
}
