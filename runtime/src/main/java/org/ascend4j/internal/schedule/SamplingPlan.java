package org.ascend4j.internal.schedule;

import java.util.Objects;

/**
 * How one request picks its next token. Values are validated where the caller hands them in.
 *
 * @param temperature 0 for greedy, else the divisor of the logits
 * @param topK keep the k best; 0 keeps all
 * @param topP keep the smallest set of best tokens whose probability reaches this; 1 keeps all
 * @param minP keep tokens whose probability is at least this part of the best one's; 0 keeps all
 * @param seed with the token's position the only source of randomness
 * @param rules what changes the logits first
 * @param logprobs how many best tokens to report with each generated one; {@link #UNWANTED} for no report
 * @param promptLogprobs the same for the prompt's tokens but the first
 */
public record SamplingPlan(
        float temperature,
        int topK,
        float topP,
        float minP,
        long seed,
        TokenRules rules,
        int logprobs,
        int promptLogprobs) {
    /** No log probabilities. */
    public static final int UNWANTED = -1;

    /** Below this a temperature means greedy, as in vLLM. */
    private static final float GREEDY_BELOW = 1e-5f;

    public SamplingPlan {
        Objects.requireNonNull(rules, "rules");
    }

    /** A plan without rules and reports. */
    public SamplingPlan(float temperature, int topK, float topP, long seed) {
        this(temperature, topK, topP, 0, seed, TokenRules.NONE, UNWANTED, UNWANTED);
    }

    /** Whether the best token is taken, so that no randomness is needed. */
    public boolean greedy() {
        return temperature < GREEDY_BELOW;
    }

    /** Whether the best of the logits as they are is all that is asked for. */
    public boolean plain() {
        return greedy() && rules.none() && logprobs == UNWANTED;
    }

    public SamplingPlan withSeed(long value) {
        return new SamplingPlan(temperature, topK, topP, minP, value, rules, logprobs, promptLogprobs);
    }

    public SamplingPlan withMinP(float value) {
        return new SamplingPlan(temperature, topK, topP, value, seed, rules, logprobs, promptLogprobs);
    }

    public SamplingPlan withRules(TokenRules value) {
        return new SamplingPlan(temperature, topK, topP, minP, seed, value, logprobs, promptLogprobs);
    }

    public SamplingPlan withLogprobs(int best) {
        return new SamplingPlan(temperature, topK, topP, minP, seed, rules, best, promptLogprobs);
    }

    public SamplingPlan withPromptLogprobs(int best) {
        return new SamplingPlan(temperature, topK, topP, minP, seed, rules, logprobs, best);
    }
}
