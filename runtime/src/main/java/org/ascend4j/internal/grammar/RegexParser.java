package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions of ECMA-262 as far as they describe regular languages: classes, groups, alternatives,
 * greedy and lazy quantifiers (lazy ones match the same texts) and anchors at the ends. Look-around, back references,
 * word boundaries, inline flags and Unicode properties are refused with their position.
 */
final class RegexParser {
    private static final int MAX_NESTING = 200;
    private static final CodePointSet DIGIT = CodePointSet.of('0', '9');
    private static final CodePointSet WORD = CodePointSet.of('a', 'z', 'A', 'Z', '0', '9', '_', '_');
    /** Engines disagree on white space beyond ASCII, so neither \s nor \S uses the rest. */
    private static final CodePointSet ASCII_SPACE = CodePointSet.ofChars(" \t\n\u000B\f\r");

    private static final CodePointSet ANY_SPACE = ASCII_SPACE.union(CodePointSet.of(
            0x85, 0x85, 0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A, 0x2028, 0x2029, 0x202F, 0x202F, 0x205F, 0x205F,
            0x3000, 0x3000, 0xFEFF, 0xFEFF, 0x1C, 0x1F));
    private static final CodePointSet DOT =
            CodePointSet.ofChars("\n\r\u0085\u2028\u2029").complement();

    /** An anchor until {@link #place} has moved it to an end. */
    private record Anchor(boolean start, int position) {}

    private final String source;
    private final CompileBudget budget;
    private final String where;
    private int at;
    private int nesting;

    private RegexParser(String source, String where, CompileBudget budget) {
        this.source = source;
        this.where = where;
        this.budget = budget;
    }

    /** Reads an expression that must match a whole text; anchors at its ends are allowed and change nothing. */
    static Node whole(String source, String where, CompileBudget budget) {
        return new RegexParser(source, where, budget).parse(Node.EMPTY);
    }

    /** Reads an expression that must match somewhere in a text, as JSON Schema's "pattern" does. */
    static Node search(String source, String where, CompileBudget budget) {
        Node anything = new Node.Repeat(new Node.Chars(CodePointSet.ALL, Encoding.RAW), 0, Node.UNBOUNDED);
        return new RegexParser(source, where, budget).parse(anything);
    }

    private Node parse(Node around) {
        if (source.length() > budget.limits().maxSourceChars()) {
            throw budget.error(where + ": " + source.length() + " characters; expected at most "
                    + budget.limits().maxSourceChars());
        }
        List<List<Object>> branches = branches();
        if (at < source.length()) {
            throw error("unmatched ')'", at);
        }
        return place(branches, around, around);
    }

    /** Puts what may surround a match at the unanchored ends of each branch. */
    private Node place(List<List<Object>> branches, Node before, Node after) {
        List<Node> out = new ArrayList<>();
        for (List<Object> branch : branches) {
            int from = 0;
            int to = branch.size();
            Node head = before;
            Node tail = after;
            while (from < to && branch.get(from) instanceof Anchor anchor && anchor.start()) {
                head = Node.EMPTY;
                from++;
            }
            while (to > from && branch.get(to - 1) instanceof Anchor anchor && !anchor.start()) {
                tail = Node.EMPTY;
                to--;
            }
            if (to - from == 1 && branch.get(from) instanceof Group group) {
                out.add(place(group.branches(), head, tail));
                continue;
            }
            List<Node> parts = new ArrayList<>();
            parts.add(head);
            for (int i = from; i < to; i++) {
                parts.add(node(branch.get(i)));
            }
            parts.add(tail);
            out.add(new Node.Seq(parts));
        }
        return out.size() == 1 ? out.get(0) : new Node.Alt(out);
    }

    private record Group(List<List<Object>> branches) {}

    private record Times(Object body, int min, int max) {}

    private Node node(Object item) {
        if (item instanceof Node node) {
            return node;
        }
        if (item instanceof Times times) {
            return new Node.Repeat(node(times.body()), times.min(), times.max());
        }
        if (item instanceof Group group) {
            List<Node> out = new ArrayList<>();
            for (List<Object> branch : group.branches()) {
                List<Node> parts = new ArrayList<>();
                branch.forEach(part -> parts.add(node(part)));
                out.add(new Node.Seq(parts));
            }
            return out.size() == 1 ? out.get(0) : new Node.Alt(out);
        }
        throw error("an anchor is only supported at an end of the expression", ((Anchor) item).position());
    }

