package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** "items", "prefixItems" (older drafts: a list in "items", and "additionalItems"), "minItems" and "maxItems". */
final class ArrayRules {
    private static final int MAX_PREFIX = 300;

    private final JsonSchemaCompiler compiler;
    private final JsonSyntax syntax;
    private final String where;

    ArrayRules(JsonSchemaCompiler compiler, String where) {
        this.compiler = compiler;
        this.syntax = compiler.syntax();
        this.where = where;
    }

    Node arrays(ObjectNode schema) {
        boolean listed = schema.path("items").isArray();
        JsonNode prefix = listed ? schema.get("items") : schema.path("prefixItems");
        JsonNode rest = listed ? schema.get("additionalItems") : schema.get("items");
        int min = schema.path("minItems").asInt(0);
        int max = schema.has("maxItems") ? schema.get("maxItems").asInt() : Node.UNBOUNDED;
        if (prefix.size() > MAX_PREFIX) {
            throw compiler.budget()
                    .error(where + ": keyword \"prefixItems\" with " + prefix.size() + " schemas; expected at most "
                            + MAX_PREFIX);
        }
        // As with properties, items that no keyword mentions are not written unless they are required.
        boolean closed = rest == null && !prefix.isEmpty() && min <= prefix.size();
        if (closed || rest != null && rest.isBoolean() && !rest.booleanValue()) {
            max = max == Node.UNBOUNDED ? prefix.size() : Math.min(max, prefix.size());
        }
        if (max != Node.UNBOUNDED && max < min) {
            return Node.NOTHING;
        }
        Node item = max != Node.UNBOUNDED && max <= prefix.size() ? Node.NOTHING : item(rest, "items");
        return prefix.isEmpty() ? syntax.array(item, min, max) : tuple(prefix, item, min, max);
    }

    private Node item(JsonNode schema, String name) {
        Node value = compiler.value(JsonSchemaCompiler.orTrue(schema), where + "/" + name);
        return value instanceof Node.Ref ? value : compiler.rules().rule(where + "/" + name, value);
    }

    private Node tuple(JsonNode prefix, Node item, int min, int max) {
        if (max == 0) {
            return syntax.bracketed(Node.EMPTY);
        }
        int size = prefix.size();
        int more = max == Node.UNBOUNDED ? Node.UNBOUNDED : Math.max(max - size, 0);
        Node tail = new Node.Repeat(Node.seq(syntax.comma(), item), Math.max(min - size, 0), more);
        for (int i = size - 1; i >= 0; i--) {
            if (max != Node.UNBOUNDED && i >= max) {
                tail = Node.EMPTY;
                continue;
            }
            Node value = item(prefix.get(i), "prefixItems/" + i);
            Node from = Node.seq(i == 0 ? Node.EMPTY : syntax.comma(), value, tail);
            tail = i > 0 && i >= min ? Node.optional(from) : from;
        }
        Node filled = Node.seq(tail, syntax.space());
        return syntax.bracketed(min == 0 ? Node.optional(filled) : filled);
    }
}
