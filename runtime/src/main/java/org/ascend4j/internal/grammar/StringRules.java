package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** "minLength", "maxLength", "pattern" and "format". Lengths count Unicode characters. */
final class StringRules {
    private final JsonSchemaCompiler compiler;
    private final CompileBudget budget;
    private final String where;

    StringRules(JsonSchemaCompiler compiler, String where) {
        this.compiler = compiler;
        this.budget = compiler.budget();
        this.where = where;
    }

    Node strings(ObjectNode schema) {
        int min = schema.path("minLength").asInt(0);
        int max = schema.has("maxLength") ? schema.get("maxLength").asInt() : Node.UNBOUNDED;
        if (max != Node.UNBOUNDED && max < min) {
            return Node.NOTHING;
        }
        List<Node> expressions = expressions(schema);
        if (expressions.isEmpty()) {
            return compiler.syntax().string(min, max);
        }
        Node only = expressions.get(0);
        if (expressions.size() == 1 && fits(only, min, max)) {
            return compiler.syntax().quoted(Node.encode(only, Encoding.JSON));
        }
        return compiler.syntax().quoted(new Node.Machine(contents(schema), Encoding.JSON));
    }

    /** What all keywords together allow. */
    CharDfa contents(ObjectNode schema) {
        int min = schema.path("minLength").asInt(0);
        int max = schema.has("maxLength") ? schema.get("maxLength").asInt() : Node.UNBOUNDED;
        CharDfa out = null;
        List<Node> expressions = expressions(schema);
        boolean lengthMatters = expressions.size() != 1 || !fits(expressions.get(0), min, max);
        if (lengthMatters && (min > 0 || max != Node.UNBOUNDED)) {
            Node any = new Node.Chars(CodePointSet.ALL, Encoding.RAW);
            out = CharDfa.of(new Node.Repeat(any, min, max), budget);
        }
        for (Node expression : expressions) {
            CharDfa dfa = CharDfa.of(expression, budget);
            out = out == null ? dfa : out.intersect(dfa, budget);
        }
        if (out == null) {
            out = CharDfa.of(
                    new Node.Repeat(new Node.Chars(CodePointSet.ALL, Encoding.RAW), 0, Node.UNBOUNDED), budget);
        }
        return out;
    }

    private List<Node> expressions(ObjectNode schema) {
        List<Node> out = new ArrayList<>();
        for (JsonNode pattern : all(schema.get("pattern"))) {
            out.add(RegexParser.search(pattern.textValue(), where + ": keyword \"pattern\"", budget));
        }
        for (JsonNode format : all(schema.get("format"))) {
            String expression = Formats.expression(format.textValue());
            if (expression == null) {
                throw budget.error(where + ": keyword \"format\" with \"" + format.textValue()
                        + "\" is not supported; expected one of " + Formats.names());
            }
            out.add(RegexParser.whole(expression, where, budget));
        }
        return out;
    }

    /** A keyword's values: a joined schema may have several. */
    static Iterable<JsonNode> all(JsonNode value) {
        if (value == null) {
            return List.of();
        }
        return value.isArray() ? value : List.of(value);
    }

    private static boolean fits(Node node, int min, int max) {
        return shortest(node) >= min && (max == Node.UNBOUNDED || longest(node) <= max);
    }

    private static long shortest(Node node) {
        if (node instanceof Node.Seq seq) {
            return capped(seq.parts().stream().mapToLong(StringRules::shortest).sum());
        }
        if (node instanceof Node.Alt alt) {
            return alt.choices().stream().mapToLong(StringRules::shortest).min().orElse(0);
        }
        if (node instanceof Node.Repeat repeat) {
            return capped(shortest(repeat.body()) * repeat.min());
        }
        return 1;
    }

    private static long longest(Node node) {
        if (node instanceof Node.Seq seq) {
            return capped(seq.parts().stream().mapToLong(StringRules::longest).sum());
        }
        if (node instanceof Node.Alt alt) {
            return alt.choices().stream().mapToLong(StringRules::longest).max().orElse(0);
        }
        if (node instanceof Node.Repeat repeat) {
            long times = repeat.max() == Node.UNBOUNDED ? Integer.MAX_VALUE : repeat.max();
            return capped(longest(repeat.body()) * times);
        }
        return 1;
    }

    private static long capped(long length) {
        return Math.min(length, Integer.MAX_VALUE);
    }
}
