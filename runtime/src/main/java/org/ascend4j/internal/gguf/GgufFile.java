package org.ascend4j.internal.gguf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.error.ModelFormatException;

/**
 * An open GGUF file: its metadata, its tensor directory, and bulk reads of tensor bytes. Opening reads and checks the
 * header only. The file is never mapped: a file that shrinks while it is open gives an error here, where a mapping
 * would end the JVM.
 *
 * <p>Any thread may read at the same time as others; reads are positional. Interrupting a reading thread closes the
 * file (a property of {@link FileChannel}).
 */
public final class GgufFile implements Checkpoint {
    private final Path path;
    private final FileChannel channel;
    private final GgufHeader header;

    private GgufFile(Path path, FileChannel channel, GgufHeader header) {
        this.path = path;
        this.channel = channel;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws ModelFormatException if there is no readable, well-formed GGUF file; names file, position or field, what
     *     was found and what is expected
     */
    public static GgufFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new ModelFormatException(path + ": is a directory, expected a GGUF file");
        }
        // Also keeps away from pipes and devices, on which opening or reading could block for ever.
        if (!Files.isRegularFile(path)) {
            throw new ModelFormatException(path + (Files.exists(path) ? ": is not a regular file" : ": no such file")
                    + ", expected a GGUF file");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            long size = channel.size();
            if (size == 0) {
                throw new ModelFormatException(path + ": is empty, expected a GGUF file");
            }
            GgufHeader header =
                    GgufHeader.read(path.toString(), new HeaderReader(path.toString(), channel, size), size);
            GgufFile file = new GgufFile(path, channel, header);
            channel = null;
            return file;
        } catch (IOException e) {
            throw new ModelFormatException(path + ": cannot be read: " + e.getMessage(), e);
        } finally {
            closeQuietly(channel);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** The format's version, 2 or 3. */
    public int version() {
        return header.version();
    }

    @Override
    public GgufMetadata metadata() {
        return header.metadata();
    }

    @Override
    public Collection<GgufTensor> tensors() {
        return Collections.unmodifiableCollection(header.tensors().values());
    }

    @Override
    public Optional<GgufTensor> tensor(String name) {
        return Optional.ofNullable(header.tensors().get(name));
    }

    /** Position in the file that {@link GgufTensor#offset()} counts from. */
    public long dataStart() {
        return header.dataStart();
    }

    @Override
    public void read(GgufTensor tensor, long offset, ByteBuffer destination) {
        Map<String, GgufTensor> tensors = header.tensors();
        if (tensors.get(tensor.name()) != tensor) {
            throw new IllegalArgumentException("tensor " + tensor.name() + " is not of " + path);
        }
        int length = destination.remaining();
        if (offset < 0 || length > tensor.byteSize() || offset > tensor.byteSize() - length) {
            throw new IndexOutOfBoundsException("tensor " + tensor.name() + ": bytes " + offset + " to "
                    + (offset + length) + " asked for, " + tensor.byteSize() + " present");
        }
        long at = header.dataStart() + tensor.offset() + offset;
        try {
            while (destination.hasRemaining()) {
                int read = channel.read(destination, at);
                if (read < 0) {
                    throw new EOFException("the file became shorter while it was open");
                }
                at += read;
            }
        } catch (IOException e) {
            throw new ModelFormatException(
                    path + ": tensor " + tensor.name() + ", byte " + at + ": cannot be read: " + e, e);
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
        return path + " (GGUF v" + version() + ", " + header.tensors().size() + " tensors)";
    }
}
