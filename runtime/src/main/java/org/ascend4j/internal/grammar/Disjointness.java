package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Proves that branches of "oneOf" exclude each other: that nothing written for one branch is valid for another. What
 * a branch writes may be less than what is valid for it, which makes more proofs possible.
 */
final class Disjointness {
    private static final int MAX_NESTING = 12;
    private static final int MAX_BRANCHES = 200;

    private final JsonSchemaCompiler compiler;
    private final CompileBudget budget;

    Disjointness(JsonSchemaCompiler compiler) {
        this.compiler = compiler;
        this.budget = compiler.budget();
    }

    void require(List<JsonNode> branches, String where) {
        if (branches.size() > MAX_BRANCHES) {
            throw budget.error(where + ": keyword \"oneOf\" with " + branches.size() + " branches; expected at most "
                    + MAX_BRANCHES);
        }
        for (int i = 0; i < branches.size(); i++) {
            for (int j = 0; j < branches.size(); j++) {
                if (i != j && !excludes(branches.get(i), branches.get(j), where, 0)) {
                    throw budget.error(where + ": keyword \"oneOf\": its branches " + Math.min(i, j) + " and "
                            + Math.max(i, j) + " are not provably disjoint; use \"anyOf\", or tell them apart by a"
                            + " required property with different \"const\" values");
                }
            }
        }
    }

    /** Whether nothing written for one schema is valid for the other. */
    private boolean excludes(JsonNode written, JsonNode other, String where, int nesting) {
        budget.spend(1);
        if (nesting > MAX_NESTING) {
            return false;
        }
        JsonNode mine = compiler.flatten(written, where);
        JsonNode theirs = compiler.flatten(other, where);
        if (mine.isBoolean() || theirs.isBoolean()) {
            return mine.isBoolean() && !mine.booleanValue() || theirs.isBoolean() && !theirs.booleanValue();
        }
        for (String choice : List.of("anyOf", "oneOf")) {
            if (mine.has(choice)) {
                return compiler.branches((ObjectNode) mine, choice, where).stream()
                        .allMatch(branch -> excludes(branch, theirs, where, nesting + 1));
            }
        }
        for (String choice : List.of("anyOf", "oneOf")) {
            if (theirs.has(choice)) {
                return compiler.branches((ObjectNode) theirs, choice, where).stream()
                        .allMatch(branch -> excludes(mine, branch, where, nesting + 1));
            }
        }
        return listsExclude(mine, theirs) || typesExclude((ObjectNode) mine, (ObjectNode) theirs, where, nesting);
    }

    private static boolean isListed(JsonNode schema) {
        return schema.has("const") || schema.has("enum");
    }

    private static boolean listsExclude(JsonNode mine, JsonNode theirs) {
        if (isListed(mine) && isListed(theirs)) {
            return EnumRules.listed(mine).stream()
                    .noneMatch(value -> EnumRules.listed(theirs).stream()
                            .anyMatch(other -> SchemaKeywords.sameValue(value, other)));
        }
        JsonNode listed = isListed(mine) ? mine : theirs;
        JsonNode typed = isListed(mine) ? theirs : mine;
        return isListed(listed)
                && typed.has("type")
                && EnumRules.listed(listed).stream()
                        .noneMatch(value -> EnumRules.isOfType(value, SchemaKeywords.types(typed.get("type"))));
    }

    private boolean typesExclude(ObjectNode mine, ObjectNode theirs, String where, int nesting) {
        Set<String> valid = theirs.has("type") ? SchemaKeywords.types(theirs.get("type")) : SchemaKeywords.ALL_TYPES;
        Set<String> common = new LinkedHashSet<>();
        for (String type : SchemaKeywords.typesOf(mine)) {
            boolean numbers = type.equals("integer") && valid.contains("number")
                    || type.equals("number") && valid.contains("integer");
            if (numbers || valid.contains(type)) {
                common.add(type);
            }
        }
        for (String type : common) {
            if (!typeExcludes(type, mine, theirs, where, nesting)) {
                return false;
            }
        }
        return true;
    }

    private boolean typeExcludes(String type, ObjectNode mine, ObjectNode theirs, String where, int nesting) {
        switch (type) {
            case "object":
                return objectsExclude(mine, theirs, where, nesting);
            case "array":
                return countsExclude(mine, theirs, "minItems", "maxItems");
            case "string":
                return countsExclude(mine, theirs, "minLength", "maxLength")
                        || hasContents(mine)
                                && hasContents(theirs)
                                && new StringRules(compiler, where)
                                        .contents(mine)
                                        .intersect(new StringRules(compiler, where).contents(theirs), budget)
                                        .isEmpty();
            case "integer":
            case "number":
                return below(NumberRules.high(mine), NumberRules.low(theirs))
                        || below(NumberRules.high(theirs), NumberRules.low(mine));
            default:
                return false;
        }
    }

    private static boolean hasContents(JsonNode schema) {
        // A format's expression covers only a part of what is valid, so it proves nothing about the other side.
        return schema.has("pattern") && !schema.has("format");
    }

    private static boolean below(NumberRanges.Bound high, NumberRanges.Bound low) {
        if (high == null || low == null) {
            return false;
        }
        int order = high.value().compareTo(low.value());
        return order < 0 || order == 0 && (high.exclusive() || low.exclusive());
    }

    private static boolean countsExclude(JsonNode mine, JsonNode theirs, String min, String max) {
        return mine.path(max).asInt(Integer.MAX_VALUE) < theirs.path(min).asInt(0)
                || theirs.path(max).asInt(Integer.MAX_VALUE) < mine.path(min).asInt(0);
    }

    private boolean objectsExclude(ObjectNode mine, ObjectNode theirs, String where, int nesting) {
        for (JsonNode name : mine.path("required")) {
            JsonNode here = mine.path("properties").get(name.textValue());
            JsonNode there = theirs.path("properties").get(name.textValue());
            boolean closed = theirs.path("additionalProperties").isBoolean()
                    && !theirs.path("additionalProperties").booleanValue()
                    && !theirs.has("patternProperties");
            if (there == null && closed) {
                return true;
            }
            if (here != null && there != null && excludes(here, there, where, nesting + 1)) {
                return true;
            }
        }
        return theirs.has("required") && lacksRequired(mine, theirs.get("required"));
    }

    /** Whether an object written for one schema never has a property the other requires. */
    private static boolean lacksRequired(ObjectNode mine, JsonNode required) {
        boolean open = mine.has("patternProperties")
                || mine.path("additionalProperties").isObject()
                || mine.path("additionalProperties").booleanValue()
                || !mine.has("properties") && !mine.has("required") && !mine.has("additionalProperties");
        for (Iterator<JsonNode> names = required.elements(); !open && names.hasNext(); ) {
            String name = names.next().textValue();
            boolean own = false;
            for (JsonNode other : mine.path("required")) {
                own |= other.textValue().equals(name);
            }
            if (!own && !mine.path("properties").has(name)) {
                return true;
            }
        }
        return false;
    }
}
