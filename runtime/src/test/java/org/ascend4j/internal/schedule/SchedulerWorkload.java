package org.ascend4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.ascend4j.internal.batch.StepAssembler;
import org.ascend4j.internal.batch.StepInputs;

/** Drives a scheduler with random requests and checks after every step what must always hold. */
final class SchedulerWorkload {
    private static final int STOP = 7;
    private static final int PATIENCE_STEPS = 1;

    /** @param abort chance of a sequence's abort in a step */
    record Shape(int blocks, int blockSize, int sequences, int budget, double abort, int burst) {}

    private final Shape shape;
    private final Random random;
    private final BlockPool pool;
    private final Scheduler scheduler;
    private final StepAssembler assembler;
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private final Map<Sequence, int[]> tables = new HashMap<>();
    private final Map<Sequence, Integer> stepsLeft = new HashMap<>();
    private final Set<Long> gone = new HashSet<>();
    private long nextId;
    private int finished;

    SchedulerWorkload(Shape shape, long seed) {
        this.shape = shape;
        this.random = new Random(seed);
        this.pool = new BlockPool(shape.blocks(), shape.blockSize());
        this.scheduler = new Scheduler(pool, shape.sequences(), shape.budget());
        this.assembler = new StepAssembler(shape.blockSize());
    }

