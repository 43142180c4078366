package org.ascend4j.internal.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ascend4j.EmbeddingOptions;
import org.ascend4j.error.InvalidRequestException;

/**
 * What a request for vectors asks for. A text beyond the model's context is refused, as OpenAI does, and not cut.
 *
 * @param texts at least one
 * @param model what the request names; empty if nothing
 * @param base64 whether vectors are wanted as the base64 of little-endian floats, not as numbers
 */
public record EmbeddingBody(List<String> texts, String model, boolean base64, EmbeddingOptions options) {
    /** Texts of one request together, as OpenAI has it. */
    public static final int MOST_TEXTS = 2048;

    private static final Set<String> FIELDS = Set.of("model", "input", "encoding_format", "dimensions", "user");

    /** @throws InvalidRequestException naming the field that is wrong or not supported */
    public static EmbeddingBody read(JsonNode body) {
        RequestFields fields = new RequestFields(body, "");
        fields.refuseOthers(FIELDS);
        fields.text("user", "");
        String format = fields.text("encoding_format", "float");
        if (!Set.of("float", "base64").contains(format)) {
            throw fields.wrong("encoding_format", "float or base64");
        }
        EmbeddingOptions options = EmbeddingOptions.defaults().withTruncate(false);
        if (fields.has("dimensions")) {
            options = options.withDimensions(fields.whole("dimensions", 1, 1, 1 << 20));
        }
        return new EmbeddingBody(texts(body, fields), fields.text("model", ""), format.equals("base64"), options);
    }

    private static List<String> texts(JsonNode body, RequestFields fields) {
        JsonNode input = body.path("input");
        if (input.isArray()
                && !input.isEmpty()
                && (input.get(0).isNumber() || input.get(0).isArray())) {
            throw fields.wrong("input", "a string or an array of strings; token ids are not supported");
        }
        List<String> texts = input.isTextual() || input.isArray() ? fields.texts("input") : List.of();
        if (texts.isEmpty() || texts.size() > MOST_TEXTS) {
            throw fields.wrong("input", "a string or an array of 1 to " + MOST_TEXTS + " strings");
        }
        List<String> checked = new ArrayList<>();
        for (String text : texts) {
            if (text.isEmpty()) {
                throw fields.wrong("input", "texts that are not empty");
            }
            checked.add(text);
        }
        return checked;
    }
}
