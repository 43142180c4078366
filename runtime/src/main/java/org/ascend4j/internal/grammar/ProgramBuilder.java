package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compiles rules into a pushdown program. Expressions become nondeterministic automata; silent steps are removed; a
 * rule that can match nothing is bypassed where it is called, so that a call always reads at least one byte. Repeated
 * characters become counted runs and other large repetitions counted calls, so that a bound costs no states.
 */
final class ProgramBuilder {
    /** Repetitions that expand to at most this many states are written out. */
    private static final int EXPANSION = 48;

    private final RuleSet rules;
    private final Vocabulary vocabulary;
    private final CompileBudget budget;
    private final Nfa<Edge> nfa;
    private final List<Integer> starts = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private final Map<Integer, State> kernels = new LinkedHashMap<>();
    private final Map<State, Integer> nfaOf = new HashMap<>();
    private final List<State> ordered = new ArrayList<>();
    private final Set<Unit> units = new LinkedHashSet<>();
    private boolean[] nullable;
    private boolean[] ruleEnd = new boolean[0];
    private int edges;

    private ProgramBuilder(RuleSet rules, Vocabulary vocabulary, CompileBudget budget) {
        this.rules = rules;
        this.vocabulary = vocabulary;
        this.budget = budget;
        this.nfa = new Nfa<>(budget);
    }

    static Program build(RuleSet rules, Vocabulary vocabulary, CompileBudget budget) {
        return new ProgramBuilder(rules, vocabulary, budget).build();
    }

    private Program build() {
        nullable = Nullability.of(rules, budget);
        // Repetitions declare further rules while this runs.
        for (int rule = 0; rule < rules.size(); rule++) {
            int start = nfa.newState();
            int inner = nfa.newState();
            nfa.silent(start, inner);
            starts.add(start);
            ends.add(add(rules.body(rule), inner));
        }
        ruleEnd = new boolean[nfa.size()];
        ends.forEach(end -> ruleEnd[end] = true);
        State root = kernel(starts.get(rules.root()));
        for (int i = 0; i < ordered.size(); i++) {
            link(ordered.get(i));
        }
        for (int start : starts) {
            if (kernels.containsKey(start)) {
                kernels.get(start).accepting = false;
            }
        }
        boolean acceptsEmpty = isNullable(rules.root());
        ProgramChecks.finish(ordered, root, acceptsEmpty, rules, budget);
        return new Program(root, acceptsEmpty, ordered.size(), units);
    }

    private boolean isNullable(int rule) {
        return rule < nullable.length && nullable[rule];
    }

    private State kernel(int state) {
        State known = kernels.get(state);
        if (known == null) {
            known = new State(ordered.size());
            kernels.put(state, known);
            ordered.add(known);
            nfaOf.put(known, state);
        }
        return known;
    }

    private void link(State state) {
        List<Edge> reads = new ArrayList<>();
        List<Edge> enters = new ArrayList<>();
        for (int from : nfa.closure(nfaOf.get(state))) {
            state.accepting |= ruleEnd[from];
            for (Nfa.Arc<Edge> arc : nfa.arcs(from)) {
                budget.spend(1);
                Edge edge = arc.label().to(kernel(arc.target()), edges++);
                if (edge.kind == Edge.Kind.CALL) {
                    edge.start = kernel(starts.get(edge.rule));
                }
                (edge.kind == Edge.Kind.BYTE ? reads : enters).add(edge);
            }
        }
        state.reads = List.copyOf(reads);
        state.enters = List.copyOf(enters);
    }

    /** Adds an expression after a state and answers the state behind it. */
    private int add(Node node, int from) {
        if (node instanceof Node.Bytes bytes) {
            return addBytes(bytes.value(), from);
        }
        if (node instanceof Node.Chars chars) {
            return addRun(chars, 1, 1, from);
        }
        if (node instanceof Node.Seq seq) {
            int at = from;
            for (Node part : seq.parts()) {
                at = add(part, at);
            }
            return at;
        }
        if (node instanceof Node.Alt alt) {
            return addChoices(alt, from);
        }
        if (node instanceof Node.Repeat repeat) {
            return addRepeat(repeat, from);
        }
        if (node instanceof Node.Machine machine) {
            return addMachine(machine, from);
        }
        int rule = ((Node.Ref) node).rule();
        return addCall(rule, 1, 1, isNullable(rule), from);
    }

    private int addCall(int rule, int min, int max, boolean mayBypass, int from) {
        int to = nfa.newState();
        nfa.arc(from, Edge.call(rule, min, max), to);
        if (mayBypass) {
            nfa.silent(from, to);
        }
        return to;
    }

    private int addBytes(byte[] value, int from) {
        int at = from;
        for (byte b : value) {
            int read = b & 0xFF;
            if (!vocabulary.canWrite(read)) {
                throw budget.error(String.format(
                        "the text \"%s\" needs byte 0x%02X, for which the vocabulary has no token",
                        new String(value, java.nio.charset.StandardCharsets.UTF_8), read));
            }
            int to = nfa.newState();
            nfa.arc(at, Edge.read(read, read), to);
            at = to;
        }
        return at;
    }

