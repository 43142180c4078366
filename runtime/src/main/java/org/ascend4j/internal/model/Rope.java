package org.ascend4j.internal.model;

import java.util.Arrays;

/**
 * Rotary position embedding: the first {@link #dim} features of each head are rotated in pairs, by an angle that grows
 * with the position.
 *
 * @param halves pairs feature i with i + dim / 2; else 2i with 2i + 1, the order that GGUF files of the Llama family are
 *     stored in
 * @param frequencies radians per position, one for each pair
 * @param magnitude what cosines and sines are multiplied with
 * @param reach the greatest context that these frequencies are for
 * @param beyond what takes their place in a longer context; null if nothing does
 */
public record Rope(boolean halves, float[] frequencies, float magnitude, int reach, Rope beyond) {
    public Rope(boolean halves, float[] frequencies, float magnitude) {
        this(halves, frequencies, magnitude, Integer.MAX_VALUE, null);
    }

    /** Frequencies that fall geometrically from 1, as the rotary paper has them. */
    public static Rope of(boolean halves, int dim, double base) {
        return new Rope(halves, frequencies(dim, base), 1);
    }

    // In float32, as the implementations that models are trained with compute them.
    static float[] frequencies(int dim, double base) {
        float[] frequencies = new float[dim / 2];
        for (int pair = 0; pair < frequencies.length; pair++) {
            frequencies[pair] = (float) Math.pow(base, -2.0 * pair / dim);
        }
        return frequencies;
    }

    /** The same with each pair's frequency divided by its own divisor. */
    public Rope dividedBy(float[] divisors) {
        float[] slower = frequencies.clone();
        for (int pair = 0; pair < slower.length; pair++) {
            slower[pair] /= divisors[pair];
        }
        return new Rope(halves, slower, magnitude, reach, beyond);
    }

    /** As {@link #dividedBy} one divisor for all: positions run slower. */
    public Rope slowed(float factor) {
        float[] divisors = new float[frequencies.length];
        Arrays.fill(divisors, factor);
        return dividedBy(divisors);
    }

    public Rope withMagnitude(float other) {
        return new Rope(halves, frequencies, other, reach, beyond);
    }

    /** This up to a context, another in longer ones. */
    public Rope until(int context, Rope longer) {
        return new Rope(halves, frequencies, magnitude, context, longer);
    }

    /** What holds for sequences of up to so many tokens. */
    public Rope forContext(int tokens) {
        return tokens <= reach ? this : beyond;
    }

    /** Features of a head that are rotated. */
    public int dim() {
        return 2 * frequencies.length;
    }
}
