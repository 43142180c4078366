package org.ascend4j.internal.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.ascend4j.Embedding;
import org.ascend4j.EmbeddingOptions;
import org.ascend4j.error.InvalidRequestException;

/**
 * What a request for embeddings asks for, in OpenAI's fields: {@code input}, {@code dimensions} and
 * {@code encoding_format}.
 *
 * @param texts at least one
 * @param options how their vectors are made
 * @param base64 whether vectors are wanted as the bytes of little-endian floats
 * @param model what the request names; empty if nothing
 */
public record EmbeddingBody(List<String> texts, EmbeddingOptions options, boolean base64, String model) {
    /** Texts of one request together. */
    public static final int MOST_TEXTS = 2048;

    /** @throws InvalidRequestException naming the field that is wrong or not supported */
    public static EmbeddingBody read(JsonNode body) {
        RequestJson.refuseOthers(body, Set.of("input", "model", "dimensions", "encoding_format", "user"), "");
        RequestFields fields = new RequestFields(body, "");
        List<String> texts = fields.texts("input");
        if (texts.isEmpty() || texts.size() > MOST_TEXTS) {
            throw new InvalidRequestException("input", "found " + texts.size() + " texts, expected 1 to " + MOST_TEXTS);
        }
        EmbeddingOptions options = EmbeddingOptions.defaults();
        if (fields.has("dimensions")) {
            options = options.withDimensions(fields.whole("dimensions", 0, 1, Integer.MAX_VALUE));
        }
        String format = fields.text("encoding_format", "float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw fields.wrong("encoding_format", "float or base64");
        }
        return new EmbeddingBody(texts, options, format.equals("base64"), fields.text("model", ""));
    }

    /**
     * Writes the answer.
     *
     * @param vectors one for each text
     * @param name the model's name
     */
    public void writeAnswer(JsonGenerator json, List<Embedding> vectors, String name) throws IOException {
        json.writeStartObject();
        json.writeStringField("object", "list");
        json.writeArrayFieldStart("data");
        long tokens = 0;
        for (int i = 0; i < vectors.size(); i++) {
            json.writeStartObject();
            json.writeStringField("object", "embedding");
            json.writeNumberField("index", i);
            writeVector(json, vectors.get(i).values());
            json.writeEndObject();
            tokens += vectors.get(i).tokens();
        }
        json.writeEndArray();
        json.writeStringField("model", name);
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", tokens);
        json.writeNumberField("total_tokens", tokens);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeVector(JsonGenerator json, float[] values) throws IOException {
        if (base64) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            json.writeStringField("embedding", Base64.getEncoder().encodeToString(bytes.array()));
            return;
        }
        json.writeArrayFieldStart("embedding");
        for (float value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }
}
