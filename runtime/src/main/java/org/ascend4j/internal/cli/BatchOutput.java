package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.ascend4j.error.AscendException;

/**
 * A batch's output file, which is also the record of what is done. A line is written whole, line feed last, so after a
 * kill at any point the file is whole lines and at most one torn one, which is cut off; what has no whole line is done
 * again. A lock that ends with the process keeps two runs apart.
 */
final class BatchOutput implements Closeable {
    /** How every line begins: what begins otherwise is not ours, and stays as it is. */
    static final String START = "{\"id\":\"batch_req_";

    private static final int LONGEST = 256 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileChannel channel;
    private final String name;
    private final Set<String> names = new HashSet<>();
    private final Set<Integer> numbers = new HashSet<>();
    private long end;
    private long forced;

    private BatchOutput(FileChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    /** Opens or creates a file, locks it and reads what is done. */
    static BatchOutput open(Path path, String name) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new AscendException(name + ": is not a regular file; a batch needs one to go on from after a stop");
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        BatchOutput output = new BatchOutput(channel, name);
        try {
            output.lock();
            output.resume();
            return output;
        } catch (IOException | RuntimeException | Error failed) {
            channel.close();
            throw failed;
        }
    }

    private void lock() throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException taken) {
            // By this process: told below all the same.
        }
        throw new AscendException(name + ": another batch is writing it");
    }

    private void resume() throws IOException {
        // The stream would close the channel, which goes on.
        @SuppressWarnings("resource")
        JsonLines lines = new JsonLines(Channels.newInputStream(channel.position(0)), LONGEST);
        for (JsonLines.Line line = lines.next(); line != null; line = lines.next()) {
            if (line.whole()) {
                remember(line);
                end = line.end();
            } else {
                checkTorn(line);
            }
        }
        if (channel.size() > end) {
            channel.truncate(end);
            channel.force(true);
        }
        channel.position(end);
        forced = end;
    }

    private void remember(JsonLines.Line line) {
        JsonNode json = parse(line);
        JsonNode id = json.path("custom_id");
        JsonNode number = json.path("error").path("line");
        if (id.isTextual()) {
            names.add(id.textValue());
        } else if (id.isNull() && number.isInt()) {
            numbers.add(number.intValue());
        } else {
            throw foreign(line);
        }
    }

    private JsonNode parse(JsonLines.Line line) {
        try {
            if (line.bytes() != null) {
                return JSON.readTree(new String(line.bytes(), StandardCharsets.UTF_8));
            }
        } catch (JsonProcessingException malformed) {
            // Told below.
        }
        throw foreign(line);
    }

    /** Part of a line of ours may be cut off, but not somebody's text; a crash of the host may leave zeros instead. */
    private void checkTorn(JsonLines.Line line) {
        if (line.bytes() == null) {
            throw foreign(line);
        }
        int written = 0;
        while (written < line.bytes().length && line.bytes()[written] != 0) {
            written++;
        }
        String text = new String(line.bytes(), 0, Math.min(written, START.length()), StandardCharsets.ISO_8859_1);
        if (!START.startsWith(text)) {
            throw foreign(line);
        }
    }

    private AscendException foreign(JsonLines.Line line) {
        return new AscendException(
                name + ", line " + line.number() + ": not a line of a batch's output; nothing was changed,"
                        + " give another --output or move this file away");
    }

    /** Whether the line of this name has been answered. */
    boolean has(String customId) {
        return names.contains(customId);
    }

    /** Whether the error of the nameless line of this number has been written. */
    boolean has(int line) {
        return numbers.contains(line);
    }

    /** Appends one line, given with its line feed. It is not on the disk before {@link #force}. */
    void append(byte[] line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            end += line.length;
        } catch (IOException failed) {
            takeBack(failed);
            throw new AscendException(name + " cannot be written: " + failed.getMessage(), failed);
        }
    }

    /** A part of a line that the disk had room for would only be cut off by the next run. */
    private void takeBack(IOException failed) {
        try {
            channel.truncate(end);
        } catch (IOException also) {
            failed.addSuppressed(also);
        }
    }

    /** Waits until every appended line would survive the host's end. */
    void force() throws IOException {
        if (forced < end) {
            channel.force(false);
            forced = end;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
