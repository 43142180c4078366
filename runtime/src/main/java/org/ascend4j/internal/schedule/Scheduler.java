package org.ascend4j.internal.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.OverloadedException;

/**
 * Decides who runs. As in vLLM there is no prefill and no decode phase: a step shares a token budget among all running
 * sequences, and a long prompt is cut into chunks. A step goes through {@link #next}, the device and {@link #apply}; up
 * to {@link SchedulerOptions#depth} are on their way at once, and come back in order. Owned by the engine thread.
 */
public final class Scheduler {
    private final SchedulerOptions options;
    private final BlockPool pool;
    private final Ledger ledger;
    private final Queues queues;
    private final Planner planner;
    private final Counters counters = new Counters();
    private final Throughput throughput;
    private final Intake intake;
    private final Deque<Step> inFlight = new ArrayDeque<>();
    private final List<Advance> advances = new ArrayList<>();
    private final List<Advance> advancesView = Collections.unmodifiableList(advances);
    private final List<Advance> spareAdvances = new ArrayList<>();
    private long lastNumber;

    /** A scheduler that guesses nothing ahead and takes sequences of any length that fits the pool. */
    public Scheduler(BlockPool pool, int maxSequences, int tokenBudget) {
        this(pool, SchedulerOptions.of(maxSequences, tokenBudget, Integer.MAX_VALUE), Drafter.NONE);
    }

    /** @param pool used by this scheduler only */
    public Scheduler(BlockPool pool, SchedulerOptions options, Drafter drafter) {
        this(pool, options, drafter, options.prefixCache() ? new PrefixIndex(pool) : null, System::nanoTime);
    }

    /**
     * @param index null to share no prefixes
     * @param clock nanoseconds from any origin; read only to estimate when there will be room
     */
    Scheduler(BlockPool pool, SchedulerOptions options, Drafter drafter, PrefixIndex index, LongSupplier clock) {
        this.options = options;
        this.pool = pool;
        this.ledger = new Ledger(pool, index);
        this.queues = new Queues(options.queue());
        this.planner = new Planner(options, noEvict(pool, options), queues, ledger, drafter, counters);
        this.throughput = new Throughput(clock);
        this.intake = new Intake(options, pool, queues, throughput, counters);
    }

    private static boolean noEvict(BlockPool pool, SchedulerOptions options) {
        return switch (options.admission()) {
            case NO_EVICT -> true;
            case PREEMPT -> false;
            case AUTO -> pool.capacity() < (long) options.fullContexts() * pool.blocksFor(options.contextLength());
        };
    }

    /** Whether sequences reserve all their blocks at once, as chosen or as AUTO found best. */
    public boolean reservesAll() {
        return planner.noEvict();
    }

    /** Whether the model and the whole pool could hold this sequence; one that does not fit would wait for ever. */
    public boolean fits(Sequence sequence) {
        return intake.fits(sequence);
    }

    /**
     * Queues a sequence.
     *
     * @throws InvalidRequestException if it could never run
     * @throws OverloadedException if too much is queued already; nothing of it remains
     */
    public void add(Sequence sequence) {
        add(List.of(sequence));
    }

    /**
     * Queues several answers to one prompt. The first computes the prompt, the others start from its blocks.
     *
     * @param samples new sequences of equal prompts and options; all are queued or none
     */
    public void add(List<Sequence> samples) {
        intake.add(samples);
    }

    /** Ends a sequence because its caller gave up; see {@link #finish}. */
    public void cancel(Sequence sequence) {
        finish(sequence, FinishReason.CANCELLED);
    }

    /**
     * Ends a sequence wherever it is. What steps in flight bring for it is dropped; its blocks are free as soon as no
     * step in flight can write them. One that has ended already keeps its reason.
     */
    public void finish(Sequence sequence, FinishReason reason) {
        if (queues.leaveRunning(sequence)) {
            end(sequence, reason);
        } else if (queues.leaveWaiting(sequence)) {
            end(sequence, reason);
        } else {
            sequence.finish(reason);
        }
    }

