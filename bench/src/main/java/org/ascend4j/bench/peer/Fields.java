package org.ascend4j.bench.peer;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The fields of one line: {@code word<TAB>name=value<TAB>name=value}. A value holds anything but tabs and line ends. */
record Fields(String word, Map<String, String> values) {

    static Fields parse(String line) {
        String[] parts = line.split("\t", -1);
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("field " + i + ": found " + parts[i] + ", expected name=value");
            }
            values.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return new Fields(parts[0], values);
    }

    static Fields answer(String word) {
        return new Fields(word, new LinkedHashMap<>());
    }

    Fields with(String name, double value) {
        return with(name, String.format(Locale.ROOT, "%.9g", value));
    }

    Fields with(String name, long value) {
        return with(name, Long.toString(value));
    }

    Fields with(String name, int[] ids) {
        return with(name, IntStream.of(ids).mapToObj(Integer::toString).collect(Collectors.joining(",")));
    }

    Fields with(String name, String value) {
        values.put(name, value.replaceAll("[\\t\\r\\n]", " "));
        return this;
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(word + ": found no field " + name);
        }
        return value;
    }

    int whole(String name) {
        return Integer.parseInt(text(name));
    }

    int[] ids(String name) {
        return Stream.of(text(name).split(",")).mapToInt(Integer::parseInt).toArray();
    }

    String line() {
        return values.entrySet().stream()
                .map(field -> "\t" + field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining("", word, ""));
    }
}
