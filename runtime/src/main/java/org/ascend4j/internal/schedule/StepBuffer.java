package org.ascend4j.internal.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The memory of one step, used again when that step is over. */
final class StepBuffer {
    private final List<Step.Entry> entries = new ArrayList<>();
    private final List<Step.Entry> longer = new ArrayList<>();
    private final List<Step.Entry> view = Collections.unmodifiableList(entries);
    private final List<Step.Entry> spare = new ArrayList<>();
    private int used;

    void clear() {
        entries.clear();
        longer.clear();
        used = 0;
    }

    /** A new entry of the step, in the order that attention wants. */
    Step.Entry add(Sequence sequence, int start, int count, int[] drafts) {
        if (used == spare.size()) {
            spare.add(new Step.Entry());
        }
        Step.Entry entry = spare.get(used++);
        entry.set(sequence, start, count, drafts);
        (count == 1 ? entries : longer).add(entry);
        return entry;
    }

    Step step(long number) {
        for (int i = 0; i < longer.size(); i++) {
            entries.add(longer.get(i));
        }
        longer.clear();
        return new Step(number, view);
    }
}