    private List<List<Object>> branches() {
        if (++nesting > MAX_NESTING) {
            throw error("groups nested more than " + MAX_NESTING + " deep", at);
        }
        List<List<Object>> branches = new ArrayList<>();
        List<Object> branch = new ArrayList<>();
        while (at < source.length() && source.charAt(at) != ')') {
            budget.tick();
            if (source.charAt(at) == '|') {
                at++;
                branches.add(branch);
                branch = new ArrayList<>();
            } else {
                branch.add(quantified(atom()));
            }
        }
        branches.add(branch);
        nesting--;
        return branches;
    }

    private Object atom() {
        int start = at;
        char c = source.charAt(at);
        switch (c) {
            case '^':
            case '$':
                at++;
                return new Anchor(c == '^', start);
            case '(':
                return group();
            case '[':
                return chars(characterClass());
            case '.':
                at++;
                return chars(DOT);
            case '\\':
                at++;
                return chars(escape(start, false));
            case '*':
            case '+':
            case '?':
                throw error("nothing to repeat before '" + c + "'", start);
            case '{':
                if (quantifierLength() > 0) {
                    throw error("nothing to repeat before '{'", start);
                }
                break;
            default:
                break;
        }
        int codePoint = literal();
        return chars(CodePointSet.of(codePoint, codePoint));
    }

    private int literal() {
        int codePoint = source.codePointAt(at);
        if (codePoint >= 0xD800 && codePoint <= 0xDFFF) {
            throw error("a lone surrogate", at);
        }
        at += Character.charCount(codePoint);
        return codePoint;
    }

    private static Node chars(CodePointSet set) {
        return new Node.Chars(set, Encoding.RAW);
    }

    private Object group() {
        int start = at++;
        if (source.startsWith("?", at)) {
            if (source.startsWith("?:", at)) {
                at += 2;
            } else if (source.startsWith("?=", at) || source.startsWith("?!", at)) {
                throw error("look-ahead is not supported", start);
            } else if (source.startsWith("?<=", at) || source.startsWith("?<!", at)) {
                throw error("look-behind is not supported", start);
            } else if (source.startsWith("?<", at) && source.indexOf('>', at) > 0) {
                at = source.indexOf('>', at) + 1;
            } else {
                throw error("this kind of group is not supported", start);
            }
        }
        List<List<Object>> branches = branches();
        if (at >= source.length()) {
            throw error("unclosed group", start);
        }
        at++;
        return new Group(branches);
    }

    private Object quantified(Object atom) {
        if (at >= source.length()) {
            return atom;
        }
        int start = at;
        char c = source.charAt(at);
        int min = c == '+' ? 1 : 0;
        int max = c == '?' ? 1 : Node.UNBOUNDED;
        if (c == '{' && quantifierLength() > 0) {
            int length = quantifierLength();
            String[] bounds = source.substring(at + 1, at + length - 1).split(",", -1);
            min = bound(bounds[0]);
            max = bounds.length == 1 ? min : bounds[1].isEmpty() ? Node.UNBOUNDED : bound(bounds[1]);
            if (max != Node.UNBOUNDED && max < min) {
                throw error("bounds out of order", start);
            }
            at += length;
        } else if (c == '*' || c == '+' || c == '?') {
            at++;
        } else {
            return atom;
        }
        if (atom instanceof Anchor) {
            throw error("an anchor cannot be repeated", start);
        }
        if (at < source.length() && source.charAt(at) == '?') {
            at++;
        }
        if (at < source.length() && ("*+?".indexOf(source.charAt(at)) >= 0 || quantifierLength() > 0)) {
            throw error("nothing to repeat before '" + source.charAt(at) + "'", at);
        }
        return new Times(atom, min, max);
    }

    private int bound(String digits) {
        if (digits.length() > 7) {
            throw error("a repetition bound of " + digits + "; expected at most 9999999", at);
        }
        return Integer.parseInt(digits);
    }

