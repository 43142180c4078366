package org.ascend4j.bench.chart;

/**
 * One line of a chart.
 *
 * @param low the least value at each x, with {@code high} drawn as a band; null for none
 * @param dashed for what was computed and not measured
 */
public record Series(String name, double[] x, double[] y, double[] low, double[] high, boolean dashed) {
    /** A line that was measured, with its range. */
    public static Series measured(String name, double[] x, double[] y, double[] low, double[] high) {
        return new Series(name, x, y, low, high, false);
    }

    /** A line without a range. */
    public static Series of(String name, double[] x, double[] y) {
        return new Series(name, x, y, null, null, false);
    }

    /** A line through computed points. */
    public static Series computed(String name, double[] x, double[] y) {
        return new Series(name, x, y, null, null, true);
    }
}
