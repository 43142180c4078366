package org.ascend4j.bench.measure;

import java.util.stream.LongStream;

/**
 * When the tokens of one request reached its caller, on the clock of {@link System#nanoTime}.
 *
 * @param startNanos when the request was due: from here its caller waits
 * @param tokenNanos one for each generated token, at least one
 */
public record Trace(long startNanos, int promptTokens, long[] tokenNanos) {
    public Trace {
        if (tokenNanos.length == 0) {
            throw new IllegalArgumentException("a finished request has at least one token");
        }
        tokenNanos = tokenNanos.clone();
    }

    @Override
    public long[] tokenNanos() {
        return tokenNanos.clone();
    }

    public int tokens() {
        return tokenNanos.length;
    }

    public long firstNanos() {
        return tokenNanos[0];
    }

    public long endNanos() {
        return tokenNanos[tokenNanos.length - 1];
    }

    /** From the request to its first token. */
    public long timeToFirstNanos() {
        return firstNanos() - startNanos;
    }

    /** From the request to its last token. */
    public long wholeNanos() {
        return endNanos() - startNanos;
    }

    /** The gaps between neighbouring tokens. */
    public LongStream gapNanos() {
        return LongStream.range(1, tokenNanos.length).map(i -> tokenNanos[(int) i] - tokenNanos[(int) i - 1]);
    }

    /** Mean gap between tokens; what vLLM calls time per output token. 0 for a single token. */
    public double timePerTokenNanos() {
        return tokens() == 1 ? 0 : (double) (endNanos() - firstNanos()) / (tokens() - 1);
    }
}
