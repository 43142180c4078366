package org.ascend4j.internal.schedule;

import java.util.Arrays;

/**
 * Chooses the rows of one step: first those of running sequences in the order of service, then, if none of them lacked
 * blocks, of waiting ones. Every sequence that decodes gets its row before a prompt's chunk gets what is left.
 *
 * <p>The first in order is never preempted, and preempting ends where blocks on their way back will do; so no step undoes
 * for ever what another did.
 */
final class Planner {
    private static final int[] NO_DRAFTS = {};

    private final SchedulerOptions options;
    private final boolean noEvict;
    private final Queues queues;
    private final Ledger ledger;
    private final Drafter drafter;
    private final Counters counters;
    private final int[] guesses;
    private final StepBuffer[] buffers;
    private StepBuffer buffer;
    private int nextBuffer;
    private long number;
    private int budget;
    private int decodersLeft;
    private boolean starved;

    Planner(
            SchedulerOptions options,
            boolean noEvict,
            Queues queues,
            Ledger ledger,
            Drafter drafter,
            Counters counters) {
        this.options = options;
        this.noEvict = noEvict;
        this.queues = queues;
        this.ledger = ledger;
        this.drafter = drafter;
        this.counters = counters;
        this.guesses = new int[options.drafts().most()];
        // One for each step in flight, one for the step just over, which its reader may still look at.
        this.buffers = new StepBuffer[options.depth() + 1];
        Arrays.setAll(buffers, i -> new StepBuffer());
    }

    boolean noEvict() {
        return noEvict;
    }

    /** @param before the newest step in flight; null if there is none */
    Step plan(long stepNumber, Step before) {
        number = stepNumber;
        budget = options.tokenBudget();
        starved = false;
        buffer = buffers[nextBuffer];
        buffer.clear();
        placeholders(before);
        serveRunning();
        if (!starved) {
            admit();
        }
        Step step = buffer.step(number);
        if (!step.isEmpty()) {
            nextBuffer = (nextBuffer + 1) % buffers.length;
        }
        return step;
    }

    /** Tells sequences in which row of the step in flight their newest token will be. */
    private static void placeholders(Step before) {
        if (before == null) {
            return;
        }
        int row = 0;
        for (int index = 0; index < before.entries().size(); index++) {
            Step.Entry entry = before.entries().get(index);
            entry.sequence().placeholderRow = row;
            row += entry.sampledRows();
        }
    }

    private void serveRunning() {
        decodersLeft = 0;
        for (int index = 0; index < queues.running.size(); index++) {
            Sequence sequence = queues.running.get(index);
            decodersLeft += decodes(sequence) ? 1 : 0;
        }
        for (int i = 0; i < queues.running.size(); i++) {
            Sequence sequence = queues.running.get(i);
            if (!servable(sequence)) {
                continue;
            }
            decodersLeft -= decodes(sequence) ? 1 : 0;
            int count = Math.min(chunk(sequence.pending()), budget - decodersLeft);
            if (count > 0 && secure(sequence, sequence.scheduled + count)) {
                enter(sequence, count, guess(sequence, budget - decodersLeft - count));
            }
        }
    }

    private boolean decodes(Sequence sequence) {
        return sequence.pending() == 1 && servable(sequence);
    }

    /** Whether a sequence's next rows can be told now. One that may guess waits until its last token is known. */
    private boolean servable(Sequence sequence) {
        return sequence.ready() && !(sequence.placeholders > 0 && mayGuess(sequence));
    }

    /** Whether nobody's next rows have to wait for what the steps in flight bring. */
    boolean seesAhead() {
        for (int i = 0; i < queues.running.size(); i++) {
            Sequence sequence = queues.running.get(i);
            boolean awaited = sequence.placeholders > 0 || sequence.draftInFlight;
            boolean goesOn = sequence.length() + sequence.placeholders < sequence.maxLength();
            if (awaited && goesOn && !servable(sequence)) {
                return false;
            }
        }
        return true;
    }

    private boolean mayGuess(Sequence sequence) {
        DraftOptions drafts = options.drafts();
        return drafts.most() > 0
                && sequence.options().drafts()
                && sequence.generatedLength() > 0
                && queues.running.size() <= drafts.runningAtMost()
                && sequence.drafting.open(sequence.generatedLength());
    }

    private int chunk(int pending) {
        return options.longPrefill() == 0 ? pending : Math.min(pending, options.longPrefill());
    }

