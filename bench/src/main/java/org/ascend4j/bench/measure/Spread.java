package org.ascend4j.bench.measure;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;

/** Single figures of one kind and what they have in common. Immutable. */
public final class Spread {
    private final double[] values;
    private final double[] sorted;

    private Spread(double[] values) {
        this.values = values;
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    /** @param values in the order they were measured; all are finite */
    public static Spread of(double... values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a figure is " + value + ", expected a finite number");
            }
        }
        return new Spread(values.clone());
    }

    public static Spread of(Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Durations as milliseconds. */
    public static Spread ofNanos(LongStream nanos) {
        return of(nanos.mapToDouble(value -> value / 1e6).toArray());
    }

    public int count() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    /** The figures in the order they were measured. */
    public double[] values() {
        return values.clone();
    }

    public double min() {
        return percentile(0);
    }

    public double median() {
        return percentile(50);
    }

    public double max() {
        return percentile(100);
    }

    public double mean() {
        requireAny();
        return Arrays.stream(values).average().orElseThrow();
    }

    /**
     * The value below which {@code percent} per cent of the figures lie: linear between the two nearest ranks, as numpy
     * does by default and so vLLM's benchmarks.
     */
    public double percentile(double percent) {
        requireAny();
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percentile is " + percent + ", expected 0 to 100");
        }
        double rank = percent / 100 * (sorted.length - 1);
        int below = (int) Math.floor(rank);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }

    private void requireAny() {
        if (values.length == 0) {
            throw new IllegalStateException("there is no figure to summarize");
        }
    }
}
