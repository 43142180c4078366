package org.ascend4j;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.ascend4j.internal.text.StopMatcher;
import org.ascend4j.internal.text.StreamDecoder;
import org.ascend4j.internal.text.Tokenizer;
import org.ascend4j.internal.tools.AnswerScanner;

/** Turns an answer's tokens into text as they come, and finds the stop string that ends it. One answer, one thread. */
final class AnswerText {
    private final Tokenizer tokenizer;
    private final StreamDecoder decoder = new StreamDecoder();
    private final StopMatcher stops;
    private final int minTokens;
    private final Set<String> markers;
    private int tokens;

    AnswerText(Tokenizer tokenizer, GenerationOptions options, AnswerSyntax syntax) {
        this.tokenizer = tokenizer;
        this.stops = new StopMatcher(options.stop());
        this.minTokens = options.minTokens();
        this.markers = AnswerScanner.markers(syntax.format(), syntax.thinks() || syntax.thinking());
    }

    /** The text that a token completes. */
    String push(int token) {
        String decoded = decoder.push(bytes(token));
        return ++tokens < minTokens ? stops.pass(decoded) : stops.push(decoded);
    }

    /** Special tokens are not text, but for those that mark calls and thoughts. */
    private byte[] bytes(int token) {
        if (!markers.isEmpty() && tokenizer.isSpecial(token)) {
            byte[] marker = tokenizer.bytes(token, true);
            return markers.contains(new String(marker, StandardCharsets.UTF_8)) ? marker : new byte[0];
        }
        return tokenizer.bytes(token);
    }

    /** What was held back, at the end. */
    String finish() {
        String rest = stops.push(decoder.flush());
        return rest + stops.flush();
    }

    /** Whether a stop string has ended the answer. */
    boolean stopped() {
        return stops.matched() != null;
    }
}
