package org.ascend4j.internal.openai;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ascend4j.Embedding;

/** Vectors in OpenAI's shape. */
public final class EmbeddingJson {
    private EmbeddingJson() {}

    /**
     * A whole answer.
     *
     * @param base64 whether vectors are written as the base64 of little-endian floats
     */
    public static byte[] bytes(List<Embedding> embeddings, String model, boolean base64) {
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (int i = 0; i < embeddings.size(); i++) {
                json.writeStartObject();
                json.writeStringField("object", "embedding");
                json.writeNumberField("index", i);
                float[] values = embeddings.get(i).values();
                if (base64) {
                    json.writeBinaryField("embedding", littleEndian(values));
                } else {
                    json.writeArrayFieldStart("embedding");
                    for (float value : values) {
                        json.writeNumber(value);
                    }
                    json.writeEndArray();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("model", model);
            long tokens = embeddings.stream().mapToLong(Embedding::tokens).sum();
            json.writeObjectFieldStart("usage");
            json.writeNumberField("prompt_tokens", tokens);
            json.writeNumberField("total_tokens", tokens);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
