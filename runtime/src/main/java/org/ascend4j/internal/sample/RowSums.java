package org.ascend4j.internal.sample;

import java.util.Arrays;

/**
 * Passes over a whole row in loops that compilers turn into vector code: each of 1024 lanes sums up every 1024th weight,
 * in the order of ids. Keeps its buffers.
 */
final class RowSums {
    /** Weights no larger stand for nothing: exp(-78), far below what a random number of 53 bits can tell from 0. */
    static final float NOTHING = 1.4e-34f;

    private static final int LANES = 1024;

    /** exp(-x) is taken as exp(-x / 64) to the power of 64, after x was cut to 80. */
    private static final float HALVINGS = 64;

    private static final float LONGEST = 80 / HALVINGS;
    private static final float CENTER = LONGEST / 2;
    private static final float[] SERIES = new float[10];

    static {
        double term = Math.exp(-CENTER);
        for (int power = 0; power < SERIES.length; power++) {
            SERIES[power] = (float) term;
            term /= -(power + 1);
        }
    }

    private final float[] lanes = new float[LANES];
    private final float[] weights;

    RowSums(int vocabularySize) {
        this.weights = new float[vocabularySize];
    }

    /**
     * Finds every token's weight exp((logit - best) / temperature), with a relative error below 2e-5: enough for the many
     * that are hardly ever drawn. What is no number has no number for a weight.
     */
    void weigh(float[] row, float best, float temperature) {
        float[] out = weights;
        float scale = 1 / (temperature * HALVINGS);
        float c0 = SERIES[0];
        float c1 = SERIES[1];
        float c2 = SERIES[2];
        float c3 = SERIES[3];
        float c4 = SERIES[4];
        float c5 = SERIES[5];
        float c6 = SERIES[6];
        float c7 = SERIES[7];
        float c8 = SERIES[8];
        float c9 = SERIES[9];
        for (int id = 0; id < row.length; id++) {
            float t = Math.min((best - row[id]) * scale, LONGEST) - CENTER;
            float high = c6 + t * (c7 + t * (c8 + t * c9));
            float power = c0 + t * (c1 + t * (c2 + t * (c3 + t * (c4 + t * (c5 + t * high)))));
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            out[id] = power * power;
        }
    }

    /** Takes a token out. */
    void clear(int id) {
        weights[id] = 0;
    }

    /** The sum of the first {@code size} weights; no number if one is none. */
    double sum(int size) {
        float[] sums = lanes;
        Arrays.fill(sums, 0);
        for (int from = 0; from < size; from += LANES) {
            int count = Math.min(LANES, size - from);
            for (int i = 0; i < count; i++) {
                sums[i] += weights[from + i];
            }
        }
        double total = 0;
        for (float one : sums) {
            total += one;
        }
        return total;
    }

    /** After {@link #sum}: the token at which weights, summed up lane by lane, exceed {@code target}; -1 if none does. */
    int pick(int size, double target) {
        int last = -1;
        double sum = 0;
        for (int lane = 0; lane < LANES; lane++) {
            if (sum + lanes[lane] <= target) {
                sum += lanes[lane];
                continue;
            }
            for (int id = lane; id < size; id += LANES) {
                sum += weights[id];
                last = weights[id] > NOTHING ? id : last;
                if (sum > target && last == id) {
                    return id;
                }
            }
        }
        return last;
    }
}
