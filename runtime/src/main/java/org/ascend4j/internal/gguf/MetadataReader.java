package org.ascend4j.internal.gguf;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads the key-value pairs. Integers become Long; arrays keep the width of their type where Java has it. */
final class MetadataReader {
    /** Far above any real array (merges of the largest vocabularies: about 600,000). */
    private static final int MAX_ITEMS = 1 << 23;

    /** All strings of all arrays together: each costs far more heap than file. */
    private static final int MAX_STRINGS = 1 << 22;

    private final HeaderReader in;
    private final Set<String> seen = new HashSet<>();
    private int strings;

    MetadataReader(HeaderReader in) {
        this.in = in;
    }

    Map<String, Object> read(int count) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            long at = in.position();
            String key = in.string("key " + i, GgufHeader.MAX_KEY_BYTES);
            if (key.isEmpty() || !seen.add(key)) {
                throw in.error(at, "key " + i, "\"" + key + "\"", "a key that no other entry has");
            }
            values.put(key, value("key " + key, type("key " + key + ", type")));
        }
        return values;
    }

    private GgufValueType type(String field) throws IOException {
        long at = in.position();
        int id = in.i32(field);
        GgufValueType type = GgufValueType.ofId(id);
        if (type == null) {
            throw in.error(at, field, Integer.toUnsignedString(id), "0 to 12");
        }
        return type;
    }

    private Object value(String field, GgufValueType type) throws IOException {
        return switch (type) {
            case UINT64 -> unsigned64(field);
            case FLOAT32 -> in.f32(field);
            case FLOAT64 -> in.f64(field);
            case BOOL -> in.bool(field);
            case STRING -> in.string(field, HeaderReader.STRING_LIMIT);
            case ARRAY -> array(field);
            default -> integer(field, type);
        };
    }

    private long integer(String field, GgufValueType type) throws IOException {
        return switch (type) {
            case UINT8 -> in.u8(field) & 0xFFL;
            case INT8 -> in.u8(field);
            case UINT16 -> in.i16(field) & 0xFFFFL;
            case INT16 -> in.i16(field);
            case UINT32 -> in.i32(field) & 0xFFFF_FFFFL;
            case INT32 -> in.i32(field);
            case UINT64 -> unsigned64(field);
            default -> in.i64(field);
        };
    }

    private long unsigned64(String field) throws IOException {
        long at = in.position();
        long value = in.i64(field);
        if (value < 0) {
            throw in.error(at, field, Long.toUnsignedString(value), "at most " + Long.MAX_VALUE);
        }
        return value;
    }

    private Object array(String field) throws IOException {
        long at = in.position();
        GgufValueType type = type(field + ", element type");
        if (type == GgufValueType.ARRAY) {
            throw in.error(at, field + ", element type", "an array of arrays", "an array of plain values");
        }
        int count = in.count(field + ", count", type.leastBytes(), MAX_ITEMS);
        return switch (type) {
            case STRING -> strings(field, count);
            case FLOAT32 -> floats(field, count);
            case FLOAT64 -> doubles(field, count);
            case BOOL -> booleans(field, count);
            case UINT32, UINT64, INT64 -> longs(field, count, type);
            default -> ints(field, count, type);
        };
    }

    private String[] strings(String field, int count) throws IOException {
        strings += count;
        if (strings > MAX_STRINGS) {
            throw in.error(in.position(), field, strings + " strings in arrays", "at most " + MAX_STRINGS);
        }
        String[] items = new String[count];
        for (int i = 0; i < count; i++) {
            items[i] = in.string(field, HeaderReader.STRING_LIMIT);
        }
        return items;
    }

    private float[] floats(String field, int count) throws IOException {
        float[] items = new float[count];
        for (int i = 0; i < count; i++) {
            items[i] = in.f32(field);
        }
        return items;
    }

    private double[] doubles(String field, int count) throws IOException {
        double[] items = new double[count];
        for (int i = 0; i < count; i++) {
            items[i] = in.f64(field);
        }
        return items;
    }

    private boolean[] booleans(String field, int count) throws IOException {
        boolean[] items = new boolean[count];
        for (int i = 0; i < count; i++) {
            items[i] = in.bool(field);
        }
        return items;
    }

    private long[] longs(String field, int count, GgufValueType type) throws IOException {
        long[] items = new long[count];
        for (int i = 0; i < count; i++) {
            items[i] = integer(field, type);
        }
        return items;
    }

    private int[] ints(String field, int count, GgufValueType type) throws IOException {
        int[] items = new int[count];
        for (int i = 0; i < count; i++) {
            items[i] = (int) integer(field, type);
        }
        return items;
    }
}
