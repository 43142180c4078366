package org.ascend4j.internal.schedule;

import java.util.Arrays;
import java.util.Set;

/**
 * One request as numbers: its tokens, how many of them the KV cache holds, and where. Chunked prefill and decode are
 * arithmetic on these numbers, not separate code. Owned by the engine thread.
 */
public final class Sequence {
    private static final int[] NO_BLOCKS = {};

    private final long id;
    private final int promptLength;
    private final int maxTokens;
    private final SamplingPlan sampling;
    private final Set<Integer> stopTokens;
    private int[] tokens;
    private int length;
    private int computed;
    private int[] blockTable = NO_BLOCKS;
    private FinishReason finished;

    /**
     * @param prompt at least one token id
     * @param maxTokens most tokens to generate, at least 1
     * @param stopTokens ids that end the answer; the id that does so is kept
     */
    public Sequence(long id, int[] prompt, int maxTokens, SamplingPlan sampling, Set<Integer> stopTokens) {
        if (prompt.length < 1 || maxTokens < 1 || maxTokens > Integer.MAX_VALUE - prompt.length) {
            throw new IllegalArgumentException(
                    "sequence " + id + ": " + prompt.length + " prompt tokens and up to " + maxTokens + " more");
        }
        this.id = id;
        this.promptLength = prompt.length;
        this.maxTokens = maxTokens;
        this.sampling = sampling;
        this.stopTokens = Set.copyOf(stopTokens);
        this.tokens = Arrays.copyOf(prompt, prompt.length + Math.min(maxTokens, 256));
        this.length = prompt.length;
    }

    public long id() {
        return id;
    }

    public SamplingPlan sampling() {
        return sampling;
    }

    /** Prompt and generated tokens together. */
    public int length() {
        return length;
    }

    public int promptLength() {
        return promptLength;
    }

    /** Tokens whose keys and values are in the cache. */
    public int computed() {
        return computed;
    }

    /** Tokens still to be run before the next one can be sampled. */
    public int pending() {
        return length - computed;
    }

    public int token(int position) {
        return tokens[position];
    }

    /** The most tokens this sequence can ever have. */
    public int maxLength() {
        return promptLength + maxTokens;
    }

    /** Cache blocks in the order of the sequence; valid while it runs. */
    public int[] blockTable() {
        return blockTable;
    }

    /** Null while the sequence goes on. */
    public FinishReason finishReason() {
        return finished;
    }

    /** The generated ids so far, a stop token included. */
    public int[] generated() {
        return Arrays.copyOfRange(tokens, promptLength, length);
    }

    void admit(int[] blocks) {
        blockTable = blocks;
    }

    int[] surrender() {
        int[] blocks = blockTable;
        blockTable = NO_BLOCKS;
        return blocks;
    }

    void advance(int count) {
        computed += count;
    }

    /** Adds a sampled token and decides whether it was the last. */
    void append(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.min(maxLength(), length * 2));
        }
        tokens[length++] = token;
        if (stopTokens.contains(token)) {
            finished = FinishReason.STOP;
        } else if (length == maxLength()) {
            finished = FinishReason.LENGTH;
        }
    }

    void cancel() {
        if (finished == null) {
            finished = FinishReason.CANCELLED;
        }
    }
}
