package org.ascend4j.internal.sample;

/**
 * Randomness as a pure function of (seed, position, draw): a stream does not depend on batching, chunking or replay.
 * The mixing is SplitMix64's finaliser (Steele, Lea, Flood 2014), applied to each coordinate in turn.
 */
final class PositionRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private PositionRandom() {}

    /** A number in [0, 1) with 53 random bits. */
    static double uniform(long seed, long position) {
        return (mix(mix(seed + GOLDEN_GAMMA) + position * GOLDEN_GAMMA) >>> 11) * 0x1.0p-53;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
