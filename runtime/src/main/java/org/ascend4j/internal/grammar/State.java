package org.ascend4j.internal.grammar;

import java.util.List;

/** A state of a compiled rule, free of silent steps. Immutable once the program is built. */
final class State {
    static final int NEVER = Integer.MAX_VALUE;

    final int id;
    List<Edge> reads = List.of();
    List<Edge> enters = List.of();
    /** Whether the rule may end here. */
    boolean accepting;
    /** How many levels of calls the shortest-nested way to the rule's end needs. */
    int height = NEVER;

    State(int id) {
        this.id = id;
    }

    /** Whether nothing but the rule's end follows, so that a call to here needs no frame. */
    boolean onlyEnds() {
        return accepting && reads.isEmpty() && enters.isEmpty();
    }
}
