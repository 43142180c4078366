package org.ascend4j.internal.schedule;

import static org.ascend4j.internal.schedule.Invariants.require;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.batch.StepAssembler;
import org.ascend4j.internal.batch.StepInputs;

/**
 * Drives a scheduler with random requests, aborts and failures and checks after every step what must always hold; the
 * answer of every request is compared with the one it gets alone.
 */
final class SchedulerWorkload {
    /** A step on its way through the device. */
    private static final class Flight {
        private final Step step;
        private final StepInputs inputs;
        private int[] sampled;

        private Flight(Step step, StepInputs inputs) {
            this.step = step;
            this.inputs = inputs;
        }
    }

    private final Shape shape;
    private final Random random;
    private final Scheduler scheduler;
    private final BlockPool pool;
    private final StepAssembler assembler;
    private final FakeDevice device;
    private final Invariants invariants;
    private final Comparator<Sequence> order;
    private final Set<Sequence> alive = new LinkedHashSet<>();
    private final Map<Sequence, int[]> expected = new HashMap<>();
    private final Map<Sequence, Integer> promptRows = new HashMap<>();
    private final Set<Long> gone = new HashSet<>();
    private final Deque<Flight> flights = new ArrayDeque<>();
    private final int[] sharedPrompt;
    private int[] sampledLast;
    private long nextId;
    private long now;
    private int finished;
    private long generated;
    private long aborted;
    private long preempted;
    private Sequence head;
    private int stepsOfHead;
    private int longest;

    SchedulerWorkload(Shape shape, long seed) {
        this.shape = shape;
        this.random = new Random(seed);
        this.pool = new BlockPool(shape.blocks(), shape.blockSize());
        PrefixIndex index =
                shape.options().prefixCache() ? new PrefixIndex(pool, new byte[32], shape.hashBytes()) : null;
        Drafter drafter = this::guess;
        this.scheduler = new Scheduler(pool, shape.options(), drafter, index, () -> now);
        this.assembler = new StepAssembler(shape.blockSize());
        this.device = new FakeDevice(shape.blocks(), shape.blockSize());
        this.invariants = new Invariants(shape, pool, index, scheduler, device);
        Comparator<Sequence> byPriority =
                Comparator.comparingInt(each -> each.options().priority());
        Comparator<Sequence> byArrival = Comparator.comparingLong(each -> each.arrival);
        boolean priorities = shape.options().queue() == QueuePolicy.PRIORITY;
        this.order = priorities ? byPriority.thenComparing(byArrival) : byArrival;
        this.sharedPrompt =
                random.ints(shape.shared(), 0, FakeDevice.VOCABULARY).toArray();
    }

    /** Right, wrong or no guesses, at random. */
    private int guess(int[] tokens, int length, int[] into, int most) {
        int count = random.nextInt(most + 1);
        for (int i = 0; i < count; i++) {
            int last = i == 0 ? tokens[length - 1] : into[i - 1];
            into[i] = random.nextInt(4) == 0 ? random.nextInt(6) : (last + 1) % (FakeDevice.VOCABULARY - 1);
        }
        return count;
    }

    SchedulerStats stats() {
        return scheduler.stats();
    }