    private void end(Sequence sequence, FinishReason reason) {
        sequence.finish(reason);
        counters.finished(sequence.finishReason());
        ledger.surrender(sequence);
    }

    /** Ends all sequences whose deadline has passed at {@code nowNanos}, and names them. */
    public List<Sequence> expire(long nowNanos) {
        List<Sequence> expired = List.of();
        for (int i = 0; i < queues.running.size(); i++) {
            expired = withLate(expired, queues.running.get(i), nowNanos);
        }
        if (!queues.waiting.isEmpty()) {
            for (Sequence sequence : queues.waiting) {
                expired = withLate(expired, sequence, nowNanos);
            }
        }
        for (int i = 0; i < expired.size(); i++) {
            finish(expired.get(i), FinishReason.DEADLINE);
        }
        return expired;
    }

    /** The list, or a longer one; a step that nobody is too late for leaves no garbage. */
    private static List<Sequence> withLate(List<Sequence> expired, Sequence sequence, long nowNanos) {
        if (!late(sequence, nowNanos)) {
            return expired;
        }
        List<Sequence> longer = expired.isEmpty() ? new ArrayList<>() : expired;
        longer.add(sequence);
        return longer;
    }

    private static boolean late(Sequence sequence, long nowNanos) {
        long deadline = sequence.options().deadlineNanos();
        return deadline != SequenceOptions.NO_DEADLINE && deadline - nowNanos <= 0;
    }

    /** Whether any sequence waits or runs, or a step is in flight. */
    public boolean hasWork() {
        return !queues.waiting.isEmpty() || !queues.running.isEmpty() || !inFlight.isEmpty();
    }

    public int runningCount() {
        return queues.running.size();
    }

    public int waitingCount() {
        return queues.waiting.size();
    }

    /** Steps between {@link #next} and {@link #apply}. */
    public int inFlight() {
        return inFlight.size();
    }

    /** Whether another step may be scheduled before the oldest in flight is applied. */
    public boolean mayPlan() {
        return inFlight.size() < options.depth();
    }

    /**
     * Whether a step planned now would serve all that run. Else those whose next token must be known first would fall
     * behind, and steps would serve one half of a batch by turns.
     */
    public boolean seesAhead() {
        return planner.seesAhead();
    }

    /**
     * The next step, in flight from now on. It is empty, and not in flight, if there is no work or all of it waits for
     * steps in flight.
     */
    public Step next() {
        if (!mayPlan()) {
            throw new IllegalStateException(inFlight.size() + " steps are in flight already");
        }
        Step step = planner.plan(lastNumber + 1, inFlight.peekLast());
        if (!step.isEmpty()) {
            lastNumber = step.number();
            inFlight.add(step);
        }
        return step;
    }

    /**
     * Books the oldest step in flight as succeeded.
     *
     * @param sampled one id for each of {@link Step#sampledRows}, in their order; ids behind a refuted guess are not read
     * @return what the step brought, in the order of {@link Step#sampling()}, without sequences that are gone; valid until
     *     the next call
     */
    public List<Advance> apply(Step step, int[] sampled) {
        if (step.isEmpty()) {
            return List.of();
        }
        if (inFlight.peek() != step || sampled.length != step.sampledRows()) {
            throw new IllegalStateException("step " + step.number() + " with " + sampled.length
                    + " sampled ids is not the oldest in flight, or has " + step.sampledRows() + " sampled rows");
        }
        inFlight.remove();
        advances.clear();
        int row = 0;
        for (int index = 0; index < step.entries().size(); index++) {
            Step.Entry entry = step.entries().get(index);
            if (!entry.wanted()) {
                counters.discarded += entry.sampledRows();
            } else {
                book(step, entry, sampled, row);
            }
            row += entry.sampledRows();
        }
        int tokens = step.tokens();
        counters.steps++;
        counters.scheduledTokens += tokens;
        throughput.record(tokens);
        stepOver();
        return advancesView;
    }

