package org.ascend4j.internal.schedule;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ascend4j.internal.batch.StepInputs;

/** What must hold after every step, whatever was asked. Plain code, since it runs many million times. */
final class Invariants {
    private final Shape shape;
    private final BlockPool pool;
    private final PrefixIndex index;
    private final Scheduler scheduler;
    private final FakeDevice device;
    private final Map<Sequence, int[]> tables = new HashMap<>();
    private final Map<Sequence, Integer> lives = new HashMap<>();
    private final Map<Sequence, Integer> furthest = new HashMap<>();

    Invariants(Shape shape, BlockPool pool, PrefixIndex index, Scheduler scheduler, FakeDevice device) {
        this.shape = shape;
        this.pool = pool;
        this.index = index;
        this.scheduler = scheduler;
        this.device = device;
    }

    static void require(boolean condition, String what, Sequence sequence) {
        if (!condition) {
            throw new AssertionError(what + (sequence == null ? "" : ": sequence " + sequence.id()));
        }
    }

    void forget(Sequence sequence) {
        tables.remove(sequence);
        lives.remove(sequence);
        furthest.remove(sequence);
    }

    int followed() {
        return tables.size();
    }

    /** A step as it was scheduled. */
    void checkStep(Step step, StepInputs inputs, Set<Long> gone) {
        SchedulerOptions options = shape.options();
        require(step.tokens() <= options.tokenBudget(), "budget", null);
        require(scheduler.runningCount() <= options.maxSequences(), "sequences", null);
        require(inputs.tokens() == step.tokens(), "a row for each token", null);
        require(inputs.samples() == step.sampledRows(), "sampled rows", null);
        require(inputs.sampleRows().length == step.sampledRows() + step.promptRows(), "wanted rows", null);
        Set<Sequence> seen = new HashSet<>();
        boolean longer = false;
        for (Step.Entry entry : step.entries()) {
            Sequence sequence = entry.sequence();
            require(seen.add(sequence), "once a step", sequence);
            require(entry.wanted() && !gone.contains(sequence.id()), "never after its end", sequence);
            require(!longer || entry.count() > 1, "single rows first", sequence);
            longer |= entry.count() > 1;
            require(entry.count() >= 1 && entry.end() < sequence.maxLength() + 1, "rows within its length", sequence);
            require(entry.drafts().length <= options.drafts().most(), "guesses", sequence);
            int known = entry.count() - entry.drafts().length;
            require(options.longPrefill() == 0 || known <= options.longPrefill(), "long prefill", sequence);
            boolean fresh = !lives.getOrDefault(sequence, -1).equals(sequence.life);
            furthest.merge(sequence, entry.end(), fresh ? (old, now) -> now : Math::max);
            lives.put(sequence, sequence.life);
            if (fresh) {
                tables.remove(sequence);
            }
        }
    }

    /** Written slots are distinct, and in blocks that no other sequence and no cached prefix relies on. */
    void checkWrites(StepInputs inputs, Collection<Sequence> all) {
        int[] holders = holders(all, false);
        Set<Integer> slots = new HashSet<>();
        for (int slot : inputs.slotMapping()) {
            int block = slot / shape.blockSize();
            require(slots.add(slot), "a slot once a step", null);
            require(block >= 1 && block < shape.blocks(), "slot in the pool", null);
            require(holders[block] == 1, "written blocks have one holder", null);
            require(index == null || index.tokensOf(block) == null, "cached blocks are not written", null);
        }
        for (int i = 1; i < inputs.blockCopies().length; i += 2) {
            require(holders[inputs.blockCopies()[i]] == 1, "copied into its own block", null);
        }
    }

    /** What a step in flight reads or writes belongs to nobody else, even if its sequence is gone. */
    void checkFenced(StepInputs inputs) {
        for (int slot : inputs.slotMapping()) {
            require(pool.references(slot / shape.blockSize()) > 0, "written in flight, so not free", null);
        }
        for (int block : inputs.blockCopies()) {
            require(pool.references(block) > 0, "copied in flight, so not free", null);
        }
    }

    private int[] holders(Collection<Sequence> all, boolean sources) {
        int[] holders = new int[shape.blocks()];
        for (Sequence sequence : all) {
            for (int i = 0; i < sequence.blockCount(); i++) {
                holders[sequence.block(i)]++;
            }
            if (sources && sequence.copySource >= 0) {
                holders[sequence.copySource]++;
            }
        }
        return holders;
    }

    void checkPool(Collection<Sequence> all) {
        int[] holders = holders(all, true);
        int fenced = scheduler.fencedBlocks();
        int freeBlocks = 0;
        long surplus = 0;
        require(holders[0] == 0, "the null block belongs to nobody", null);
        for (int block = 1; block < shape.blocks(); block++) {
            int references = pool.references(block);
            require(references >= holders[block], "references cover holders", null);
            surplus += references - holders[block];
            freeBlocks += references == 0 ? 1 : 0;
        }
        require(surplus == fenced, "references = holders + fenced", null);
        int[] free = pool.freeOrder();
        require(free.length == freeBlocks && free.length == pool.freeBlocks(), "free list = unreferenced", null);
        for (int block : free) {
            require(pool.references(block) == 0, "free blocks have no holder", null);
        }
        require(Arrays.stream(free).distinct().count() == free.length, "a block is free once", null);
    }

    void checkSequences(Collection<Sequence> all) {
        for (Sequence sequence : all) {
            boolean consistent = sequence.computed() >= 0
                    && sequence.computed() <= sequence.scheduled
                    && sequence.computed() <= sequence.length()
                    && sequence.length() + sequence.placeholders <= sequence.maxLength()
                    && sequence.scheduled <= sequence.maxLength();
            require(consistent, "computed, scheduled and length", sequence);
            require(sequence.draftInFlight || sequence.pending() >= 0, "pending", sequence);
            if (sequence.blockCount() == 0) {
                require(sequence.scheduled == 0 && sequence.placeholders == 0, "who waits has nothing", sequence);
                continue;
            }
            int[] table = sequence.blockTable();
            int expected = pool.blocksFor(furthest.get(sequence));
            require(table.length == expected, "holds " + table.length + " blocks, not " + expected, sequence);
            int[] before = tables.put(sequence, table);
            boolean grown = before == null
                    || !lives.get(sequence).equals(sequence.life)
                    || Arrays.equals(before, 0, before.length, table, 0, Math.min(before.length, table.length));
            require(grown, "a table only grows", sequence);
        }
    }

    /** A cached block holds what the index says. */
    void checkIndex() {
        if (index == null) {
            return;
        }
        int cached = 0;
        for (int block = 1; block < shape.blocks(); block++) {
            int[] tokens = index.tokensOf(block);
            require((tokens != null) == pool.kept(block), "kept = cached", null);
            if (tokens != null) {
                cached++;
                require(Arrays.equals(tokens, device.content(block)), "block " + block + " is as cached", null);
            }
        }
        require(cached == index.size(), "one place for each cached block", null);
    }
}
