package org.ascend4j.internal.grammar;

/**
 * One way to understand what was read so far: a state that reads bytes next, or a place inside a run, and the calls
 * to return to.
 */
final class Reading implements Comparable<Reading> {
    /** Null inside a run. */
    final State state;
    /** Null outside of runs. */
    final Edge run;

    final int unitState;
    /** Characters of the run already complete. */
    final int count;

    final Frame frame;

    private Reading(State state, Edge run, int unitState, int count, Frame frame) {
        this.state = state;
        this.run = run;
        this.unitState = unitState;
        this.count = count;
        this.frame = frame;
    }

    static Reading at(State state, Frame frame) {
        return new Reading(state, null, 0, 0, frame);
    }

    static Reading inside(Edge run, int unitState, int count, Frame frame) {
        return new Reading(null, run, unitState, count, frame);
    }

    Reading withFrame(Frame other) {
        return other == frame ? this : new Reading(state, run, unitState, count, other);
    }

    private long place() {
        return state == null ? ~(long) run.id : state.id;
    }

    @Override
    public int compareTo(Reading other) {
        int order = Long.compare(place(), other.place());
        if (order == 0) {
            order = Integer.compare(unitState, other.unitState);
        }
        if (order == 0) {
            order = Integer.compare(count, other.count);
        }
        return order == 0 ? Long.compare(frame.number, other.frame.number) : order;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reading && compareTo((Reading) other) == 0;
    }

    @Override
    public int hashCode() {
        int hash = Long.hashCode(place());
        return 31 * (31 * (31 * hash + unitState) + count) + Long.hashCode(frame.number);
    }
}
