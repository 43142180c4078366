package org.ascend4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.json.JsonWriter;
import org.ascend4j.internal.tools.CallFormat;

/**
 * A conversation as chat templates see it. For a template that knows tools, they and the calls are values of their own, in
 * the shapes that all such templates expect; for one that does not, they are put into words the way that Hermes has them.
 */
final class ChatTurns {
    private static final String INTRODUCTION = """
            You can call functions to help with the user's request. Their signatures are:
            <tools>
            """;
    private static final String INSTRUCTION = """
            </tools>
            To call a function, write its name and arguments as JSON between tags, like this:
            <tool_call>
            {"name": "function-name", "arguments": {"argument": "value"}}
            </tool_call>
            """;

    private final Prompt.Chat chat;
    private final boolean knowsTools;
    private final CallFormat format;
    private final UnaryOperator<String> protect;

    /**
     * @param knowsTools whether the template puts tools into words itself
     * @param protect takes markers out of a user's text
     */
    ChatTurns(Prompt.Chat chat, boolean knowsTools, CallFormat format, UnaryOperator<String> protect) {
        this.chat = chat;
        this.knowsTools = knowsTools;
        this.format = format;
        this.protect = protect;
    }

    /** All texts that users may have had a hand in. */
    static List<String> texts(Prompt.Chat chat) {
        List<String> texts = new ArrayList<>();
        for (Message message : chat.messages()) {
            texts.addAll(List.of(message.role(), message.content(), message.callId()));
            message.calls().forEach(call -> texts.addAll(List.of(call.id(), call.name(), call.arguments())));
        }
        chat.tools().forEach(tool -> texts.addAll(List.of(tool.description(), tool.parameters())));
        return texts;
    }

    /** The variable {@code messages}. */
    List<Map<String, Object>> messages() {
        List<Map<String, Object>> turns = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        for (Message message : chat.messages()) {
            message.calls().forEach(call -> names.put(call.id(), call.name()));
            turns.add(knowsTools ? turn(message, names) : worded(message));
        }
        if (!knowsTools && tells()) {
            introduce(turns);
        }
        return turns;
    }

    /** The variable {@code tools}; null if there are none to tell of. */
    List<Object> tools() {
        return knowsTools && tells() ? definitions(protect) : null;
    }

    private boolean tells() {
        return !chat.tools().isEmpty() && chat.choice().kind() != ToolChoice.Kind.NONE;
    }

    private Map<String, Object> turn(Message message, Map<String, String> names) {
        Map<String, Object> turn = new LinkedHashMap<>();
        turn.put("role", protect.apply(message.role()));
        turn.put("content", protect.apply(message.content()));
        if (!message.calls().isEmpty()) {
            turn.put("tool_calls", message.calls().stream().map(this::call).toList());
        }
        if (!message.callId().isEmpty()) {
            turn.put("tool_call_id", protect.apply(callId(message.callId())));
            turn.put("name", protect.apply(names.getOrDefault(message.callId(), "")));
        }
        return turn;
    }

    private Map<String, Object> call(ToolCall call) {
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("id", protect.apply(callId(call.id())));
        made.put("type", "function");
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", protect.apply(call.name()));
        function.put("arguments", protectAll(arguments(call), protect));
        made.put("function", function);
        return made;
    }

    /** Mistral's templates refuse all but nine letters and digits. */
    private String callId(String id) {
        return format != CallFormat.MISTRAL || id.matches("[A-Za-z0-9]{9}")
                ? id
                : String.format("%09d", id.hashCode() & 0x7fff_ffff).substring(0, 9);
    }

    /** What a client gives back as arguments need not be JSON: then the text itself. */
    private static Object arguments(ToolCall call) {
        try {
            JsonValue value = JsonDocument.parse("arguments", call.arguments());
            return value.isObject() ? value.members() : call.arguments();
        } catch (ModelFormatException text) {
            return call.arguments();
        }
    }

    private Map<String, Object> worded(Message message) {
        StringBuilder content = new StringBuilder(protect.apply(message.content()));
        String role = message.role();
        for (ToolCall call : message.calls()) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", call.name());
            body.put("arguments", arguments(call));
            content.append(content.length() == 0 ? "" : "\n")
                    .append("<tool_call>\n")
                    .append(protect.apply(JsonWriter.write(body)))
                    .append("\n</tool_call>");
        }
        if (role.equals("tool")) {
            role = "user";
            content.insert(0, "<tool_response>\n").append("\n</tool_response>");
        }
        Map<String, Object> turn = new LinkedHashMap<>();
        turn.put("role", protect.apply(role));
        turn.put("content", content.toString());
        return turn;
    }

    private void introduce(List<Map<String, Object>> turns) {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        definitions(UnaryOperator.identity())
                .forEach(tool ->
                        text.append(protect.apply(JsonWriter.write(tool))).append('\n'));
        text.append(INSTRUCTION);
        Map<String, Object> first = turns.get(0);
        if ("system".equals(first.get("role"))) {
            first.put("content", first.get("content") + "\n\n" + text);
        } else {
            Map<String, Object> system = new LinkedHashMap<>();
            system.put("role", "system");
            system.put("content", text.toString());
            turns.add(0, system);
        }
    }

    private List<Object> definitions(UnaryOperator<String> protection) {
        List<Object> definitions = new ArrayList<>();
        for (ToolDefinition tool : chat.tools()) {
            Map<String, Object> function = new LinkedHashMap<>();
            function.put("name", tool.name());
            if (!tool.description().isEmpty()) {
                function.put("description", protection.apply(tool.description()));
            }
            function.put("parameters", protectAll(tool.schema(), protection));
            Map<String, Object> definition = new LinkedHashMap<>();
            definition.put("type", "function");
            definition.put("function", function);
            definitions.add(definition);
        }
        return definitions;
    }

    private static Object protectAll(Object value, UnaryOperator<String> protection) {
        if (value instanceof String text) {
            return protection.apply(text);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(each -> protectAll(each, protection)).collect(Collectors.toList());
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> out = new LinkedHashMap<>();
            map.forEach((name, each) -> out.put(protection.apply((String) name), protectAll(each, protection)));
            return out;
        }
        return value;
    }
}
