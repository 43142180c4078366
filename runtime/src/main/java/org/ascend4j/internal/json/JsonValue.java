package org.ascend4j.internal.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.error.ModelFormatException;

/**
 * A value of a JSON document with where it stands, behind typed getters. A getter refuses a value of another type or out
 * of range: nothing is narrowed silently. An absent member and null are the same.
 */
public final class JsonValue {
    private final String file;
    private final String path;
    private final Object value;

    /**
     * @param path where it stands, for errors; empty for the whole document
     * @param value null, String, Long, BigInteger, Double, Boolean, List or Map
     */
    public JsonValue(String file, String path, Object value) {
        this.file = file;
        this.path = path;
        this.value = value;
    }

    /** Whether there is no value, or null. */
    public boolean isNull() {
        return value == null;
    }

    public boolean isString() {
        return value instanceof String;
    }

    public boolean isList() {
        return value instanceof List<?>;
    }

    public boolean isObject() {
        return value instanceof Map<?, ?>;
    }

    /** The member of this name; a null value if there is none. */
    public JsonValue get(String name) {
        return new JsonValue(
                file, path.isEmpty() ? name : path + "." + name, members().get(name));
    }

    /** The first of these members that is not null, or the last. */
    public JsonValue first(String... names) {
        JsonValue found = get(names[0]);
        for (int i = 1; i < names.length && found.isNull(); i++) {
            found = get(names[i]);
        }
        return found;
    }

    /** Whether there is a member of this name that is not null. */
    public boolean has(String name) {
        return members().get(name) != null;
    }

    /** The members as plain values; empty if there is no value. */
    public Map<String, Object> members() {
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked")
            Map<String, Object> members = (Map<String, Object>) map;
            return Collections.unmodifiableMap(members);
        }
        throw wrong("an object");
    }

    /** The items; empty if there is no value. */
    public List<JsonValue> items() {
        List<?> list = list();
        List<JsonValue> items = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            items.add(new JsonValue(file, path + "[" + i + "]", list.get(i)));
        }
        return items;
    }

    /** The items as plain values; empty if there is no value. */
    public List<?> list() {
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong("an array");
    }

    public String text() {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("a string");
    }

    public String text(String absent) {
        return value == null ? absent : text();
    }

    /** The text, if there is a value. */
    public Optional<String> optionalText() {
        return value == null ? Optional.empty() : Optional.of(text());
    }

    /** An integer from {@code least} to {@code most}. */
    public long integer(long least, long most) {
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        // Some writers give whole numbers a fraction.
        if (value instanceof Double number && number == Math.rint(number) && number >= least && number <= most) {
            return number.longValue();
        }
        throw wrong("an integer from " + least + " to " + most);
    }

    public long integer(long least, long most, long absent) {
        return value == null ? absent : integer(least, most);
    }

    /** A finite number. */
    public double number() {
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw wrong("a finite number");
    }

    public double number(double absent) {
        return value == null ? absent : number();
    }

    public boolean truth() {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw wrong("true or false");
    }

    public boolean truth(boolean absent) {
        return value == null ? absent : truth();
    }

    /** The value as it is: null, String, Long, BigInteger, Double, Boolean, List or Map. */
    public Object plain() {
        return value;
    }

    /** The document's name. */
    public String file() {
        return file;
    }

    /** An error about this value. */
    public ModelFormatException wrong(String expected) {
        String where = path.isEmpty() ? "the document" : path;
        return new ModelFormatException(file + ": " + where + ": found " + describe() + ", expected " + expected);
    }

    private String describe() {
        if (value == null) {
            return "nothing";
        }
        if (value instanceof Map<?, ?> map) {
            return "an object of " + map.size();
        }
        if (value instanceof List<?> list) {
            return "an array of " + list.size();
        }
        String text = value.toString();
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return value instanceof String ? "\"" + shown + "\"" : shown;
    }
}
