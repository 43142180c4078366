package org.ascend4j.internal.grammar;

import java.util.Arrays;

/** All readings of what was written so far. Equal situations of one table's epoch are the same object. */
final class Situation {
    /** Sorted, without duplicates. */
    final Reading[] readings;
    /** Whether the answer may end here. */
    final boolean complete;

    final int epoch;
    /** Followers by the byte read, in sixteen rows made when needed. */
    final Situation[][] next = new Situation[16][];

    TokenMask mask;

    Situation(Reading[] readings, boolean complete, int epoch) {
        this.readings = readings;
        this.complete = complete;
        this.epoch = epoch;
    }

    /** Whether nothing can follow and the answer cannot end. */
    boolean isDead() {
        return readings.length == 0 && !complete;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Situation
                && complete == ((Situation) other).complete
                && Arrays.equals(readings, ((Situation) other).readings);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(readings) + (complete ? 1 : 0);
    }
}
