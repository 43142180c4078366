package org.ascend4j;

import java.util.Arrays;
import java.util.Objects;

/**
 * A text as a vector.
 *
 * @param values as many as were asked for
 * @param tokens how many the model saw, markers included; at most its context length, to which longer texts are cut
 */
public record Embedding(float[] values, int tokens) {
    public Embedding {
        Objects.requireNonNull(values, "values");
    }

    /**
     * The cosine of the angle to another vector, from -1 to 1; 0 if either is all zeros.
     *
     * @throws IllegalArgumentException if the other has another length
     */
    public double cosine(Embedding other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException("found vectors of " + values.length + " and " + other.values.length
                    + " values, expected equal lengths");
        }
        double product = 0;
        double own = 0;
        double others = 0;
        for (int i = 0; i < values.length; i++) {
            product += (double) values[i] * other.values[i];
            own += (double) values[i] * values[i];
            others += (double) other.values[i] * other.values[i];
        }
        return own == 0 || others == 0 ? 0 : product / Math.sqrt(own * others);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding that && tokens == that.tokens && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + tokens;
    }

    @Override
    public String toString() {
        return "Embedding[" + values.length + " values, " + tokens + " tokens]";
    }
}
