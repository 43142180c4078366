package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.List;

/** Writes a {@link CharDfa} state by state; the first one added is the start. */
final class DfaRows {
    private final CompileBudget budget;
    private final List<List<CharDfa.Move>> rows = new ArrayList<>();
    private final List<Boolean> accepting = new ArrayList<>();

    DfaRows(CompileBudget budget) {
        this.budget = budget;
    }

    int add(boolean accepts) {
        budget.spend(1);
        rows.add(new ArrayList<>(2));
        accepting.add(accepts);
        return rows.size() - 1;
    }

    void move(int from, int character, int to) {
        move(from, CodePointSet.of(character, character), to);
    }

    /** Sets of one state must not overlap. */
    void move(int from, CodePointSet set, int to) {
        budget.tick();
        rows.get(from).add(new CharDfa.Move(set, to));
    }

    CharDfa build() {
        return CharDfa.trimmed(rows, accepting);
    }
}
