package org.ascend4j.internal.sample;

import java.util.Arrays;
import org.ascend4j.internal.schedule.SamplingPlan;

/**
 * Draws a token from logits in the order of vLLM's sampler: temperature, min-p, top-k (ties with the k-th stay), top-p
 * (the best always stays; among equals the smaller id is better). Nothing is sorted: probabilities fall into
 * {@link ExpTable} steps below the best, and only the step in which top-p cuts, and the one that is drawn from, are
 * looked into. What is far below the best is weighed together, unless top-p cuts there. Keeps its buffers from call to call; owned by the engine thread.
 */
public final class Sampler {
    /** Tokens this near to the best are listed on the first pass: what is drawn is nearly always among them. */
    private static final int NEAR = 10 * ExpTable.STEPS;

    private final double[] mass = new double[ExpTable.SIZE];
    private final int[] near;
    private final RowSums sums;
    private final KthLargest kthLargest = new KthLargest();
    private final MassCut cut;

    private float[] logits;
    private float best;
    private double steps;
    private float threshold;
    private int nearCount;
    private int buckets;

    /** @param vocabularySize the most logits of a row */
    public Sampler(int vocabularySize) {
        this.near = new int[vocabularySize];
        this.cut = new MassCut(vocabularySize);
        this.sums = new RowSums(vocabularySize);
    }

    /**
     * @param row one row, not changed
     * @param plan not greedy; of its rules nothing is read
     * @param position the position in the sequence that the token will take
     * @return the token id, or -1 if no logit is a number above minus infinity
     */
    public int sample(float[] row, SamplingPlan plan, int position) {
        logits = row;
        best = best(row);
        double uniform = PositionRandom.uniform(plan.seed(), position);
        if (best == Float.NEGATIVE_INFINITY) {
            return -1;
        } else if (best == Float.POSITIVE_INFINITY) {
            return oneOfInfinite(plan.topP(), uniform);
        }
        steps = ExpTable.STEPS / (double) plan.temperature();
        threshold = threshold(plan);
        float nearest = (float) (best - NEAR / steps);
        double total = weigh(Math.max(threshold, nearest), NEAR);
        double far = 0;
        if (threshold < nearest) {
            far = far(plan.temperature());
            // Also where far weights are no numbers.
            if (!(far >= 0)
                    || threshold > Float.NEGATIVE_INFINITY
                    || plan.topP() < 1 && plan.topP() * (total + far) > total) {
                Arrays.fill(mass, 0, buckets, 0);
                total = weigh(threshold, ExpTable.SIZE);
                far = 0;
            }
        }
        return draw(plan.topP() < 1 ? plan.topP() * (total + far) : Double.POSITIVE_INFINITY, total, far, uniform);
    }

    /** The mass of all tokens that are not listed as near. */
    private double far(float temperature) {
        sums.weigh(logits, best, temperature);
        for (int i = 0; i < nearCount; i++) {
            sums.clear(near[i]);
        }
        return sums.sum(logits.length);
    }

    /** The largest number of a row; minus infinity if there is none. */
    static float best(float[] row) {
        float best = Float.NEGATIVE_INFINITY;
        for (float logit : row) {
            // Compares false for what is no number.
            if (logit > best) {
                best = logit;
            }
        }
        return best;
    }

    /** Infinitely likely tokens are equals; no other can come. */
    private int oneOfInfinite(float topP, double uniform) {
        int count = 0;
        for (float logit : logits) {
            count += logit == Float.POSITIVE_INFINITY ? 1 : 0;
        }
        int skip = (int) (uniform * Math.max(1, Math.ceil((double) topP * count)));
        for (int id = 0; ; id++) {
            if (logits[id] == Float.POSITIVE_INFINITY && skip-- == 0) {
                return id;
            }
        }
    }

    /** The smallest logit that min-p and top-k keep. */
    private float threshold(SamplingPlan plan) {
        float least = Float.NEGATIVE_INFINITY;
        if (plan.minP() > 0) {
            least = (float) (best + Math.log(plan.minP()) * plan.temperature());
        }
        int topK = plan.topK();
        if (topK > 0 && topK < logits.length) {
            least = Math.max(least, kthLargest.of(logits, topK));
        }
        return Math.min(least, best);
    }

    /**
     * Sums the weights of tokens from {@code least} on, those of each step apart, and lists the near ones.
     *
     * @param limit the steps to sum up
     */
    private double weigh(float least, int limit) {
        float[] row = logits;
        double[] sums = mass;
        double from = best;
        double scale = steps;
        int listed = 0;
        int last = 0;
        for (int id = 0; id < row.length; id++) {
            float logit = row[id];
            if (logit >= least) {
                double below = (from - logit) * scale;
                if (below < limit) {
                    int bucket = (int) below;
                    sums[bucket] += ExpTable.exp(below);
                    last = Math.max(last, bucket);
                    if (bucket < NEAR) {
                        near[listed++] = id;
                    }
                }
            }
        }
        nearCount = listed;
        buckets = last + 1;
        double total = 0;
        for (int bucket = 0; bucket < buckets; bucket++) {
            total += sums[bucket];
        }
        return total;
    }

    /**
     * @param limit the mass that top-p keeps, at least
     * @param total the mass in buckets
     * @param far the mass of all others
     */
    private int draw(double limit, double total, double far, double uniform) {
        int cutBucket = -1;
        double kept = total + far;
        double sum = 0;
        for (int bucket = 0; bucket < buckets && cutBucket < 0; bucket++) {
            if (sum + mass[bucket] >= limit) {
                cutBucket = bucket;
                collect(bucket);
                kept = sum + cut.keep(limit - sum);
            }
            sum += mass[bucket];
        }
        double target = uniform * kept;
        if (target >= total && far > 0 && cutBucket < 0) {
            int id = sums.pick(logits.length, target - total);
            if (id >= 0) {
                Arrays.fill(mass, 0, buckets, 0);
                return id;
            }
        }
        int end = cutBucket < 0 ? buckets : cutBucket + 1;
        int drawn = 0;
        sum = 0;
        for (int bucket = 0; bucket < end; bucket++) {
            drawn = mass[bucket] > 0 ? bucket : drawn;
            if (sum + mass[bucket] > target) {
                break;
            }
            sum += mass[bucket];
        }
        Arrays.fill(mass, 0, buckets, 0);
        if (drawn != cutBucket) {
            collect(drawn);
        }
        return cut.pick(target - sum);
    }

    /** Lists the kept tokens of one step. */
    private void collect(int bucket) {
        cut.clear();
        if (bucket < NEAR) {
            for (int i = 0; i < nearCount; i++) {
                collect(near[i], bucket);
            }
            return;
        }
        // Only a sieve: a little wider than the step, so that rounding loses nothing.
        double slack = 1e-5 * (1 + Math.abs(best) + bucket / steps);
        double highest = best - bucket / steps + slack;
        double lowest = Math.max(threshold, best - (bucket + 1) / steps - slack);
        for (int id = 0; id < logits.length; id++) {
            if (logits[id] <= highest && logits[id] >= lowest) {
                collect(id, bucket);
            }
        }
    }

    private void collect(int id, int bucket) {
        double below = ((double) best - logits[id]) * steps;
        if ((int) below == bucket) {
            cut.add(id, logits[id], ExpTable.exp(below));
        }
    }
}
