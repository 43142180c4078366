package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which keywords of JSON Schema are enforced, which say nothing about a value, and what their values look like. */
final class SchemaKeywords {
    static final Set<String> ALL_TYPES = orderedSet("null", "boolean", "number", "string", "array", "object");

    private static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "example",
            "$schema",
            "$id",
            "id",
            "$comment",
            "deprecated",
            "readOnly",
            "writeOnly",
            "contentEncoding",
            "contentMediaType",
            "$defs",
            "definitions");
    private static final Set<String> STRING = Set.of("minLength", "maxLength", "pattern", "format");
    private static final Set<String> NUMBER =
            Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");
    private static final Set<String> ARRAY =
            Set.of("items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems");
    private static final Set<String> OBJECT = Set.of(
            "properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties");
    private static final Set<String> GENERAL = Set.of("type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf");
    private static final Set<String> COUNTS =
            Set.of("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties");

    private SchemaKeywords() {}

    private static Set<String> orderedSet(String... values) {
        return new LinkedHashSet<>(java.util.List.of(values));
    }

    static boolean isAnnotation(String key) {
        return ANNOTATIONS.contains(key);
    }

    /** The type a keyword speaks of, or null. */
    private static String typeOf(String key) {
        if (STRING.contains(key)) {
            return "string";
        }
        if (NUMBER.contains(key)) {
            return "number";
        }
        if (ARRAY.contains(key)) {
            return "array";
        }
        return OBJECT.contains(key) ? "object" : null;
    }

    /** The listed types, or where none are listed, those of the keywords present, or else all. */
    static Set<String> typesOf(JsonNode schema) {
        if (schema.has("type")) {
            return types(schema.get("type"));
        }
        Set<String> implied = new LinkedHashSet<>();
        schema.fieldNames().forEachRemaining(key -> {
            if (typeOf(key) != null) {
                implied.add(typeOf(key));
            }
        });
        return implied.isEmpty() ? ALL_TYPES : implied;
    }

    static Set<String> types(JsonNode type) {
        Set<String> out = new LinkedHashSet<>();
        if (type.isArray()) {
            type.forEach(one -> out.add(one.textValue()));
        } else {
            out.add(type.textValue());
        }
        return out;
    }

    /** Equality of JSON values, for which 1 and 1.0 are the same. */
    static boolean sameValue(JsonNode a, JsonNode b) {
        return a.equals(
                (x, y) -> x.isNumber() && y.isNumber()
                        ? x.decimalValue().compareTo(y.decimalValue())
                        : x.equals(y) ? 0 : 1,
                b);
    }

    /** Refuses what is unknown, unsupported or malformed in one schema object, by name. */
    static void check(JsonNode schema, String where, CompileBudget budget) {
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            budget.tick();
            String key = field.getKey();
            if (isAnnotation(key)) {
                continue;
            }
            if (!GENERAL.contains(key) && typeOf(key) == null) {
                throw budget.error(where + ": keyword \"" + key + "\" is not supported; remove it");
            }
            String expected = expectation(key, field.getValue());
            if (expected != null) {
                throw budget.error(
                        where + ": keyword \"" + key + "\" has a value of the wrong kind; expected " + expected);
            }
        }
        if (schema.path("uniqueItems").booleanValue()) {
            throw budget.error(where + ": keyword \"uniqueItems\" is not supported; remove it");
        }
    }

    /** What a keyword's value should have been, or null where it is fine. */
    private static String expectation(String key, JsonNode value) {
        if (COUNTS.contains(key)) {
            boolean whole = value.isNumber() && isCount(value.decimalValue());
            return whole ? null : "a whole number from 0 to 2147483647";
        }
        if (NUMBER.contains(key)) {
            boolean positive = !key.equals("multipleOf") || value.decimalValue().signum() > 0;
            return value.isNumber() && positive ? null : "a number" + (key.equals("multipleOf") ? " above 0" : "");
        }
        switch (key) {
            case "type":
                return isType(value) ? null : "a type or a list of types of JSON";
            case "pattern":
            case "format":
            case "$ref":
                return value.isTextual() ? null : "a string";
            case "required":
                return isStrings(value) ? null : "a list of strings";
            case "enum":
                return value.isArray() ? null : "a list of values";
            case "anyOf":
            case "oneOf":
            case "allOf":
                return value.isArray() && !value.isEmpty() && allSchemas(value) ? null : "a list of schemas";
            case "prefixItems":
                return value.isArray() && allSchemas(value) ? null : "a list of schemas";
            case "properties":
            case "patternProperties":
                return value.isObject() && allSchemas(value) ? null : "an object of schemas";
            case "uniqueItems":
                return value.isBoolean() ? null : "true or false";
            case "items":
                return isSchema(value) || value.isArray() && allSchemas(value) ? null : "a schema";
            case "additionalProperties":
            case "additionalItems":
                return isSchema(value) ? null : "a schema";
            default:
                return null;
        }
    }

    private static boolean isCount(BigDecimal value) {
        return value.signum() >= 0
                && value.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0
                && value.stripTrailingZeros().scale() <= 0;
    }

    private static boolean isSchema(JsonNode value) {
        return value.isObject() || value.isBoolean();
    }

    private static boolean allSchemas(JsonNode values) {
        for (JsonNode value : values) {
            if (!isSchema(value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isStrings(JsonNode value) {
        if (!value.isArray()) {
            return false;
        }
        for (JsonNode item : value) {
            if (!item.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isType(JsonNode value) {
        if (!value.isTextual() && !(isStrings(value) && !value.isEmpty())) {
            return false;
        }
        for (String type : types(value)) {
            if (!ALL_TYPES.contains(type) && !type.equals("integer")) {
                return false;
            }
        }
        return true;
    }
}
