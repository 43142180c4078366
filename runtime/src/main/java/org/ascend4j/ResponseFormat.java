package org.ascend4j;

import java.util.List;
import org.ascend4j.error.InvalidRequestException;

/** What an answer must look like. Every token that would break the format is kept from being picked. */
public sealed interface ResponseFormat {
    /** Most characters of a schema, an expression, a grammar or all choices together. */
    int MOST_CHARACTERS = 1 << 20;

    /** Any text. */
    record Text() implements ResponseFormat {}

    /** A JSON value that the schema accepts. */
    record JsonSchema(String schema) implements ResponseFormat {
        public JsonSchema {
            check(schema, "a JSON schema");
        }
    }

    /** Text that the regular expression matches from beginning to end. */
    record Regex(String pattern) implements ResponseFormat {
        public Regex {
            check(pattern, "a regular expression");
        }
    }

    /** One of these texts. */
    record Choice(List<String> choices) implements ResponseFormat {
        public Choice {
            if (choices == null || choices.isEmpty()) {
                throw wrong(choices == null ? "null" : "no choice", "a list of one or more texts");
            }
            long sum = 0;
            for (String choice : choices) {
                check(choice, "texts to choose from");
                sum += choice.length();
            }
            if (sum > MOST_CHARACTERS) {
                throw wrong(sum + " characters", "choices of at most " + MOST_CHARACTERS + " in all");
            }
            choices = List.copyOf(choices);
        }
    }

    /** Text that the context-free grammar derives. */
    record Grammar(String grammar) implements ResponseFormat {
        public Grammar {
            check(grammar, "a grammar");
        }
    }

    private static void check(String text, String expected) {
        if (text == null || text.isEmpty()) {
            throw wrong(text == null ? "null" : "nothing", expected);
        }
        if (text.length() > MOST_CHARACTERS) {
            throw wrong(text.length() + " characters", expected + " of at most " + MOST_CHARACTERS);
        }
    }

    private static InvalidRequestException wrong(String found, String expected) {
        return new InvalidRequestException("response-format", "found " + found + ", expected " + expected);
    }
}
