package org.ascend4j.internal.schedule;

/**
 * How one request picks its next token. Values are validated where the caller hands them in.
 *
 * @param temperature 0 for greedy, else the divisor of the logits
 * @param topK keep the k best; 0 keeps all
 * @param topP keep the smallest set of best tokens whose probability reaches this; 1 keeps all
 * @param seed with the token's position the only source of randomness
 */
public record SamplingPlan(float temperature, int topK, float topP, long seed) {
    /** Below this a temperature means greedy, as in vLLM. */
    private static final float GREEDY_BELOW = 1e-5f;

    /** Whether the best token is taken, so that no randomness is needed. */
    public boolean greedy() {
        return temperature < GREEDY_BELOW;
    }
}
