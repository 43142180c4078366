package org.ascend4j.internal.model;

/**
 * Rotary position embedding: the first {@link #dim} features of each head are rotated in pairs, by an angle that grows
 * with the position.
 *
 * @param halves pairs feature i with i + dim / 2; else 2i with 2i + 1, the order that GGUF files of the Llama family are
 *     stored in
 * @param frequencies radians per position, one for each pair
 * @param magnitude what cosines and sines are multiplied with
 */
public record Rope(boolean halves, float[] frequencies, float magnitude) {
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

    /** Positions that run slower by a factor: linear scaling. */
    public Rope slowed(float factor) {
        float[] slower = frequencies.clone();
        for (int pair = 0; pair < slower.length; pair++) {
            slower[pair] /= factor;
        }
        return new Rope(halves, slower, magnitude);
    }

    /** Features of a head that are rotated. */
    public int dim() {
        return 2 * frequencies.length;
    }
}
