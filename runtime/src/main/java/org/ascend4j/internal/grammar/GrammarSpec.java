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

    /** One after another. */
    record Sequence(List<GrammarSpec> parts) implements GrammarSpec {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** One of several. */
    record AnyOf(List<GrammarSpec> choices) implements GrammarSpec {
        public AnyOf {
            choices = List.copyOf(choices);
        }
    }

    /**
     * The same, several times.
     *
     * @param between stands between two of them
     */
    record Repeated(GrammarSpec part, String between, int least, int most) implements GrammarSpec {}

    /** Exactly this text. */
    static GrammarSpec text(String text) {
        return new Choice(List.of(text));
    }
}
