package org.ascend4j.internal.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes safetensors files, right ones and others. */
public final class SafetensorsWriter {
    private final List<String> entries = new ArrayList<>();
    private long end;

    /** A tensor behind the one before. */
    public SafetensorsWriter tensor(String name, String type, long bytes, long... shape) {
        return entry(name, "\"" + type + "\"", Arrays.toString(shape), "[" + end + "," + (end += bytes) + "]");
    }

    /** An entry whose parts are written as they are. */
    public SafetensorsWriter entry(String name, String type, String shape, String offsets) {
        return raw(
                "\"" + name + "\":{\"dtype\":" + type + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}");
    }

    public SafetensorsWriter raw(String entry) {
        entries.add(entry);
        return this;
    }

    public byte[] toBytes() {
        return file("{" + String.join(",", entries) + "}", end);
    }

    public Path write(Path file) throws IOException {
        return Files.write(file, toBytes());
    }

    /** A header with its length in front and data of ascending bytes behind. */
    public static byte[] file(String header, long dataBytes) {
        return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    public static byte[] file(byte[] header, long dataBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(8 + header.length + dataBytes))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put((byte) i);
        }
        return bytes.array();
    }
}
