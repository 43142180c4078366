package org.ascend4j.internal.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A deterministic automaton over characters, used where languages must be intersected, complemented or compared.
 * State 0 is the start. Every state leads to an accepting one, except that an automaton of the empty language has
 * one state that accepts nothing.
 */
final class CharDfa {
    /** A step on any character of the set. */
    record Move(CodePointSet set, int target) {}

    private final List<List<Move>> moves;
    private final List<Boolean> accepting;

    private CharDfa(List<List<Move>> moves, List<Boolean> accepting) {
        this.moves = moves;
        this.accepting = accepting;
    }

    int states() {
        return moves.size();
    }

    List<Move> moves(int state) {
        return moves.get(state);
    }

    boolean accepts(int state) {
        return accepting.get(state);
    }

    boolean isEmpty() {
        return moves.get(0).isEmpty() && !accepting.get(0);
    }

    boolean matches(String text) {
        int state = 0;
        for (int c : text.codePoints().toArray()) {
            state = step(state, c);
            if (state < 0) {
                return false;
            }
        }
        return accepting.get(state);
    }

    private int step(int state, int c) {
        for (Move move : moves.get(state)) {
            if (move.set().contains(c)) {
                return move.target();
            }
        }
        return -1;
    }

    /** Determinizes an expression of characters. */
    static CharDfa of(Node node, CompileBudget budget) {
        CharNfa nfa = new CharNfa(budget);
        int start = nfa.states.newState();
        int end = nfa.add(node, start);
        Builder<IntKey> out = new Builder<>(budget);
        out.number(new IntKey(nfa.states.closure(start)));
        for (IntKey key; (key = out.poll()) != null; ) {
            List<Nfa.Arc<CodePointSet>> arcs = new ArrayList<>();
            for (int state : key.values) {
                arcs.addAll(nfa.states.arcs(state));
            }
            List<Move> row = new ArrayList<>();
            split(arcs, budget)
                    .forEach((targets, set) ->
                            row.add(new Move(set, out.number(new IntKey(nfa.states.closure(targets.values))))));
            out.finish(key, row, Arrays.binarySearch(key.values, end) >= 0);
        }
        return out.build();
    }

    /** Groups characters by the set of states they lead to. */
    private static Map<IntKey, CodePointSet> split(List<Nfa.Arc<CodePointSet>> arcs, CompileBudget budget) {
        int[] cuts = arcs.stream()
                .flatMapToInt(a -> java.util.stream.IntStream.range(
                                0, 2 * a.label().ranges())
                        .map(i ->
                                i % 2 == 0 ? a.label().first(i / 2) : a.label().last(i / 2) + 1))
                .sorted()
                .distinct()
                .toArray();
        Map<IntKey, List<int[]>> groups = new java.util.LinkedHashMap<>();
        for (int i = 0; i + 1 < cuts.length; i++) {
            budget.tick();
            int from = cuts[i];
            int[] targets = arcs.stream()
                    .filter(a -> a.label().contains(from))
                    .mapToInt(Nfa.Arc::target)
                    .sorted()
                    .distinct()
                    .toArray();
            if (targets.length > 0) {
                groups.computeIfAbsent(new IntKey(targets), k -> new ArrayList<>())
                        .add(new int[] {from, cuts[i + 1] - 1});
            }
        }
        Map<IntKey, CodePointSet> out = new java.util.LinkedHashMap<>();
        groups.forEach((targets, ranges) -> out.put(targets, CodePointSet.ofRanges(ranges)));
        return out;
    }

    /** What both accept. */
    CharDfa intersect(CharDfa other, CompileBudget budget) {
        Builder<IntKey> out = new Builder<>(budget);
        out.number(new IntKey(new int[] {0, 0}));
        for (IntKey key; (key = out.poll()) != null; ) {
            List<Move> row = new ArrayList<>();
            for (Move mine : moves.get(key.values[0])) {
                for (Move theirs : other.moves.get(key.values[1])) {
                    budget.tick();
                    CodePointSet both = mine.set().intersect(theirs.set());
                    if (!both.isEmpty()) {
                        int target = out.number(new IntKey(new int[] {mine.target(), theirs.target()}));
                        row.add(new Move(both, target));
                    }
                }
            }
            out.finish(key, row, accepting.get(key.values[0]) && other.accepting.get(key.values[1]));
        }
        return out.build();
    }

    /** What this does not accept. */
    CharDfa complement(CompileBudget budget) {
        int sink = moves.size();
        List<List<Move>> rows = new ArrayList<>();
        List<Boolean> accept = new ArrayList<>();
        for (int i = 0; i < sink; i++) {
            budget.spend(1);
            List<Move> row = new ArrayList<>(moves.get(i));
            CodePointSet rest = CodePointSet.ALL;
            for (Move move : row) {
                rest = rest.minus(move.set());
            }
            if (!rest.isEmpty()) {
                row.add(new Move(rest, sink));
            }
            rows.add(row);
            accept.add(!accepting.get(i));
        }
        rows.add(List.of(new Move(CodePointSet.ALL, sink)));
        accept.add(true);
        return trimmed(rows, accept);
    }

