package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the dot, square brackets and slices find in a value. A fixed table for each type; never reflection. */
final class Members {
    private Members() {}

    /** {@code value.name}: a method first, then a map's entry. */
    static Object attribute(Object value, String name) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (value instanceof Namespace namespace) {
            return namespace.get(name);
        }
        if (value instanceof Loop loop) {
            return loop.attribute(name);
        }
        Object own = own(value, name);
        if (own != null) {
            return own;
        }
        return value instanceof Map<?, ?> map && map.containsKey(name) ? map.get(name) : missing(value, name);
    }

    private static Object own(Object value, String name) {
        if (value instanceof String text) {
            return TextMethods.named(text, name);
        }
        if (value instanceof Map<?, ?> map) {
            return mapMethod(map, name);
        }
        return value instanceof List<?> ? listMethod(value, name) : null;
    }

    private static Undefined missing(Object value, Object name) {
        return new Undefined("'" + Values.typeName(value) + " object' has no attribute '" + Values.text(name) + "'");
    }

    /** {@code value[key]}: an entry or item first, then a method. */
    static Object item(Object value, Object key) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (value instanceof Map<?, ?> map && !(key instanceof List || key instanceof Map)) {
            Object own = Values.key(key);
            if (map.containsKey(own)) {
                return map.get(own);
            }
        }
        if (key instanceof Long index) {
            if (value instanceof List<?> list) {
                long at = index < 0 ? index + list.size() : index;
                return at >= 0 && at < list.size() ? list.get((int) at) : missing(value, key);
            }
            if (value instanceof String text) {
                return character(text, index);
            }
        }
        if ((value instanceof Namespace || value instanceof Loop) && key instanceof String name) {
            return attribute(value, name);
        }
        Object own = key instanceof String name ? own(value, name) : null;
        return own != null ? own : missing(value, key);
    }

    private static Object character(String text, long index) {
        int length = PyText.length(text);
        long at = index < 0 ? index + length : index;
        if (!(at >= 0 && at < length)) {
            return missing(text, index);
        }
        int from = text.offsetByCodePoints(0, (int) at);
        return Character.toString(text.codePointAt(from));
    }

    /** {@code value[start:stop:step]}; null bounds are absent. */
    static Object slice(Object value, Long start, Long stop, Long step, Budget budget) {
        if (!(value instanceof String || value instanceof List)) {
            throw value instanceof Undefined undefined
                    ? undefined.error()
                    : new TemplateError("'" + Values.typeName(value) + "' object cannot be sliced");
        }
        long stride = step == null ? 1 : step;
        if (stride == 0) {
            throw new TemplateError("slice step cannot be zero");
        }
        if (value instanceof String text && stride == 1 && text.length() == PyText.length(text)) {
            int from = (int) bound(start, 0, 0, text.length(), text.length());
            int to = (int) bound(stop, text.length(), 0, text.length(), text.length());
            budget.chars(text.length());
            return from < to ? text.substring(from, to) : "";
        }
        List<Object> items = Values.items(value, budget);
        int size = items.size();
        long lowest = stride < 0 ? -1 : 0;
        long highest = stride < 0 ? size - 1 : size;
        long at = bound(start, stride < 0 ? highest : lowest, lowest, highest, size);
        long end = bound(stop, stride < 0 ? lowest : highest, lowest, highest, size);
        List<Object> out = new ArrayList<>();
        // A stride beyond the size would overflow; it takes one item all the same.
        long move = Math.max(-size - 1L, Math.min(size + 1L, stride));
        for (; stride < 0 ? at > end : at < end; at += move) {
            out.add(items.get((int) at));
        }
        if (value instanceof String) {
            StringBuilder joined = new StringBuilder();
            out.forEach(joined::append);
            return joined.toString();
        }
        return value instanceof Tuple ? new Tuple(out) : out;
    }

    private static long bound(Long given, long absent, long lowest, long highest, int size) {
        if (given == null) {
            return absent;
        }
        long at = given < 0 ? given + size : given;
        return Math.max(lowest, Math.min(highest, at));
    }

    private static Function mapMethod(Map<?, ?> map, String name) {
        return switch (name) {
            case "keys" -> (arguments, scope) -> Values.items(map, scope.budget());
            case "values" ->
                (arguments, scope) -> {
                    scope.budget().steps(map.size());
                    return new ArrayList<Object>(map.values());
                };
            case "items" -> (arguments, scope) -> pairs(map, scope.budget());
            case "get" ->
                (arguments, scope) -> {
                    arguments.atMost("key", "default");
                    Object key = Values.key(arguments.require(0, "key"));
                    return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
                };
            case "copy" ->
                (arguments, scope) -> {
                    scope.budget().steps(map.size());
                    return new java.util.LinkedHashMap<Object, Object>(map);
                };
            case "update", "pop", "popitem", "clear", "setdefault" -> refused("dict", name);
            default -> null;
        };
    }

    /** The entries of a map as pairs. */
    static List<Object> pairs(Map<?, ?> map, Budget budget) {
        budget.steps(map.size());
        List<Object> pairs = new ArrayList<>(map.size());
        map.forEach((key, value) -> pairs.add(Tuple.of(key, value)));
        return pairs;
    }

    @SuppressWarnings("unchecked") // A list that templates see holds values of any kind.
    private static Function listMethod(Object value, String name) {
        List<Object> list = (List<Object>) value;
        boolean fixed = value instanceof Tuple;
        return switch (name) {
            case "append" ->
                fixed
                        ? null
                        : (arguments, scope) -> {
                            scope.budget().steps(1);
                            list.add(arguments.require(0, "object"));
                            return null;
                        };
            case "extend" ->
                fixed
                        ? null
                        : (arguments, scope) -> {
                            list.addAll(Values.items(arguments.require(0, "iterable"), scope.budget()));
                            return null;
                        };
            case "index" ->
                (arguments, scope) -> {
                    Object item = arguments.require(0, "value");
                    scope.budget().steps(list.size());
                    for (int i = 0; i < list.size(); i++) {
                        if (Values.equal(list.get(i), item)) {
                            return (long) i;
                        }
                    }
                    throw new TemplateError("the value is not in the list");
                };
            case "count" ->
                (arguments, scope) -> {
                    Object item = arguments.require(0, "value");
                    scope.budget().steps(list.size());
                    return list.stream()
                            .filter(other -> Values.equal(other, item))
                            .count();
                };
            case "insert", "pop", "remove", "clear", "sort", "reverse" -> refused("list", name);
            default -> null;
        };
    }

    private static Function refused(String type, String name) {
        return (arguments, scope) -> {
            throw new TemplateError("a template may not change values: " + type + "." + name);
        };
    }
}