    int finishedSequences() {
        return finished;
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            arrive();
            abort();
            step();
        }
    }

    /** The schedule as text, one line a step. */
    List<String> trace(int steps) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            arrive();
            abort();
            StringBuilder line = new StringBuilder();
            for (Step.Entry entry : step().entries()) {
                line.append(entry.sequence().id()).append(':').append(entry.count());
                line.append(Arrays.toString(tables.get(entry.sequence()))).append(' ');
            }
            lines.add(line.toString());
        }
        return lines;
    }

    void drain() {
        while (scheduler.hasWork()) {
            step();
        }
        assertThat(pool.freeBlocks()).as("free blocks after all work").isEqualTo(pool.capacity());
        assertThat(waiting).isEmpty();
        assertThat(running).isEmpty();
        assertThat(tables).isEmpty();
        assertThat(scheduler.next().isEmpty()).isTrue();
    }

    private void arrive() {
        if (waiting.size() > 2 * shape.burst() || random.nextInt(4) != 0) {
            return;
        }
        for (int i = random.nextInt(shape.burst() + 1); i > 0; i--) {
            Sequence sequence = new Sequence(
                    nextId++,
                    random.ints(length(), 0, 100).toArray(),
                    length(),
                    new SamplingPlan(0, 0, 1, 0),
                    random.nextBoolean() ? Set.of(STOP) : Set.of());
            boolean fits = blocks(sequence.maxLength()) <= shape.blocks() - 1;
            require(scheduler.fits(sequence) == fits, "fits", sequence);
            if (fits) {
                scheduler.add(sequence);
                waiting.add(sequence);
            } else {
                assertRefused(sequence);
            }
        }
    }

    private void assertRefused(Sequence sequence) {
        int before = scheduler.waitingCount();
        try {
            scheduler.add(sequence);
        } catch (IllegalArgumentException e) {
            require(scheduler.waitingCount() == before, "a refused sequence leaves no trace", sequence);
            return;
        }
        throw new AssertionError("a sequence that can never fit was queued");
    }

    /** Lengths around the edges of blocks and of the budget. */
    private int length() {
        int edge = random.nextBoolean() ? shape.blockSize() : shape.budget();
        return Math.max(1, edge * random.nextInt(3) + random.nextInt(3) - 1);
    }

    private void abort() {
        List<Sequence> all = new ArrayList<>(waiting);
        all.addAll(running);
        for (Sequence sequence : all) {
            if (random.nextDouble() < shape.abort()) {
                scheduler.cancel(sequence);
                require(sequence.finishReason() == FinishReason.CANCELLED, "cancelled", sequence);
                require(sequence.blockTable().length == 0, "a cancelled sequence holds nothing", sequence);
                waiting.remove(sequence);
                leave(sequence);
                checkPool();
                scheduler.cancel(sequence); // again changes nothing
            }
        }
    }

    private void leave(Sequence sequence) {
        running.remove(sequence);
        tables.remove(sequence);
        stepsLeft.remove(sequence);
        gone.add(sequence.id());
    }

    private Step step() {
        Step step = scheduler.next();
        admitted(step);
        checkStep(step);
        checkPool();
        checkInputs(step, assembler.assemble(step));
        Map<Sequence, Integer> before = new HashMap<>();
        running.forEach(sequence -> before.put(sequence, sequence.computed()));
        List<Step.Entry> sampling = step.sampling();
        int[] sampled = random.ints(sampling.size(), 0, 20).toArray();
        List<Sequence> extended = scheduler.apply(step, sampled);
        require(
                extended.equals(sampling.stream().map(Step.Entry::sequence).toList()),
                "sampling entries are extended in order",
                null);
        for (Step.Entry entry : step.entries()) {
            Sequence sequence = entry.sequence();
            require(
                    sequence.computed() == before.remove(sequence) + entry.count(),
                    "computed grows by the count",
                    sequence);
        }
        before.forEach((sequence, computed) ->
                require(sequence.computed() == computed, "not scheduled, not changed", sequence));
        for (int i = 0; i < sampled.length; i++) {
            Sequence sequence = extended.get(i);
            require(sequence.token(sequence.length() - 1) == sampled[i], "gets its own token", sequence);
        }
        settle(extended);
        checkPool();
        return step;
    }

    /** Follows admission by its own rule: in order of arrival, as many as sequences and blocks allow. */
    private void admitted(Step step) {
        int free = shape.blocks()
                - 1
                - tables.values().stream().mapToInt(table -> table.length).sum();
        while (running.size() < shape.sequences()
                && !waiting.isEmpty()
                && blocks(waiting.peek().maxLength()) <= free) {
            Sequence sequence = waiting.poll();
            int wanted = blocks(sequence.maxLength());
            free -= wanted;
            running.add(sequence);
            require(sequence.blockTable().length == wanted, "an admitted sequence holds its blocks", sequence);
            tables.put(sequence, sequence.blockTable().clone());
            int chunks = (running.stream().mapToInt(Sequence::pending).sum() + shape.budget() - 1) / shape.budget();
            stepsLeft.put(sequence, chunks * (shape.sequences() + 1) + sequence.maxLength() + PATIENCE_STEPS);
        }
        require(scheduler.runningCount() == running.size(), "running " + running.size(), null);
        require(scheduler.waitingCount() == waiting.size(), "waiting " + waiting.size(), null);
        waiting.forEach(sequence -> require(sequence.blockTable().length == 0, "who waits holds nothing", sequence));
        require(step.isEmpty() == running.isEmpty(), "a step whenever there is work", null);
    }

    private void checkStep(Step step) {
        require(step.tokens() <= shape.budget(), "budget", null);
        require(running.size() <= shape.sequences(), "sequences", null);
        Set<Sequence> seen = new HashSet<>();
        boolean longer = false;
        for (Step.Entry entry : step.entries()) {
            require(seen.add(entry.sequence()), "once a step", entry.sequence());
            require(running.contains(entry.sequence()), "scheduled while running", entry.sequence());
            require(!gone.contains(entry.sequence().id()), "never after its end", entry.sequence());
            require(entry.count() >= 1 && entry.count() <= entry.sequence().pending(), "count", entry.sequence());
            require(!longer || entry.count() > 1, "single tokens first", entry.sequence());
            longer |= entry.count() > 1;
        }
        int wanted = running.stream().mapToInt(Sequence::pending).sum();
        require(step.tokens() == Math.min(wanted, shape.budget()), "no budget is left idle", null);
        for (Sequence sequence : running) {
            boolean decodes = sequence.length() > sequence.promptLength();
            require(!decodes || seen.contains(sequence), "a sequence that generates never waits", sequence);
        }
    }

    private void checkPool() {
        BitSet held = new BitSet();
        int count = 0;
        for (Map.Entry<Sequence, int[]> each : tables.entrySet()) {
            require(Arrays.equals(each.getKey().blockTable(), each.getValue()), "a table never changes", each.getKey());
            for (int block : each.getValue()) {
                require(
                        block >= 1 && block < shape.blocks() && !held.get(block),
                        "its blocks are its own",
                        each.getKey());
                held.set(block);
                count++;
            }
        }
        require(pool.freeBlocks() + count + 1 == shape.blocks(), "free + used + null = all blocks", null);
    }

    private void checkInputs(Step step, StepInputs inputs) {
        BitSet slots = new BitSet();
        for (int slot : inputs.slotMapping()) {
            require(slot >= shape.blockSize() && slot < shape.blocks() * shape.blockSize(), "slot in the pool", null);
            require(!slots.get(slot), "a slot once a step", null);
            slots.set(slot);
        }
        require(inputs.tokens() == step.tokens(), "a row for each token", null);
    }

    private void settle(List<Sequence> extended) {
        for (Sequence sequence : List.copyOf(running)) {
            require(sequence.computed() >= 0 && sequence.computed() <= sequence.length(), "computed", sequence);
            require(sequence.length() <= sequence.maxLength(), "length", sequence);
            int left = stepsLeft.merge(sequence, -1, Integer::sum);
            require(left >= 0, "ends in time", sequence);
            if (sequence.finishReason() == null) {
                require(sequence.length() < sequence.maxLength(), "goes on below its limit", sequence);
                continue;
            }
            require(extended.contains(sequence), "ends by a token", sequence);
            int[] generated = sequence.generated();
            boolean stopped = sequence.finishReason() == FinishReason.STOP;
            boolean full = generated.length == sequence.maxLength() - sequence.promptLength();
            require(stopped ? generated[generated.length - 1] == STOP : full, "ends for its reason", sequence);
            require(sequence.blockTable().length == 0, "who has ended holds nothing", sequence);
            leave(sequence);
            finished++;
        }
    }

    /** Plain, since it runs many million times. */
    private static void require(boolean condition, String what, Sequence sequence) {
        if (!condition) {
            throw new AssertionError(what + (sequence == null ? "" : ": sequence " + sequence.id()));
        }
    }

    private int blocks(int tokens) {
        return (int) Math.ceil(tokens / (double) shape.blockSize());
    }
}
