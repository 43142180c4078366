package org.ascend4j.internal.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Finds what each state needs to end, drops what cannot end, and refuses empty and left-recursive grammars. */
final class ProgramChecks {
    private ProgramChecks() {}

    static void finish(List<State> states, State root, boolean acceptsEmpty, RuleSet rules, CompileBudget budget) {
        measure(states, budget);
        for (State state : states) {
            state.reads = state.reads.stream()
                    .filter(edge -> edge.target.height != State.NEVER)
                    .toList();
            state.enters = state.enters.stream()
                    .filter(edge -> through(edge) != State.NEVER)
                    .toList();
        }
        if (root.height == State.NEVER && !acceptsEmpty) {
            throw budget.error("no finite text matches: check for requirements that contradict each other"
                    + " and for references that never end");
        }
        if (root.height != State.NEVER && root.height > budget.limits().maxDepth()) {
            throw budget.error("the shortest answer nests " + root.height + " levels; expected at most "
                    + budget.limits().maxDepth());
        }
        refuseLeftRecursion(states, rules, budget);
    }

    /** The height of the way through an edge. */
    private static int through(Edge edge) {
        int target = edge.target.height;
        if (edge.kind != Edge.Kind.CALL || target == State.NEVER) {
            return target;
        }
        if (edge.start.height == State.NEVER) {
            return State.NEVER;
        }
        return Math.max(target, edge.start.height + (isTail(edge) ? 0 : 1));
    }

    /** Whether a call may hand its own caller on. */
    static boolean isTail(Edge edge) {
        return edge.max == 1 && edge.target.onlyEnds();
    }

    private record Source(State state, Edge edge) {}

    private static void measure(List<State> states, CompileBudget budget) {
        List<List<Source>> sources = new ArrayList<>();
        states.forEach(state -> sources.add(new ArrayList<>(2)));
        Deque<State> work = new ArrayDeque<>();
        for (State state : states) {
            state.reads.forEach(edge -> sources.get(edge.target.id).add(new Source(state, edge)));
            for (Edge edge : state.enters) {
                sources.get(edge.target.id).add(new Source(state, edge));
                if (edge.start != null) {
                    sources.get(edge.start.id).add(new Source(state, edge));
                }
            }
            if (state.accepting) {
                state.height = 0;
                work.add(state);
            }
        }
        while (!work.isEmpty()) {
            for (Source source : sources.get(work.remove().id)) {
                budget.tick();
                int height = through(source.edge());
                if (height < source.state().height) {
                    source.state().height = height;
                    work.add(source.state());
                }
            }
        }
    }

    private static void refuseLeftRecursion(List<State> states, RuleSet rules, CompileBudget budget) {
        byte[] colour = new byte[states.size()];
        for (State state : states) {
            if (colour[state.id] == 0) {
                visit(state, colour, rules, budget);
            }
        }
    }

    /** Follows only what happens before a byte is read: the first calls of called rules. */
    private static void visit(State from, byte[] colour, RuleSet rules, CompileBudget budget) {
        Deque<State> path = new ArrayDeque<>();
        Deque<Integer> next = new ArrayDeque<>();
        path.push(from);
        next.push(0);
        colour[from.id] = 1;
        while (!path.isEmpty()) {
            budget.tick();
            State state = path.peek();
            int index = next.pop();
            if (index == state.enters.size()) {
                colour[state.id] = 2;
                path.pop();
                continue;
            }
            next.push(index + 1);
            Edge edge = state.enters.get(index);
            if (edge.start == null) {
                continue;
            }
            if (colour[edge.start.id] == 1) {
                throw budget.error("rule \"" + rules.name(edge.rule)
                        + "\" begins with itself (left recursion); write it as a repetition");
            }
            if (colour[edge.start.id] == 0) {
                colour[edge.start.id] = 1;
                path.push(edge.start);
                next.push(0);
            }
        }
    }
}
