package org.ascend4j.internal.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The byte alphabet of GPT-2: every byte has a visible character, so that a vocabulary can be written as text. Printable
 * Latin-1 stands for itself, the other 68 bytes for U+0100 and on, in order.
 */
public final class ByteAlphabet {
    private static final char[] CHAR_OF = new char[256];
    private static final short[] BYTE_OF = new short[256 + 68];

    static {
        java.util.Arrays.fill(BYTE_OF, (short) -1);
        char next = 256;
        for (int b = 0; b < 256; b++) {
            boolean visible = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            CHAR_OF[b] = visible ? (char) b : next++;
            BYTE_OF[CHAR_OF[b]] = (short) b;
        }
    }

    private ByteAlphabet() {}

    /** The character that stands for a byte (0 to 255). */
    public static char character(int unsignedByte) {
        return CHAR_OF[unsignedByte];
    }

    /** The byte a character stands for, or -1. */
    public static int byteOf(char character) {
        return character < BYTE_OF.length ? BYTE_OF[character] : -1;
    }

    /** The bytes of a token's text; a character outside the alphabet stands for itself. */
    static byte[] decode(String token) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(token.length());
        for (int i = 0; i < token.length(); ) {
            int b = byteOf(token.charAt(i));
            int end = b >= 0 ? i + 1 : token.offsetByCodePoints(i, 1);
            if (b >= 0) {
                out.write(b);
            } else {
                out.writeBytes(token.substring(i, end).getBytes(StandardCharsets.UTF_8));
            }
            i = end;
        }
        return out.toByteArray();
    }
}
