package org.ascend4j.internal.grammar;

/**
 * What one grammar may cost.
 *
 * @param maxSourceChars longest schema, expression or grammar text
 * @param maxStates most automaton states and edges of a compiled grammar
 * @param maxDepth deepest nesting of calls while matching; deeper answers are never begun
 * @param maxReadings most readings of one answer followed in parallel
 * @param compileMillis longest compilation
 * @param cacheBytes roughly how many bytes of masks and visited states one grammar keeps
 */
public record GrammarLimits(
        int maxSourceChars, int maxStates, int maxDepth, int maxReadings, int compileMillis, long cacheBytes) {
    /** 1 MiB of source, 400,000 states, 512 levels, 4,096 readings, 5 seconds, 64 MiB. */
    public static final GrammarLimits DEFAULT = new GrammarLimits(1 << 20, 400_000, 512, 4096, 5000, 64L << 20);

    public GrammarLimits {
        requirePositive("maxSourceChars", maxSourceChars);
        requirePositive("maxStates", maxStates);
        requirePositive("maxDepth", maxDepth);
        requirePositive("maxReadings", maxReadings);
        requirePositive("compileMillis", compileMillis);
        requirePositive("cacheBytes", cacheBytes);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + "; expected at least 1");
        }
    }
}
