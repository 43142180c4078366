package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The filters behind "|"; those of lists are in {@link ListFilters}. */
final class Filters {
    private Filters() {}

    static Object apply(String name, Object value, Arguments arguments, Scope scope) {
        Budget budget = scope.budget();
        return switch (name) {
            case "trim" ->
                PyText.strip(text(value, budget), arguments.atMost("chars").textOrNull(0, "chars"));
            case "string", "safe" -> text(value, budget);
            case "upper" -> text(value, budget).toUpperCase(Locale.ROOT);
            case "lower" -> text(value, budget).toLowerCase(Locale.ROOT);
            case "capitalize" -> PyText.capitalize(text(value, budget));
            case "title" -> PyText.titleWords(text(value, budget));
            case "e", "escape" -> escape(text(value, budget));
            case "replace" ->
                TextMethods.replace(
                        text(value, budget),
                        Values.text(arguments.require(0, "old")),
                        Values.text(arguments.require(1, "new")),
                        arguments.get(2, "count", null) == null ? -1 : arguments.integer(2, "count", -1),
                        budget);
            case "indent" -> indent(text(value, budget), arguments, budget);
            case "wordcount" ->
                (long) PyText.splitAtSpace(text(value, budget), -1).size();
            case "length", "count" -> Values.length(value);
            case "default", "d" -> otherwise(value, arguments);
            case "tojson" -> new JsonText(arguments, budget).write(value);
            case "int" -> integer(value, arguments);
            case "float" -> real(value, arguments);
            case "abs" -> Values.compare(value, 0L) < 0 ? Arithmetic.negate(value) : Arithmetic.positive(value);
            case "round" -> Numbers.round(value, arguments);
            case "reverse" -> reverse(value, budget);
            case "items" -> items(value, budget);
            default -> ListFilters.apply(name, value, arguments, scope);
        };
    }

    private static String text(Object value, Budget budget) {
        String text = Values.text(value);
        budget.chars(text.length());
        return text;
    }

    private static Object otherwise(Object value, Arguments arguments) {
        arguments.atMost("default_value", "boolean");
        boolean replace = value instanceof Undefined || arguments.truth(1, "boolean", false) && !Values.truth(value);
        return replace ? arguments.get(0, "default_value", "") : value;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static String indent(String text, Arguments arguments, Budget budget) {
        arguments.atMost("width", "first", "blank");
        long width = arguments.get(0, "width", 4L) instanceof String ? 0 : arguments.integer(0, "width", 4);
        if (width > 1000) {
            throw new TemplateError("indent: width " + width + ", expected at most 1000");
        }
        String margin =
                arguments.get(0, "width", 4L) instanceof String own ? own : " ".repeat((int) Math.max(0, width));
        boolean first = arguments.truth(1, "first", false);
        boolean blank = arguments.truth(2, "blank", false);
        List<Object> lines = PyText.lines(text + "\n", false);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            boolean margined = i == 0 ? first : blank || !line.isEmpty();
            budget.output(out, (i > 0 ? "\n" : "") + (margined ? margin : ""));
            budget.output(out, line);
        }
        return out.toString();
    }

    private static Object integer(Object value, Arguments arguments) {
        arguments.atMost("default", "base");
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        Object absent = arguments.get(0, "default", 0L);
        try {
            if (value instanceof String text) {
                return Numbers.parseInteger(text, (int) arguments.integer(1, "base", 10));
            }
            return value instanceof Double number ? Numbers.truncate(number) : Arithmetic.positive(value);
        } catch (NumberFormatException | TemplateError e) {
            return absent;
        }
    }

    private static Object real(Object value, Arguments arguments) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        try {
            return value instanceof String text ? Numbers.parseReal(text) : Arithmetic.apply("*", value, 1.0, null);
        } catch (NumberFormatException | TemplateError e) {
            return arguments.atMost("default").get(0, "default", 0.0);
        }
    }

    private static Object reverse(Object value, Budget budget) {
        if (value instanceof String text) {
            List<Object> characters = Values.items(text, budget);
            Collections.reverse(characters);
            StringBuilder out = new StringBuilder(text.length());
            characters.forEach(out::append);
            return out.toString();
        }
        List<Object> items = Values.items(value, budget);
        Collections.reverse(items);
        return items;
    }

    private static Object items(Object value, Budget budget) {
        if (value instanceof Undefined) {
            return new ArrayList<>();
        }
        if (value instanceof Map<?, ?> map) {
            return Members.pairs(map, budget);
        }
        throw new TemplateError("Can only get item pairs from a mapping.");
    }
}