    /** Drops states from which nothing is accepted, and numbers the others anew. */
    static CharDfa trimmed(List<List<Move>> moves, List<Boolean> accepting) {
        boolean[] alive = alive(moves, accepting);
        int[] number = new int[moves.size()];
        int count = 0;
        for (int i = 0; i < number.length; i++) {
            number[i] = alive[i] || i == 0 ? count++ : -1;
        }
        List<List<Move>> rows = new ArrayList<>();
        List<Boolean> accept = new ArrayList<>();
        for (int i = 0; i < number.length; i++) {
            if (number[i] >= 0) {
                List<Move> row = new ArrayList<>();
                for (Move move : moves.get(i)) {
                    if (alive[move.target()]) {
                        row.add(new Move(move.set(), number[move.target()]));
                    }
                }
                rows.add(row);
                accept.add(accepting.get(i));
            }
        }
        return new CharDfa(rows, accept);
    }

    private static boolean[] alive(List<List<Move>> moves, List<Boolean> accepting) {
        List<List<Integer>> sources = new ArrayList<>();
        moves.forEach(row -> sources.add(new ArrayList<>()));
        Deque<Integer> work = new ArrayDeque<>();
        boolean[] alive = new boolean[moves.size()];
        for (int i = 0; i < alive.length; i++) {
            for (Move move : moves.get(i)) {
                sources.get(move.target()).add(i);
            }
            if (accepting.get(i)) {
                alive[i] = true;
                work.add(i);
            }
        }
        while (!work.isEmpty()) {
            for (int source : sources.get(work.remove())) {
                if (!alive[source]) {
                    alive[source] = true;
                    work.add(source);
                }
            }
        }
        return alive;
    }

    /** Numbers of states as a map key. */
    private static final class IntKey {
        final int[] values;

        IntKey(int[] values) {
            this.values = values;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof IntKey && Arrays.equals(values, ((IntKey) other).values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }
    }

    /** Explores a product or powerset, numbering keys as they appear. */
    private static final class Builder<K> {
        private final CompileBudget budget;
        private final Map<K, Integer> numbers = new HashMap<>();
        private final Deque<K> open = new ArrayDeque<>();
        private final List<List<Move>> rows = new ArrayList<>();
        private final List<Boolean> accept = new ArrayList<>();

        Builder(CompileBudget budget) {
            this.budget = budget;
        }

        int number(K key) {
            Integer known = numbers.get(key);
            if (known != null) {
                return known;
            }
            budget.spend(1);
            int number = rows.size();
            numbers.put(key, number);
            rows.add(null);
            accept.add(false);
            open.add(key);
            return number;
        }

        K poll() {
            return open.poll();
        }

        void finish(K key, List<Move> row, boolean accepting) {
            rows.set(numbers.get(key), row);
            accept.set(numbers.get(key), accepting);
        }

        CharDfa build() {
            return trimmed(rows, accept);
        }
    }

    /** The nondeterministic automaton of an expression of characters. */
    private static final class CharNfa {
        final Nfa<CodePointSet> states;

        CharNfa(CompileBudget budget) {
            states = new Nfa<>(budget);
        }

        /** Adds the node after a state and answers the state after it. */
        int add(Node node, int from) {
            if (node instanceof Node.Chars chars) {
                int to = states.newState();
                states.arc(from, chars.set(), to);
                return to;
            }
            if (node instanceof Node.Seq seq) {
                int at = from;
                for (Node part : seq.parts()) {
                    at = add(part, at);
                }
                return at;
            }
            if (node instanceof Node.Alt alt) {
                int to = states.newState();
                for (Node choice : alt.choices()) {
                    int start = states.newState();
                    states.silent(from, start);
                    states.silent(add(choice, start), to);
                }
                return to;
            }
            if (node instanceof Node.Repeat repeat) {
                return repeat(repeat, from);
            }
            if (node instanceof Node.Machine machine) {
                return machine(machine.dfa(), from);
            }
            throw new IllegalStateException("not an expression of characters: " + node);
        }

        private int machine(CharDfa dfa, int from) {
            int[] copies = new int[dfa.states()];
            Arrays.setAll(copies, i -> states.newState());
            int to = states.newState();
            states.silent(from, copies[0]);
            for (int i = 0; i < copies.length; i++) {
                for (Move move : dfa.moves(i)) {
                    states.arc(copies[i], move.set(), copies[move.target()]);
                }
                if (dfa.accepts(i)) {
                    states.silent(copies[i], to);
                }
            }
            return to;
        }

        private int repeat(Node.Repeat repeat, int from) {
            int at = from;
            for (int i = 0; i < repeat.min(); i++) {
                at = add(repeat.body(), at);
            }
            int to = states.newState();
            if (repeat.max() == Node.UNBOUNDED) {
                int loop = states.newState();
                states.silent(at, loop);
                states.silent(add(repeat.body(), loop), loop);
                states.silent(loop, to);
                return to;
            }
            for (int i = repeat.min(); i < repeat.max(); i++) {
                states.silent(at, to);
                at = add(repeat.body(), at);
            }
            states.silent(at, to);
            return to;
        }
    }
}
