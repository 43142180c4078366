package org.ascend4j.internal.grammar;

import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A model's tokens as grammars see them, shared by all grammars of a model. Safe for use by several threads.
 *
 * <p>Grammars read bytes, so they write an answer with the tokens of single bytes if with no others. Characters whose
 * bytes have no such token are left out of character classes; a fixed text that needs one is refused.
 */
public final class Vocabulary {
    private static final long TABLE_BYTES = 96L << 20;
    private static final int MAX_UNITS = 512;

    private record TableKey(Unit unit, int state) {}

    private record UnitKey(CodePointSet set, Encoding encoding) {}

    private final byte[][] tokens;
    private final int[] endIds;
    private final BitSet isEnd = new BitSet();
    private final BitSet available = new BitSet(256);
    private final TokenTrie trie;
    private final Map<TableKey, RunTable> tables = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<UnitKey, Unit> units = new LinkedHashMap<>(16, 0.75f, true);
    private long tableBytes;

    private Vocabulary(byte[][] tokens, int[] endIds) {
        this.tokens = tokens;
        this.endIds = endIds;
        for (int id : endIds) {
            isEnd.set(id);
        }
        for (byte[] token : tokens) {
            if (token != null && token.length == 1) {
                available.set(token[0] & 0xFF);
            }
        }
        trie = TokenTrie.of(tokens);
    }

    /**
     * @param tokenBytes the bytes of each token as an answer shows them; null or empty for tokens that write nothing,
     *     such as special ones, which no grammar allows. Not copied: the caller must not change it.
     * @param endIds the tokens that end a generation; at least one
     */
    public static Vocabulary of(byte[][] tokenBytes, Set<Integer> endIds) {
        if (tokenBytes.length == 0) {
            throw new IllegalArgumentException("tokenBytes: no tokens");
        }
        if (endIds.isEmpty()) {
            throw new IllegalArgumentException("endIds: empty; expected the tokens that end a generation");
        }
        byte[][] tokens = tokenBytes.clone();
        for (int id : endIds) {
            if (id < 0 || id >= tokens.length) {
                throw new IllegalArgumentException(
                        "endIds: " + id + "; expected 0 to " + (tokens.length - 1) + ", a token of the vocabulary");
            }
            tokens[id] = null;
        }
        return new Vocabulary(
                tokens, endIds.stream().mapToInt(Integer::intValue).sorted().toArray());
    }

    /** How many tokens there are. */
    public int size() {
        return tokens.length;
    }

    /** How many words of 32 bits a mask has. */
    public int maskWords() {
        return (tokens.length + 31) / 32;
    }

    byte[] token(int id) {
        return tokens[id];
    }

    boolean isEnd(int id) {
        return isEnd.get(id);
    }

    int[] endIds() {
        return endIds;
    }

    boolean canWrite(int value) {
        return available.get(value);
    }

    TokenTrie trie() {
        return trie;
    }

    /** The one unit of a class of characters. */
    Unit unit(CodePointSet set, Encoding encoding) {
        UnitKey key = new UnitKey(set, encoding);
        synchronized (units) {
            Unit known = units.get(key);
            if (known != null) {
                return known;
            }
        }
        Unit made = new Unit(set, encoding, UnitDfa.of(set, encoding, available));
        synchronized (units) {
            Unit known = units.putIfAbsent(key, made);
            if (units.size() > MAX_UNITS) {
                units.remove(units.keySet().iterator().next());
            }
            return known == null ? made : known;
        }
    }

    /** The table of a unit's state; those used least recently are dropped and computed again when needed. */
    RunTable table(Unit unit, int state) {
        TableKey key = new TableKey(unit, state);
        synchronized (tables) {
            RunTable known = tables.get(key);
            if (known != null) {
                return known;
            }
        }
        // Milliseconds of work, during which others need their tables.
        RunTable made = new RunTable(trie, unit.dfa, state, maskWords());
        synchronized (tables) {
            RunTable known = tables.putIfAbsent(key, made);
            if (known != null) {
                return known;
            }
            tableBytes += made.bytes();
            Iterator<RunTable> oldest = tables.values().iterator();
            while (tableBytes > TABLE_BYTES && tables.size() > 1) {
                tableBytes -= oldest.next().bytes();
                oldest.remove();
            }
        }
        return made;
    }
}
