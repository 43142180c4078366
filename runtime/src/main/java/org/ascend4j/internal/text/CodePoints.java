package org.ascend4j.internal.text;

import org.ascend4j.error.InvalidRequestException;

/** Well-formed text as code points, which is what words are cut by. */
public final class CodePoints {
    private CodePoints() {}

    /** The code points of {@code text[from, to)}; refuses half a surrogate pair. */
    public static int[] of(String text, int from, int to) {
        int[] points = new int[text.codePointCount(from, to)];
        int count = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                points[count++] = c;
            } else if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(text.charAt(i + 1))) {
                points[count++] = Character.toCodePoint(c, text.charAt(++i));
            } else {
                throw new InvalidRequestException(
                        "text",
                        String.format(
                                "found half a surrogate pair (U+%04X) at character %d, expected well-formed Unicode",
                                (int) c, i));
            }
        }
        return points;
    }

    /** Writes points as UTF-8 and answers the number of bytes; {@code out} has room for four a point. */
    static int toUtf8(int[] points, int from, int to, byte[] out) {
        int size = 0;
        for (int i = from; i < to; i++) {
            int p = points[i];
            if (p < 0x80) {
                out[size++] = (byte) p;
            } else if (p < 0x800) {
                out[size++] = (byte) (0xC0 | p >> 6);
                out[size++] = (byte) (0x80 | p & 0x3F);
            } else if (p < 0x10000) {
                out[size++] = (byte) (0xE0 | p >> 12);
                out[size++] = (byte) (0x80 | p >> 6 & 0x3F);
                out[size++] = (byte) (0x80 | p & 0x3F);
            } else {
                out[size++] = (byte) (0xF0 | p >> 18);
                out[size++] = (byte) (0x80 | p >> 12 & 0x3F);
                out[size++] = (byte) (0x80 | p >> 6 & 0x3F);
                out[size++] = (byte) (0x80 | p & 0x3F);
            }
        }
        return size;
    }
}
