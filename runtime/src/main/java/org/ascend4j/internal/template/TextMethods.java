package org.ascend4j.internal.template;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

/** The methods of Python's {@code str} that templates use. */
final class TextMethods {
    private static final Set<String> NAMES = Set.of(
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "rsplit",
            "splitlines",
            "startswith",
            "endswith",
            "upper",
            "lower",
            "title",
            "capitalize",
            "casefold",
            "replace",
            "find",
            "rfind",
            "index",
            "count",
            "join",
            "isdigit",
            "isnumeric",
            "isdecimal",
            "isalpha",
            "isalnum",
            "isspace",
            "isupper",
            "islower",
            "removeprefix",
            "removesuffix",
            "zfill",
            "ljust",
            "rjust",
            "partition",
            "swapcase",
            "rpartition");

    private TextMethods() {}

    /** The method, or null if a text has none of this name. */
    static Function named(String text, String name) {
        return NAMES.contains(name) ? (arguments, scope) -> call(text, name, arguments, scope.budget()) : null;
    }

    private static Object call(String text, String name, Arguments arguments, Budget budget) {
        budget.chars(text.length());
        return switch (name) {
            case "strip" -> PyText.strip(text, arguments.atMost("chars").textOrNull(0, "chars"));
            case "lstrip" -> PyText.stripLeft(text, arguments.atMost("chars").textOrNull(0, "chars"));
            case "rstrip" -> PyText.stripRight(text, arguments.atMost("chars").textOrNull(0, "chars"));
            case "split", "rsplit" -> split(text, name, arguments, budget);
            case "splitlines" -> charged(PyText.lines(text, arguments.truth(0, "keepends", false)), budget);
            case "startswith" -> affix(text, arguments, true);
            case "endswith" -> affix(text, arguments, false);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower", "casefold" -> text.toLowerCase(Locale.ROOT);
            case "title" -> PyText.title(text);
            case "swapcase" -> swapCase(text);
            case "capitalize" -> PyText.capitalize(text);
            case "replace" ->
                replace(
                        text,
                        arguments.text(0, "old"),
                        arguments.text(1, "new"),
                        arguments.integer(2, "count", -1),
                        budget);
            case "find", "index", "rfind" -> find(text, name, arguments.text(0, "sub"));
            case "count" -> count(text, arguments.text(0, "sub"));
            case "join" -> join(text, Values.items(arguments.require(0, "iterable"), budget), budget);
            case "removeprefix" -> removePrefix(text, arguments.text(0, "prefix"));
            case "removesuffix" -> removeSuffix(text, arguments.text(0, "suffix"));
            case "zfill", "ljust", "rjust" -> pad(text, name, arguments, budget);
            case "partition", "rpartition" -> partition(text, name, arguments.text(0, "sep"));
            default -> is(text, name);
        };
    }

