package org.ascend4j.internal.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns a stream's token bytes into text as they arrive. A character whose bytes come in several tokens is held back
 * until it is whole; bytes that can never become a character turn into U+FFFD. One stream, one thread.
 */
public final class StreamDecoder {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /** Bytes of a character that is not whole yet: at most three. */
    private byte[] held = new byte[0];

    /** The text that these bytes complete, possibly empty. */
    public String push(byte[] bytes) {
        return held.length == 0 && ascii(bytes) ? new String(bytes, StandardCharsets.US_ASCII) : decode(bytes, false);
    }

    /** Most tokens are nothing else, and need no decoder. */
    private static boolean ascii(byte[] bytes) {
        int all = 0;
        for (byte each : bytes) {
            all |= each;
        }
        return all >= 0;
    }

    /** What is left at the end of the stream: U+FFFD if a character remained unfinished. The decoder starts anew. */
    public String flush() {
        String rest = decode(new byte[0], true);
        decoder.reset();
        return rest;
    }

    private String decode(byte[] bytes, boolean end) {
        ByteBuffer in = ByteBuffer.allocate(held.length + bytes.length)
                .put(held)
                .put(bytes)
                .flip();
        // UTF-8 never has more chars than bytes.
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, end);
        if (end) {
            decoder.flush(out);
        }
        held = new byte[in.remaining()];
        in.get(held);
        return out.flip().toString();
    }
}
