package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the notation for context-free grammars described in docs/grammar.md. */
final class CfgParser {
    private static final int MAX_NESTING = 200;
    private static final int MAX_BOUND = 9_999_999;

    private final String source;
    private final RuleSet rules;
    private final CompileBudget budget;
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<String, Integer> uses = new LinkedHashMap<>();
    private int at;
    private int nesting;

    private CfgParser(String source, RuleSet rules, CompileBudget budget) {
        this.source = source;
        this.rules = rules;
        this.budget = budget;
    }

    /** Defines the rules of a grammar; the root is the rule of that name. */
    static void parse(String source, RuleSet rules, CompileBudget budget) {
        if (source.length() > budget.limits().maxSourceChars()) {
            throw budget.error(source.length() + " characters; expected at most "
                    + budget.limits().maxSourceChars());
        }
        new CfgParser(source, rules, budget).parse();
    }

    private void parse() {
        for (skip(); at < source.length(); skip()) {
            int start = at;
            String name = name();
            if (name.isEmpty()) {
                throw error("expected the name of a rule", start);
            }
            skip();
            if (!take("::=")) {
                throw error("expected ::= after \"" + name + "\"", at);
            }
            int rule = rule(name);
            if (rules.body(rule) != null) {
                throw error("rule \"" + name + "\" is defined twice", start);
            }
            rules.define(rule, choices());
        }
        uses.forEach((name, position) -> {
            if (rules.body(names.get(name)) == null) {
                throw error("rule \"" + name + "\" is not defined", position);
            }
        });
        if (!names.containsKey("root")) {
            throw budget.error("no rule is named \"root\"; the grammar begins there");
        }
        rules.setRoot(names.get("root"));
    }

    private int rule(String name) {
        return names.computeIfAbsent(name, rules::declare);
    }

    private Node choices() {
        if (++nesting > MAX_NESTING) {
            throw error("nested more than " + MAX_NESTING + " deep", at);
        }
        List<Node> choices = new ArrayList<>();
        do {
            choices.add(sequence());
        } while (take("|"));
        nesting--;
        return choices.size() == 1 ? choices.get(0) : new Node.Alt(choices);
    }

    private Node sequence() {
        List<Node> parts = new ArrayList<>();
        for (skip(); at < source.length(); skip()) {
            budget.tick();
            char c = source.charAt(at);
            if (c == '|' || c == ')' || startsRule()) {
                break;
            }
            parts.add(quantified(atom(c)));
        }
        return parts.size() == 1 ? parts.get(0) : new Node.Seq(parts);
    }

    /** Whether a name and ::= follow, which ends the rule before. */
    private boolean startsRule() {
        int start = at;
        boolean starts = !name().isEmpty();
        skip();
        starts = starts && source.startsWith("::=", at);
        at = start;
        return starts;
    }

    private Node atom(char c) {
        int start = at;
        if (c == '"') {
            return literal();
        }
        if (c == '[') {
            return characterClass();
        }
        if (c == '.') {
            at++;
            return new Node.Chars(CodePointSet.ALL, Encoding.RAW);
        }
        if (c == '(') {
            at++;
            Node inner = choices();
            if (!take(")")) {
                throw error("unclosed parenthesis", start);
            }
            return inner;
        }
        String name = name();
        if (name.isEmpty()) {
            throw error("unexpected character '" + c + "'", start);
        }
        uses.putIfAbsent(name, start);
        return new Node.Ref(rule(name));
    }

    private Node quantified(Node atom) {
        Node node = atom;
        for (int marks = 0; at < source.length(); marks++) {
            if (marks > 8) {
                throw error("too many repetition marks", at);
            }
            char c = source.charAt(at);
            if (c == '*' || c == '+' || c == '?') {
                at++;
                node = new Node.Repeat(node, c == '+' ? 1 : 0, c == '?' ? 1 : Node.UNBOUNDED);
            } else if (c == '{') {
                node = bounded(node);
            } else {
                break;
            }
        }
        return node;
    }

