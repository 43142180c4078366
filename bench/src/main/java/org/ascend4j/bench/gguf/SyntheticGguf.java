package org.ascend4j.bench.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ascend4j.internal.gguf.GgmlType;

/** Writes GGUF files (version 3) of made-up content, so that what reads them can be measured without a download. */
public final class SyntheticGguf {
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int UINT32 = 4;
    private static final int FLOAT32 = 6;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int INT32 = 5;

    /** 2^-7 and -8 · 2^-7 as halves: quants of 0 to 15 become weights around 0. */
    private static final short SCALE = 0x2000;

    private static final short OFFSET = (short) 0xac00;

    private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private final List<byte[]> contents = new ArrayList<>();
    private int keyCount;
    private long offset;

    /** Adds a String, Integer, Float, String[] or int[]. */
    public SyntheticGguf key(String name, Object value) {
        string(keys, name);
        if (value instanceof String text) {
            int32(keys, STRING);
            string(keys, text);
        } else if (value instanceof Integer number) {
            int32(keys, UINT32);
            int32(keys, number);
        } else if (value instanceof Float number) {
            int32(keys, FLOAT32);
            int32(keys, Float.floatToIntBits(number));
        } else if (value instanceof String[] texts) {
            array(STRING, texts.length);
            for (String text : texts) {
                string(keys, text);
            }
        } else if (value instanceof int[] numbers) {
            array(INT32, numbers.length);
            for (int number : numbers) {
                int32(keys, number);
            }
        } else {
            throw new IllegalArgumentException(name + ": no GGUF type for " + value.getClass());
        }
        keyCount++;
        return this;
    }

    private void array(int type, int length) {
        int32(keys, ARRAY);
        int32(keys, type);
        int64(keys, length);
    }

    /** Adds a tensor, columns first; {@code content} is not copied. */
    public SyntheticGguf tensor(String name, GgmlType type, byte[] content, long... shape) {
        string(entries, name);
        int32(entries, shape.length);
        for (long size : shape) {
            int64(entries, size);
        }
        int32(entries, type.id());
        int64(entries, offset);
        contents.add(content);
        offset += padded(content.length);
        return this;
    }

    /** Random weights near 0, of a type that models are measured in. */
    public static byte[] weights(GgmlType type, long elements, Random random) {
        byte[] bytes = new byte[Math.toIntExact(type.byteSize(elements))];
        random.nextBytes(bytes);
        ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.length; at += type.typeSize()) {
            switch (type) {
                case F32 -> content.putFloat(at, (float) random.nextGaussian() / 10);
                // Exponents of 2^-4 to 2^-3, either sign.
                case F16 -> content.putShort(at, (short) (content.getShort(at) & 0x83ff | 0x2c00));
                case Q4_0, Q8_0 -> content.putShort(at, SCALE);
                case Q4_1 -> content.putShort(at, SCALE).putShort(at + 2, OFFSET);
                default -> throw new IllegalArgumentException("no random weights of type " + type);
            }
        }
        return bytes;
    }

    public Path write(Path file) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        int32(head, VERSION);
        int64(head, contents.size());
        int64(head, keyCount);
        head.writeBytes(keys.toByteArray());
        head.writeBytes(entries.toByteArray());
        head.writeBytes(new byte[padded(head.size()) - head.size()]);
        try (var out = Files.newOutputStream(file)) {
            head.writeTo(out);
            for (byte[] content : contents) {
                out.write(content);
                out.write(new byte[padded(content.length) - content.length]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private static int padded(int size) {
        return Math.addExact(size, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int64(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void int32(ByteArrayOutputStream out, int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >>> shift);
        }
    }

    private static void int64(ByteArrayOutputStream out, long value) {
        int32(out, (int) value);
        int32(out, (int) (value >>> Integer.SIZE));
    }
}
