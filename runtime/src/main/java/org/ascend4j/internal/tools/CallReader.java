package org.ascend4j.internal.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.json.JsonWriter;

/** Reads calls out of the JSON that a model wrote. Whatever is no call is no error: it is text. */
final class CallReader {
    private static final int MOST_NAME_CHARS = 256;

    private CallReader() {}

    /** A call that was read. */
    record Call(String id, String name, String arguments) {}

    /** The calls in an object or an array of such; empty if a single one is not a call. */
    static Optional<List<Call>> read(String json) {
        try {
            JsonValue value = JsonDocument.parse("call", json);
            List<JsonValue> items = value.isList() ? value.items() : List.of(value);
            List<Call> calls = new ArrayList<>();
            for (JsonValue item : items) {
                calls.add(call(item));
            }
            return calls.isEmpty() ? Optional.empty() : Optional.of(calls);
        } catch (ModelFormatException noCall) {
            return Optional.empty();
        }
    }

    /** A call whose name stands outside of its arguments. */
    static Optional<List<Call>> read(String id, String name, String arguments) {
        try {
            JsonValue value = JsonDocument.parse("arguments", arguments);
            return value.isObject() && isName(name)
                    ? Optional.of(List.of(new Call(id, name, JsonWriter.write(value.plain()))))
                    : Optional.empty();
        } catch (ModelFormatException noCall) {
            return Optional.empty();
        }
    }

    private static Call call(JsonValue item) {
        // The one around is what the protocol of answers looks like; some models write it.
        JsonValue function = item.get("function").isObject() ? item.get("function") : item;
        String name = function.get("name").text();
        if (!isName(name)) {
            throw function.get("name").wrong("the name of a function");
        }
        JsonValue arguments = function.first("arguments", "parameters");
        if (arguments.isString()) {
            arguments = JsonDocument.parse("arguments", arguments.text());
        }
        String id = item.get("id").isString() ? item.get("id").text() : "";
        return new Call(id, name, JsonWriter.write(arguments.members()));
    }

    private static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= MOST_NAME_CHARS
                && name.chars().noneMatch(c -> c < ' ' || c == '"' || c == '{' || c == '[');
    }
}
