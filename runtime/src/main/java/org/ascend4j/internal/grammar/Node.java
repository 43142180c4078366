package org.ascend4j.internal.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A grammar expression. Expressions are trees; only {@link Ref} closes a circle, through {@link RuleSet}. */
sealed interface Node {
    int UNBOUNDED = -1;

    Node EMPTY = new Seq(List.of());
    Node NOTHING = new Alt(List.of());

    /** Exactly these bytes. */
    record Bytes(byte[] value) implements Node {}

    /** One character of a class. */
    record Chars(CodePointSet set, Encoding encoding) implements Node {}

    record Seq(List<Node> parts) implements Node {}

    record Alt(List<Node> choices) implements Node {}

    /** Between min and max times the body; max may be {@link #UNBOUNDED}. */
    record Repeat(Node body, int min, int max) implements Node {}

    record Ref(int rule) implements Node {}

    /** A whole automaton over characters. */
    record Machine(CharDfa dfa, Encoding encoding) implements Node {}

    static Node text(String text) {
        return text.isEmpty() ? EMPTY : new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    static Node seq(Node... parts) {
        return new Seq(List.of(parts));
    }

    static Node alt(Node... choices) {
        return new Alt(List.of(choices));
    }

    static Node optional(Node body) {
        return new Repeat(body, 0, 1);
    }

    /** The same expression with every character spelled in an encoding. */
    static Node encode(Node node, Encoding encoding) {
        if (node instanceof Chars chars) {
            return new Chars(chars.set(), encoding);
        }
        if (node instanceof Machine machine) {
            return new Machine(machine.dfa(), encoding);
        }
        if (node instanceof Repeat repeat) {
            return new Repeat(encode(repeat.body(), encoding), repeat.min(), repeat.max());
        }
        if (node instanceof Seq seq) {
            return new Seq(encodeAll(seq.parts(), encoding));
        }
        return node instanceof Alt alt ? new Alt(encodeAll(alt.choices(), encoding)) : node;
    }

    private static List<Node> encodeAll(List<Node> nodes, Encoding encoding) {
        List<Node> out = new ArrayList<>(nodes.size());
        nodes.forEach(node -> out.add(encode(node, encoding)));
        return out;
    }
}