    /** The length of a bounded quantifier here, or 0: a brace that starts none stands for itself. */
    private int quantifierLength() {
        if (source.charAt(at) != '{') {
            return 0;
        }
        int i = at + 1;
        int digits = i;
        while (i < source.length() && isDigit(source.charAt(i))) {
            i++;
        }
        if (i == digits) {
            return 0;
        }
        if (i < source.length() && source.charAt(i) == ',') {
            i++;
            while (i < source.length() && isDigit(source.charAt(i))) {
                i++;
            }
        }
        return i < source.length() && source.charAt(i) == '}' ? i + 1 - at : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private CodePointSet characterClass() {
        int start = at++;
        boolean negated = source.startsWith("^", at);
        at += negated ? 1 : 0;
        List<int[]> ranges = new ArrayList<>();
        while (at < source.length() && source.charAt(at) != ']') {
            budget.tick();
            int itemStart = at;
            CodePointSet item = classItem();
            boolean range = at + 1 < source.length() && source.charAt(at) == '-' && source.charAt(at + 1) != ']';
            if (!range) {
                for (int i = 0; i < item.ranges(); i++) {
                    ranges.add(new int[] {item.first(i), item.last(i)});
                }
                continue;
            }
            at++;
            CodePointSet end = classItem();
            if (item.size() != 1 || end.size() != 1 || item.first(0) > end.first(0)) {
                throw error("not a range of characters", itemStart);
            }
            ranges.add(new int[] {item.first(0), end.first(0)});
        }
        if (at >= source.length()) {
            throw error("unclosed character class", start);
        }
        at++;
        CodePointSet set = CodePointSet.ofRanges(ranges);
        return negated ? set.complement() : set;
    }

    private CodePointSet classItem() {
        int start = at;
        if (source.charAt(at) == '\\') {
            at++;
            return escape(start, true);
        }
        int codePoint = literal();
        return CodePointSet.of(codePoint, codePoint);
    }

    /** Reads what follows a backslash. */
    private CodePointSet escape(int start, boolean inClass) {
        if (at >= source.length()) {
            throw error("a backslash at the end", start);
        }
        char c = source.charAt(at++);
        switch (c) {
            case 'd':
                return DIGIT;
            case 'D':
                return DIGIT.complement();
            case 'w':
                return WORD;
            case 'W':
                return WORD.complement();
            case 's':
                return ASCII_SPACE;
            case 'S':
                return ANY_SPACE.complement();
            case 'b':
                if (inClass) {
                    return single('\b');
                }
                throw error("a word boundary (\\b) is not supported", start);
            case 'B':
                throw error("a word boundary (\\B) is not supported", start);
            case 'p':
            case 'P':
                throw error("Unicode properties (\\" + c + ") are not supported", start);
            case 'k':
                throw error("back references are not supported", start);
            default:
                return single(characterEscape(c, start));
        }
    }

    private static CodePointSet single(int codePoint) {
        return CodePointSet.of(codePoint, codePoint);
    }

    private int characterEscape(char c, int start) {
        int control = "0tnvfr".indexOf(c);
        if (control >= 0 && !(c == '0' && at < source.length() && isDigit(source.charAt(at)))) {
            return "\0\t\n\u000B\f\r".charAt(control);
        }
        if (isDigit(c)) {
            throw error("back references and octal escapes are not supported", start);
        }
        if (c == 'x') {
            return hex(2, start);
        }
        if (c == 'u') {
            return unicodeEscape(start);
        }
        if (c == 'c' && at < source.length() && Character.isLetter(source.charAt(at))) {
            return source.charAt(at++) & 0x1F;
        }
        if (Character.isLetterOrDigit(c)) {
            throw error("unknown escape '\\" + c + "'", start);
        }
        at--;
        return literal();
    }

    private int unicodeEscape(int start) {
        if (source.startsWith("{", at)) {
            int end = source.indexOf('}', at);
            if (end < 0 || end - at > 7) {
                throw error("expected \\u{ and at most six hexadecimal digits", start);
            }
            int digits = end - at - 1;
            at++;
            int value = hex(digits, start);
            at++;
            return scalar(value, start);
        }
        int value = hex(4, start);
        if (value >= 0xD800 && value <= 0xDBFF && source.startsWith("\\u", at)) {
            at += 2;
            int low = hex(4, start);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                return Character.toCodePoint((char) value, (char) low);
            }
        }
        return scalar(value, start);
    }

    private int scalar(int value, int start) {
        if (value > CodePointSet.MAX || value >= 0xD800 && value <= 0xDFFF) {
            throw error("not a Unicode character", start);
        }
        return value;
    }

    private int hex(int digits, int start) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < source.length() ? Character.digit(source.charAt(at), 16) : -1;
            if (digit < 0) {
                throw error("expected " + digits + " hexadecimal digits", start);
            }
            value = value * 16 + digit;
            at++;
        }
        if (digits == 0) {
            throw error("expected hexadecimal digits", start);
        }
        return value;
    }

    private RuntimeException error(String message, int position) {
        return budget.error(where + ": " + message + " (character " + (position + 1) + " of the expression)");
    }
}
