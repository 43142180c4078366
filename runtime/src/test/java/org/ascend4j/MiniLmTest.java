package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.ascend4j.internal.model.Golden;
import org.ascend4j.internal.store.ModelStore;
import org.ascend4j.internal.store.PullListener;
import org.junit.jupiter.api.Test;

/** all-MiniLM-L6-v2 gives the vectors of sentence-transformers on 200 sentences. Fetches the model (84 MB) if need be. */
class MiniLmTest {
    private static final double LEAST_COSINE = 0.9999;

    static Path folder() {
        System.out.println("These tests need all-MiniLM-L6-v2 (84 MB): from the cache, or fetched now.");
        return ModelStore.ofUser().resolve("minilm", PullListener.NONE);
    }

    @Test
    void givesThePublishedPipelinesVectors() {
        List<String> sentences = new ArrayList<>();
        Golden.json("minilm/sentences.json").forEach(sentence -> sentences.add(sentence.asText()));
        JsonNode answer = Golden.json("minilm/vectors.json");
        List<float[]> expected = vectors(answer.get("vectors").asText(), sentences.size());
        for (DType type : List.of(DType.FLOAT32, DType.FLOAT16)) {
            try (Embedder embedder =
                    Embedder.open(folder(), TinyModels.options().dtype(type).build())) {
                List<Embedding> found = embedder.embedAll(sentences);
                double worst = 1;
                for (int i = 0; i < sentences.size(); i++) {
                    double cosine = found.get(i).cosine(new Embedding(expected.get(i), 0));
                    assertThat(cosine).as(type + ": " + sentences.get(i)).isGreaterThanOrEqualTo(LEAST_COSINE);
                    assertThat(found.get(i).tokens())
                            .isEqualTo(answer.get("tokens").get(i).asInt());
                    worst = Math.min(worst, cosine);
                }
                System.out.printf("all-MiniLM-L6-v2, %s: smallest cosine of 200 is %.7f%n", type, worst);
            }
        }
        TinyModels.assertNothingOutstanding();
    }

    private static List<float[]> vectors(String base64, int rows) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        int width = bytes.remaining() / Short.BYTES / rows;
        List<float[]> vectors = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            float[] vector = new float[width];
            for (int i = 0; i < width; i++) {
                vector[i] = half(bytes.getShort());
            }
            vectors.add(vector);
        }
        return vectors;
    }

    private static float half(short bits) {
        int exponent = bits >> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        float size = exponent == 0 ? fraction * 0x1p-24f : Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
        return bits < 0 ? -size : size;
    }
}
