package org.ascend4j.internal.gguf;

import java.lang.reflect.Array;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.ascend4j.error.ModelFormatException;

/**
 * A file's key-value pairs behind typed getters. A getter without a default refuses an absent key; every getter refuses
 * a value of another type or out of range: nothing is narrowed silently. Immutable, any thread; arrays are copies.
 */
public final class GgufMetadata {
    private final String file;
    private final Map<String, Object> values;

    /**
     * @param file named in errors
     * @param values String, Long, Float, Double, Boolean, String[], or an array of a primitive type
     */
    public GgufMetadata(String file, Map<String, Object> values) {
        this.file = file;
        this.values = Collections.unmodifiableMap(values);
    }

    /** All keys in the order of the file. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Whether the file has this key, whatever its type. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** The text under {@code key}. */
    public String string(String key) {
        return cast(key, String.class, "a string");
    }

    /** The text under {@code key}, or {@code absent}. */
    public String string(String key, String absent) {
        return has(key) ? string(key) : absent;
    }

    /** The integer under {@code key}, of any integer type, from 0 to 2147483647. */
    public int u32(String key) {
        long value = i64(key);
        if (!(value >= 0 && value <= Integer.MAX_VALUE)) {
            throw wrong(key, Long.toString(value), "an integer from 0 to " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /** As {@link #u32(String)}, or {@code absent}. */
    public int u32(String key, int absent) {
        return has(key) ? u32(key) : absent;
    }

    /** A token id under {@code key}, or empty if the key is absent or holds the all-ones mark for "none". */
    public OptionalInt tokenId(String key) {
        if (!has(key) || i64(key) == 0xFFFF_FFFFL || i64(key) == -1) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(u32(key));
    }

    /** The integer under {@code key}, of any integer type. */
    public long i64(String key) {
        Object value = require(key);
        if (value instanceof Long number) {
            return number;
        }
        throw wrong(key, describe(value), "an integer");
    }

    /** The floating-point number under {@code key}; may be infinite or NaN as the file says. */
    public float f32(String key) {
        Object value = require(key);
        if (value instanceof Float number) {
            return number;
        }
        if (value instanceof Double number) {
            return number.floatValue();
        }
        throw wrong(key, describe(value), "a floating-point number");
    }

    /** As {@link #f32(String)}, or {@code absent}. */
    public float f32(String key, float absent) {
        return has(key) ? f32(key) : absent;
    }

    /** The truth value under {@code key}. */
    public boolean bool(String key) {
        return cast(key, Boolean.class, "a truth value");
    }

    /** As {@link #bool(String)}, or {@code absent}. */
    public boolean bool(String key, boolean absent) {
        return has(key) ? bool(key) : absent;
    }

    /** The strings under {@code key}. */
    public String[] stringArray(String key) {
        return cast(key, String[].class, "an array of strings").clone();
    }

    /** As {@link #stringArray(String)}, or {@code absent}. */
    public String[] stringArray(String key, String[] absent) {
        return has(key) ? stringArray(key) : absent;
    }

    /** The integers under {@code key}, of any integer type, each within the range of an int. */
    public int[] intArray(String key) {
        Object value = require(key);
        if (value instanceof int[] ints) {
            return ints.clone();
        }
        if (!(value instanceof long[] longs)) {
            throw wrong(key, describe(value), "an array of integers");
        }
        int[] ints = new int[longs.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) longs[i];
            if (ints[i] != longs[i]) {
                throw wrong(key + "[" + i + "]", Long.toString(longs[i]), "an integer of 32 bits");
            }
        }
        return ints;
    }

    /** As {@link #intArray(String)}, or {@code absent}. */
    public int[] intArray(String key, int[] absent) {
        return has(key) ? intArray(key) : absent;
    }

    /** Whether there is an array under {@code key}. */
    public boolean isArray(String key) {
        return has(key) && values.get(key).getClass().isArray();
    }

    /** The truth values under {@code key}. */
    public boolean[] boolArray(String key) {
        return cast(key, boolean[].class, "an array of truth values").clone();
    }

    /** The floating-point numbers under {@code key}. */
    public float[] floatArray(String key) {
        return cast(key, float[].class, "an array of 32-bit floating-point numbers")
                .clone();
    }

    /** As {@link #floatArray(String)}, or {@code absent}. */
    public float[] floatArray(String key, float[] absent) {
        return has(key) ? floatArray(key) : absent;
    }

    private Object require(String key) {
        Object value = values.get(key);
        if (value == null) {
            throw new ModelFormatException(file + ": key " + key
                    + ": absent, but this model needs it; convert the model again with a current converter");
        }
        return value;
    }

    private <T> T cast(String key, Class<T> type, String expected) {
        Object value = require(key);
        if (!type.isInstance(value)) {
            throw wrong(key, describe(value), expected);
        }
        return type.cast(value);
    }

    private ModelFormatException wrong(String key, String found, String expected) {
        return new ModelFormatException(file + ": key " + key + ": found " + found + ", expected " + expected);
    }

    private static String describe(Object value) {
        if (value.getClass().isArray()) {
            String element = value.getClass().getComponentType().getSimpleName().toLowerCase(java.util.Locale.ROOT);
            return "an array of " + Array.getLength(value) + " (" + element + ")";
        }
        String text = value.toString();
        return value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT) + " "
                + (text.length() > 40 ? text.substring(0, 40) + "…" : text);
    }
}
