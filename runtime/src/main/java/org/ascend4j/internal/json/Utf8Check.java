package org.ascend4j.internal.json;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.ascend4j.error.ModelFormatException;

/** Checks that a part of a file is UTF-8; parsers of JSON let some other byte sequences pass. */
public final class Utf8Check {
    private Utf8Check() {}

    /** @throws ModelFormatException naming the first byte that is not UTF-8 */
    public static void require(Path file, long from, long length) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        CharBuffer chars = CharBuffer.allocate(1 << 16);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long end = from + length;
            long at = from;
            boolean last = false;
            while (!last) {
                bytes.limit((int) Math.min(bytes.capacity(), bytes.position() + (end - at)));
                int read = bytes.hasRemaining() ? channel.read(bytes, at) : 0;
                at += Math.max(0, read);
                last = at >= end || read < 0;
                bytes.flip();
                CoderResult result = decoder.decode(bytes, chars.clear(), last);
                if (result.isError()) {
                    throw new ModelFormatException(file + ": byte " + (at - bytes.remaining())
                            + ": found bytes that are not UTF-8, expected UTF-8 text");
                }
                bytes.compact();
            }
        }
    }
}
