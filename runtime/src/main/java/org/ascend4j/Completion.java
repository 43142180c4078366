package org.ascend4j;

import java.util.List;

/**
 * A finished answer.
 *
 * @param text the answer without special tokens; of a conversation's answer, what is neither thought nor call
 * @param tokens the generated ids, the stop token included
 * @param promptTokens the ids of the prompt as the model saw them
 * @param finishReason why it ended
 * @param timeToFirstTokenNanos from the request to the first token
 * @param decodeTokensPerSecond speed after the first token; 0 if there was only one
 * @param logprobs one for each generated token, if they were asked for
 * @param promptLogprobs one for each token of the prompt but the first, if they were asked for
 * @param reasoning what the model thought aloud first; empty if nothing
 * @param toolCalls the functions that it asks for, in order
 */
public record Completion(
        String text,
        int[] tokens,
        int[] promptTokens,
        FinishReason finishReason,
        long timeToFirstTokenNanos,
        double decodeTokensPerSecond,
        List<TokenLogprob> logprobs,
        List<TokenLogprob> promptLogprobs,
        String reasoning,
        List<ToolCall> toolCalls) {
    public Completion {
        tokens = tokens.clone();
        promptTokens = promptTokens.clone();
        logprobs = List.copyOf(logprobs);
        promptLogprobs = List.copyOf(promptLogprobs);
        toolCalls = List.copyOf(toolCalls);
    }

    /** An answer of text alone. */
    public Completion(
            String text,
            int[] tokens,
            int[] promptTokens,
            FinishReason finishReason,
            long timeToFirstTokenNanos,
            double decodeTokensPerSecond,
            List<TokenLogprob> logprobs,
            List<TokenLogprob> promptLogprobs) {
        this(
                text,
                tokens,
                promptTokens,
                finishReason,
                timeToFirstTokenNanos,
                decodeTokensPerSecond,
                logprobs,
                promptLogprobs,
                "",
                List.of());
    }

    /** An answer without log probabilities. */
    public Completion(
            String text,
            int[] tokens,
            int[] promptTokens,
            FinishReason finishReason,
            long timeToFirstTokenNanos,
            double decodeTokensPerSecond) {
        this(
                text,
                tokens,
                promptTokens,
                finishReason,
                timeToFirstTokenNanos,
                decodeTokensPerSecond,
                List.of(),
                List.of());
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
