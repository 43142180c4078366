package org.ascend4j.internal.grammar;

import java.util.Arrays;

/**
 * The tokens of a vocabulary as a tree of bytes, laid out depth first so that a walk goes forward through memory and
 * skips a subtree by one look-up. Node 0 is the root. Immutable.
 */
final class TokenTrie {
    private final byte[] label;
    private final short[] depth;
    private final int[] end;
    private final int[] token;
    /** The next token with the same bytes, or -1. */
    private final int[] same;

    private final int size;
    private final int maxDepth;

    private TokenTrie(byte[] label, short[] depth, int[] end, int[] token, int[] same, int size, int maxDepth) {
        this.label = label;
        this.depth = depth;
        this.end = end;
        this.token = token;
        this.same = same;
        this.size = size;
        this.maxDepth = maxDepth;
    }

    /** Tokens that are null or empty, or longer than 32,766 bytes, are left out: a grammar never allows them. */
    static TokenTrie of(byte[][] tokens) {
        Integer[] order = sorted(tokens);
        int bytes = 1;
        int longest = 0;
        for (Integer id : order) {
            bytes = Math.addExact(bytes, tokens[id].length);
            longest = Math.max(longest, tokens[id].length);
        }
        byte[] label = new byte[bytes];
        short[] depth = new short[bytes];
        int[] end = new int[bytes];
        int[] token = new int[bytes];
        int[] same = new int[tokens.length];
        Arrays.fill(token, -1);
        Arrays.fill(same, -1);
        int[] path = new int[longest + 1];
        byte[] before = {};
        int size = 1;
        for (Integer id : order) {
            byte[] current = tokens[id];
            int shared = Arrays.mismatch(before, current);
            shared = shared < 0 ? current.length : shared;
            close(end, path, shared + 1, before.length, size);
            for (int i = shared; i < current.length; i++) {
                label[size] = current[i];
                depth[size] = (short) (i + 1);
                path[i + 1] = size++;
            }
            int node = path[current.length];
            same[id] = token[node];
            token[node] = id;
            before = current;
        }
        close(end, path, 0, before.length, size);
        return new TokenTrie(
                Arrays.copyOf(label, size),
                Arrays.copyOf(depth, size),
                Arrays.copyOf(end, size),
                Arrays.copyOf(token, size),
                same,
                size,
                longest);
    }

    private static void close(int[] end, int[] path, int from, int to, int size) {
        for (int i = from; i <= to; i++) {
            end[path[i]] = size;
        }
    }

    private static Integer[] sorted(byte[][] tokens) {
        Integer[] order = new Integer[tokens.length];
        int count = 0;
        for (int id = 0; id < tokens.length; id++) {
            if (tokens[id] != null && tokens[id].length > 0 && tokens[id].length < Short.MAX_VALUE) {
                order[count++] = id;
            }
        }
        order = Arrays.copyOf(order, count);
        Arrays.sort(order, (a, b) -> Arrays.compareUnsigned(tokens[a], tokens[b]));
        return order;
    }

    int size() {
        return size;
    }

    int maxDepth() {
        return maxDepth;
    }

    /** The byte that leads to a node, 0 to 255. */
    int label(int node) {
        return label[node] & 0xFF;
    }

    int depth(int node) {
        return depth[node];
    }

    /** The node after the subtree of this one. */
    int end(int node) {
        return end[node];
    }

    /** The first token that ends at a node, or -1. */
    int token(int node) {
        return token[node];
    }

    /** The next token with the same bytes, or -1. */
    int same(int id) {
        return same[id];
    }
}
