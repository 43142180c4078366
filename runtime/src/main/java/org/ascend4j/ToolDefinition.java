package org.ascend4j;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;

/**
 * A function that a model may ask to be called.
 *
 * @param name 1 to 64 letters, digits, dots, dashes and underscores
 * @param description what it does and when to call it; empty for none
 * @param parameters the JSON schema of its arguments, an object; empty or null for a function without any
 */
public record ToolDefinition(String name, String description, String parameters) {
    /** Most characters of a description or a schema. */
    public static final int MOST_CHARACTERS = 1 << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";

    public ToolDefinition {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException(
                    "tools",
                    "found a function named '" + (name.length() > 80 ? name.substring(0, 80) + "…" : name)
                            + "', expected 1 to 64 letters, digits, dots, dashes and underscores");
        }
        description = description == null ? "" : description;
        parameters = parameters == null || parameters.isBlank() ? NO_PARAMETERS : parameters;
        if (description.length() > MOST_CHARACTERS || parameters.length() > MOST_CHARACTERS) {
            throw new InvalidRequestException(
                    "tools",
                    "found " + Math.max(description.length(), parameters.length()) + " characters in function '" + name
                            + "', expected at most " + MOST_CHARACTERS);
        }
        schema(name, parameters);
    }

    /** The schema as plain values, its members in order. */
    Map<String, Object> schema() {
        return schema(name, parameters);
    }

    private static Map<String, Object> schema(String name, String parameters) {
        try {
            JsonValue schema = JsonDocument.parse("the parameters of function '" + name + "'", parameters);
            if (!schema.isObject()) {
                throw schema.wrong("a JSON schema, an object");
            }
            return new LinkedHashMap<>(schema.members());
        } catch (ModelFormatException wrong) {
            throw new InvalidRequestException("tools", wrong.getMessage());
        }
    }
}
