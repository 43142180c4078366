package org.ascend4j.internal.template;

import java.util.List;
import java.util.Map;

/** The evaluated arguments of a call. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    int size() {
        return positional.size() + named.size();
    }

    /** The argument of this position or name, or {@code absent}. */
    Object get(int position, String name, Object absent) {
        if (position < positional.size()) {
            return positional.get(position);
        }
        return named.containsKey(name) ? named.get(name) : absent;
    }

    Object require(int position, String name) {
        if (position >= positional.size() && !named.containsKey(name)) {
            throw new TemplateError("missing argument '" + name + "'");
        }
        return get(position, name, null);
    }

    String text(int position, String name) {
        Object value = require(position, name);
        if (value instanceof String text) {
            return text;
        }
        throw new TemplateError("argument '" + name + "' is " + Values.typeName(value) + ", expected str");
    }

    /** A text, or null if it is absent or none. */
    String textOrNull(int position, String name) {
        return get(position, name, null) == null ? null : text(position, name);
    }

    long integer(int position, String name, long absent) {
        Object value = get(position, name, absent);
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        if (value instanceof Long number) {
            return number;
        }
        throw new TemplateError("argument '" + name + "' is " + Values.typeName(value) + ", expected int");
    }

    boolean truth(int position, String name, boolean absent) {
        return Values.truth(get(position, name, absent));
    }

    /** All but the first {@code count} positional arguments. */
    Arguments from(int count) {
        int start = Math.min(count, positional.size());
        return new Arguments(positional.subList(start, positional.size()), named);
    }

    /** Refuses arguments beyond these names. */
    Arguments atMost(String... names) {
        if (positional.size() > names.length) {
            throw new TemplateError("too many arguments: " + positional.size() + ", expected " + names.length);
        }
        for (String name : named.keySet()) {
            if (!List.of(names).contains(name)) {
                throw new TemplateError("unexpected argument '" + name + "'");
            }
        }
        return this;
    }
}
