package org.ascend4j.internal.safetensors;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.Utf8Check;

/**
 * An open safetensors file: its tensor directory and bulk reads. Opening reads and checks the header only. The file is
 * never mapped: a file that shrinks while it is open gives an error here, where a mapping would end the JVM.
 *
 * <p>Any thread may read at the same time as others; reads are positional.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** The format's own limit. */
    public static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;

    private final Path path;
    private final FileChannel channel;
    private final long dataStart;
    private final Map<String, SafetensorsTensor> tensors;

    private SafetensorsFile(Path path, FileChannel channel, long dataStart, Map<String, SafetensorsTensor> tensors) {
        this.path = path;
        this.channel = channel;
        this.dataStart = dataStart;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws ModelFormatException if there is no readable, well-formed file; names file, byte and field, what was found
     *     and what is expected
     */
    public static SafetensorsFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new ModelFormatException(path + (Files.exists(path) ? ": is not a regular file" : ": no such file")
                    + ", expected a safetensors file");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            SafetensorsFile file = read(path, channel);
            channel = null;
            return file;
        } catch (IOException e) {
            throw new ModelFormatException(path + ": cannot be read: " + e.getMessage(), e);
        } finally {
            closeQuietly(channel);
        }
    }

    private static SafetensorsFile read(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES + 2) {
            throw new ModelFormatException(
                    path + ": byte 0: found " + size + " bytes, expected a safetensors file of at least 10");
        }
        ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
        fill(channel, start, 0);
        long length = start.getLong(0);
        long most = Math.min(MAX_HEADER_BYTES, size - LENGTH_BYTES);
        if (!(length >= 2 && length <= most)) {
            throw new ModelFormatException(path + ": byte 0, header length: found " + Long.toUnsignedString(length)
                    + ", expected 2 to " + most);
        }
        if (start.get(LENGTH_BYTES) != '{') {
            throw new ModelFormatException(path + ": byte 8, header: found "
                    + String.format("0x%02x", start.get(LENGTH_BYTES)) + ", expected {");
        }
        Utf8Check.require(path, LENGTH_BYTES, length);
        long dataStart = LENGTH_BYTES + length;
        try (InputStream header = new BufferedInputStream(new Section(channel, LENGTH_BYTES, dataStart), 1 << 16)) {
            Map<String, SafetensorsTensor> tensors =
                    new HeaderParser(path.toString(), dataStart, size - dataStart).parse(header);
            return new SafetensorsFile(path, channel, dataStart, tensors);
        }
    }

    /** The path this was opened from. */
    public Path path() {
        return path;
    }

    /** All tensors in the order of the header. */
    public Collection<SafetensorsTensor> tensors() {
        return tensors.values();
    }

    /** The tensor of this name, if the file has it. */
    public Optional<SafetensorsTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /**
     * Fills the rest of {@code destination} with a tensor's bytes as they are in the file (little endian, row-major).
     *
     * @param tensor an entry of this file
     * @param offset first byte to read, counted from the tensor's start
     * @param destination filled from its position to its limit, which must not reach past the tensor's end
     */
    public void read(SafetensorsTensor tensor, long offset, ByteBuffer destination) {
        if (tensors.get(tensor.name()) != tensor) {
            throw new IllegalArgumentException("tensor " + tensor.name() + " is not of " + path);
        }
        int length = destination.remaining();
        if (offset < 0 || length > tensor.byteSize() || offset > tensor.byteSize() - length) {
            throw new IndexOutOfBoundsException("tensor " + tensor.name() + ": bytes " + offset + " to "
                    + (offset + length) + " asked for, " + tensor.byteSize() + " present");
        }
        long at = dataStart + tensor.start() + offset;
        try {
            fill(channel, destination, at);
        } catch (IOException e) {
            throw new ModelFormatException(
                    path + ": tensor " + tensor.name() + ", byte " + at + ": cannot be read: " + e, e);
        }
    }

    private static void fill(FileChannel channel, ByteBuffer destination, long from) throws IOException {
        long at = from;
        while (destination.hasRemaining()) {
            int read = channel.read(destination, at);
            if (read < 0) {
                throw new EOFException("the file became shorter while it was open");
            }
            at += read;
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written, so nothing can be lost.
        }
    }

    @Override
    public String toString() {
        return path + " (safetensors, " + tensors.size() + " tensors)";
    }

    /** A part of a file as a stream; closing it leaves the file open. */
    private static final class Section extends InputStream {
        private final FileChannel channel;
        private final long end;
        private long at;

        Section(FileChannel channel, long from, long end) {
            this.channel = channel;
            this.at = from;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int room = (int) Math.min(length, end - at);
            if (room <= 0) {
                return length == 0 ? 0 : -1;
            }
            int read = channel.read(ByteBuffer.wrap(bytes, offset, room), at);
            at += Math.max(0, read);
            return read;
        }
    }
}
