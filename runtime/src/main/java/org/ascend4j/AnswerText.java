package org.ascend4j;

import org.ascend4j.internal.text.StopMatcher;
import org.ascend4j.internal.text.StreamDecoder;
import org.ascend4j.internal.text.Tokenizer;

/** Turns an answer's tokens into text as they come, and finds the stop string that ends it. One answer, one thread. */
final class AnswerText {
    private final Tokenizer tokenizer;
    private final StreamDecoder decoder = new StreamDecoder();
    private final StopMatcher stops;
    private final int minTokens;
    private final StringBuilder text = new StringBuilder();
    private int tokens;

    AnswerText(Tokenizer tokenizer, GenerationOptions options) {
        this.tokenizer = tokenizer;
        this.stops = new StopMatcher(options.stop());
        this.minTokens = options.minTokens();
    }

    /** The text that a token completes. */
    String push(int token) {
        String decoded = decoder.push(tokenizer.bytes(token));
        return keep(++tokens < minTokens ? stops.pass(decoded) : stops.push(decoded));
    }

    /** What was held back, at the end. */
    String finish() {
        String rest = stops.push(decoder.flush());
        return keep(rest + stops.flush());
    }

    /** Whether a stop string has ended the answer. */
    boolean stopped() {
        return stops.matched() != null;
    }

    /** All text so far. */
    String whole() {
        return text.toString();
    }

    private String keep(String part) {
        text.append(part);
        return part;
    }
}