    /** Gets a sequence its blocks, if need be from those behind it; false if it has to wait or has lost its own. */
    private boolean secure(Sequence sequence, int tokens) {
        for (int missing = ledger.shortage(sequence, tokens); missing > 0; ) {
            starved = true;
            if (noEvict) {
                throw new IllegalStateException("sequence " + sequence.id() + " lacks " + missing + " reserved blocks");
            }
            if (ledger.fencedBlocks() >= missing) {
                return false;
            }
            Sequence victim = queues.running.get(queues.running.size() - 1);
            decodersLeft -= victim != sequence && decodes(victim) ? 1 : 0;
            preempt(victim);
            if (victim == sequence) {
                return false;
            }
            missing = ledger.shortage(sequence, tokens);
        }
        ledger.grow(sequence, tokens);
        return true;
    }

    /** Sends a running sequence back to its place among those who wait; it computes its tokens again. */
    void preempt(Sequence victim) {
        queues.leaveRunning(victim);
        ledger.surrender(victim);
        queues.await(victim);
        counters.preemptions++;
    }

    private int[] guess(Sequence sequence, int rows) {
        int room = Math.min(rows, sequence.maxLength() - sequence.length() - 1);
        int most = Math.min(options.drafts().most(), room);
        if (most < 1 || sequence.placeholders > 0 || sequence.pending() != 1 || !mayGuess(sequence)) {
            return NO_DRAFTS;
        }
        int count = sequence.propose(drafter, guesses, most);
        if (count < 1) {
            sequence.drafting.record(options.drafts(), 1, 0, sequence.generatedLength());
            return NO_DRAFTS;
        }
        if (ledger.shortage(sequence, sequence.length() + count) > 0) {
            return NO_DRAFTS;
        }
        ledger.grow(sequence, sequence.length() + count);
        return Arrays.copyOf(guesses, count);
    }

    private void admit() {
        Sequence after;
        for (Sequence sequence = queues.first(); sequence != null; sequence = after) {
            after = queues.waiting.higher(sequence);
            if (budget < 1 || queues.running.size() == options.maxSequences()) {
                return;
            }
            if (followsBlindly(sequence)) {
                continue;
            }
            Ledger.Hit hit = ledger.find(sequence);
            int blocks = ledger.pool().blocksFor(noEvict ? sequence.maxLength() : sequence.length());
            if (ledger.cost(hit, blocks) > spare()) {
                return;
            }
            start(sequence, hit);
        }
    }

    /** Whether a sequence's leader is about to compute the prompt that both have. */
    private static boolean followsBlindly(Sequence sequence) {
        Sequence leader = sequence.leader;
        return leader != null
                && sequence.generatedLength() == 0
                && leader.finishReason() == null
                && leader.computed() < leader.promptLength();
    }

    private int spare() {
        int free = ledger.pool().freeBlocks();
        if (noEvict) {
            for (int index = 0; index < queues.running.size(); index++) {
                Sequence running = queues.running.get(index);
                free -= ledger.outstanding(running);
            }
            return free;
        }
        int kept = (int) Math.ceil(options.watermark() * ledger.pool().capacity());
        return queues.running.isEmpty() ? free : free - kept;
    }

    private void start(Sequence sequence, Ledger.Hit hit) {
        if (sequence.generatedLength() == 0) {
            counters.promptTokens += sequence.life == 0 ? sequence.promptLength() : 0;
        }
        counters.prefixQueries += options.prefixCache() ? sequence.length() : 0;
        counters.prefixHits += hit.tokens();
        queues.run(sequence);
        ledger.take(sequence, hit);
        int count = Math.min(chunk(sequence.pending()), budget);
        ledger.grow(sequence, sequence.scheduled + count);
        enter(sequence, count, NO_DRAFTS);
    }

    private void enter(Sequence sequence, int known, int[] drafts) {
        int start = sequence.scheduled;
        int count = known + drafts.length;
        boolean samples = known == sequence.pending();
        boolean copies = sequence.copySource != Sequence.NO_BLOCK && sequence.copyStep == 0;
        int promptFrom = Math.max(start, sequence.promptScored());
        int promptEnd = Math.min(start + count, sequence.promptLength() - 1);
        Step.Entry entry = buffer.add(sequence, start, count, drafts);
        entry.sample(samples, sequence.placeholders > 0 ? sequence.placeholderRow : -1);
        boolean scores = sequence.options().promptLogprobs();
        entry.score(promptFrom, scores ? Math.max(0, promptEnd - promptFrom) : 0);
        entry.copy(
                copies ? sequence.copySource : Sequence.NO_BLOCK,
                copies ? sequence.block(start / ledger.pool().blockSize()) : Sequence.NO_BLOCK);
        budget -= count;
        sequence.scheduled += count;
        sequence.lastStep = number;
        sequence.copyStep = copies ? number : sequence.copyStep;
        sequence.draftInFlight = drafts.length > 0;
        sequence.placeholders += samples && drafts.length == 0 ? 1 : 0;
    }
}
