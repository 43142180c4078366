package org.ascend4j;

import org.ascend4j.internal.grammar.GrammarCache;
import org.ascend4j.internal.grammar.GrammarLimits;
import org.ascend4j.internal.grammar.GrammarMatcher;
import org.ascend4j.internal.grammar.GrammarSpec;
import org.ascend4j.internal.grammar.Vocabulary;
import org.ascend4j.internal.text.Tokenizer;

/** Compiles response formats on the caller's thread and keeps the newest. The vocabulary is read at the first. */
final class ResponseFormats {
    private static final int KEPT = 16;

    private final Tokenizer tokenizer;
    private GrammarCache cache;

    ResponseFormats(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** A matcher for one answer; null for free text. */
    GrammarMatcher matcher(ResponseFormat format) {
        if (format instanceof ResponseFormat.Text) {
            return null;
        }
        return cache().get(spec(format)).matcher();
    }

    private static GrammarSpec spec(ResponseFormat format) {
        if (format instanceof ResponseFormat.JsonSchema json) {
            return new GrammarSpec.JsonSchema(json.schema());
        } else if (format instanceof ResponseFormat.Regex regex) {
            return new GrammarSpec.Regex(regex.pattern());
        } else if (format instanceof ResponseFormat.Choice choice) {
            return new GrammarSpec.Choice(choice.choices());
        }
        return new GrammarSpec.Cfg(((ResponseFormat.Grammar) format).grammar());
    }

    private synchronized GrammarCache cache() {
        if (cache == null) {
            byte[][] tokens = new byte[tokenizer.vocabularySize()][];
            for (int id = 0; id < tokens.length; id++) {
                tokens[id] = tokenizer.bytes(id);
            }
            cache = new GrammarCache(Vocabulary.of(tokens, tokenizer.endOfGeneration()), GrammarLimits.DEFAULT, KEPT);
        }
        return cache;
    }
}
