package org.ascend4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What an answer has brought so far: tokens, times, log probabilities. One thread at a time. */
final class AnswerRecord {
    private final int[] prompt;
    private final long startNanos = System.nanoTime();
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private final List<TokenLogprob> promptLogprobs = new ArrayList<>();
    private int[] tokens = new int[64];
    private int count;
    private long firstNanos;
    private long lastNanos;

    AnswerRecord(int[] prompt) {
        this.prompt = prompt;
    }

    void token(int id, long atNanos) {
        lastNanos = atNanos;
        if (count == 0) {
            firstNanos = atNanos;
        }
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, count * 2);
        }
        tokens[count++] = id;
    }

    void logprob(TokenLogprob logprob) {
        logprobs.add(logprob);
    }

    void promptLogprob(TokenLogprob logprob) {
        promptLogprobs.add(logprob);
    }

    /** Those of the last tokens; none if they were not asked for. */
    List<TokenLogprob> lastLogprobs(int tokens) {
        return logprobs.size() < count ? List.of() : logprobs.subList(count - tokens, count);
    }

    Completion completion(AnswerParts parts, FinishReason reason) {
        double speed = count < 2 || lastNanos == firstNanos ? 0 : (count - 1) * 1e9 / (lastNanos - firstNanos);
        return new Completion(
                parts.text(),
                Arrays.copyOf(tokens, count),
                prompt,
                reason,
                count == 0 ? 0 : firstNanos - startNanos,
                speed,
                logprobs.subList(0, Math.min(count, logprobs.size())),
                promptLogprobs,
                parts.reasoning(),
                parts.calls());
    }
}
