package org.ascend4j.internal.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small GGUF files for tests, well-formed unless told otherwise. Remembers where each count and length field
 * went, so that a test can damage them one by one.
 */
public final class GgufWriter {
    private final int version;
    private final Map<String, byte[]> keys = new LinkedHashMap<>();
    private final Map<String, List<Integer>> keyCounts = new LinkedHashMap<>();
    private final List<byte[]> entries = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private final List<Integer> countPositions = new ArrayList<>();
    private int alignment = 32;
    private long nextOffset;
    private int headerSize;

    public GgufWriter() {
        this(3);
    }

    public GgufWriter(int version) {
        this.version = version;
    }

    /** Adds a string, Integer (u32), Long (u64), Float, Boolean, String[], int[] (i32), long[] (u64) or float[]. */
    public GgufWriter key(String key, Object value) {
        Bytes out = new Bytes();
        out.string(key);
        writeValue(out, value);
        return rawKey(key, out);
    }

    /** As {@link #key} with a type id and bytes of the caller's choice. */
    public GgufWriter key(String key, int typeId, byte[] payload) {
        Bytes out = new Bytes();
        out.string(key);
        out.i32(typeId);
        out.raw(payload);
        return rawKey(key + "#" + keys.size(), out);
    }

    private GgufWriter rawKey(String slot, Bytes out) {
        keys.put(slot, out.bytes());
        keyCounts.put(slot, out.counts);
        return this;
    }

    /** Also writes the key that tells readers. */
    public GgufWriter alignment(int bytes) {
        alignment = bytes;
        return key("general.alignment", bytes);
    }

    /** Adds a tensor behind the last one; {@code shape} in ggml order. */
    public GgufWriter tensor(String name, GgmlType type, long[] shape, byte[] content) {
        entry(name, type.id(), shape, nextOffset);
        data.add(content);
        nextOffset += roundUp(content.length);
        return this;
    }

    /** Adds a directory entry only, with any values. */
    public GgufWriter entry(String name, int typeId, long[] shape, long offset) {
        Bytes out = new Bytes();
        out.string(name);
        out.i32(shape.length);
        for (long size : shape) {
            out.i64(size);
        }
        out.i32(typeId);
        out.i64(offset);
        entries.add(out.bytes());
        return this;
    }

    /** Appends bytes to the data section without a directory entry. */
    public GgufWriter padding(int bytes) {
        data.add(new byte[bytes]);
        nextOffset += roundUp(bytes);
        return this;
    }

    public byte[] toBytes() {
        Bytes out = new Bytes();
        out.raw("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.i32(version);
        out.count(entries.size());
        out.count(keys.size());
        countPositions.clear();
        countPositions.addAll(out.counts);
        for (Map.Entry<String, byte[]> key : keys.entrySet()) {
            int base = out.size();
            keyCounts.get(key.getKey()).forEach(at -> countPositions.add(base + at));
            out.raw(key.getValue());
        }
        for (byte[] entry : entries) {
            countPositions.add(out.size());
            out.raw(entry);
        }
        headerSize = out.size();
        out.pad(roundUp(out.size()));
        for (byte[] content : data) {
            out.raw(content);
            out.pad(roundUp(out.size()));
        }
        return out.bytes();
    }

    /** Bytes in front of the padding of the data section; valid after {@link #toBytes}. */
    public int headerSize() {
        return headerSize;
    }

    /** Where each 64-bit count or length is; valid after {@link #toBytes}. */
    public List<Integer> countPositions() {
        return List.copyOf(countPositions);
    }

    public Path write(Path path) {
        try {
            return Files.write(path, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int roundUp(int size) {
        return (size + alignment - 1) / alignment * alignment;
    }

    private static void writeValue(Bytes out, Object value) {
        if (value instanceof String text) {
            out.i32(8);
            out.string(text);
        } else if (value instanceof Integer number) {
            out.i32(4);
            out.i32(number);
        } else if (value instanceof Long number) {
            out.i32(10);
            out.i64(number);
        } else if (value instanceof Float number) {
            out.i32(6);
            out.i32(Float.floatToIntBits(number));
        } else if (value instanceof Boolean truth) {
            out.i32(7);
            out.raw(new byte[] {(byte) (truth ? 1 : 0)});
        } else {
            writeArray(out, value);
        }
    }

    private static void writeArray(Bytes out, Object value) {
        out.i32(9);
        if (value instanceof String[] texts) {
            out.i32(8);
            out.count(texts.length);
            for (String text : texts) {
                out.string(text);
            }
        } else if (value instanceof int[] ints) {
            out.i32(5);
            out.count(ints.length);
            for (int number : ints) {
                out.i32(number);
            }
        } else if (value instanceof long[] longs) {
            out.i32(10);
            out.count(longs.length);
            for (long number : longs) {
                out.i64(number);
            }
        } else if (value instanceof float[] floats) {
            out.i32(6);
            out.count(floats.length);
            for (float number : floats) {
                out.i32(Float.floatToIntBits(number));
            }
        } else {
            throw new IllegalArgumentException("no GGUF type for " + value.getClass());
        }
    }

    /** A growing little-endian buffer. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final List<Integer> counts = new ArrayList<>();

        void i32(int value) {
            raw(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        void i64(long value) {
            raw(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        void count(long value) {
            counts.add(size());
            i64(value);
        }

        void string(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            count(bytes.length);
            raw(bytes);
        }

        void raw(byte[] bytes) {
            out.writeBytes(bytes);
        }

        void pad(int size) {
            raw(new byte[size - size()]);
        }

        int size() {
            return out.size();
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