    private static String swapCase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            String one = Character.toString(point);
            out.append(Character.isUpperCase(point) ? one.toLowerCase(Locale.ROOT) : one.toUpperCase(Locale.ROOT));
        });
        return out.toString();
    }

    private static <T> List<T> charged(List<T> parts, Budget budget) {
        budget.steps(parts.size());
        return parts;
    }

    private static Object split(String text, String name, Arguments arguments, Budget budget) {
        String separator = arguments.atMost("sep", "maxsplit").textOrNull(0, "sep");
        long most = arguments.integer(1, "maxsplit", -1);
        if (separator == null) {
            if (name.equals("rsplit") && most >= 0) {
                throw new TemplateError("rsplit with a limit needs a separator");
            }
            return charged(PyText.splitAtSpace(text, most), budget);
        }
        if (separator.isEmpty()) {
            throw new TemplateError("empty separator");
        }
        return charged(
                name.equals("split")
                        ? PyText.split(text, separator, most)
                        : PyText.splitFromRight(text, separator, most),
                budget);
    }

    private static boolean affix(String text, Arguments arguments, boolean start) {
        Object given = arguments.require(0, "prefix");
        int length = PyText.length(text);
        long from = arguments.integer(1, "start", 0);
        long to = arguments.integer(2, "end", length);
        int first = (int) Math.max(0, Math.min(length, from < 0 ? from + length : from));
        int last = (int) Math.max(0, Math.min(length, to < 0 ? to + length : to));
        if (first > last) {
            return false;
        }
        String part = text.substring(text.offsetByCodePoints(0, first), text.offsetByCodePoints(0, last));
        for (Object affix : given instanceof Tuple several ? several : List.of(given == null ? List.of() : given)) {
            if (!(affix instanceof String wanted)) {
                throw new TemplateError((start ? "startswith" : "endswith")
                        + " first arg must be str or a tuple of str, not " + Values.typeName(given));
            }
            if (start ? part.startsWith(wanted) : part.endsWith(wanted)) {
                return true;
            }
        }
        return false;
    }

    static String replace(String text, String old, String replacement, long count, Budget budget) {
        long left = count < 0 ? Long.MAX_VALUE : count;
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (left > 0) {
            int at = text.indexOf(old, from);
            // An empty text is found in front of every character and at the end.
            if (at < 0 || at > text.length()) {
                break;
            }
            budget.output(out, text.substring(from, at));
            budget.output(out, replacement);
            budget.steps(1);
            from = at + old.length();
            left--;
            if (old.isEmpty()) {
                if (at == text.length()) {
                    return out.toString();
                }
                int next = text.offsetByCodePoints(at, 1);
                out.append(text, at, next);
                from = next;
            }
        }
        budget.output(out, text.substring(from));
        return out.toString();
    }

    private static Object find(String text, String name, String part) {
        int at = name.equals("rfind") ? text.lastIndexOf(part) : text.indexOf(part);
        if (at < 0 && name.equals("index")) {
            throw new TemplateError("substring not found");
        }
        return at < 0 ? -1L : (long) text.codePointCount(0, at);
    }

    private static long count(String text, String part) {
        if (part.isEmpty()) {
            return PyText.length(text) + 1L;
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    static String join(String separator, List<Object> items, Budget budget) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof String item)) {
                throw new TemplateError(
                        "sequence item " + i + ": expected str instance, " + Values.typeName(items.get(i)) + " found");
            }
            budget.output(out, i > 0 ? separator : "");
            budget.output(out, item);
        }
        return out.toString();
    }

    private static String removePrefix(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static String removeSuffix(String text, String suffix) {
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }

    private static String pad(String text, String name, Arguments arguments, Budget budget) {
        long missing = Math.max(0, arguments.integer(0, "width", 0) - PyText.length(text));
        budget.chars(missing);
        String fill = name.equals("zfill") ? "0" : (String) arguments.get(1, "fillchar", " ");
        String padding = fill.repeat((int) missing);
        if (name.equals("ljust")) {
            return text + padding;
        }
        boolean signed = name.equals("zfill") && (text.startsWith("-") || text.startsWith("+"));
        return signed ? text.charAt(0) + padding + text.substring(1) : padding + text;
    }

    private static Tuple partition(String text, String name, String separator) {
        boolean right = name.equals("rpartition");
        int at = right ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return new Tuple(right ? List.of("", "", text) : List.of(text, "", ""));
        }
        return new Tuple(List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    private static boolean is(String text, String name) {
        if (name.equals("isupper") || name.equals("islower")) {
            String cased = name.equals("isupper") ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
            return cased.equals(text)
                    && text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
        }
        IntPredicate all = switch (name) {
            case "isdigit", "isdecimal", "isnumeric" -> Character::isDigit;
            case "isalpha" -> Character::isLetter;
            case "isalnum" -> Character::isLetterOrDigit;
            default -> PyText::isSpace;
        };
        return !text.isEmpty() && text.codePoints().allMatch(all);
    }
}