    int finishedSequences() {
        return finished;
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            now++;
            arrive();
            abort();
            turn();
        }
    }

    /** The schedule as text, one line a step. */
    List<String> trace(int steps) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            now++;
            arrive();
            abort();
            StringBuilder line = new StringBuilder();
            for (Step.Entry entry : turn().entries()) {
                line.append(entry.sequence().id()).append(':').append(entry.count());
                line.append(Arrays.toString(entry.drafts())).append(' ');
            }
            lines.add(line.toString());
        }
        return lines;
    }

    void drain() {
        for (long turns = 0; scheduler.hasWork(); turns++) {
            require(turns < 100_000, "comes to an end", null);
            turn();
        }
        require(pool.freeBlocks() == pool.capacity(), "free blocks after all work", null);
        require(alive.isEmpty() && expected.isEmpty() && flights.isEmpty(), "nothing is left", null);
        require(invariants.followed() == 0 && scheduler.fencedBlocks() == 0, "no trace is left", null);
        require(scheduler.next().isEmpty(), "no step without work", null);
        SchedulerStats stats = scheduler.stats();
        require(stats.queuedTokens() == 0 && stats.usedBlocks() == 0, "nothing is queued or used", null);
        require(stats.generatedTokens() == generated, "counts generated tokens", null);
        require(stats.preemptions() == preempted, "counts preemptions", null);
        require(stats.stopped() + stats.ranOut() == finished, "counts ends", null);
        require(stats.cancelled() + stats.expired() == aborted, "counts aborts", null);
    }

    private void arrive() {
        if (scheduler.waitingCount() > 2 * shape.burst() || random.nextInt(4) != 0) {
            return;
        }
        for (int i = random.nextInt(shape.burst() + 1); i > 0; i--) {
            List<Sequence> group = group();
            Sequence first = group.get(0);
            boolean fits = (first.maxLength() + shape.blockSize() - 1) / shape.blockSize() < shape.blocks();
            require(scheduler.fits(first) == fits, "fits", first);
            if (fits) {
                scheduler.add(group);
                group.forEach(this::follow);
            } else {
                requireRefused(group);
            }
        }
    }

    private List<Sequence> group() {
        int[] prompt = random.ints(length(), 0, FakeDevice.VOCABULARY).toArray();
        if (shape.shared() > 0 && random.nextBoolean()) {
            int common = Math.min(prompt.length, random.nextInt(shape.shared() + 1));
            System.arraycopy(sharedPrompt, 0, prompt, 0, common);
        }
        SequenceOptions options = SequenceOptions.DEFAULT
                .withPriority(random.nextInt(3))
                .withMinTokens(random.nextInt(4))
                .withPromptLogprobs(random.nextInt(8) == 0)
                .withWaitsForToken(random.nextInt(4) == 0)
                .withDrafts(random.nextInt(4) != 0)
                .withScope(new PrefixScope(random.nextInt(5) == 0 ? "tenant" : "", random.nextInt(5) == 0 ? "a" : ""))
                .withDeadline(random.nextInt(20) == 0 ? now + random.nextInt(40) : SequenceOptions.NO_DEADLINE);
        int maxTokens = length();
        Set<Integer> stops = random.nextBoolean() ? Set.of(FakeDevice.STOP) : Set.of();
        List<Sequence> group = new ArrayList<>();
        for (int i = 1 + random.nextInt(shape.forks()); i > 0; i--) {
            SamplingPlan plan = new SamplingPlan(1, 0, 1, random.nextInt());
            group.add(new Sequence(nextId++, prompt, maxTokens, plan, stops, options));
        }
        return group;
    }

    private void follow(Sequence sequence) {
        alive.add(sequence);
        longest = Math.max(longest, sequence.maxLength());
        int prompt = sequence.promptLength();
        expected.put(
                sequence,
                FakeDevice.alone(
                        sequence.tokens(0, prompt),
                        sequence.maxLength() - prompt,
                        sequence.sampling().seed(),
                        sequence.stopsAt(FakeDevice.STOP),
                        sequence.options().minTokens()));
    }

    private void requireRefused(List<Sequence> group) {
        int before = scheduler.waitingCount();
        try {
            scheduler.add(group);
        } catch (InvalidRequestException e) {
            require(scheduler.waitingCount() == before, "a refused sequence leaves no trace", group.get(0));
            return;
        }
        throw new AssertionError("a sequence that can never fit was queued");
    }

    /** Lengths around the edges of blocks and of the budget. */
    private int length() {
        int edge = random.nextBoolean() ? shape.blockSize() : shape.options().tokenBudget();
        return Math.max(1, edge * random.nextInt(3) + random.nextInt(3) - 1);
    }

    private void abort() {
        for (Sequence sequence : List.copyOf(alive)) {
            if (random.nextDouble() < shape.abort()) {
                scheduler.cancel(sequence);
                require(sequence.finishReason() == FinishReason.CANCELLED, "cancelled", sequence);
                leaveEarly(sequence);
                invariants.checkPool(alive);
                scheduler.cancel(sequence); // again changes nothing
            }
        }
        for (Sequence sequence : scheduler.expire(now)) {
            require(sequence.finishReason() == FinishReason.DEADLINE, "expired", sequence);
            require(sequence.options().deadlineNanos() <= now, "only after its deadline", sequence);
            leaveEarly(sequence);
        }
    }

    private void leaveEarly(Sequence sequence) {
        int[] whole = expected.get(sequence);
        int[] part = sequence.generated();
        require(
                part.length <= whole.length && Arrays.equals(part, Arrays.copyOf(whole, part.length)),
                "part",
                sequence);
        require(sequence.blockCount() == 0, "an ended sequence holds nothing", sequence);
        aborted++;
        leave(sequence);
    }

    private void leave(Sequence sequence) {
        alive.remove(sequence);
        expected.remove(sequence);
        promptRows.remove(sequence);
        invariants.forget(sequence);
        gone.add(sequence.id());
    }

    /** Schedules if there is room for a step in flight, else, or sometimes, lets one land. */
    private Step turn() {
        Step step = new Step(List.of());
        if (scheduler.mayPlan()) {
            step = plan();
            require(!step.isEmpty() || !flights.isEmpty() || alive.isEmpty(), "a step whenever there is work", null);
        }
        if (!flights.isEmpty() && random.nextDouble() < shape.fail()) {
            fail();
        } else if (!flights.isEmpty() && (!scheduler.mayPlan() || step.isEmpty() || random.nextInt(3) == 0)) {
            land();
        }
        for (Flight flight : flights) {
            invariants.checkFenced(flight.inputs);
        }
        invariants.checkPool(alive);
        invariants.checkSequences(alive);
        invariants.checkIndex();
        return step;
    }

    private Step plan() {
        Set<Sequence> running = new HashSet<>();
        alive.stream().filter(each -> each.blockCount() > 0).forEach(running::add);
        Step step = scheduler.next();
        StepInputs inputs = assembler.assemble(step);
        checkOrder(running);
        invariants.checkStep(step, inputs, gone);
        invariants.checkWrites(inputs, alive);
        if (!step.isEmpty()) {
            flights.add(new Flight(step, inputs));
            require(scheduler.inFlight() == flights.size(), "in flight", null);
        }
        return step;
    }

    /** Who is preempted is the last in order; who is admitted comes before all that still wait and could start. */
    private void checkOrder(Set<Sequence> running) {
        for (Sequence sequence : alive) {
            boolean runs = sequence.blockCount() > 0;
            if (running.contains(sequence) && !runs) {
                preempted++;
                for (Sequence other : running) {
                    require(
                            other.blockCount() == 0 || order.compare(other, sequence) < 0,
                            "the last is preempted",
                            other);
                }
            }
            if (!running.contains(sequence) && runs) {
                for (Sequence other : alive) {
                    boolean passedOver = other.blockCount() == 0 && order.compare(other, sequence) < 0;
                    require(!passedOver || waitsForLeader(other), "nobody is passed over", other);
                }
            }
        }
    }

    private static boolean waitsForLeader(Sequence sequence) {
        return sequence.leader != null && sequence.leader.computed() < sequence.promptLength();
    }

    private void land() {
        Flight flight = flights.peek();
        execute();
        Map<Sequence, Integer> lengths = new HashMap<>();
        for (Step.Entry entry : flight.step.entries()) {
            lengths.put(entry.sequence(), entry.sequence().length());
            if (entry.wanted() && entry.promptRows() > 0) {
                int before = promptRows.merge(entry.sequence(), 0, Integer::sum);
                require(entry.promptFrom() == before, "prompt rows come in order, once", entry.sequence());
                promptRows.put(entry.sequence(), before + entry.promptRows());
            }
        }
        flights.remove();
        sampledLast = flight.sampled;
        for (Advance advance : scheduler.apply(flight.step, flight.sampled)) {
            Sequence sequence = advance.sequence();
            require(advance.count() >= 1 && advance.from() == lengths.get(sequence), "brings tokens", sequence);
            require(sequence.length() == advance.from() + advance.count(), "counts its tokens", sequence);
            generated += advance.count();
            if (sequence.finishReason() != null) {
                settle(sequence);
            }
        }
        followHead();
    }

    private void settle(Sequence sequence) {
        require(Arrays.equals(sequence.generated(), expected.get(sequence)), "answers as if alone", sequence);
        require(sequence.blockCount() == 0, "who has ended holds nothing", sequence);
        int scored = promptRows.getOrDefault(sequence, 0);
        int wanted = sequence.options().promptLogprobs() ? sequence.promptLength() - 1 : 0;
        require(scored == wanted, "scores " + scored + " prompt rows of " + wanted, sequence);
        finished++;
        leave(sequence);
    }

    /** Runs what is in flight, in order, as far as the newest or, half the time, only the oldest. */
    private void execute() {
        int[] before = sampledLast;
        boolean all = random.nextBoolean();
        for (Flight flight : flights) {
            if (flight.sampled == null) {
                flight.sampled = device.run(flight.step, flight.inputs, before);
            }
            before = flight.sampled;
            if (!all) {
                return;
            }
        }
    }

    /** The first in order must get on: it is served before all others and never preempted. */
    private void followHead() {
        Sequence first = alive.stream().min(order).orElse(null);
        stepsOfHead = first == head ? stepsOfHead + 1 : 0;
        head = first;
        require(stepsOfHead <= 8 * longest + 50, "the first in order ends in time", first);
    }

    private void fail() {
        for (Flight flight : flights) {
            device.fail(flight.inputs, random);
        }
        while (!flights.isEmpty()) {
            scheduler.undo(flights.removeLast().step);
        }
        require(scheduler.inFlight() == 0, "nothing in flight", null);
        alive.forEach(each -> require(each.computed() == each.scheduled, "undone", each));
    }
}
