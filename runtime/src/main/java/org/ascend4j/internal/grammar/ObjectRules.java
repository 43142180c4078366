package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Objects: named properties in the schema's order, then those that "patternProperties" and "additionalProperties"
 * describe. An object whose properties are named has no others unless "additionalProperties" asks for them.
 */
final class ObjectRules {
    private final JsonSchemaCompiler compiler;
    private final CompileBudget budget;
    private final JsonSyntax syntax;
    private final String where;
    private final Map<String, JsonNode> named = new LinkedHashMap<>();
    private final Map<String, CharDfa> patterns = new LinkedHashMap<>();
    private final Set<String> required = new LinkedHashSet<>();
    private int min;
    private int max;
    /** A member that is not named, or null where there is none. */
    private Node extra;

    ObjectRules(JsonSchemaCompiler compiler, String where) {
        this.compiler = compiler;
        this.budget = compiler.budget();
        this.syntax = compiler.syntax();
        this.where = where;
    }

    Node objects(ObjectNode schema) {
        min = schema.path("minProperties").asInt(0);
        max = schema.has("maxProperties") ? schema.get("maxProperties").asInt() : Node.UNBOUNDED;
        schema.path("required").forEach(name -> required.add(name.textValue()));
        schema.path("patternProperties").fieldNames().forEachRemaining(this::addPattern);
        schema.path("properties").properties().forEach(field -> named.put(field.getKey(), field.getValue()));
        for (String name : required) {
            if (!named.containsKey(name)) {
                named.put(name, unnamed(schema, name));
            }
        }
        named.replaceAll((name, property) -> underPatterns(schema, name, property));
        named.entrySet().removeIf(property -> isFalse(property.getValue()) && !required.contains(property.getKey()));
        extra = extra(schema);
        int certain = named.size() + (extra == null ? 0 : 1);
        if (min > certain) {
            throw budget.error(where + ": keyword \"minProperties\" of " + min + " is not supported here; at most "
                    + certain + " can be counted on, since other names might repeat");
        }
        return syntax.braced(members());
    }

    private static boolean isFalse(JsonNode schema) {
        return schema.isBoolean() && !schema.booleanValue();
    }

    private void addPattern(String pattern) {
        Node node = RegexParser.search(pattern, where + ": keyword \"patternProperties\"", budget);
        CharDfa dfa = CharDfa.of(node, budget);
        patterns.forEach((other, known) -> {
            if (!known.intersect(dfa, budget).isEmpty()) {
                throw budget.error(where + ": keyword \"patternProperties\": \"" + other + "\" and \"" + pattern
                        + "\" match a common name; that is not supported");
            }
        });
        patterns.put(pattern, dfa);
    }

    /** The schema of a required property that is not named. */
    private JsonNode unnamed(ObjectNode schema, String name) {
        boolean matched = patterns.values().stream().anyMatch(dfa -> dfa.matches(name));
        JsonNode rest = matched ? null : schema.get("additionalProperties");
        if (rest != null && isFalse(rest)) {
            throw budget.error(where + ": keyword \"required\" names \"" + name
                    + "\", which \"additionalProperties\": false forbids");
        }
        return JsonSchemaCompiler.orTrue(rest);
    }

    private JsonNode underPatterns(ObjectNode schema, String name, JsonNode property) {
        JsonNode out = property;
        for (Map.Entry<String, CharDfa> pattern : patterns.entrySet()) {
            if (pattern.getValue().matches(name)) {
                JsonNode more = schema.get("patternProperties").get(pattern.getKey());
                boolean plain = out.isBoolean() && out.booleanValue();
                out = plain
                        ? more
                        : compiler.merger().both(compiler.flatten(out, where), compiler.flatten(more, where), where);
            }
        }
        return out;
    }

