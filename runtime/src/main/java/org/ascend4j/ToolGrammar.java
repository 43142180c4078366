package org.ascend4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.internal.grammar.GrammarSpec;
import org.ascend4j.internal.json.JsonWriter;
import org.ascend4j.internal.tools.CallFormat;

/** What calls look like in a family's own words, so that no token can be picked that would make one invalid. */
final class ToolGrammar {
    /** A model that goes round in circles must come to an end. */
    static final int MOST_CALLS = 16;

    private ToolGrammar() {}

    /** One call, or several where the choice allows it. */
    static GrammarSpec calls(AnswerSyntax syntax) {
        List<GrammarSpec> each = new ArrayList<>();
        for (ToolDefinition tool : syntax.tools()) {
            boolean wanted = syntax.choice().kind() != ToolChoice.Kind.NAMED
                    || tool.name().equals(syntax.choice().name());
            if (wanted) {
                each.add(call(tool, syntax));
            }
        }
        GrammarSpec one = each.size() == 1 ? each.get(0) : new GrammarSpec.AnyOf(each);
        int most = syntax.choice().parallel() ? MOST_CALLS : 1;
        if (syntax.format() == CallFormat.HERMES) {
            return new GrammarSpec.Repeated(framed("<tool_call>\n", one, "\n</tool_call>"), "\n", 1, most);
        }
        if (syntax.format() == CallFormat.LLAMA3) {
            return one;
        }
        return syntax.named()
                ? new GrammarSpec.Repeated(framed("[TOOL_CALLS]", one, ""), "", 1, most)
                : framed("[TOOL_CALLS][", new GrammarSpec.Repeated(one, ", ", 1, most), "]");
    }

    private static GrammarSpec call(ToolDefinition tool, AnswerSyntax syntax) {
        GrammarSpec arguments = new GrammarSpec.JsonSchema(JsonWriter.write(closed(tool.schema())));
        if (syntax.format() == CallFormat.MISTRAL && syntax.named()) {
            return framed(tool.name() + "[ARGS]", arguments, "");
        }
        String field = syntax.format() == CallFormat.LLAMA3 ? "parameters" : "arguments";
        return framed("{\"name\": \"" + tool.name() + "\", \"" + field + "\": ", arguments, "}");
    }

    /** A schema that says nothing of further properties means none: a model must not make up parameters. */
    private static Map<String, Object> closed(Map<String, Object> schema) {
        Map<String, Object> closed = new LinkedHashMap<>(schema);
        if (closed.containsKey("properties")) {
            closed.putIfAbsent("type", "object");
            closed.putIfAbsent("additionalProperties", false);
        }
        return closed;
    }

    private static GrammarSpec framed(String before, GrammarSpec content, String after) {
        List<GrammarSpec> parts = new ArrayList<>(List.of(GrammarSpec.text(before), content));
        if (!after.isEmpty()) {
            parts.add(GrammarSpec.text(after));
        }
        return new GrammarSpec.Sequence(parts);
    }
}
