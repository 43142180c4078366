package org.ascend4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ascend4j.internal.grammar.GrammarCache;
import org.ascend4j.internal.grammar.GrammarLimits;
import org.ascend4j.internal.grammar.GrammarMatcher;
import org.ascend4j.internal.grammar.GrammarSpec;
import org.ascend4j.internal.grammar.Vocabulary;
import org.ascend4j.internal.text.Tokenizer;
import org.ascend4j.internal.tools.AnswerScanner;
import org.ascend4j.internal.tools.CallFormat;

/** Compiles response formats on the caller's thread and keeps the newest. The vocabulary is read at the first. */
final class ResponseFormats {
    private static final int KEPT = 16;

    private final Tokenizer tokenizer;

    /** By the markers that count as text: calls may begin with a special token. */
    private final Map<Set<String>, GrammarCache> caches = new HashMap<>();

    ResponseFormats(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** A matcher for one answer; null for free text. */
    GrammarMatcher matcher(ResponseFormat format, AnswerSyntax syntax) {
        if (syntax.forces()) {
            return cache(syntax.format()).get(ToolGrammar.calls(syntax)).matcher();
        }
        if (format instanceof ResponseFormat.Text) {
            return null;
        }
        GrammarSpec spec = spec(format);
        return syntax.format() == CallFormat.NONE
                ? cache(CallFormat.NONE).get(spec).matcher()
                : cache(syntax.format())
                        .get(new GrammarSpec.AnyOf(List.of(spec, ToolGrammar.calls(syntax))))
                        .matcher();
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

    private synchronized GrammarCache cache(CallFormat calls) {
        return caches.computeIfAbsent(AnswerScanner.markers(calls, false), this::newCache);
    }

    private GrammarCache newCache(Set<String> markers) {
        byte[][] tokens = new byte[tokenizer.vocabularySize()][];
        for (int id = 0; id < tokens.length; id++) {
            boolean marks = !markers.isEmpty()
                    && tokenizer.isSpecial(id)
                    && markers.contains(tokenizer.decode(new int[] {id}, true));
            tokens[id] = tokenizer.bytes(id, marks);
        }
        return new GrammarCache(Vocabulary.of(tokens, tokenizer.endOfGeneration()), GrammarLimits.DEFAULT, KEPT);
    }
}
