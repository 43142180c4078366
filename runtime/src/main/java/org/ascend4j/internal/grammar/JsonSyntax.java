package org.ascend4j.internal.grammar;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The pieces of JSON text (RFC 8259). Between tokens stands nothing, one blank, or one line break with an indent of at
 * most 40 blanks or 10 tabs; a colon is followed by at most one blank. Nothing stands before commas and colons.
 */
final class JsonSyntax {
    private static final int MAX_BLANKS = 40;
    private static final int MAX_TABS = 10;
    /** Of a number without bounds, so that every reader holds it exactly or closely. */
    private static final int MAX_DIGITS = 15;

    private final RuleSet rules;
    private final Map<String, Node> shared = new HashMap<>();

    JsonSyntax(RuleSet rules) {
        this.rules = rules;
    }

    private Node once(String name, Supplier<Node> body) {
        Node known = shared.get(name);
        if (known == null) {
            int rule = rules.declare(name);
            known = new Node.Ref(rule);
            shared.put(name, known);
            rules.define(rule, body.get());
        }
        return known;
    }

    private static Node raw(CodePointSet set) {
        return new Node.Chars(set, Encoding.RAW);
    }

    private static Node digits(int min, int max) {
        return new Node.Repeat(raw(CodePointSet.of('0', '9')), min, max);
    }

    /** Optional white space. */
    Node space() {
        return once("white space", () -> {
            Node indent = Node.alt(
                    new Node.Repeat(raw(CodePointSet.of(' ', ' ')), 1, MAX_BLANKS),
                    new Node.Repeat(raw(CodePointSet.of('\t', '\t')), 1, MAX_TABS));
            return Node.optional(Node.alt(Node.text(" "), Node.seq(Node.text("\n"), Node.optional(indent))));
        });
    }

    Node comma() {
        return Node.seq(Node.text(","), space());
    }

    Node colon() {
        return Node.seq(Node.text(":"), Node.optional(Node.text(" ")));
    }

    /** A string of between min and max characters. */
    Node string(int min, int max) {
        Node characters = new Node.Repeat(new Node.Chars(CodePointSet.ALL, Encoding.JSON), min, max);
        return quoted(characters);
    }

    Node quoted(Node content) {
        return Node.seq(Node.text("\""), content, Node.text("\""));
    }

    Node bool() {
        return Node.alt(Node.text("true"), Node.text("false"));
    }

    Node integer() {
        Node nonzero = Node.seq(raw(CodePointSet.of('1', '9')), digits(0, MAX_DIGITS - 1));
        return Node.alt(Node.text("0"), Node.seq(Node.optional(Node.text("-")), nonzero));
    }

    Node number() {
        return once("number", () -> {
            Node whole = Node.alt(Node.text("0"), Node.seq(raw(CodePointSet.of('1', '9')), digits(0, MAX_DIGITS - 1)));
            Node fraction = Node.seq(Node.text("."), digits(1, MAX_DIGITS));
            Node exponent = Node.seq(
                    raw(CodePointSet.ofChars("eE")), Node.optional(raw(CodePointSet.ofChars("+-"))), digits(1, 2));
            return Node.seq(Node.optional(Node.text("-")), whole, Node.optional(fraction), Node.optional(exponent));
        });
    }

    Node anyValue() {
        return once(
                "value",
                () -> new Node.Alt(List.of(
                        Node.text("null"), bool(), number(), string(0, Node.UNBOUNDED), anyArray(), anyObject())));
    }

    Node anyArray() {
        return once("array", () -> array(anyValue(), 0, Node.UNBOUNDED));
    }

    Node anyObject() {
        return once("object", () -> {
            Node member = Node.seq(string(0, Node.UNBOUNDED), colon(), anyValue());
            Node members = Node.seq(member, new Node.Repeat(Node.seq(comma(), member), 0, Node.UNBOUNDED));
            return braced(Node.optional(Node.seq(members, space())));
        });
    }

    Node array(Node item, int min, int max) {
        int more = max == Node.UNBOUNDED ? Node.UNBOUNDED : Math.max(max - 1, 0);
        Node items = Node.seq(item, new Node.Repeat(Node.seq(comma(), item), Math.max(min - 1, 0), more), space());
        return bracketed(max == 0 ? Node.EMPTY : min == 0 ? Node.optional(items) : items);
    }

    Node bracketed(Node content) {
        return Node.seq(Node.text("["), space(), content, Node.text("]"));
    }

    Node braced(Node content) {
        return Node.seq(Node.text("{"), space(), content, Node.text("}"));
    }
}
