package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Writes the conjunction of two schemas as one schema. The result may use two spellings no author may: "pattern",
 * "format" and "multipleOf" can be lists, all of which must hold.
 */
final class SchemaMerger {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final CompileBudget budget;

    SchemaMerger(CompileBudget budget) {
        this.budget = budget;
    }

    /** A schema that describes what both describe; references stay references, side by side in "allOf". */
    JsonNode both(JsonNode a, JsonNode b, String where) {
        budget.spend(1);
        if (a.isBoolean()) {
            return a.booleanValue() ? b : a;
        }
        if (b.isBoolean()) {
            return b.booleanValue() ? a : b;
        }
        ObjectNode out = JSON.objectNode();
        out.setAll((ObjectNode) a);
        mergeMembers((ObjectNode) a, (ObjectNode) b, out, where);
        b.properties().forEach(field -> {
            budget.tick();
            String key = field.getKey();
            JsonNode mine = out.get(key);
            if (!key.equals("properties") && !key.equals("additionalProperties") && !key.equals("patternProperties")) {
                out.set(key, mine == null ? field.getValue() : keyword(key, mine, field.getValue(), where));
            }
        });
        return out;
    }

    private JsonNode keyword(String key, JsonNode mine, JsonNode theirs, String where) {
        if (mine.equals(theirs) && !key.equals("allOf")) {
            return mine;
        }
        switch (key) {
            case "type":
                return types(mine, theirs);
            case "required":
            case "allOf":
            case "pattern":
            case "format":
            case "multipleOf":
                return joined(mine, theirs);
            case "minimum":
            case "exclusiveMinimum":
            case "minLength":
            case "minItems":
            case "minProperties":
                return number(mine).compareTo(number(theirs)) >= 0 ? mine : theirs;
            case "maximum":
            case "exclusiveMaximum":
            case "maxLength":
            case "maxItems":
            case "maxProperties":
                return number(mine).compareTo(number(theirs)) <= 0 ? mine : theirs;
            case "enum":
                return common(mine, theirs);
            case "const":
                throw budget.error(where + ": two different values of \"const\" contradict each other");
            case "items":
                return both(mine, theirs, where);
            case "anyOf":
                return crossed(mine, theirs);
            default:
                if (SchemaKeywords.isAnnotation(key)) {
                    return mine;
                }
                throw budget.error(where + ": keyword \"" + key
                        + "\" stands in several schemas that must all hold; that is not supported");
        }
    }

    private static BigDecimal number(JsonNode node) {
        return node.decimalValue();
    }

    private static JsonNode types(JsonNode mine, JsonNode theirs) {
        Set<String> left = SchemaKeywords.types(mine);
        Set<String> right = SchemaKeywords.types(theirs);
        ArrayNode out = JSON.arrayNode();
        for (String type : left) {
            boolean narrows = type.equals("integer") && right.contains("number");
            if (right.contains(type) || narrows) {
                out.add(type);
            }
        }
        if (left.contains("number") && right.contains("integer") && !left.contains("integer")) {
            out.add("integer");
        }
        return out;
    }

    private static ArrayNode joined(JsonNode mine, JsonNode theirs) {
        Set<JsonNode> all = new LinkedHashSet<>();
        for (JsonNode side : new JsonNode[] {mine, theirs}) {
            if (side.isArray()) {
                side.forEach(all::add);
            } else {
                all.add(side);
            }
        }
        return JSON.arrayNode().addAll(all);
    }

    private static ArrayNode common(JsonNode mine, JsonNode theirs) {
        ArrayNode out = JSON.arrayNode();
        for (JsonNode value : mine) {
            for (JsonNode other : theirs) {
                if (SchemaKeywords.sameValue(value, other)) {
                    out.add(value);
                    break;
                }
            }
        }
        return out;
    }

    /** Every pair of branches. */
    private ArrayNode crossed(JsonNode mine, JsonNode theirs) {
        ArrayNode out = JSON.arrayNode();
        for (JsonNode left : mine) {
            for (JsonNode right : theirs) {
                budget.spend(1);
                out.add(JSON.objectNode()
                        .set("allOf", JSON.arrayNode().add(left).add(right)));
            }
        }
        return out;
    }

    /** Properties of one side also obey what the other says of properties it does not name. */
    private void mergeMembers(ObjectNode a, ObjectNode b, ObjectNode out, String where) {
        if (a.has("patternProperties") && b.has("patternProperties")) {
            throw budget.error(where + ": keyword \"patternProperties\" stands in several schemas that must all hold;"
                    + " that is not supported");
        }
        ObjectNode properties = JSON.objectNode();
        Set<String> names = new LinkedHashSet<>();
        a.path("properties").fieldNames().forEachRemaining(names::add);
        b.path("properties").fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            properties.set(name, both(member(a, name), member(b, name), where));
        }
        if (!names.isEmpty() || a.has("properties") || b.has("properties")) {
            out.set("properties", properties);
        }
        JsonNode patterns = a.has("patternProperties") ? a.get("patternProperties") : b.get("patternProperties");
        if (patterns != null) {
            if (a.has("additionalProperties") || b.has("additionalProperties")) {
                boolean oneSided =
                        a.has("patternProperties") ? !b.has("additionalProperties") : !a.has("additionalProperties");
                if (!oneSided) {
                    throw budget.error(where + ": \"patternProperties\" and \"additionalProperties\" in different"
                            + " schemas that must all hold are not supported");
                }
            }
            out.set("patternProperties", patterns);
        }
        JsonNode left = a.get("additionalProperties");
        JsonNode right = b.get("additionalProperties");
        if (left != null && right != null) {
            out.set("additionalProperties", both(left, right, where));
        } else if (left != null || right != null) {
            out.set("additionalProperties", left != null ? left : right);
        }
    }

    private JsonNode member(ObjectNode schema, String name) {
        JsonNode named = schema.path("properties").get(name);
        if (named != null) {
            return named;
        }
        JsonNode rest = schema.get("additionalProperties");
        // Patterns are applied where the object is compiled, to all names alike.
        return rest == null || schema.has("patternProperties") ? BooleanNode.TRUE : rest;
    }
}
