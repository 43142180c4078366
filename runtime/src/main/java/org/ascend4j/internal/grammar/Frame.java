package org.ascend4j.internal.grammar;

/** Where a call returns to, and which time it is called in a row. Equal frames of one table are the same object. */
final class Frame {
    static final Frame BOTTOM = new Frame(null, 0, null, 0);

    final Edge call;
    final int count;
    final Frame parent;
    final int depth;
    final long number;

    Frame(Edge call, int count, Frame parent, long number) {
        this.call = call;
        this.count = count;
        this.parent = parent;
        this.depth = parent == null ? 0 : parent.depth + 1;
        this.number = number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame
                && ((Frame) other).call == call
                && ((Frame) other).count == count
                && ((Frame) other).parent == parent;
    }

    @Override
    public int hashCode() {
        int hash = call == null ? 0 : call.id;
        return 31 * (31 * hash + count) + System.identityHashCode(parent);
    }
}
