package org.ascend4j.internal.sample;

/** What a grammar lets follow. */
@FunctionalInterface
public interface TokenMask {
    /**
     * Sets one bit a token, 1 where it may come next.
     *
     * @param words all overwritten; bit {@code id % 32} of word {@code id / 32}
     * @return whether any token may come
     * @throws org.ascend4j.error.InvalidRequestException if the grammar cannot be followed further
     */
    boolean fill(int[] words);
}
