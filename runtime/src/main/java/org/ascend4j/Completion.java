package org.ascend4j;

/**
 * A finished answer.
 *
 * @param text the answer without special tokens
 * @param tokens the generated ids, the stop token included
 * @param promptTokens the ids of the prompt as the model saw them
 * @param finishReason why it ended
 * @param timeToFirstTokenNanos from the request to the first token
 * @param decodeTokensPerSecond speed after the first token; 0 if there was only one
 */
public record Completion(
        String text,
        int[] tokens,
        int[] promptTokens,
        FinishReason finishReason,
        long timeToFirstTokenNanos,
        double decodeTokensPerSecond) {
    public Completion {
        tokens = tokens.clone();
        promptTokens = promptTokens.clone();
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
    }

    @Override
    public int[] promptTokens() {
        return promptTokens.clone();
    }
}
