package org.ascend4j.internal.grammar;

import java.util.Arrays;

/**
 * What every token does to a run of characters of one class, from one state inside a character: which tokens stay
 * within the run and how many characters they begin, and where in the tree of tokens a run may end. This depends on
 * neither counts nor what surrounds the run, so long as a grammar lives it is computed once.
 */
final class RunTable {
    private final int words;
    private final int maxUnits;
    /** Tokens by the characters they begin; {@code firstToken[u]} is where those of {@code u} begin. */
    private final int[] tokens;

    private final int[] firstToken;
    /** Nodes one byte behind a complete character, by that byte; {@code firstExit[b]} is where those of b begin. */
    private final int[] exits;

    private final short[] exitUnits;
    private final int[] firstExit;
    private final TokenMask[] masks;

    RunTable(TokenTrie trie, UnitDfa dfa, int state, int words) {
        this.words = words;
        Walk walk = new Walk(trie, dfa, state);
        maxUnits = walk.maxUnits;
        firstToken = starts(walk.tokenUnits, walk.tokenCount, maxUnits + 1);
        tokens = new int[walk.tokenCount];
        int[] next = firstToken.clone();
        for (int i = 0; i < walk.tokenCount; i++) {
            tokens[next[walk.tokenUnits[i]]++] = walk.tokens[i];
        }
        firstExit = starts(walk.exitBytes, walk.exitCount, 256);
        exits = new int[walk.exitCount];
        exitUnits = new short[walk.exitCount];
        next = firstExit.clone();
        for (int i = 0; i < walk.exitCount; i++) {
            int place = next[walk.exitBytes[i]]++;
            exits[place] = walk.exits[i];
            exitUnits[place] = (short) walk.exitUnits[i];
        }
        masks = new TokenMask[maxUnits + 1];
    }

    private static int[] starts(int[] keys, int count, int kinds) {
        int[] starts = new int[kinds + 1];
        for (int i = 0; i < count; i++) {
            starts[keys[i] + 1]++;
        }
        for (int i = 0; i < kinds; i++) {
            starts[i + 1] += starts[i];
        }
        return starts;
    }

    /** The tokens that stay inside the run and begin at most so many characters. */
    synchronized TokenMask within(int units) {
        int limit = Math.min(units, maxUnits);
        if (masks[limit] == null) {
            int[] mask = new int[words];
            for (int i = 0; i < firstToken[limit + 1]; i++) {
                mask[tokens[i] >> 5] |= 1 << tokens[i];
            }
            masks[limit] = TokenMask.of(mask);
        }
        return masks[limit];
    }

    /** Where nodes reached by a byte behind the run begin. */
    int firstExit(int value) {
        return firstExit[value];
    }

    int exit(int index) {
        return exits[index];
    }

    /** The characters completed before an exit's byte. */
    int exitUnits(int index) {
        return exitUnits[index];
    }

    /** With every mask filled in. */
    long bytes() {
        return 4L * (tokens.length + firstToken.length + exits.length + firstExit.length)
                + 2L * exitUnits.length
                + Math.min(maxUnits + 1, 16) * 4L * words;
    }

    /** One pass over the tree; the lists are in the tree's order. */
    private static final class Walk {
        private int[] tokens = new int[64];
        private int[] tokenUnits = new int[64];
        private int tokenCount;
        private int[] exits = new int[64];
        private int[] exitUnits = new int[64];
        private int[] exitBytes = new int[64];
        private int exitCount;
        private int maxUnits;

        Walk(TokenTrie trie, UnitDfa dfa, int start) {
            int[] states = new int[trie.maxDepth() + 1];
            int[] units = new int[trie.maxDepth() + 1];
            states[0] = start;
            for (int node = 1; node < trie.size(); ) {
                int depth = trie.depth(node);
                int value = trie.label(node);
                int before = units[depth - 1];
                int state = states[depth - 1];
                if (state == 0 && depth > 1) {
                    addExit(node, before, value);
                }
                int next = dfa.step(state, value);
                if (next == UnitDfa.DEAD) {
                    // Children cannot stay, and only a complete character may be left.
                    node = trie.end(node);
                    continue;
                }
                boolean done = next == UnitDfa.DONE;
                states[depth] = done ? 0 : next;
                units[depth] = done ? before + 1 : before;
                addTokens(trie, node, before + 1);
                node++;
            }
        }

        private void addTokens(TokenTrie trie, int node, int begun) {
            for (int id = trie.token(node); id >= 0; id = trie.same(id)) {
                if (tokenCount == tokens.length) {
                    tokens = Arrays.copyOf(tokens, 2 * tokenCount);
                    tokenUnits = Arrays.copyOf(tokenUnits, 2 * tokenCount);
                }
                tokens[tokenCount] = id;
                tokenUnits[tokenCount++] = begun;
                maxUnits = Math.max(maxUnits, begun);
            }
        }

        private void addExit(int node, int done, int value) {
            if (exitCount == exits.length) {
                exits = Arrays.copyOf(exits, 2 * exitCount);
                exitUnits = Arrays.copyOf(exitUnits, 2 * exitCount);
                exitBytes = Arrays.copyOf(exitBytes, 2 * exitCount);
            }
            exits[exitCount] = node;
            exitUnits[exitCount] = done;
            exitBytes[exitCount++] = value;
        }
    }
}