    private Node extra(ObjectNode schema) {
        JsonNode rest = schema.get("additionalProperties");
        boolean free = rest == null && named.isEmpty() && patterns.isEmpty() && !schema.has("properties");
        List<Node> out = new ArrayList<>();
        CharDfa names = named.isEmpty() ? null : CharDfa.of(names(), budget);
        CharDfa others = names == null ? null : names.complement(budget);
        for (Map.Entry<String, CharDfa> pattern : patterns.entrySet()) {
            JsonNode value = schema.get("patternProperties").get(pattern.getKey());
            CharDfa dfa = pattern.getValue();
            CharDfa keys = others == null ? dfa : others.intersect(dfa, budget);
            if (!keys.isEmpty() && !isFalse(value)) {
                out.add(member(keyed(keys), value, "patternProperties/" + SchemaDocument.escape(pattern.getKey())));
            }
            CharDfa outside = dfa.complement(budget);
            others = others == null ? outside : others.intersect(outside, budget);
        }
        if (free || rest != null && !isFalse(rest)) {
            Node key = others == null ? syntax.string(0, Node.UNBOUNDED) : keyed(others);
            out.add(member(key, free ? BooleanNode.TRUE : rest, "additionalProperties"));
        }
        return out.isEmpty() ? null : compiler.rules().rule(where + " member", new Node.Alt(out));
    }

    private Node keyed(CharDfa dfa) {
        return syntax.quoted(new Node.Machine(dfa, Encoding.JSON));
    }

    private Node names() {
        List<Node> out = new ArrayList<>();
        for (String name : named.keySet()) {
            List<Node> characters = new ArrayList<>();
            name.codePoints().forEach(c -> characters.add(new Node.Chars(CodePointSet.of(c, c), Encoding.RAW)));
            out.add(new Node.Seq(characters));
        }
        return new Node.Alt(out);
    }

    private Node member(Node key, JsonNode schema, String name) {
        return Node.seq(key, syntax.colon(), compiler.value(schema, where + "/" + name));
    }

    /** Rules for the members from each property on, by how many members stand before, built from the last back. */
    private Node members() {
        List<Node> properties = new ArrayList<>();
        List<Boolean> needed = new ArrayList<>();
        named.forEach((name, schema) -> {
            Node key = Node.text(SchemaDocument.write(TextNode.valueOf(name)));
            String path = "properties/" + SchemaDocument.escape(name);
            properties.add(compiler.rules().rule(where + "/" + path, member(key, schema, path)));
            needed.add(required.contains(name));
        });
        int counts = (max == Node.UNBOUNDED ? Math.max(1, min) : Math.min(max, named.size() + 1)) + 1;
        Node[] after = new Node[counts];
        for (int count = 0; count < counts; count++) {
            after[count] = compiler.rules().rule(where + " end", end(count));
        }
        for (int i = properties.size() - 1; i >= 0; i--) {
            Node[] from = new Node[counts];
            for (int count = 0; count < Math.min(counts, i + 1); count++) {
                budget.spend(1);
                Node take = mayAdd(count)
                        ? Node.seq(separator(count), properties.get(i), after[Math.min(count + 1, counts - 1)])
                        : Node.NOTHING;
                Node both = needed.get(i) ? take : Node.alt(take, after[count]);
                from[count] = compiler.rules().rule(where + " from " + i, both);
            }
            after = from;
        }
        return after[0];
    }

    private boolean mayAdd(int count) {
        return max == Node.UNBOUNDED || count < max;
    }

    private Node separator(int count) {
        return count == 0 ? Node.EMPTY : syntax.comma();
    }

    /** What follows the last named property, when so many members stand before. */
    private Node end(int count) {
        List<Node> out = new ArrayList<>();
        if (count >= min) {
            out.add(count == 0 ? Node.EMPTY : syntax.space());
        }
        if (extra != null && mayAdd(count) && count + 1 >= min) {
            int more = max == Node.UNBOUNDED ? Node.UNBOUNDED : max - count - 1;
            Node others = new Node.Repeat(Node.seq(syntax.comma(), extra), 0, more);
            out.add(Node.seq(separator(count), extra, others, syntax.space()));
        }
        return new Node.Alt(out);
    }
}
