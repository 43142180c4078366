package org.ascend4j.internal.acl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** C strings as the natives take and give them: UTF-8 bytes ended by zero. */
public final class CText {
    private CText() {}

    /** The bytes of {@code text} with the closing zero; constants are worth keeping, the natives never write to them. */
    public static byte[] of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("text for native code holds a zero character: '" + text + "'");
            }
        }
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** The text before the first zero, or all of it; malformed bytes become replacement characters. */
    static String read(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Reads text that a native function copies out; empty when the function has none. */
    static String read(Source source) {
        byte[] bytes = new byte[512];
        long length = source.copy(bytes, bytes.length);
        if (length > bytes.length) {
            bytes = new byte[(int) Math.min(length, 1 << 20)];
            length = source.copy(bytes, bytes.length);
        }
        return new String(bytes, 0, (int) Math.max(0, Math.min(length, bytes.length)), StandardCharsets.UTF_8);
    }

    /** A native function that copies at most {@code capacity} bytes and returns the whole length, -1 for null. */
    @FunctionalInterface
    interface Source {
        long copy(byte[] text, long capacity);
    }
}
