package org.ascend4j.internal.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.ascend4j.error.AscendException;

/** Text from bytes: UTF-8 or an error, never a replacement character. */
final class Utf8Text {
    /** Longer texts than any context can hold; keeps a wrong file from filling the heap. */
    static final int LONGEST = 64 << 20;

    private Utf8Text() {}

    static String decode(byte[] bytes) throws CharacterCodingException {
        return decoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    /** Decodes what came from {@code source}; the error names it and the byte. */
    static String decode(byte[] bytes, String source) {
        try {
            return decode(bytes);
        } catch (CharacterCodingException invalid) {
            throw new AscendException(
                    source + ": byte " + firstInvalid(bytes) + " is not valid UTF-8; convert it to UTF-8 first",
                    invalid);
        }
    }

    /** Everything that is left in a stream. */
    static String readAll(InputStream in, String source) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) {
            throw new AscendException(source + ": longer than " + LONGEST + " bytes");
        }
        return decode(bytes, source);
    }

    /** The next line without its end, or null at the end of the stream. Never reads past the line. */
    static String readLine(InputStream in, String source) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (line.size() == LONGEST) {
                throw new AscendException(source + ": a line longer than " + LONGEST + " bytes");
            }
            line.write(next);
        }
        String text = decode(line.toByteArray(), source);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static CharsetDecoder decoder() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    private static int firstInvalid(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(8192);
        CharsetDecoder decoder = decoder();
        for (CoderResult result = CoderResult.OVERFLOW; result.isOverflow(); ) {
            out.clear();
            result = decoder.decode(in, out, true);
        }
        return in.position();
    }
}