    private void book(Step step, Step.Entry entry, int[] sampled, int row) {
        Sequence sequence = entry.sequence();
        int guesses = entry.drafts().length;
        int accepted = entry.accepted(sampled, row);
        int from = sequence.length();
        if (entry.samples()) {
            sequence.placeholders -= guesses == 0 ? 1 : 0;
            for (int i = 0; i <= accepted && sequence.finishReason() == null; i++) {
                sequence.append(sampled[row + i]);
            }
        }
        if (guesses > 0) {
            sequence.draftInFlight = false;
            sequence.scheduled -= guesses - accepted;
            sequence.drafting.record(options.drafts(), guesses, accepted, sequence.generatedLength());
            counters.draftsProposed += guesses;
            counters.draftsAccepted += accepted;
        }
        sequence.advance(Math.min(entry.end() - guesses + accepted, sequence.length()));
        ledger.commit(sequence);
        if (sequence.copyStep == step.number()) {
            ledger.copied(sequence);
            counters.blockCopies++;
        }
        counters.generatedTokens += sequence.length() - from;
        if (sequence.finishReason() != null) {
            queues.leaveRunning(sequence);
            end(sequence, sequence.finishReason());
        }
        if (entry.samples()) {
            advances.add(advance().set(sequence, from, sequence.length() - from));
        }
    }

    /** One that the list of the last step does not use yet. */
    private Advance advance() {
        if (advances.size() == spareAdvances.size()) {
            spareAdvances.add(new Advance());
        }
        return spareAdvances.get(advances.size());
    }

    /**
     * Takes the newest step in flight back, as if it had never been scheduled: its rows are pending again and nothing
     * they wrote is used. The device must have stopped working on it.
     */
    public void undo(Step step) {
        if (step.isEmpty() || inFlight.peekLast() != step) {
            throw new IllegalStateException("step " + step.number() + " is not the newest in flight");
        }
        inFlight.removeLast();
        for (int index = 0; index < step.entries().size(); index++) {
            Step.Entry entry = step.entries().get(index);
            Sequence sequence = entry.sequence();
            if (entry.wanted()) {
                sequence.scheduled = entry.start();
                sequence.draftInFlight = false;
                sequence.placeholders -= entry.samples() && entry.drafts().length == 0 ? 1 : 0;
                sequence.copyStep = sequence.copyStep == step.number() ? 0 : sequence.copyStep;
            }
        }
        counters.undoneSteps++;
        stepOver();
    }

    private void stepOver() {
        ledger.stepsOver(inFlight.isEmpty() ? lastNumber : inFlight.peek().number() - 1);
    }

    /**
     * Forgets all that the KV cache holds: running sequences wait again, shared prefixes are gone. For a cache whose
     * memory is given up or in doubt; no step may be in flight.
     */
    public void forgetCache() {
        if (!inFlight.isEmpty()) {
            throw new IllegalStateException(inFlight.size() + " steps are in flight");
        }
        while (!queues.running.isEmpty()) {
            planner.preempt(queues.running.get(queues.running.size() - 1));
        }
        ledger.forgetPrefixes();
    }

    /** Blocks that are given back when steps in flight are over. */
    int fencedBlocks() {
        return ledger.fencedBlocks();
    }

    /** Rows of all steps so far. */
    public long scheduledTokens() {
        return counters.scheduledTokens;
    }

    /** State and counts at this moment. */
    public SchedulerStats stats() {
        return new SchedulerStats(
                runningCount(),
                waitingCount(),
                queues.queuedTokens(),
                pool.capacity(),
                pool.capacity() - pool.freeBlocks(),
                ledger.cachedBlocks(),
                counters.steps,
                counters.undoneSteps,
                counters.scheduledTokens,
                counters.promptTokens,
                counters.generatedTokens,
                counters.preemptions,
                counters.prefixQueries,
                counters.prefixHits,
                ledger.evictions(),
                counters.blockCopies,
                counters.draftsProposed,
                counters.draftsAccepted,
                counters.discarded,
                counters.refused,
                counters.finishedFor(FinishReason.STOP),
                counters.finishedFor(FinishReason.LENGTH),
                counters.finishedFor(FinishReason.CANCELLED),
                counters.finishedFor(FinishReason.DEADLINE));
    }
}
