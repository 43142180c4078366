package org.ascend4j;

import java.util.List;

/**
 * How likely a model finds a continuation.
 *
 * @param logLikelihood the sum of its tokens' natural-log probabilities, each given the context and the tokens before it
 * @param tokens its tokens, each with its own and its rank
 */
public record ContinuationScore(double logLikelihood, List<TokenLogprob> tokens) {
    public ContinuationScore {
        tokens = List.copyOf(tokens);
    }

    /** The mean over its tokens, which compares continuations of different lengths. */
    public double perToken() {
        return logLikelihood / tokens.size();
    }

    /** Whether it is what the model would generate greedily: no token is less likely than another one. */
    public boolean greedy() {
        return tokens.stream().allMatch(token -> token.rank() == 1);
    }
}
