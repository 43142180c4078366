package org.ascend4j.internal.sample;

/**
 * A few tokens of nearly equal weight: keeps the best of them up to a mass, and draws one. The cut is found by splitting
 * at one bit of the keys after the other, which never takes more than 64 passes and mostly two.
 */
final class MassCut {
    private final long[] keys;
    private final double[] weights;
    private int count;

    /** @param most the most tokens */
    MassCut(int most) {
        this.keys = new long[most];
        this.weights = new double[most];
    }

    void clear() {
        count = 0;
    }

    /** @param logit finite; the larger the better, then the smaller the id */
    void add(int id, float logit, double weight) {
        // Minus zero becomes zero, so that equals have equal bits.
        int bits = Float.floatToRawIntBits(logit + 0f);
        int ascending = bits ^ ((bits >> 31) & 0x7FFFFFFF);
        keys[count] = ((long) ~ascending << 32) | id;
        weights[count++] = weight;
    }

    /**
     * Keeps the best whose weights reach {@code limit}, at least one, and all if they do not.
     *
     * @return the mass that is kept
     */
    double keep(double limit) {
        int from = 0;
        int to = count;
        double before = 0;
        for (long bit = differing(from, to); bit != 0; bit = differing(from, to)) {
            int middle = split(from, to, bit);
            double upper = sum(from, middle);
            if (before + upper >= limit) {
                to = middle;
            } else {
                before += upper;
                from = middle;
            }
        }
        count = to;
        return before + sum(from, to);
    }

    /** The highest bit in which keys differ; 0 if there are not two. */
    private long differing(int from, int to) {
        long bits = 0;
        for (int i = from + 1; i < to; i++) {
            bits |= keys[i] ^ keys[from];
        }
        return Long.highestOneBit(bits);
    }

    /** Moves keys with the smaller bit to the front. The sign bit counts the other way round. */
    private int split(int from, int to, long bit) {
        long first = bit == Long.MIN_VALUE ? bit : 0;
        int middle = from;
        for (int i = from; i < to; i++) {
            if ((keys[i] & bit) == first) {
                long key = keys[i];
                double weight = weights[i];
                keys[i] = keys[middle];
                weights[i] = weights[middle];
                keys[middle] = key;
                weights[middle++] = weight;
            }
        }
        return middle;
    }

    private double sum(int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += weights[i];
        }
        return sum;
    }

    /** The token at which the weights, summed up, exceed {@code target}; the last if they do not. */
    int pick(double target) {
        double sum = 0;
        int i = 0;
        while (i < count - 1) {
            sum += weights[i];
            if (sum > target) {
                break;
            }
            i++;
        }
        return (int) keys[i];
    }
}
