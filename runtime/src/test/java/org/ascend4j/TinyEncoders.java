package org.ascend4j;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.ascend4j.internal.model.Golden;

/** The tiny encoders of the golden files, on the host device, and what their makers' libraries say of them. */
final class TinyEncoders {
    private TinyEncoders() {}

    static Path path(String name) {
        return Golden.path("encoders/" + name);
    }

    static JsonNode answers(String name) {
        return Golden.json("encoders/" + name + ".json");
    }

    static LlmOptions options(DType type) {
        return TinyModels.options().dtype(type).build();
    }

    static Embedder embedder(String name, DType type) {
        return Embedder.open(path(name), options(type));
    }

    static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    /** The greatest distance of two vectors by the greatest number of the second. */
    static double distance(float[] found, float[] expected) {
        if (found.length != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double distance = 0;
        double greatest = 0;
        for (int i = 0; i < found.length; i++) {
            distance = Math.max(distance, Math.abs((double) found[i] - expected[i]));
            greatest = Math.max(greatest, Math.abs(expected[i]));
        }
        return distance / greatest;
    }
}
