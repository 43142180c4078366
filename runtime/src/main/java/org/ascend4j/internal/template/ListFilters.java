package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The filters of lists and maps. What Python answers as a generator is a list here. */
final class ListFilters {
    private ListFilters() {}

    static Object apply(String name, Object value, Arguments arguments, Scope scope) {
        Budget budget = scope.budget();
        return switch (name) {
            case "list" -> Values.items(value, budget);
            case "first", "last" -> end(value, name, budget);
            case "join" -> join(value, arguments.atMost("d", "attribute"), budget);
            case "map" -> map(value, arguments, scope);
            case "select", "reject" -> select(value, arguments, scope, name.equals("select"), false);
            case "selectattr", "rejectattr" -> select(value, arguments, scope, name.equals("selectattr"), true);
            case "unique" -> unique(value, arguments.atMost("case_sensitive", "attribute"), budget);
            case "sort" -> sort(value, arguments.atMost("reverse", "case_sensitive", "attribute"), budget);
            case "dictsort" -> dictsort(value, arguments.atMost("case_sensitive", "by", "reverse"), budget);
            case "min", "max" -> extreme(value, name, arguments.atMost("case_sensitive", "attribute"), budget);
            case "sum" -> sum(value, arguments.atMost("attribute", "start"), budget);
            case "batch" -> batch(value, arguments.atMost("linecount", "fill_with"), budget);
            case "groupby" -> groupBy(value, arguments, budget);
            default -> throw new TemplateError("no filter named '" + name + "'");
        };
    }

    private static Object end(Object value, String name, Budget budget) {
        List<Object> items = Values.items(value, budget);
        if (items.isEmpty()) {
            return new Undefined("No " + name + " item, sequence was empty.");
        }
        return items.get(name.equals("first") ? 0 : items.size() - 1);
    }

    private static Object join(Object value, Arguments arguments, Budget budget) {
        Object attribute = arguments.get(1, "attribute", null);
        List<Object> texts = new ArrayList<>();
        for (Object item : Values.items(value, budget)) {
            texts.add(Values.text(attribute == null ? item : path(item, attribute)));
        }
        return TextMethods.join(Values.text(arguments.get(0, "d", "")), texts, budget);
    }

    private static Object path(Object item, Object attribute) {
        return path(item, attribute, null);
    }

    /**
     * An attribute of an attribute, as "function.name"; a number is an index. What is missing on the way is {@code
     * absent} unless that is null.
     */
    private static Object path(Object item, Object attribute, Object absent) {
        if (attribute instanceof Long) {
            return Members.item(item, attribute);
        }
        Object value = item;
        for (Object part : PyText.split(Values.text(attribute), ".", -1)) {
            String name = (String) part;
            boolean index =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            value = Members.item(value, index ? (Object) Long.parseLong(name) : name);
            value = value instanceof Undefined && absent != null ? absent : value;
        }
        return value;
    }

    private static Object map(Object value, Arguments arguments, Scope scope) {
        List<Object> out = new ArrayList<>();
        boolean byAttribute =
                arguments.positional().isEmpty() && arguments.named().containsKey("attribute");
        for (Object item : Values.items(value, scope.budget())) {
            if (byAttribute) {
                Map<String, Object> named = arguments.named();
                out.add(path(item, named.get("attribute"), named.get("default")));
            } else {
                out.add(Filters.apply(arguments.text(0, "filter"), item, arguments.from(1), scope));
            }
        }
        return out;
    }

    private static Object select(Object value, Arguments arguments, Scope scope, boolean keep, boolean byAttribute) {
        List<Object> out = new ArrayList<>();
        Object attribute = byAttribute ? arguments.require(0, "attribute") : null;
        Arguments rest = byAttribute ? arguments.from(1) : arguments;
        for (Object item : Values.items(value, scope.budget())) {
            Object tested = byAttribute ? path(item, attribute) : item;
            boolean holds = rest.positional().isEmpty()
                    ? Values.truth(tested)
                    : Tests.holds(rest.text(0, "test"), tested, rest.from(1), scope.budget());
            if (holds == keep) {
                out.add(item);
            }
        }
        return out;
    }

    /** What an item is compared by: its attribute if one is given, without case unless that matters. */
    private static Object sortKey(Object item, Object attribute, boolean caseSensitive) {
        Object key = attribute == null ? item : path(item, attribute);
        return !caseSensitive && key instanceof String text ? text.toLowerCase(Locale.ROOT) : key;
    }

