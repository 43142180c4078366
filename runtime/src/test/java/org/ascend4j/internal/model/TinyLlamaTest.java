package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.ascend4j.internal.acl.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small random Llama files (untied head, head size 48, vocabulary 999) against transformers on the same weights. The F32
 * file has 5 query heads on 1 key head; the others 10 on 2.
 */
class TinyLlamaTest {
    private static final int CONTEXT = 512;

    private static String file(String variant) {
        return "tiny-llama/" + variant + ".gguf";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny-llama",
                "tiny-llama-f16",
                "tiny-llama-bf16",
                "tiny-llama-q4_0",
                "tiny-llama-q4_1",
                "tiny-llama-q8_0"
            })
    void givesTransformersLogitsInFloat32(String variant) {
        JsonNode golden = Golden.json("tiny-llama/" + variant + ".json");
        try (LoadedModel model = LoadedModel.open(Golden.path(file(variant)), DataType.FLOAT, false, CONTEXT)) {
            for (JsonNode prompt : golden.get("prompts")) {
                float[][] expected = expected(golden, prompt);
                model.restart();
                assertClose(model.run(Golden.ints(prompt.get("ids")), expected.length), expected, 1e-4, prompt);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 33, 127, 128, 129})
    void givesTheSameBitsHoweverAPromptIsCut(int chunk) {
        JsonNode prompt = prompt(Golden.json("tiny-llama/tiny-llama.json"), "long");
        int[] ids = Golden.ints(prompt.get("ids"));
        for (DataType type : List.of(DataType.FLOAT, DataType.FLOAT16, DataType.BF16)) {
            try (LoadedModel model =
                    LoadedModel.open(Golden.path(file("tiny-llama-q4_1")), type, type != DataType.FLOAT, CONTEXT)) {
                float[] whole = model.run(ids, 1).get(0);
                model.restart();
                float[] last = null;
                for (int at = 0; at < ids.length; at += chunk) {
                    last = model.run(Arrays.copyOfRange(ids, at, Math.min(ids.length, at + chunk)), 1)
                            .get(0);
                }
                assertThat(last).as(type + " in chunks of " + chunk).containsExactly(whole);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-llama-q4_0", "tiny-llama-q4_1", "tiny-llama-q8_0"})
    void continuesAsTransformersDoes(String variant) {
        JsonNode golden = Golden.json("tiny-llama/" + variant + ".json");
        try (LoadedModel model = LoadedModel.open(Golden.path(file(variant)), DataType.FLOAT, false, CONTEXT)) {
            for (JsonNode prompt : golden.get("prompts")) {
                model.restart();
                assertThat(model.greedy(Golden.ints(prompt.get("ids")), 32, Set.of()))
                        .as(variant + " " + prompt.get("name").asText())
                        .containsExactly(Golden.ints(prompt.get("greedy_ids")));
            }
        }
    }

    /**
     * The bounds are what the arithmetic implies: half precision rounds every activation to 2⁻¹¹ of itself, the exact mode
     * multiplies the file's own quants (only Q4_1's offsets are rounded to halves), the fast one rounds activations to
     * 1/127 of their group's greatest.
     */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama-q4_0", "tiny-llama-q4_1", "tiny-llama-q8_0", "tiny-llama-f16"})
    void staysNearTransformersWithQuantizedOperators(String variant) {
        JsonNode golden = Golden.json("tiny-llama/" + variant + ".json");
        JsonNode prompt = prompt(golden, "seventeen");
        for (boolean fast : new boolean[] {false, true}) {
            try (LoadedModel model = LoadedModel.open(Golden.path(file(variant)), DataType.FLOAT16, fast, CONTEXT)) {
                float[][] expected = expected(golden, prompt);
                List<float[]> found = model.run(Golden.ints(prompt.get("ids")), expected.length);
                assertClose(found, expected, fast ? 5e-2 : 1e-2, prompt);
            }
        }
    }

    private static JsonNode prompt(JsonNode golden, String name) {
        for (JsonNode prompt : golden.get("prompts")) {
            if (prompt.get("name").asText().equals(name)) {
                return prompt;
            }
        }
        throw new AssertionError("no prompt " + name);
    }

    private static float[][] expected(JsonNode golden, JsonNode prompt) {
        JsonNode place = prompt.get("logits");
        return Golden.floats(
                "tiny-llama/" + golden.get("logits_file").asText(),
                place.get("offset").asLong(),
                place.get("rows").asInt(),
                place.get("columns").asInt());
    }

    /** Differences are measured against the greatest logit of the row. */
    private static void assertClose(List<float[]> found, float[][] expected, double relative, JsonNode prompt) {
        for (int row = 0; row < expected.length; row++) {
            double greatest = 0;
            double difference = 0;
            for (int id = 0; id < expected[row].length; id++) {
                greatest = Math.max(greatest, Math.abs(expected[row][id]));
                difference = Math.max(difference, Math.abs(expected[row][id] - found.get(row)[id]));
            }
            assertThat(difference / greatest)
                    .as("row " + row + " of prompt " + prompt.get("name").asText())
                    .isLessThanOrEqualTo(relative);
        }
    }
}
