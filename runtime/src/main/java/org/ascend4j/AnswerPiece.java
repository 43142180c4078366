package org.ascend4j;

import java.util.Arrays;
import java.util.List;

/**
 * A part of an answer as it is generated. As a rule it is one token; a reader that lags behind gets several in one. The
 * last piece of an answer has the reason for its end, and no token.
 *
 * @param tokens the ids that the piece covers
 * @param text what they complete, empty for special tokens, inside a character that is not whole yet, and inside thoughts
 *     and calls; in the last piece what was still held back
 * @param finishReason why the answer ended; null before the last piece
 * @param logprobs one for each token, if they were asked for
 * @param reasoning what more the model thought aloud; empty if nothing
 * @param toolCalls the calls that became whole
 */
public record AnswerPiece(
        int[] tokens,
        String text,
        FinishReason finishReason,
        List<TokenLogprob> logprobs,
        String reasoning,
        List<ToolCall> toolCalls) {
    public AnswerPiece {
        tokens = tokens.clone();
        logprobs = List.copyOf(logprobs);
        toolCalls = List.copyOf(toolCalls);
    }

    /** A piece of text alone. */
    public AnswerPiece(int[] tokens, String text, FinishReason finishReason, List<TokenLogprob> logprobs) {
        this(tokens, text, finishReason, logprobs, "", List.of());
    }

    /** A piece without log probabilities. */
    public AnswerPiece(int[] tokens, String text, FinishReason finishReason) {
        this(tokens, text, finishReason, List.of());
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
    }

    /** Whether no more pieces follow. */
    public boolean last() {
        return finishReason != null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AnswerPiece piece
                && Arrays.equals(tokens, piece.tokens)
                && text.equals(piece.text)
                && finishReason == piece.finishReason
                && logprobs.equals(piece.logprobs)
                && reasoning.equals(piece.reasoning)
                && toolCalls.equals(piece.toolCalls);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(tokens) + text.hashCode();
    }
}
