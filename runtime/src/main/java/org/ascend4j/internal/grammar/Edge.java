package org.ascend4j.internal.grammar;

/**
 * A step of a program: it reads a byte from {@code low} to {@code high}, calls a rule between {@code min} and
 * {@code max} times, or reads a run of that many characters of a unit.
 */
final class Edge {
    enum Kind {
        BYTE,
        CALL,
        RUN
    }

    final Kind kind;
    final int low;
    final int high;
    final int rule;
    final Unit unit;
    final int min;
    /** Or {@link Node#UNBOUNDED}. */
    final int max;

    int id;
    State target;
    /** The called rule's first state. */
    State start;

    private Edge(Kind kind, int low, int high, int rule, Unit unit, int min, int max) {
        this.kind = kind;
        this.low = low;
        this.high = high;
        this.rule = rule;
        this.unit = unit;
        this.min = min;
        this.max = max;
    }

    static Edge read(int low, int high) {
        return new Edge(Kind.BYTE, low, high, -1, null, 1, 1);
    }

    static Edge call(int rule, int min, int max) {
        return new Edge(Kind.CALL, 0, 0, rule, null, min, max);
    }

    static Edge run(Unit unit, int min, int max) {
        return new Edge(Kind.RUN, 0, 0, -1, unit, min, max);
    }

    Edge to(State state, int number) {
        Edge edge = new Edge(kind, low, high, rule, unit, min, max);
        edge.target = state;
        edge.id = number;
        return edge;
    }

    /** Where counting on makes no difference any more, the count stays. */
    int saturate(int count) {
        return max == Node.UNBOUNDED ? Math.min(count, min) : count;
    }

    boolean mayGoOn(int count) {
        return max == Node.UNBOUNDED || count < max;
    }

    boolean mayEnd(int count) {
        return count >= min;
    }
}