    private Node bounded(Node node) {
        int start = at++;
        int min = bound(start);
        int max = min;
        if (take(",")) {
            max = at < source.length() && source.charAt(at) == '}' ? Node.UNBOUNDED : bound(start);
        }
        if (!take("}")) {
            throw error("expected {n}, {n,} or {n,m}", start);
        }
        if (max != Node.UNBOUNDED && max < min) {
            throw error("bounds out of order", start);
        }
        return new Node.Repeat(node, min, max);
    }

    private int bound(int start) {
        int value = 0;
        int digits = at;
        while (at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '9') {
            value = value * 10 + source.charAt(at++) - '0';
            if (value > MAX_BOUND) {
                throw error("a repetition bound over " + MAX_BOUND, start);
            }
        }
        if (at == digits) {
            throw error("expected {n}, {n,} or {n,m}", start);
        }
        return value;
    }

    private Node literal() {
        int start = at++;
        StringBuilder text = new StringBuilder();
        while (at < source.length() && source.charAt(at) != '"') {
            text.appendCodePoint(character());
        }
        if (at >= source.length()) {
            throw error("unclosed text", start);
        }
        at++;
        return Node.text(text.toString());
    }

    private Node characterClass() {
        int start = at++;
        boolean negated = take("^");
        List<int[]> ranges = new ArrayList<>();
        while (at < source.length() && source.charAt(at) != ']') {
            budget.tick();
            int first = character();
            int last = first;
            if (at + 1 < source.length() && source.charAt(at) == '-' && source.charAt(at + 1) != ']') {
                at++;
                last = character();
            }
            if (last < first) {
                throw error("not a range of characters", start);
            }
            ranges.add(new int[] {first, last});
        }
        if (at >= source.length()) {
            throw error("unclosed character class", start);
        }
        at++;
        CodePointSet set = CodePointSet.ofRanges(ranges);
        return new Node.Chars(negated ? set.complement() : set, Encoding.RAW);
    }

    private int character() {
        int start = at;
        int codePoint = source.codePointAt(at);
        at += Character.charCount(codePoint);
        if (codePoint == '\\') {
            codePoint = escape(start);
        }
        if (codePoint >= 0xD800 && codePoint <= 0xDFFF || codePoint > CodePointSet.MAX) {
            throw error("not a Unicode character", start);
        }
        return codePoint;
    }

    private int escape(int start) {
        char c = at < source.length() ? source.charAt(at++) : ' ';
        switch (c) {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'x':
                return hex(2, start);
            case 'u':
                return hex(4, start);
            case 'U':
                return hex(8, start);
            default:
                if ("\\\"[]^-".indexOf(c) < 0) {
                    throw error("unknown escape '\\" + c + "'", start);
                }
                return c;
        }
    }

    private int hex(int digits, int start) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < source.length() ? Character.digit(source.charAt(at++), 16) : -1;
            if (digit < 0 || value > CodePointSet.MAX) {
                throw error("expected " + digits + " hexadecimal digits of a Unicode character", start);
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private String name() {
        int start = at;
        while (at < source.length() && isNameChar(source.charAt(at))) {
            at++;
        }
        return source.substring(start, at);
    }

    private static boolean isNameChar(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    private boolean take(String text) {
        boolean found = source.startsWith(text, at);
        at += found ? text.length() : 0;
        return found;
    }

    /** Skips white space and comments. */
    private void skip() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '#') {
                int end = source.indexOf('\n', at);
                at = end < 0 ? source.length() : end;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else {
                return;
            }
        }
    }

    private RuntimeException error(String message, int position) {
        long line = source.substring(0, Math.min(position, source.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        int column = position - source.lastIndexOf('\n', Math.max(position - 1, 0));
        return budget.error("line " + line + ", column " + Math.max(column, 1) + ": " + message);
    }
}
