package org.ascend4j.internal.schedule;

/** What a step brought a sequence: one token or more. Valid until the next step is applied. */
public final class Advance {
    private Sequence sequence;
    private int from;
    private int count;

    /** Reused, so that a step's garbage does not grow with its batch. */
    Advance() {}

    Advance set(Sequence newSequence, int newFrom, int newCount) {
        sequence = newSequence;
        from = newFrom;
        count = newCount;
        return this;
    }

    public Sequence sequence() {
        return sequence;
    }

    /** Position of the first token it brought. */
    public int from() {
        return from;
    }

    /** Tokens it brought, at least one. */
    public int count() {
        return count;
    }

    @Override
    public String toString() {
        return sequence.id() + ": " + count + " from " + from;
    }
}
