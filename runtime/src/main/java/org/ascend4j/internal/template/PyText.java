package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Text operations as Python has them, which is what templates expect: by code points, with Python's white space. */
final class PyText {
    private PyText() {}

    static boolean isSpace(int c) {
        return c >= '\t' && c <= '\r'
                || c >= 0x1C && c <= ' '
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200A
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    private static boolean strips(int point, String chars) {
        return chars == null ? isSpace(point) : chars.indexOf(point) >= 0;
    }

    /** Without leading white space, or without leading characters of {@code chars} if that is not null. */
    static String stripLeft(String text, String chars) {
        int start = 0;
        while (start < text.length() && strips(text.codePointAt(start), chars)) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    static String stripRight(String text, String chars) {
        int end = text.length();
        while (end > 0 && strips(text.codePointBefore(end), chars)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    static String strip(String text, String chars) {
        return stripLeft(stripRight(text, chars), chars);
    }

    /** At white space: no empty pieces. */
    static List<Object> splitAtSpace(String text, long most) {
        List<Object> parts = new ArrayList<>();
        String rest = stripLeft(text, null);
        while (!rest.isEmpty()) {
            int end = 0;
            while (end < rest.length() && !isSpace(rest.charAt(end))) {
                end++;
            }
            if (most >= 0 && parts.size() >= most) {
                parts.add(stripRight(rest, null));
                return parts;
            }
            parts.add(rest.substring(0, end));
            int next = end;
            while (next < rest.length() && isSpace(rest.charAt(next))) {
                next++;
            }
            rest = rest.substring(next);
        }
        return parts;
    }

    static List<Object> split(String text, String separator, long most) {
        List<Object> parts = new ArrayList<>();
        int from = 0;
        for (int i = text.indexOf(separator);
                i >= 0 && (most < 0 || parts.size() < most);
                i = text.indexOf(separator, from)) {
            parts.add(text.substring(from, i));
            from = i + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    static List<Object> splitFromRight(String text, String separator, long most) {
        List<Object> parts = new ArrayList<>();
        int to = text.length();
        while (most < 0 || parts.size() < most) {
            int i = to - separator.length() < 0 ? -1 : text.lastIndexOf(separator, to - separator.length());
            if (i < 0) {
                break;
            }
            parts.add(0, text.substring(i + separator.length(), to));
            to = i;
        }
        parts.add(0, text.substring(0, to));
        return parts;
    }

    static List<Object> lines(String text, boolean keepEnds) {
        List<Object> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = c >= '\n' && c <= '\r' || c >= 0x1C && c <= 0x1E || c == 0x85 || c == 0x2028 || c == 0x2029;
            if (ends) {
                int end = i;
                if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                lines.add(text.substring(from, keepEnds ? i + 1 : end));
                from = i + 1;
            }
        }
        if (from < text.length()) {
            lines.add(text.substring(from));
        }
        return lines;
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        String rest = text.substring(Character.charCount(first));
        return new StringBuilder()
                .appendCodePoint(Character.toTitleCase(first))
                .append(rest.toLowerCase(Locale.ROOT))
                .toString();
    }

    /** As Python's {@code str.title}: a letter behind anything but a letter is a capital. */
    static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            out.appendCodePoint(inWord ? Character.toLowerCase(point) : Character.toTitleCase(point));
            inWord = Character.isLetter(point);
            i += Character.charCount(point);
        }
        return out.toString();
    }

    /** As the filter {@code title}: a word begins behind white space, a hyphen or an opening bracket. */
    static String titleWords(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            String one = Character.toString(point);
            out.append(inWord ? one.toLowerCase(Locale.ROOT) : one.toUpperCase(Locale.ROOT));
            inWord = !isSpace(point) && "-({[<".indexOf(point) < 0;
            i += Character.charCount(point);
        }
        return out.toString();
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Every code point as a text of its own. */
    static List<Object> characters(String text) {
        List<Object> out = new ArrayList<>(text.length());
        text.codePoints().forEach(point -> out.add(Character.toString(point)));
        return out;
    }

    /** In the order of code points, which differs from Java's own for what lies above U+FFFF. */
    static int compare(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        if (i == a.length() || i == b.length()) {
            return Integer.compare(a.length(), b.length());
        }
        boolean surrogateA = Character.isSurrogate(a.charAt(i));
        boolean surrogateB = Character.isSurrogate(b.charAt(i));
        return surrogateA == surrogateB ? Character.compare(a.charAt(i), b.charAt(i)) : surrogateA ? 1 : -1;
    }

    /** Decodes the escapes of a string literal; an unknown escape stays as it is. */
    static String unescape(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        StringBuilder out = new StringBuilder(literal.length());
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c != '\\' || i + 1 == literal.length()) {
                out.append(c);
                continue;
            }
            char escape = literal.charAt(++i);
            int simple = "abfnrtv\\'\"".indexOf(escape);
            int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
            int point = hex(literal, i + 1, digits);
            if (simple >= 0) {
                out.append("\u0007\b\f\n\r\t\u000B\\'\"".charAt(simple));
            } else if (point >= 0) {
                out.appendCodePoint(point);
                i += digits;
            } else if (escape >= '0' && escape <= '7') {
                int end = i;
                while (end < literal.length()
                        && end < i + 3
                        && literal.charAt(end) >= '0'
                        && literal.charAt(end) <= '7') {
                    end++;
                }
                out.append((char) Integer.parseInt(literal.substring(i, end), 8));
                i = end - 1;
            } else if (escape != '\n') {
                out.append('\\').append(escape);
            }
        }
        return out.toString();
    }

    private static int hex(String text, int from, int digits) {
        if (digits == 0 || from + digits > text.length()) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value <= Character.MAX_CODE_POINT ? (int) value : -1;
    }

    /** A string as Python's {@code repr} writes it. */
    static String repr(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder out = new StringBuilder(text.length() + 2).append(quote);
        text.codePoints().forEach(point -> {
            if (point == quote || point == '\\') {
                out.append('\\').append((char) point);
            } else if (point == '\n') {
                out.append("\\n");
            } else if (point == '\r') {
                out.append("\\r");
            } else if (point == '\t') {
                out.append("\\t");
            } else if (isPrintable(point)) {
                out.appendCodePoint(point);
            } else {
                out.append(String.format(point < 0x100 ? "\\x%02x" : point < 0x10000 ? "\\u%04x" : "\\U%08x", point));
            }
        });
        return out.append(quote).toString();
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }
}
