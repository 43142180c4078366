package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A nondeterministic automaton under construction, after Thompson; {@code L} is what an edge reads. */
final class Nfa<L> {
    record Arc<T>(T label, int target) {}

    private final CompileBudget budget;
    private final List<int[]> silent = new ArrayList<>();
    private final List<List<Arc<L>>> arcs = new ArrayList<>();
    private int[] stamp = new int[16];
    private int round;

    Nfa(CompileBudget budget) {
        this.budget = budget;
    }

    int newState() {
        budget.spend(1);
        silent.add(new int[0]);
        arcs.add(new ArrayList<>(1));
        return silent.size() - 1;
    }

    int size() {
        return silent.size();
    }

    void silent(int from, int to) {
        int[] old = silent.get(from);
        int[] more = Arrays.copyOf(old, old.length + 1);
        more[old.length] = to;
        silent.set(from, more);
    }

    void arc(int from, L label, int to) {
        arcs.get(from).add(new Arc<>(label, to));
    }

    List<Arc<L>> arcs(int state) {
        return arcs.get(state);
    }

    /** The states reached from the seeds without reading, ascending, seeds included. */
    int[] closure(int... seeds) {
        if (stamp.length < size()) {
            stamp = Arrays.copyOf(stamp, 2 * size());
        }
        round++;
        int[] found = new int[16];
        int count = 0;
        for (int seed : seeds) {
            if (stamp[seed] != round) {
                stamp[seed] = round;
                found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
                found[count++] = seed;
            }
        }
        for (int i = 0; i < count; i++) {
            budget.tick();
            for (int to : silent.get(found[i])) {
                if (stamp[to] != round) {
                    stamp[to] = round;
                    found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
                    found[count++] = to;
                }
            }
        }
        int[] out = Arrays.copyOf(found, count);
        Arrays.sort(out);
        return out;
    }
}
