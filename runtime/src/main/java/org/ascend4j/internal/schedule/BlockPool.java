package org.ascend4j.internal.schedule;

import java.util.function.IntConsumer;

/**
 * The blocks of the paged KV cache: who holds each, and in which order the free ones are reused. Block 0 is the null
 * block: never handed out, the target of padding. A free block whose content may serve again waits at the back of the
 * free list, one without at the front; so content is evicted last, and the longest unused first. All operations on one
 * block are O(1). Owned by the engine thread.
 */
public final class BlockPool {
    /** The null block closes the free list to a ring, since it is never in it. */
    private static final int RING = 0;

    private final int blocks;
    private final int blockSize;
    private final int[] references;
    private final int[] next;
    private final int[] previous;
    private final boolean[] reusable;
    private IntConsumer evicted = block -> {};
    private int free;

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
        this.references = new int[blocks];
        this.next = new int[blocks];
        this.previous = new int[blocks];
        this.reusable = new boolean[blocks];
        for (int block = 1; block < blocks; block++) {
            insertBefore(RING, block);
        }
    }

    /** Tokens per block. */
    public int blockSize() {
        return blockSize;
    }

    /** Blocks that can be handed out now. */
    public int freeBlocks() {
        return free;
    }

    /** Blocks that could ever be handed out: all but the null block. */
    public int capacity() {
        return blocks - 1;
    }

    /** Blocks that {@code tokens} tokens need. */
    public int blocksFor(int tokens) {
        return (int) ((tokens + (long) blockSize - 1) / blockSize);
    }

    /** How many holders a block has; 0 for a free one. */
    public int references(int block) {
        return references[block];
    }

    /** Takes {@code count} blocks, or null, and nothing taken, if fewer are free. */
    public int[] allocate(int count) {
        if (count > free) {
            return null;
        }
        int[] taken = new int[count];
        for (int i = 0; i < count; i++) {
            taken[i] = take();
        }
        return taken;
    }

    /** Takes the block that is reused first; what it held is forgotten. */
    int take() {
        int block = next[RING];
        if (block == RING) {
            throw new IllegalStateException("no block is free");
        }
        unlink(block);
        references[block] = 1;
        forget(block);
        return block;
    }

    /** One more holder; a free block leaves the free list with its content. */
    void retain(int block) {
        require(block);
        if (references[block]++ == 0) {
            unlink(block);
        }
    }

    /** One holder less; after the last the block is free. */
    void release(int block) {
        require(block);
        if (references[block] == 0) {
            throw new IllegalStateException("block " + block + " is released but not held");
        }
        if (--references[block] == 0) {
            insertBefore(reusable[block] ? RING : next[RING], block);
        }
    }

    /** Gives blocks back, last first, so that the head of a sequence is reused last. */
    public void release(int[] table) {
        release(table, table.length);
    }

    /** Gives the first {@code count} blocks of a table back, in the order that keeps shared heads longest. */
    void release(int[] table, int count) {
        for (int i = 0; i < count; i++) {
            if (!reusable[table[i]]) {
                release(table[i]);
            }
        }
        for (int i = count - 1; i >= 0; i--) {
            if (reusable[table[i]]) {
                release(table[i]);
            }
        }
    }

    /** Who must hear that a reusable block's content is gone. */
    void onEviction(IntConsumer listener) {
        evicted = listener;
    }

    /** Marks a held block's content as worth keeping. */
    void keep(int block) {
        reusable[block] = true;
    }

    boolean kept(int block) {
        return reusable[block];
    }

    /** Drops all kept content of free blocks; the order of the free list stays. */
    void forgetAll() {
        for (int block = 1; block < blocks; block++) {
            forget(block);
        }
    }

    /** The free blocks in the order of their reuse. */
    int[] freeOrder() {
        int[] order = new int[free];
        int block = RING;
        for (int i = 0; i < free; i++) {
            block = next[block];
            order[i] = block;
        }
        return order;
    }

    private void forget(int block) {
        if (reusable[block]) {
            reusable[block] = false;
            evicted.accept(block);
        }
    }

    private void require(int block) {
        if (!(block > RING && block < blocks)) {
            throw new IllegalArgumentException("block " + block + " is none of 1 to " + (blocks - 1));
        }
    }

    private void insertBefore(int successor, int block) {
        int predecessor = previous[successor];
        next[predecessor] = block;
        previous[block] = predecessor;
        next[block] = successor;
        previous[successor] = block;
        free++;
    }

    private void unlink(int block) {
        next[previous[block]] = next[block];
        previous[next[block]] = previous[block];
        free--;
    }
}
