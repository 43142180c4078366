package org.ascend4j.internal.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.ascend4j.error.ModelFormatException;

/**
 * Cuts a template into tokens with the white-space rules that chat templates are written for: a newline behind a block
 * or comment is dropped (trim_blocks), blanks between the start of a line and a block or comment are dropped
 * (lstrip_blocks), "-" strips all white space on its side, "+" switches either rule off. One trailing newline of the
 * template is dropped.
 */
final class Lexer {
    private static final String[] OPERATORS = {
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=",
        ".", ":", "|", ",", ";"
    };

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineAt;
    private boolean lineStarting = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        if (source.endsWith("\n")) {
            source = source.substring(0, source.length() - 1);
        }
        Lexer lexer = new Lexer(source);
        lexer.root();
        lexer.add(Token.Kind.END, "");
        return lexer.tokens;
    }

    private void root() {
        while (at < source.length()) {
            int begin = nextTag();
            if (begin < 0) {
                addText(source.substring(at));
                at = source.length();
                return;
            }
            char kind = source.charAt(begin + 1);
            char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
            boolean signed = sign == '-' || sign == '+';
            addText(before(source.substring(at, begin), signed ? sign : ' ', kind != '{'));
            at = begin + (signed ? 3 : 2);
            if (kind == '#') {
                comment(begin);
            } else if (kind == '{') {
                add(Token.Kind.OUTPUT_BEGIN, "{{");
                inside(Token.Kind.OUTPUT_END, "}}", begin);
            } else if (!raw()) {
                add(Token.Kind.BLOCK_BEGIN, "{%");
                inside(Token.Kind.BLOCK_END, "%}", begin);
            }
        }
    }

    private int nextTag() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    /** What remains of the text in front of a tag. */
    private String before(String text, char sign, boolean block) {
        if (sign == '-') {
            return PyText.stripRight(text, null);
        }
        int lineStart = text.lastIndexOf('\n') + 1;
        boolean atLineStart = lineStart > 0 || lineStarting;
        boolean strip = block
                && sign != '+'
                && atLineStart
                && PyText.strip(text.substring(lineStart), null).isEmpty();
        return strip ? text.substring(0, lineStart) : text;
    }

    private void comment(int begin) {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            at = begin;
            throw error("a comment that is never closed");
        }
        char sign = end > at ? source.charAt(end - 1) : ' ';
        at = end + 2;
        finishTag(sign == '-' || sign == '+' ? sign : ' ', true);
    }

    /** Takes a whole raw block if one begins here: its inside is text. */
    private boolean raw() {
        int end = tagEnd(at, "raw");
        if (end < 0) {
            return false;
        }
        int start = end;
        if (source.charAt(end - 3) == '-') {
            while (start < source.length() && PyText.isSpace(source.charAt(start))) {
                start++;
            }
        }
        for (int i = source.indexOf("{%", start); i >= 0; i = source.indexOf("{%", i + 2)) {
            char sign = i + 2 < source.length() ? source.charAt(i + 2) : ' ';
            boolean signed = sign == '-' || sign == '+';
            int close = tagEnd(i + (signed ? 3 : 2), "endraw");
            if (close >= 0) {
                lineStarting = false;
                addText(before(source.substring(start, i), signed ? sign : ' ', true));
                at = close;
                char last = source.charAt(close - 3);
                finishTag(last == '-' || last == '+' ? last : ' ', true);
                return true;
            }
        }
        throw error("a raw block that is never closed");
    }

    /** The position behind a tag that holds this name only, or -1. */
    private int tagEnd(int from, String name) {
        int i = from;
        while (i < source.length() && PyText.isSpace(source.charAt(i))) {
            i++;
        }
        if (!source.startsWith(name, i)) {
            return -1;
        }
        i += name.length();
        while (i < source.length() && PyText.isSpace(source.charAt(i))) {
            i++;
        }
        if (i < source.length() && (source.charAt(i) == '-' || source.charAt(i) == '+')) {
            i++;
        }
        return source.startsWith("%}", i) ? i + 2 : -1;
    }

    /** Behind a closing delimiter: drops what its sign and trim_blocks say. */
    private void finishTag(char sign, boolean block) {
        if (sign == '-') {
            while (at < source.length() && PyText.isSpace(source.charAt(at))) {
                at++;
            }
        } else if (block && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        lineStarting = at > 0 && source.charAt(at - 1) == '\n';
    }

    private void inside(Token.Kind endKind, String end, int begin) {
        Deque<Character> open = new ArrayDeque<>();
        while (true) {
            while (at < source.length() && PyText.isSpace(source.charAt(at))) {
                at++;
            }
            if (at >= source.length()) {
                at = begin;
                throw error("a tag that is never closed");
            }
            char c = source.charAt(at);
            boolean signed = c == '-' || c == '+' && end.equals("%}");
            if (open.isEmpty() && source.startsWith(end, signed ? at + 1 : at)) {
                at += signed ? 3 : 2;
                add(endKind, end);
                finishTag(signed ? c : ' ', endKind == Token.Kind.BLOCK_END);
                return;
            }
            if (c >= '0' && c <= '9') {
                number();
            } else if (c == '_' || Character.isUnicodeIdentifierStart(c)) {
                name();
            } else if (c == '\'' || c == '"') {
                string(c);
            } else {
                operator(open);
            }
        }
    }

    private void number() {
        int start = at;
        boolean fraction = false;
        digits();
        if (at + 1 < source.length() && source.charAt(at) == '.' && isDigit(at + 1)) {
            at++;
            digits();
            fraction = true;
        }
        if (at < source.length() && (source.charAt(at) | 32) == 'e') {
            int sign = at + 1 < source.length() && "+-".indexOf(source.charAt(at + 1)) >= 0 ? 1 : 0;
            if (isDigit(at + 1 + sign)) {
                at += 1 + sign;
                digits();
                fraction = true;
            }
        }
        String value = source.substring(start, at).replace("_", "");
        add(fraction ? Token.Kind.FLOAT : Token.Kind.INTEGER, value);
    }

    private void digits() {
        while (isDigit(at) || at < source.length() && source.charAt(at) == '_' && isDigit(at + 1)) {
            at++;
        }
    }

    private boolean isDigit(int index) {
        return index < source.length() && source.charAt(index) >= '0' && source.charAt(index) <= '9';
    }

    private void name() {
        int start = at;
        while (at < source.length() && Character.isUnicodeIdentifierPart(source.charAt(at))) {
            at++;
        }
        add(Token.Kind.NAME, source.substring(start, at));
    }

    private void string(char quote) {
        int start = at++;
        while (at < source.length() && source.charAt(at) != quote) {
            at += source.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= source.length()) {
            at = start;
            throw error("a string that is never closed");
        }
        add(Token.Kind.STRING, PyText.unescape(source.substring(start + 1, at)));
        at++;
    }

    private void operator(Deque<Character> open) {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                char c = operator.charAt(0);
                if ("([{".indexOf(c) >= 0) {
                    open.push(c == '(' ? ')' : c == '[' ? ']' : '}');
                } else if (")]}".indexOf(c) >= 0 && (open.isEmpty() || open.pop() != c)) {
                    throw error("'" + c + "' without its opening bracket");
                }
                add(Token.Kind.OPERATOR, operator);
                at += operator.length();
                return;
            }
        }
        throw error("the character '" + source.charAt(at) + "' inside a tag");
    }

    private void addText(String text) {
        if (!text.isEmpty()) {
            add(Token.Kind.TEXT, text);
        }
    }

    private void add(Token.Kind kind, String value) {
        tokens.add(new Token(kind, value, line()));
    }

    private int line() {
        for (; lineAt < at && lineAt < source.length(); lineAt++) {
            line += source.charAt(lineAt) == '\n' ? 1 : 0;
        }
        return line;
    }

    private ModelFormatException error(String found) {
        return new ModelFormatException("chat template, line " + line() + ": found " + found);
    }
}
