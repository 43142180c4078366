package org.ascend4j.internal.sample;

import java.util.Arrays;
import org.ascend4j.internal.schedule.SamplingPlan;

/**
 * Draws a token from logits in the order of vLLM's sampler: temperature, top-k (ties with the k-th stay), top-p (the best
 * always stays). Keeps its buffers from call to call; owned by the engine thread.
 */
public final class Sampler {
    private final float[] kept;
    private final int[] ids;

    /** @param vocabularySize the most logits of a row */
    public Sampler(int vocabularySize) {
        this.kept = new float[vocabularySize];
        this.ids = new int[vocabularySize];
    }

    /**
     * @param logits one row, not changed
     * @param plan not greedy
     * @param position the position in the sequence that the token will take
     * @return the token id
     */
    public int sample(float[] logits, SamplingPlan plan, int position) {
        int count = keepTopK(logits, plan.topK());
        double sum = toWeights(count, plan.temperature());
        if (plan.topP() < 1f) {
            sortDescending(count);
            count = keepTopP(count, plan.topP() * sum);
            sum = 0;
            for (int i = 0; i < count; i++) {
                sum += kept[i];
            }
        }
        return draw(count, PositionRandom.uniform(plan.seed(), position) * sum);
    }

    private int keepTopK(float[] logits, int topK) {
        float threshold = topK <= 0 || topK >= logits.length ? Float.NEGATIVE_INFINITY : KthLargest.of(logits, topK);
        int count = 0;
        for (int id = 0; id < logits.length; id++) {
            // A NaN logit compares false and is never drawn.
            if (logits[id] >= threshold) {
                kept[count] = logits[id];
                ids[count++] = id;
            }
        }
        if (count == 0) {
            throw new IllegalStateException("no logit is a number: the step's result is damaged");
        }
        return count;
    }

    private double toWeights(int count, float temperature) {
        float best = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            best = Math.max(best, kept[i]);
        }
        if (best == Float.NEGATIVE_INFINITY) {
            throw new IllegalStateException("every logit is minus infinity: the step's result is damaged");
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            // Infinity minus infinity is no number: the best have weight 1 whatever they are.
            kept[i] = kept[i] == best ? 1 : (float) Math.exp((kept[i] - best) / temperature);
            sum += kept[i];
        }
        return sum;
    }

    private void sortDescending(int count) {
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            // Weights are not negative, so their bits order as they do; equal weights keep the order of ids.
            keys[i] = ((long) ~Float.floatToRawIntBits(kept[i]) << 32) | Integer.toUnsignedLong(ids[i]);
        }
        Arrays.sort(keys);
        for (int i = 0; i < count; i++) {
            kept[i] = Float.intBitsToFloat(~(int) (keys[i] >>> 32));
            ids[i] = (int) keys[i];
        }
    }

    private int keepTopP(int count, double mass) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += kept[i];
            if (sum >= mass) {
                return i + 1;
            }
        }
        return count;
    }

    private int draw(int count, double target) {
        double sum = 0;
        int drawn = 0;
        for (int i = 0; i < count && !(sum > target); i++) {
            sum += kept[i];
            if (kept[i] > 0) {
                drawn = ids[i];
            }
        }
        return drawn;
    }
}
