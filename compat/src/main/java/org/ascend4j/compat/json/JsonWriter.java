package org.ascend4j.compat.json;

import java.util.Map;
import java.util.Optional;

/**
 * Turns maps, iterables, strings, numbers, booleans and null into JSON text (RFC 8259), indented by
 * two spaces. Keys keep the map's order, so pass a {@code LinkedHashMap} where it matters. An
 * {@code Optional} is written as its value or {@code null}. The output is ASCII, so no terminal, log
 * or locale can break it.
 */
public final class JsonWriter {
    private static final int MAX_DEPTH = 64;
    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    /**
     * The value as one JSON document, ending with a line feed.
     *
     * @throws IllegalArgumentException for NaN, an infinity, a type that has no JSON form, or nesting beyond 64
     */
    public static String write(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value, 0);
        return writer.out.append('\n').toString();
    }

    private void value(Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("JSON value nests deeper than " + MAX_DEPTH);
        }
        if (value instanceof Optional<?> optional) {
            value(optional.orElse(null), depth);
        } else if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof CharSequence text) {
            string(text);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof Map<?, ?> map) {
            object(map, depth);
        } else if (value instanceof Iterable<?> items) {
            array(items, depth);
        } else {
            throw new IllegalArgumentException(
                    "no JSON form for " + value.getClass().getName());
        }
    }

    private void number(Number number) {
        if (!Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException("JSON has no number " + number);
        }
        out.append(number);
    }

    private void object(Map<?, ?> map, int depth) {
        char separator = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            line(depth + 1);
            string(String.valueOf(entry.getKey()));
            out.append(": ");
            value(entry.getValue(), depth + 1);
            separator = ',';
        }
        close(separator == '{' ? "{}" : "}", depth);
    }

    private void array(Iterable<?> items, int depth) {
        char separator = '[';
        for (Object item : items) {
            out.append(separator);
            line(depth + 1);
            value(item, depth + 1);
            separator = ',';
        }
        close(separator == '[' ? "[]" : "]", depth);
    }

    /** An empty object or array stays on one line. */
    private void close(String end, int depth) {
        if (end.length() == 1) {
            line(depth);
        }
        out.append(end);
    }

    private void line(int depth) {
        out.append('\n');
        for (int i = 0; i < depth; i++) {
            out.append("  ");
        }
    }

    private void string(CharSequence text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> character(c);
            }
        }
        out.append('"');
    }

    private void character(char c) {
        if (c >= ' ' && c < 0x7f) {
            out.append(c);
        } else {
            String digits = Integer.toHexString(c);
            out.append("\\u").append("0".repeat(4 - digits.length())).append(digits);
        }
    }
}
