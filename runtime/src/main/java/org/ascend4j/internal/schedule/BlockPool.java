package org.ascend4j.internal.schedule;

import java.util.ArrayDeque;
import java.util.BitSet;

/**
 * The free list of the paged KV cache. Block 0 is the null block: never handed out, the target of padding. Owned by the
 * engine thread.
 */
public final class BlockPool {
    private final int blocks;
    private final int blockSize;
    private final ArrayDeque<Integer> free;
    private final BitSet held;

    /**
     * @param blocks all blocks of the cache, the null block included
     * @param blockSize tokens per block
     */
    public BlockPool(int blocks, int blockSize) {
        if (blocks < 2 || blockSize < 1) {
            throw new IllegalArgumentException("a pool needs 2 blocks of 1 token, got " + blocks + " of " + blockSize);
        }
        this.blocks = blocks;
        this.blockSize = blockSize;
        this.free = new ArrayDeque<>(blocks);
        this.held = new BitSet(blocks);
        for (int block = 1; block < blocks; block++) {
            free.add(block);
        }
    }

    /** Tokens per block. */
    public int blockSize() {
        return blockSize;
    }

    /** Blocks that can be handed out now. */
    public int freeBlocks() {
        return free.size();
    }

    /** Blocks that could ever be handed out: all but the null block. */
    public int capacity() {
        return blocks - 1;
    }

    /** Blocks that {@code tokens} tokens need. */
    public int blocksFor(int tokens) {
        return (int) ((tokens + (long) blockSize - 1) / blockSize);
    }

    /** Takes {@code count} blocks, or null, and nothing taken, if fewer are free. */
    public int[] allocate(int count) {
        if (count > free.size()) {
            return null;
        }
        int[] taken = new int[count];
        for (int i = 0; i < count; i++) {
            taken[i] = free.poll();
            held.set(taken[i]);
        }
        return taken;
    }

    /** Gives blocks back, last first, so that the head of a sequence is reused last. */
    public void release(int[] table) {
        for (int i = table.length - 1; i >= 0; i--) {
            if (!held.get(table[i])) {
                throw new IllegalStateException("block " + table[i] + " is released but not held");
            }
            held.clear(table[i]);
            free.add(table[i]);
        }
    }
}
