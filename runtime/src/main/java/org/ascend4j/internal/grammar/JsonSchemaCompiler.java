package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a JSON Schema (draft 2020-12, and what older drafts spell alike) as rules. Everything the rules produce is
 * valid; docs/grammar.md lists which valid values they leave out. What is not enforced is refused by name.
 */
final class JsonSchemaCompiler {
    private static final int MAX_NESTING = 300;
    private static final int MAX_UNFOLDING = 64;

    private final SchemaDocument document;
    private final RuleSet rules;
    private final CompileBudget budget;
    private final JsonSyntax syntax;
    private final SchemaMerger merger;
    private final Map<String, Node> references = new HashMap<>();
    private int nesting;
    private int flattening;

    private JsonSchemaCompiler(SchemaDocument document, RuleSet rules, CompileBudget budget) {
        this.document = document;
        this.rules = rules;
        this.budget = budget;
        this.syntax = new JsonSyntax(rules);
        this.merger = new SchemaMerger(budget);
    }

    static Node compile(String schema, RuleSet rules, CompileBudget budget) {
        SchemaDocument document = SchemaDocument.parse(schema, budget);
        JsonSchemaCompiler compiler = new JsonSchemaCompiler(document, rules, budget);
        return compiler.reference("#", "#");
    }

    JsonSyntax syntax() {
        return syntax;
    }

    RuleSet rules() {
        return rules;
    }

    CompileBudget budget() {
        return budget;
    }

    SchemaMerger merger() {
        return merger;
    }

    /** The rule of a referenced schema; it may still be under way, which is what makes recursion possible. */
    private Node reference(String pointer, String where) {
        Node known = references.get(pointer);
        if (known == null) {
            JsonNode target = document.resolve(pointer, where);
            int rule = rules.declare(pointer);
            known = new Node.Ref(rule);
            references.put(pointer, known);
            rules.define(rule, value(target, pointer));
        }
        return known;
    }

    /** What a schema allows. */
    Node value(JsonNode schema, String where) {
        if (schema.isBoolean()) {
            return schema.booleanValue() ? syntax.anyValue() : Node.NOTHING;
        }
        if (++nesting > MAX_NESTING) {
            throw budget.error(where + ": schemas nested or unfolded more than " + MAX_NESTING + " deep");
        }
        budget.spend(1);
        ObjectNode object = (ObjectNode) schema;
        Node out = object.has("$ref") && isBare(without(object, "$ref"))
                ? reference(object.get("$ref").textValue(), where)
                : unfolded(flatten(object, where), where);
        nesting--;
        return out;
    }

    private Node unfolded(JsonNode flat, String where) {
        if (flat.isBoolean()) {
            return value(flat, where);
        }
        ObjectNode schema = (ObjectNode) flat;
        if (schema.has("oneOf")) {
            List<JsonNode> branches = branches(schema, "oneOf", where);
            new Disjointness(this).require(branches, where);
            return choices(branches, where + "/oneOf/");
        }
        if (schema.has("anyOf")) {
            return choices(branches(schema, "anyOf", where), where + "/anyOf/");
        }
        if (schema.has("const") || schema.has("enum")) {
            return new EnumRules(this, where).values(schema);
        }
        List<Node> types = new ArrayList<>();
        Set<String> names = SchemaKeywords.typesOf(schema);
        for (String type : names) {
            if (!type.equals("integer") || !names.contains("number")) {
                types.add(typed(type, schema, where));
            }
        }
        return types.size() == 1 ? types.get(0) : new Node.Alt(types);
    }

    private Node typed(String type, ObjectNode schema, String where) {
        switch (type) {
            case "null":
                return Node.text("null");
            case "boolean":
                return syntax.bool();
            case "integer":
            case "number":
                return new NumberRules(this, where).numbers(schema, type.equals("integer"));
            case "string":
                return new StringRules(this, where).strings(schema);
            case "array":
                return new ArrayRules(this, where).arrays(schema);
            default:
                return new ObjectRules(this, where).objects(schema);
        }
    }

    private Node choices(List<JsonNode> branches, String where) {
        List<Node> out = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            out.add(value(branches.get(i), where + i));
        }
        return new Node.Alt(out);
    }

    /** The branches of a choice, each joined with what stands beside the choice. */
    List<JsonNode> branches(ObjectNode schema, String keyword, String where) {
        ObjectNode beside = without(schema, keyword);
        List<JsonNode> out = new ArrayList<>();
        for (JsonNode branch : schema.get(keyword)) {
            // An untouched branch keeps its reference, which may be recursive.
            out.add(isBare(beside) ? branch : merger.both(beside, flatten(branch, where), where));
        }
        return out;
    }

    /** The schema without "allOf" and "$ref" at its top, which are joined into it. */
    JsonNode flatten(JsonNode schema, String where) {
        if (++flattening > MAX_UNFOLDING) {
            throw budget.error(where + ": \"$ref\" and \"allOf\" unfold without end");
        }
        JsonNode flat = schema;
        for (int steps = 0; flat.isObject() && (flat.has("$ref") || flat.has("allOf")); steps++) {
            if (steps > MAX_UNFOLDING) {
                throw budget.error(where + ": \"$ref\" and \"allOf\" unfold without end");
            }
            ObjectNode object = (ObjectNode) flat;
            if (object.has("$ref")) {
                JsonNode target = document.resolve(object.get("$ref").textValue(), where);
                flat = merger.both(without(object, "$ref"), target, where);
                continue;
            }
            flat = without(object, "allOf");
            for (JsonNode part : object.get("allOf")) {
                flat = merger.both(flat, flatten(part, where), where);
            }
        }
        flattening--;
        return flat;
    }

    private static ObjectNode without(ObjectNode schema, String keyword) {
        ObjectNode out = schema.objectNode();
        schema.properties().forEach(field -> {
            if (!field.getKey().equals(keyword)) {
                out.set(field.getKey(), field.getValue());
            }
        });
        return out;
    }

    private static boolean isBare(ObjectNode schema) {
        for (Iterator<String> names = schema.fieldNames(); names.hasNext(); ) {
            if (!SchemaKeywords.isAnnotation(names.next())) {
                return false;
            }
        }
        return true;
    }

    static JsonNode orTrue(JsonNode schema) {
        return schema == null ? BooleanNode.TRUE : schema;
    }
}
