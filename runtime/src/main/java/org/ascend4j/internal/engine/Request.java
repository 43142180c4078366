package org.ascend4j.internal.engine;

import org.ascend4j.internal.grammar.GrammarMatcher;
import org.ascend4j.internal.schedule.Sequence;

/**
 * A sequence and where its tokens go.
 *
 * @param matcher what the answer has to follow; null for free text. Belongs to the engine from here on
 */
public record Request(Sequence sequence, TokenSink sink, GrammarMatcher matcher) {
    /** A request for free text. */
    public Request(Sequence sequence, TokenSink sink) {
        this(sequence, sink, null);
    }
}
