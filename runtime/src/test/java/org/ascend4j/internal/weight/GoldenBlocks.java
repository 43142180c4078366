package org.ascend4j.internal.weight;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.gguf.GgmlType;

/** Blocks of a ggml type and the values that the gguf package reads in them. */
record GoldenBlocks(GgmlType type, ByteBuffer blocks, float[] values) {
    static GoldenBlocks of(GgmlType type) {
        ByteBuffer values = read(type + ".f32");
        float[] floats = new float[values.remaining() / 4];
        values.asFloatBuffer().get(floats);
        return new GoldenBlocks(type, read(type + ".blocks"), floats);
    }

    int count() {
        return values.length / type.blockSize();
    }

    private static ByteBuffer read(String name) {
        try (InputStream in = GoldenBlocks.class.getResourceAsStream("/golden/quants/" + name)) {
            return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