    private int addChoices(Node.Alt alt, int from) {
        int to = nfa.newState();
        // Choices that are plain texts share their beginnings.
        Map<Integer, Map<Integer, Integer>> followers = new HashMap<>();
        for (Node choice : alt.choices()) {
            if (choice instanceof Node.Bytes bytes) {
                nfa.silent(addShared(bytes.value(), from, followers), to);
            } else {
                int start = nfa.newState();
                nfa.silent(from, start);
                nfa.silent(add(choice, start), to);
            }
        }
        return to;
    }

    private int addShared(byte[] value, int from, Map<Integer, Map<Integer, Integer>> followers) {
        int at = from;
        for (byte b : value) {
            Map<Integer, Integer> known = followers.computeIfAbsent(at, k -> new HashMap<>());
            Integer next = known.get(b & 0xFF);
            if (next == null) {
                next = addBytes(new byte[] {b}, at);
                known.put(b & 0xFF, next);
            }
            at = next;
        }
        return at;
    }

    private int addRun(Node.Chars chars, int min, int max, int from) {
        int to = nfa.newState();
        Unit unit = vocabulary.unit(chars.set(), chars.encoding());
        if (!unit.dfa.isEmpty()) {
            if (min <= 1 && max == 1 && unit.dfa.states() == 1) {
                addRanges(unit.dfa.row(0), from, to);
            } else {
                units.add(unit);
                nfa.arc(from, Edge.run(unit, Math.max(min, 1), max), to);
            }
        }
        if (min == 0) {
            nfa.silent(from, to);
        }
        return to;
    }

    private void addRanges(short[] row, int from, int to) {
        for (int low = 0; low < 256; low++) {
            if (row[low] == UnitDfa.DONE) {
                int high = low;
                while (high < 255 && row[high + 1] == UnitDfa.DONE) {
                    high++;
                }
                nfa.arc(from, Edge.read(low, high), to);
                low = high;
            }
        }
    }

    private int addRepeat(Node.Repeat repeat, int from) {
        Node body = repeat.body();
        int max = repeat.max();
        if (max == 0) {
            return from;
        }
        if (body instanceof Node.Chars chars) {
            return addRun(chars, repeat.min(), max, from);
        }
        int min = Nullability.of(body, nullable) ? 0 : repeat.min();
        int written = max == Node.UNBOUNDED ? Math.max(min, 1) : max;
        if (written == 1 || (long) size(body) * written <= EXPANSION) {
            return expand(body, min, max, from);
        }
        int rule = rules.declare("repetition");
        rules.define(rule, body);
        return addCall(rule, Math.max(min, 1), max, min == 0, from);
    }

    private int expand(Node body, int min, int max, int from) {
        int at = from;
        for (int i = 1; i < min; i++) {
            at = add(body, at);
        }
        int to = nfa.newState();
        if (max == Node.UNBOUNDED) {
            int loop = nfa.newState();
            nfa.silent(at, loop);
            int end = add(body, loop);
            nfa.silent(end, loop);
            nfa.silent(end, to);
            if (min == 0) {
                nfa.silent(at, to);
            }
            return to;
        }
        for (int i = Math.max(min, 1); i <= max; i++) {
            if (i > min) {
                nfa.silent(at, to);
            }
            // A state of its own before each copy keeps what loops inside it from ending it.
            int start = nfa.newState();
            nfa.silent(at, start);
            at = add(body, start);
        }
        nfa.silent(at, to);
        return to;
    }

    private static int size(Node node) {
        long size = 1;
        if (node instanceof Node.Bytes bytes) {
            size = bytes.value().length;
        } else if (node instanceof Node.Seq seq) {
            size = seq.parts().stream().mapToLong(ProgramBuilder::size).sum();
        } else if (node instanceof Node.Alt alt) {
            size = alt.choices().stream().mapToLong(ProgramBuilder::size).sum();
        } else if (node instanceof Node.Repeat repeat && !(repeat.body() instanceof Node.Chars)) {
            long body = size(repeat.body());
            long times = repeat.max() == Node.UNBOUNDED ? Math.max(1, repeat.min()) : repeat.max();
            size = body * times <= EXPANSION ? body * times : 2;
        } else if (node instanceof Node.Machine machine) {
            size = machine.dfa().states();
        }
        return (int) Math.min(size, Integer.MAX_VALUE / 2);
    }

    /** A state that stays on a class of characters becomes a run, which masks read fast. */
    private int addMachine(Node.Machine machine, int from) {
        CharDfa dfa = machine.dfa();
        int[] before = new int[dfa.states()];
        int[] after = new int[dfa.states()];
        Arrays.setAll(before, i -> nfa.newState());
        Arrays.setAll(after, i -> nfa.newState());
        int to = nfa.newState();
        for (int i = 0; i < before.length; i++) {
            nfa.silent(before[i], after[i]);
            for (CharDfa.Move move : dfa.moves(i)) {
                Node.Chars chars = new Node.Chars(move.set(), machine.encoding());
                boolean stays = move.target() == i;
                int read = addRun(chars, 1, stays ? Node.UNBOUNDED : 1, stays ? before[i] : after[i]);
                nfa.silent(read, stays ? after[i] : before[move.target()]);
            }
            if (dfa.accepts(i)) {
                nfa.silent(after[i], to);
            }
        }
        nfa.silent(from, before[0]);
        return to;
    }
}
