package org.ascend4j.internal.grammar;

import java.util.List;

/** What an answer must look like, as a request says it. */
public sealed interface GrammarSpec {
    /** A JSON value that a JSON Schema describes; the text is the schema. */
    record JsonSchema(String schema) implements GrammarSpec {}

    /** Any JSON object. */
    record JsonObject() implements GrammarSpec {}

    /** A text that a regular expression matches as a whole. */
    record Regex(String expression) implements GrammarSpec {}

    /** One of several texts. */
    record Choice(List<String> choices) implements GrammarSpec {
        public Choice {
            choices = List.copyOf(choices);
        }
    }

    /** A text of a context-free language, in the notation of docs/grammar.md. */
    record Cfg(String grammar) implements GrammarSpec {}
}
