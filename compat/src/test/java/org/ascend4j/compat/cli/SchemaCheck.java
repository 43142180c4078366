package org.ascend4j.compat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** As much of JSON Schema as the published schema uses: type, enum, required, properties, items. */
final class SchemaCheck {
    private final List<String> problems = new ArrayList<>();

    static List<String> problems(JsonNode value, JsonNode schema) {
        SchemaCheck check = new SchemaCheck();
        check.check("$", value, schema);
        return check.problems;
    }

    private void check(String path, JsonNode value, JsonNode schema) {
        if (schema.has("enum") && !contains(schema.path("enum"), value.asText())) {
            problems.add(path + ": " + value + " is none of " + schema.path("enum"));
        }
        if (schema.has("type") && !hasType(schema.path("type"), value)) {
            problems.add(path + ": " + value.getNodeType() + ", expected " + schema.path("type"));
        }
        if (value.isObject()) {
            schema.path("required").forEach(name -> {
                if (!value.has(name.asText())) {
                    problems.add(path + ": no " + name);
                }
            });
            value.properties().forEach(field -> {
                JsonNode property = schema.path("properties").path(field.getKey());
                if (property.isMissingNode()) {
                    problems.add(path + ": unknown " + field.getKey());
                } else {
                    check(path + "." + field.getKey(), field.getValue(), property);
                }
            });
        }
        for (int i = 0; i < value.size() && value.isArray(); i++) {
            check(path + "[" + i + "]", value.get(i), schema.path("items"));
        }
    }

    private static boolean hasType(JsonNode types, JsonNode value) {
        String name = value.isTextual() ? "string" : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
        return types.isArray() ? contains(types, name) : types.asText().equals(name);
    }

    private static boolean contains(JsonNode array, String text) {
        for (JsonNode item : array) {
            if (item.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }
}
