package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.List;

/** The named rules of one grammar; a rule may be referred to before it is defined. */
final class RuleSet {
    private final List<String> names = new ArrayList<>();
    private final List<Node> bodies = new ArrayList<>();
    private int root = -1;

    int declare(String name) {
        names.add(name);
        bodies.add(null);
        return names.size() - 1;
    }

    void define(int rule, Node body) {
        bodies.set(rule, body);
    }

    Node rule(String name, Node body) {
        int rule = declare(name);
        define(rule, body);
        return new Node.Ref(rule);
    }

    void setRoot(Node node) {
        root = declare("root");
        define(root, node);
    }

    void setRoot(int rule) {
        root = rule;
    }

    int root() {
        return root;
    }

    int size() {
        return names.size();
    }

    String name(int rule) {
        return names.get(rule);
    }

    Node body(int rule) {
        return bodies.get(rule);
    }
}
