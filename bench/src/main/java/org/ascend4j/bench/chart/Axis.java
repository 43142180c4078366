package org.ascend4j.bench.chart;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.bench.report.TextTable;

/** Maps values to places along one direction, and chooses round values to mark. */
final class Axis {
    private static final int WANTED_TICKS = 5;

    private final boolean log;
    private final double low;
    private final double high;
    private final double start;
    private final double end;

    private Axis(boolean log, double low, double high, double start, double end) {
        this.log = log;
        this.low = low;
        this.high = high;
        this.start = start;
        this.end = end;
    }

    /** From 0, or the least value below it, to a little above the greatest. */
    static Axis linear(double[] values, double start, double end) {
        double low = 0;
        double high = 0;
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        if (high == low) {
            high = low + 1;
        }
        double step = step(high - low);
        return new Axis(false, Math.floor(low / step) * step, Math.ceil(high / step) * step, start, end);
    }

    /** Values above 0 only; from the power of two, or of ten for wide ranges, below the least to that above the greatest. */
    static Axis log(double[] values, double start, double end) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        if (!(low > 0)) {
            throw new IllegalArgumentException("a logarithmic axis begins above 0, found " + low);
        }
        double base = base(low, high);
        double first = Math.pow(base, Math.floor(Math.log(low) / Math.log(base) + 1e-9));
        double last = Math.pow(base, Math.ceil(Math.log(high) / Math.log(base) - 1e-9));
        return new Axis(true, first, last > first ? last : first * base, start, end);
    }

    private static double base(double low, double high) {
        return high / low > 300 ? 10 : 2;
    }

    private static double step(double range) {
        double rough = range / WANTED_TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double factor = rough / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }

    double place(double value) {
        double part = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
        return start + part * (end - start);
    }

    /** Values to mark, ascending. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (log) {
            double base = base(low, high);
            for (double tick = low; tick <= high * 1.0001; tick *= base) {
                ticks.add(tick);
            }
            return ticks;
        }
        double step = step(high - low);
        for (int i = 0; low + i * step <= high + step / 1000; i++) {
            ticks.add(low + i * step);
        }
        return ticks;
    }

    /** A tick's text: no digits that say nothing. */
    static String text(double tick) {
        double size = Math.abs(tick);
        if (size >= 10_000) {
            return trimmed(tick / 1000) + "k";
        }
        return trimmed(tick);
    }

    private static String trimmed(double value) {
        String text = TextTable.number(value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }
}
