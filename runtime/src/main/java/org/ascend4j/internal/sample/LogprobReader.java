package org.ascend4j.internal.sample;

import org.ascend4j.internal.schedule.Sequence;

/** Log probabilities of a row. Owned by the engine thread. */
final class LogprobReader {
    private int[] topIds = new int[32];
    private int listed;

    /**
     * @param logits one row as the model gave it
     * @param top how many best tokens to list
     */
    TokenLogprobs read(float[] logits, Sequence sequence, int position, int id, int top) {
        double sum = logSum(logits);
        float chosen = logits[id];
        int rank = 0;
        for (float logit : logits) {
            rank += logit >= chosen ? 1 : 0;
        }
        list(logits, Math.min(top, logits.length));
        int[] ids = new int[listed];
        float[] logprobs = new float[listed];
        for (int i = 0; i < listed; i++) {
            ids[i] = topIds[i];
            logprobs[i] = logprob(logits[ids[i]], sum);
        }
        return new TokenLogprobs(sequence, position, id, logprob(chosen, sum), Math.max(1, rank), ids, logprobs);
    }

    private static float logprob(float logit, double logSum) {
        if (logSum == Double.POSITIVE_INFINITY) {
            return logit == Float.POSITIVE_INFINITY ? 0 : Float.NEGATIVE_INFINITY;
        }
        return Float.isNaN(logit) ? Float.NEGATIVE_INFINITY : (float) (logit - logSum);
    }

    /** The logarithm of the sum of all exponentials; infinite if a logit is. */
    private static double logSum(float[] logits) {
        float best = Sampler.best(logits);
        if (Float.isInfinite(best)) {
            return best;
        }
        double sum = 0;
        for (float logit : logits) {
            double below = ((double) best - logit) * ExpTable.STEPS;
            if (below < ExpTable.SIZE) {
                sum += ExpTable.exp(below);
            }
        }
        return best + Math.log(sum);
    }

    /** Lists the best, best first: few, so that a row's logits are mostly compared once. */
    private void list(float[] logits, int most) {
        if (topIds.length < most) {
            topIds = new int[most];
        }
        listed = 0;
        if (most == 0) {
            return;
        }
        float least = Float.NEGATIVE_INFINITY;
        for (int id = 0; id < logits.length; id++) {
            if (logits[id] > least || listed < most && logits[id] >= least) {
                insert(logits, id, most);
                least = listed == most ? logits[topIds[most - 1]] : Float.NEGATIVE_INFINITY;
            }
        }
    }

    private void insert(float[] logits, int id, int most) {
        int at = listed < most ? listed++ : most - 1;
        while (at > 0 && logits[topIds[at - 1]] < logits[id]) {
            topIds[at] = topIds[at - 1];
            at--;
        }
        topIds[at] = id;
    }
}
