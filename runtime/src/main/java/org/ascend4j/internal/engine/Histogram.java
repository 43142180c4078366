package org.ascend4j.internal.engine;

import java.util.Arrays;

/**
 * Counts values by size, with the sum of each class, so that whoever reads can restore both counts and sums. Written by
 * one thread; read through {@link #snapshot}, on the same.
 */
public final class Histogram {
    /**
     * A histogram at a moment; arrays are not to be changed.
     *
     * @param bounds upper bounds, included, in ascending order
     * @param counts values in each class; one more than bounds, the last for what is above them all
     * @param sums of the values in each class
     */
    public record Snapshot(double[] bounds, long[] counts, double[] sums) {
        /** All values. */
        public long count() {
            return Arrays.stream(counts).sum();
        }

        public double sum() {
            return Arrays.stream(sums).sum();
        }
    }

    private final double[] bounds;
    private final long[] counts;
    private final double[] sums;
    private Snapshot last;

    Histogram(double... bounds) {
        this.bounds = bounds;
        this.counts = new long[bounds.length + 1];
        this.sums = new double[bounds.length + 1];
    }

    void record(double value) {
        int at = Arrays.binarySearch(bounds, value);
        int bucket = at < 0 ? -at - 1 : at;
        counts[bucket]++;
        sums[bucket] += value;
        last = null;
    }

    Snapshot snapshot() {
        if (last == null) {
            last = new Snapshot(bounds, counts.clone(), sums.clone());
        }
        return last;
    }
}
