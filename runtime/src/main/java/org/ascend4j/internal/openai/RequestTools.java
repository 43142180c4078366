package org.ascend4j.internal.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ascend4j.Prompt;
import org.ascend4j.ToolChoice;
import org.ascend4j.ToolDefinition;
import org.ascend4j.error.InvalidRequestException;

/**
 * The functions of a body, in OpenAI's {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}, and whether the
 * model is to think, in vLLM's {@code chat_template_kwargs}.
 */
final class RequestTools {
    static final Set<String> FIELDS = Set.of("tools", "tool_choice", "parallel_tool_calls", "chat_template_kwargs");

    private RequestTools() {}

    /** The conversation with what a body says of tools and thoughts. */
    static Prompt.Chat add(Prompt.Chat chat, RequestFields fields) {
        List<ToolDefinition> tools = tools(fields);
        for (String field : List.of("tool_choice", "parallel_tool_calls")) {
            if (tools.isEmpty() && fields.has(field) && !none(fields, field)) {
                throw new InvalidRequestException(field, "found without tools, expected at least one tool beside it");
            }
        }
        try {
            ToolChoice choice = choice(fields);
            if (fields.has("parallel_tool_calls")) {
                choice = choice.withParallel(fields.flag("parallel_tool_calls") && choice.parallel());
            }
            return chat.withTools(tools).withToolChoice(choice).withThinking(thinking(fields));
        } catch (InvalidRequestException wrong) {
            throw RequestFields.respelled(wrong);
        }
    }

    private static boolean none(RequestFields fields, String field) {
        JsonNode value = fields.json(field);
        return field.equals("tool_choice")
                && value.isTextual()
                && Set.of("none", "auto").contains(value.textValue());
    }

    private static List<ToolDefinition> tools(RequestFields fields) {
        List<ToolDefinition> tools = new ArrayList<>();
        List<JsonNode> items = fields.list("tools");
        for (int i = 0; i < items.size(); i++) {
            if (!items.get(i).isObject()) {
                throw fields.wrong("tools", "an array of objects");
            }
            RequestFields item = new RequestFields(items.get(i), "tools[" + i + "].");
            item.refuseOthers(Set.of("type", "function"));
            if (!item.text("type", null).equals("function")) {
                throw item.wrong("type", "function");
            }
            RequestFields function = item.object("function");
            function.refuseOthers(Set.of("name", "description", "parameters", "strict"));
            function.flag("strict");
            String parameters =
                    function.has("parameters") ? function.object("parameters").toString() : "";
            tools.add(new ToolDefinition(function.text("name", null), function.text("description", ""), parameters));
        }
        return tools;
    }

    private static ToolChoice choice(RequestFields fields) {
        if (!fields.has("tool_choice")) {
            return ToolChoice.AUTO;
        }
        JsonNode value = fields.json("tool_choice");
        if (value.isTextual()) {
            return switch (value.textValue()) {
                case "auto" -> ToolChoice.AUTO;
                case "none" -> ToolChoice.NONE;
                case "required" -> ToolChoice.REQUIRED;
                default -> throw fields.wrong("tool_choice", "auto, none, required or a function");
            };
        }
        RequestFields choice = fields.object("tool_choice");
        choice.refuseOthers(Set.of("type", "function"));
        if (!choice.text("type", null).equals("function")) {
            throw choice.wrong("type", "function");
        }
        RequestFields function = choice.object("function");
        function.refuseOthers(Set.of("name"));
        String name = function.text("name", null);
        if (name.isEmpty()) {
            throw function.wrong("name", "the name of one of the tools");
        }
        return ToolChoice.named(name);
    }

    /** Null leaves it to the model's template. */
    private static Boolean thinking(RequestFields fields) {
        if (!fields.has("chat_template_kwargs")) {
            return null;
        }
        RequestFields wishes = fields.object("chat_template_kwargs");
        wishes.refuseOthers(Set.of("enable_thinking", "thinking"));
        String name = wishes.has("enable_thinking") ? "enable_thinking" : "thinking";
        boolean wish = wishes.flag(name);
        return wishes.has(name) ? (Boolean) wish : null;
    }
}
