package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** A schema's text, read and checked, and its parts by reference. Parts nobody refers to are not checked. */
final class SchemaDocument {
    private static final int MAX_NESTING = 200;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxNumberLength(200)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final JsonNode root;
    private final CompileBudget budget;
    private final Set<JsonNode> checked = Collections.newSetFromMap(new IdentityHashMap<>());

    private SchemaDocument(JsonNode root, CompileBudget budget) {
        this.root = root;
        this.budget = budget;
    }

    static SchemaDocument parse(String schema, CompileBudget budget) {
        if (schema.length() > budget.limits().maxSourceChars()) {
            throw budget.error(schema.length() + " characters; expected at most "
                    + budget.limits().maxSourceChars());
        }
        try {
            JsonNode root = JSON.readTree(schema);
            if (!root.isObject() && !root.isBoolean()) {
                throw budget.error("expected a schema: an object, true or false");
            }
            return new SchemaDocument(root, budget);
        } catch (JsonProcessingException e) {
            String at = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw budget.error("not a JSON text" + at + ": " + e.getOriginalMessage());
        }
    }

    /** The schema a reference names. */
    JsonNode resolve(String reference, String where) {
        if (!reference.equals("#") && !reference.startsWith("#/")) {
            throw budget.error(where + ": \"$ref\" to \"" + reference
                    + "\" is not supported; expected # or #/ and a path inside this schema");
        }
        JsonNode target;
        try {
            String path = java.net.URLDecoder.decode(
                    reference.substring(1).replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
            target = root.at(JsonPointer.compile(path));
        } catch (IllegalArgumentException e) {
            throw budget.error(where + ": \"$ref\" to \"" + reference + "\" is not a JSON pointer");
        }
        if (!target.isObject() && !target.isBoolean()) {
            throw budget.error(where + ": \"$ref\" to \"" + reference + "\" leads to no schema");
        }
        check(target, reference);
        return target;
    }

    private void check(JsonNode schema, String where) {
        if (!schema.isObject() || !checked.add(schema)) {
            return;
        }
        SchemaKeywords.check(schema, where, budget);
        for (String key : List.of("properties", "patternProperties")) {
            schema.path(key)
                    .properties()
                    .forEach(field -> check(field.getValue(), where + "/" + key + "/" + escape(field.getKey())));
        }
        for (String key : List.of("anyOf", "oneOf", "allOf", "prefixItems", "items")) {
            if (schema.path(key).isArray()) {
                for (int i = 0; i < schema.get(key).size(); i++) {
                    check(schema.get(key).get(i), where + "/" + key + "/" + i);
                }
            }
        }
        for (String key : List.of("items", "additionalItems", "additionalProperties")) {
            check(schema.path(key), where + "/" + key);
        }
    }

    static String escape(String name) {
        String cut = name.length() > 60 ? name.substring(0, 60) + "…" : name;
        return cut.replace("~", "~0").replace("/", "~1");
    }

    /** A value as JSON text. */
    static String write(JsonNode value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
