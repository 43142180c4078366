package org.ascend4j;

import org.ascend4j.error.InvalidRequestException;

/**
 * How an answer is generated. Use {@link #defaults()} and the {@code with} methods.
 *
 * @param maxTokens most tokens to generate; 0 goes on until the model ends or its context is full
 * @param temperature 0 takes the best token, up to 2
 * @param topK keep the k best tokens; 0 keeps all
 * @param topP keep the smallest set of tokens that has this probability; in (0, 1]
 * @param seed makes a sampled answer repeatable; null draws one
 * @param ignoreEnd goes on after the model's end-of-answer token, as benchmarks do
 */
public record GenerationOptions(
        int maxTokens, double temperature, int topK, double topP, Long seed, boolean ignoreEnd) {
    private static final double HOTTEST = 2;

    public GenerationOptions {
        check("max-tokens", maxTokens >= 0, maxTokens, "0 or more");
        check("temperature", temperature >= 0 && temperature <= HOTTEST, temperature, "a number from 0 to 2");
        check("top-k", topK >= 0, topK, "0 or more");
        check("top-p", topP > 0 && topP <= 1, topP, "a number above 0 and up to 1");
    }

    /** Greedy, without a limit of tokens. */
    public static GenerationOptions defaults() {
        return new GenerationOptions(0, 0, 0, 1, null, false);
    }

    public GenerationOptions withMaxTokens(int tokens) {
        return new GenerationOptions(tokens, temperature, topK, topP, seed, ignoreEnd);
    }

    public GenerationOptions withTemperature(double value) {
        return new GenerationOptions(maxTokens, value, topK, topP, seed, ignoreEnd);
    }

    public GenerationOptions withTopK(int best) {
        return new GenerationOptions(maxTokens, temperature, best, topP, seed, ignoreEnd);
    }

    public GenerationOptions withTopP(double mass) {
        return new GenerationOptions(maxTokens, temperature, topK, mass, seed, ignoreEnd);
    }

    public GenerationOptions withSeed(long value) {
        return new GenerationOptions(maxTokens, temperature, topK, topP, value, ignoreEnd);
    }

    public GenerationOptions withIgnoreEnd(boolean ignore) {
        return new GenerationOptions(maxTokens, temperature, topK, topP, seed, ignore);
    }

    private static void check(String field, boolean condition, Object found, String expected) {
        if (!condition) {
            throw new InvalidRequestException(field, "found " + found + ", expected " + expected);
        }
    }
}
