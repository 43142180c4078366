package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The automaton that reads one character of a class. State 0 is the start, {@link #DONE} follows a character's last
 * byte and {@link #DEAD} a byte that fits nothing.
 */
final class UnitDfa {
    static final int DEAD = -1;
    static final int DONE = -2;

    private final List<short[]> next = new ArrayList<>();

    private UnitDfa() {}

    /** Reads the class with only those bytes that a vocabulary can write one by one. */
    static UnitDfa of(CodePointSet set, Encoding encoding, BitSet available) {
        UnitDfa dfa = new UnitDfa();
        dfa.state(ByteSequences.of(set, encoding), available, new HashMap<>());
        if (dfa.next.isEmpty()) {
            short[] row = new short[256];
            Arrays.fill(row, (short) DEAD);
            dfa.next.add(row);
        }
        return dfa;
    }

    /** Whether no character can be read. */
    boolean isEmpty() {
        for (short target : next.get(0)) {
            if (target != DEAD) {
                return false;
            }
        }
        return true;
    }

    int states() {
        return next.size();
    }

    int step(int state, int value) {
        return next.get(state)[value];
    }

    short[] row(int state) {
        return next.get(state);
    }

    /** Answers the state's number, or DEAD where no sequence can be completed. */
    private int state(List<int[]> sequences, BitSet available, Map<String, Integer> known) {
        StringBuilder key = new StringBuilder();
        sequences.forEach(s -> key.append(Arrays.toString(s)));
        Integer found = known.get(key.toString());
        if (found != null) {
            return found;
        }
        short[] row = new short[256];
        Arrays.fill(row, (short) DEAD);
        // The start must be number 0, so a place is taken before the followers take theirs.
        int number = next.size();
        next.add(row);
        boolean alive = false;
        for (int value = available.nextSetBit(0); value >= 0; value = available.nextSetBit(value + 1)) {
            row[value] = (short) target(sequences, value, available, known);
            alive |= row[value] != DEAD;
        }
        int answer = alive ? number : DEAD;
        known.put(key.toString(), answer);
        return answer;
    }

    private int target(List<int[]> sequences, int value, BitSet available, Map<String, Integer> known) {
        List<int[]> rest = new ArrayList<>();
        for (int[] sequence : sequences) {
            if (sequence[0] <= value && value <= sequence[1]) {
                if (sequence.length == 2) {
                    return DONE;
                }
                rest.add(Arrays.copyOfRange(sequence, 2, sequence.length));
            }
        }
        return rest.isEmpty() ? DEAD : state(rest, available, known);
    }
}