    private static Object unique(Object value, Arguments arguments, Budget budget) {
        boolean caseSensitive = arguments.truth(0, "case_sensitive", false);
        Object attribute = arguments.get(1, "attribute", null);
        Map<Object, Object> seen = new LinkedHashMap<>();
        for (Object item : Values.items(value, budget)) {
            seen.putIfAbsent(Values.key(sortKey(item, attribute, caseSensitive)), item);
        }
        return new ArrayList<>(seen.values());
    }

    private static Object sort(Object value, Arguments arguments, Budget budget) {
        boolean caseSensitive = arguments.truth(1, "case_sensitive", false);
        Object attribute = arguments.get(2, "attribute", null);
        return sorted(
                Values.items(value, budget),
                Comparator.comparing(item -> sortKeys(item, attribute, caseSensitive), Values::compare),
                arguments.truth(0, "reverse", false),
                budget);
    }

    /** As {@link #sortKey}, of several attributes with commas between them. */
    private static Object sortKeys(Object item, Object attribute, boolean caseSensitive) {
        if (!(attribute instanceof String names) || names.indexOf(',') < 0) {
            return sortKey(item, attribute, caseSensitive);
        }
        List<Object> keys = new ArrayList<>();
        PyText.split(names, ",", -1).forEach(name -> keys.add(sortKey(item, name, caseSensitive)));
        return keys;
    }

    private static List<Object> sorted(List<Object> items, Comparator<Object> order, boolean reverse, Budget budget) {
        budget.steps(items.size() * 16L);
        items.sort(reverse ? order.reversed() : order);
        return items;
    }

    private static Object dictsort(Object value, Arguments arguments, Budget budget) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new TemplateError("dictsort: found " + Values.typeName(value) + ", expected dict");
        }
        boolean caseSensitive = arguments.truth(0, "case_sensitive", false);
        long by = arguments.get(1, "by", "key").equals("value") ? 1 : 0;
        return sorted(
                Members.pairs(map, budget),
                Comparator.comparing(pair -> sortKey(pair, by, caseSensitive), Values::compare),
                arguments.truth(2, "reverse", false),
                budget);
    }

    private static Object extreme(Object value, String name, Arguments arguments, Budget budget) {
        boolean caseSensitive = arguments.truth(0, "case_sensitive", false);
        Object attribute = arguments.get(1, "attribute", null);
        List<Object> items = Values.items(value, budget);
        if (items.isEmpty()) {
            return new Undefined("No aggregated item, sequence was empty.");
        }
        Object best = items.get(0);
        for (Object item : items) {
            int order =
                    Values.compare(sortKey(item, attribute, caseSensitive), sortKey(best, attribute, caseSensitive));
            if (name.equals("min") ? order < 0 : order > 0) {
                best = item;
            }
        }
        return best;
    }

    private static Object sum(Object value, Arguments arguments, Budget budget) {
        Object attribute = arguments.get(0, "attribute", null);
        Object total = arguments.get(1, "start", 0L);
        for (Object item : Values.items(value, budget)) {
            total = Arithmetic.apply("+", total, attribute == null ? item : path(item, attribute), budget);
        }
        return total;
    }

    private static Object batch(Object value, Arguments arguments, Budget budget) {
        long size = arguments.integer(0, "linecount", 0);
        Object fill = arguments.get(1, "fill_with", null);
        if (size < 1) {
            throw new TemplateError("batch: size " + size + ", expected 1 or more");
        }
        List<Object> items = Values.items(value, budget);
        List<Object> out = new ArrayList<>();
        for (long from = 0; from < items.size(); from += size) {
            List<Object> part = new ArrayList<>(items.subList((int) from, (int) Math.min(items.size(), from + size)));
            while (fill != null && part.size() < size) {
                budget.steps(1);
                part.add(fill);
            }
            out.add(part);
        }
        return out;
    }

    private static Object groupBy(Object value, Arguments arguments, Budget budget) {
        Object attribute = arguments.require(0, "attribute");
        Comparator<Object> order = Comparator.comparing(item -> sortKey(item, attribute, false), Values::compare);
        List<Object> groups = new ArrayList<>();
        Object last = null;
        List<Object> members = List.of();
        for (Object item : sorted(Values.items(value, budget), order, false, budget)) {
            Object key = sortKey(item, attribute, false);
            if (members.isEmpty() || !Values.equal(key, last)) {
                members = new ArrayList<>();
                groups.add(Tuple.of(path(item, attribute), members));
                last = key;
            }
            members.add(item);
        }
        return groups;
    }
}
