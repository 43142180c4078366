package org.ascend4j.internal.gguf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.ascend4j.error.ModelFormatException;

/**
 * Reads a GGUF header front to back through one small buffer. Nothing is allocated for a count before the bytes that it
 * promises are known to be there, and no header may be longer than {@link #HEADER_LIMIT}.
 */
final class HeaderReader {
    /** Far above any real header (a vocabulary of 262,144 tokens with merges takes about 16 MiB). */
    static final long HEADER_LIMIT = 128L << 20;

    /** Far above any real string (chat templates stay below 100 KiB). */
    static final int STRING_LIMIT = 16 << 20;

    private static final int BUFFER_BYTES = 64 << 10;

    private final String file;
    private final FileChannel channel;
    private final long fileSize;
    private final long end;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long bufferEnd;

    HeaderReader(String file, FileChannel channel, long fileSize) {
        this.file = file;
        this.channel = channel;
        this.fileSize = fileSize;
        this.end = Math.min(fileSize, HEADER_LIMIT);
        buffer.limit(0);
    }

    /** Bytes from the start of the file to the next byte to be read. */
    long position() {
        return bufferEnd - buffer.remaining();
    }

    /** Bytes that a header may still take. */
    long remaining() {
        return end - position();
    }

    byte u8(String field) throws IOException {
        need(1, field);
        return buffer.get();
    }

    short i16(String field) throws IOException {
        need(2, field);
        return buffer.getShort();
    }

    int i32(String field) throws IOException {
        need(4, field);
        return buffer.getInt();
    }

    long i64(String field) throws IOException {
        need(8, field);
        return buffer.getLong();
    }

    float f32(String field) throws IOException {
        return Float.intBitsToFloat(i32(field));
    }

    double f64(String field) throws IOException {
        return Double.longBitsToDouble(i64(field));
    }

    boolean bool(String field) throws IOException {
        long at = position();
        byte value = u8(field);
        if (value != 0 && value != 1) {
            throw error(at, field, Integer.toString(value & 0xff), "0 or 1");
        }
        return value == 1;
    }

    /** A count whose items take at least {@code leastBytes} each, so that it can never promise more than the file has. */
    int count(String field, int leastBytes, int limit) throws IOException {
        need(8, field);
        return bounded(field, leastBytes, limit);
    }

    private int bounded(String field, int leastBytes, int limit) {
        long count = buffer.getLong();
        long most = Math.min(limit, remaining() / leastBytes);
        if (!(count >= 0 && count <= most)) {
            throw error(
                    position() - 8,
                    field,
                    Long.toUnsignedString(count),
                    "at most " + most + " (" + remaining() + " bytes of header left, " + leastBytes + " or more each)");
        }
        return (int) count;
    }

    /** A string of at most {@code limit} bytes, valid UTF-8. */
    String string(String field, int limit) throws IOException {
        need(8, field);
        int length = bounded(field, 1, limit);
        long at = position();
        if (length > buffer.remaining()) {
            return decode(bytes(length, field), 0, length, at, field);
        }
        int from = buffer.arrayOffset() + buffer.position();
        buffer.position(buffer.position() + length);
        return decode(buffer.array(), from, length, at, field);
    }

    private String decode(byte[] bytes, int from, int length, long at, String field) {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            // Either a replacement character of the text's own or a sign of bytes that are not UTF-8.
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
            } catch (CharacterCodingException e) {
                throw error(at, field, "bytes that are not UTF-8", "UTF-8 text");
            }
        }
        return text;
    }

    /** {@code length} raw bytes; the caller has bounded the length by {@link #remaining()}. */
    byte[] bytes(int length, String field) throws IOException {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            need(1, field);
            int part = Math.min(length - done, buffer.remaining());
            buffer.get(bytes, done, part);
            done += part;
        }
        return bytes;
    }

    ModelFormatException error(long at, String field, String found, String expected) {
        return new ModelFormatException(
                file + ": byte " + at + ", " + field + ": found " + found + ", expected " + expected);
    }

    private void need(int bytes, String field) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        long at = position();
        if (remaining() < bytes) {
            String found = end < fileSize
                    ? "a header longer than " + HEADER_LIMIT + " bytes"
                    : "the end of the file (" + fileSize + " bytes)";
            throw error(at, field, found, bytes + " more bytes");
        }
        buffer.compact();
        while (buffer.position() < bytes) {
            int room = (int) Math.min(buffer.remaining(), end - bufferEnd);
            int read = room == 0 ? -1 : fill(room);
            if (read < 0) {
                throw new EOFException(file + ": byte " + bufferEnd + ": the file became shorter while it was read");
            }
            bufferEnd += read;
        }
        buffer.flip();
    }

    private int fill(int room) throws IOException {
        int limit = buffer.limit();
        buffer.limit(buffer.position() + room);
        int read = channel.read(buffer, bufferEnd);
        buffer.limit(limit);
        return read;
    }
}
