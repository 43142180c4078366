package org.ascend4j.internal.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Which sequence holds which blocks. A block that a step in flight may still write is given back only when that step is
 * over, even if its holder is gone: until then it is fenced.
 */
final class Ledger {
    /** Blocks on their way back to the pool, after step {@code lastStep}. */
    private record Fenced(long lastStep, int[] blocks) {}

    /** What a sequence need not compute: whole blocks of other sequences, and one block to begin with a copy of. */
    record Hit(List<Integer> blocks, List<PrefixIndex.Link> chain, int tokens, int copySource) {
        private static final Hit NONE = new Hit(List.of(), List.of(), 0, Sequence.NO_BLOCK);
    }

    private final BlockPool pool;
    private final PrefixIndex index;
    private final Deque<Fenced> fenced = new ArrayDeque<>();
    private int fencedBlocks;
    private long stepsOver;

    /** @param index null to share no prefixes */
    Ledger(BlockPool pool, PrefixIndex index) {
        this.pool = pool;
        this.index = index;
    }

    BlockPool pool() {
        return pool;
    }

    /** Blocks that come back when steps in flight are over; an upper bound where they are shared. */
    int fencedBlocks() {
        return fencedBlocks;
    }

    /** Blocks missing in the pool for {@code tokens} tokens of a sequence; 0 or less if there are enough. */
    int shortage(Sequence sequence, int tokens) {
        return pool.blocksFor(tokens) - sequence.blockCount() - pool.freeBlocks();
    }

    /** Blocks that a sequence may still ask for. */
    int outstanding(Sequence sequence) {
        return pool.blocksFor(sequence.maxLength()) - sequence.blockCount();
    }

    /** Gives a sequence the blocks for {@code tokens} tokens, of which there is no {@link #shortage}. */
    void grow(Sequence sequence, int tokens) {
        int wanted = pool.blocksFor(tokens);
        while (sequence.blockCount() < wanted) {
            sequence.addBlock(pool.take());
        }
    }

    /** What a sequence that is to start could share; nothing is taken. */
    Hit find(Sequence sequence) {
        Sequence leader = sequence.leader;
        int prompt = sequence.promptLength() - 1;
        boolean fork = leader != null
                && leader.computed() > prompt
                && sequence.generatedLength() == 0
                && sequence.replaceable() >= prompt;
        if (fork) {
            return fork(leader, prompt);
        }
        if (index == null || sequence.replaceable() < pool.blockSize()) {
            return Hit.NONE;
        }
        Hit found = new Hit(new ArrayList<>(), new ArrayList<>(), 0, Sequence.NO_BLOCK);
        index.find(sequence, sequence.replaceable(), found.blocks(), found.chain());
        int tokens = found.blocks().size() * pool.blockSize();
        return new Hit(found.blocks(), found.chain(), tokens, Sequence.NO_BLOCK);
    }

    /** All full blocks below the prompt's last token, and a copy of the one that token is in. */
    private Hit fork(Sequence leader, int tokens) {
        int full = tokens / pool.blockSize();
        List<Integer> blocks = new ArrayList<>(full);
        for (int i = 0; i < full; i++) {
            blocks.add(leader.block(i));
        }
        List<PrefixIndex.Link> chain = List.copyOf(leader.chain.subList(0, Math.min(full, leader.chain.size())));
        int source = tokens % pool.blockSize() == 0 ? Sequence.NO_BLOCK : leader.block(full);
        return new Hit(blocks, chain, tokens, source);
    }

    /** Blocks that leave the free list if a sequence takes a hit and grows to {@code blocks} blocks. */
    int cost(Hit hit, int blocks) {
        int revived = 0;
        for (int block : hit.blocks()) {
            if (pool.references(block) == 0) {
                revived++;
            }
        }
        return blocks - hit.blocks().size() + revived;
    }

    void take(Sequence sequence, Hit hit) {
        for (int block : hit.blocks()) {
            pool.retain(block);
            sequence.addBlock(block);
        }
        sequence.chain.addAll(hit.chain());
        sequence.copySource = hit.copySource();
        if (hit.copySource() != Sequence.NO_BLOCK) {
            pool.retain(hit.copySource());
        }
        sequence.begin(hit.tokens());
    }

    /** The sequence's copy is made; its source is not needed any more. */
    void copied(Sequence sequence) {
        pool.release(sequence.copySource);
        sequence.copySource = Sequence.NO_BLOCK;
        sequence.copyStep = 0;
    }

    /** Enters the blocks that the cache holds in full by now; called only after their step has succeeded. */
    void commit(Sequence sequence) {
        if (index == null) {
            return;
        }
        List<PrefixIndex.Link> chain = sequence.chain;
        int size = pool.blockSize();
        for (int at = chain.size(); (at + 1) * (long) size <= sequence.computed(); at++) {
            chain.add(index.commit(sequence, at));
        }
    }

    /** Takes a sequence's blocks away, at once or when the last step that may write them is over. */
    void surrender(Sequence sequence) {
        int source = sequence.copySource;
        int[] blocks = sequence.surrender();
        giveBack(blocks, sequence.lastStep);
        if (source != Sequence.NO_BLOCK) {
            giveBack(new int[] {source}, sequence.lastStep);
        }
    }

    private void giveBack(int[] blocks, long lastStep) {
        if (lastStep <= stepsOver) {
            pool.release(blocks);
        } else {
            fenced.add(new Fenced(lastStep, blocks));
            fencedBlocks += blocks.length;
        }
    }

    /** All steps up to this number have succeeded or were undone. */
    void stepsOver(long number) {
        stepsOver = number;
        if (fenced.isEmpty()) {
            return; // as after most steps, which then leave no iterator behind
        }
        for (Iterator<Fenced> each = fenced.iterator(); each.hasNext(); ) {
            Fenced next = each.next();
            if (next.lastStep() <= number) {
                pool.release(next.blocks());
                fencedBlocks -= next.blocks().length;
                each.remove();
            }
        }
    }

    void forgetPrefixes() {
        pool.forgetAll();
    }

    int cachedBlocks() {
        return index == null ? 0 : index.size();
    }

    long evictions() {
        return index == null ? 0 : index.evictions();
    }
}
