package org.ascend4j.bench.report;

import org.ascend4j.bench.measure.Spread;

/**
 * Something measured once or more often.
 *
 * @param key its name in JSON
 * @param title its name for people
 * @param unit as in "ms" and "tokens/s"
 * @param spread all single figures; may be empty where the run gave none
 */
public record Figure(String key, String title, String unit, Spread spread) {
    /** A figure that exists once. */
    public static Figure single(String key, String title, String unit, double value) {
        return new Figure(key, title, unit, Spread.of(value));
    }
}
