package org.ascend4j.internal.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the golden files, which independent programs made; see {@code golden/README.md}. */
public final class Golden {
    private static final Path ROOT = Path.of("src", "test", "resources", "golden");

    private Golden() {}

    public static Path path(String name) {
        return ROOT.resolve(name);
    }

    public static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(path(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    /** {@code rows} rows of float32 from byte {@code offset} of a file on. */
    public static float[][] floats(String name, long offset, int rows, int columns) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path(name))).order(ByteOrder.LITTLE_ENDIAN);
            float[][] values = new float[rows][columns];
            bytes.position(Math.toIntExact(offset));
            for (float[] row : values) {
                bytes.asFloatBuffer().get(row);
                bytes.position(bytes.position() + columns * Float.BYTES);
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
