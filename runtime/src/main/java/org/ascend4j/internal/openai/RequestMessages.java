package org.ascend4j.internal.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ascend4j.Message;
import org.ascend4j.ToolCall;
import org.ascend4j.error.InvalidRequestException;

/** The turns in a body's {@code messages}. */
final class RequestMessages {
    private static final Set<String> FIELDS =
            Set.of("role", "content", "tool_calls", "tool_call_id", "reasoning_content");

    private RequestMessages() {}

    static List<Message> read(JsonNode turns) {
        if (!turns.isArray() || turns.isEmpty()) {
            throw new InvalidRequestException(
                    "messages", "found " + RequestJson.describe(turns) + ", expected an array of at least one message");
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            String place = "messages[" + i + "]";
            JsonNode turn = turns.get(i);
            if (!turn.isObject()) {
                throw new InvalidRequestException(
                        place, "found " + RequestJson.describe(turn) + ", expected an object of role and content");
            }
            RequestJson.refuseOthers(turn, FIELDS, place + ".");
            messages.add(message(turn, place));
        }
        return messages;
    }

    private static Message message(JsonNode turn, String place) {
        RequestFields fields = new RequestFields(turn, place + ".");
        String role = fields.text("role", null);
        // OpenAI's newer name; templates know the older one.
        role = role.equals("developer") ? "system" : role;
        if (fields.has("tool_calls") && !role.equals("assistant")) {
            throw fields.wrong("tool_calls", "none but in a message of the assistant");
        }
        if (fields.has("tool_call_id") != role.equals("tool")) {
            throw fields.wrong(
                    "tool_call_id", role.equals("tool") ? "the id of a call" : "none but in a tool's message");
        }
        // Thoughts of earlier turns are not shown to the model again.
        fields.text("reasoning_content", "");
        List<ToolCall> calls = calls(fields, place);
        String content = calls.isEmpty() || fields.has("content") ? content(turn, place) : "";
        return new Message(role, content, calls, fields.text("tool_call_id", ""));
    }

    private static List<ToolCall> calls(RequestFields fields, String place) {
        List<ToolCall> calls = new ArrayList<>();
        List<JsonNode> items = fields.list("tool_calls");
        for (int i = 0; i < items.size(); i++) {
            String prefix = place + ".tool_calls[" + i + "].";
            if (!items.get(i).isObject()) {
                throw fields.wrong("tool_calls", "an array of calls");
            }
            RequestFields call = new RequestFields(items.get(i), prefix);
            call.refuseOthers(Set.of("id", "type", "function", "index"));
            if (!call.text("type", "function").equals("function")) {
                throw call.wrong("type", "function");
            }
            RequestFields function = call.object("function");
            function.refuseOthers(Set.of("name", "arguments"));
            calls.add(
                    new ToolCall(call.text("id", null), function.text("name", null), function.text("arguments", null)));
        }
        return calls;
    }

    /** A string, or parts of type text, which stand one after another. */
    private static String content(JsonNode turn, String place) {
        JsonNode content = turn.path("content");
        if (!content.isArray()) {
            return new RequestFields(turn, place + ".").text("content", null);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            String part = place + ".content[" + i + "].";
            RequestFields fields = new RequestFields(content.get(i), part);
            String type = fields.text("type", null);
            if (!type.equals("text")) {
                throw new InvalidRequestException(
                        part + "type",
                        "found " + RequestJson.describe(content.get(i).get("type")) + ", expected text");
            }
            RequestJson.refuseOthers(content.get(i), Set.of("type", "text"), part);
            text.append(fields.text("text", null));
        }
        return text.toString();
    }
}
