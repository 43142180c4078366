package org.ascend4j.internal.template;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values as JSON text exactly as Python's {@code json.dumps} writes it. */
final class JsonText {
    private static final int MAX_DEPTH = 100;

    private final Budget budget;
    private final boolean ascii;
    private final String indent;
    private final String comma;
    private final String colon;
    private final boolean sorted;
    private final StringBuilder out = new StringBuilder();

    /** The arguments are those of the filter {@code tojson} of chat templates. */
    JsonText(Arguments arguments, Budget budget) {
        this.budget = budget;
        arguments.atMost("ensure_ascii", "indent", "separators", "sort_keys");
        ascii = arguments.truth(0, "ensure_ascii", false);
        Object given = arguments.get(1, "indent", null);
        indent = given instanceof String text ? text : given == null ? null : spaces(arguments.integer(1, "indent", 0));
        if (arguments.get(2, "separators", null) instanceof List<?> pair) {
            if (pair.size() != 2 || !(pair.get(0) instanceof String item) || !(pair.get(1) instanceof String key)) {
                throw new TemplateError("tojson: separators must be two strings");
            }
            comma = item;
            colon = key;
        } else {
            comma = indent == null ? ", " : ",";
            colon = ": ";
        }
        sorted = arguments.truth(3, "sort_keys", false);
    }

    private static String spaces(long count) {
        if (count > 1000) {
            throw new TemplateError("tojson: indent " + count + ", expected at most 1000");
        }
        return " ".repeat((int) Math.max(0, count));
    }

    String write(Object value) {
        write(value, 0);
        return out.toString();
    }

    private void write(Object value, int depth) {
        budget.steps(1);
        if (depth > MAX_DEPTH) {
            throw new TemplateError("tojson: a value nested deeper than " + MAX_DEPTH);
        }
        if (value instanceof String text) {
            string(text);
        } else if (value instanceof List<?> list) {
            budget.output(out, "[");
            String between = "";
            for (Object item : list) {
                budget.output(out, between);
                newLine(depth + 1);
                write(item, depth + 1);
                between = comma;
            }
            close("]", list.isEmpty(), depth);
        } else if (value instanceof Map<?, ?> map) {
            object(map, depth);
        } else {
            budget.output(out, scalar(value));
        }
    }

    private void object(Map<?, ?> map, int depth) {
        budget.output(out, "{");
        Map<?, ?> entries = map;
        if (sorted) {
            Map<Object, Object> ordered = new TreeMap<>(Values::compare);
            ordered.putAll(map);
            entries = ordered;
        }
        String between = "";
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            budget.output(out, between);
            newLine(depth + 1);
            string(entry.getKey() instanceof String key ? key : scalar(entry.getKey()));
            budget.output(out, colon);
            write(entry.getValue(), depth + 1);
            between = comma;
        }
        close("}", map.isEmpty(), depth);
    }

    private void close(String bracket, boolean empty, int depth) {
        if (!empty) {
            newLine(depth);
        }
        budget.output(out, bracket);
    }

    private void newLine(int depth) {
        if (indent != null) {
            budget.output(out, "\n" + indent.repeat(depth));
        }
    }

    private static String scalar(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Boolean || value instanceof Long) {
            return value.toString();
        }
        if (value instanceof Double number) {
            return number.isNaN()
                    ? "NaN"
                    : number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : Values.number(number);
        }
        throw new TemplateError("Object of type " + Values.typeName(value) + " is not JSON serializable");
    }

    private void string(String text) {
        budget.chars(text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int simple = "\"\\\n\r\t\f\b".indexOf(c);
            if (simple >= 0) {
                out.append('\\').append("\"\\nrtfb".charAt(simple));
            } else if (c < ' ' || ascii && c > '~' && !isNoncharacter(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        budget.output(out, "\"");
    }

    /** Kept as they are: whoever renders may have put one in to find its place again (see MarkerShield). */
    private static boolean isNoncharacter(char c) {
        return c >= '\uFDD0' && c <= '\uFDEF';
    }
}
