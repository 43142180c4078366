package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.ascend4j.ModelTokenizer;
import org.ascend4j.SmolLm2;
import org.ascend4j.internal.acl.DataType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real model against transformers in float32 on the same weights, dequantized. Fetches the model on first use. */
class SmolLm2Test {
    private static final int CONTEXT = 2048;

    private static Path file;

    @BeforeAll
    static void fetch() {
        file = SmolLm2.file();
    }

    /** A path may end where the two best logits are nearer to each other than rounding: at most one of twelve. */
    @Test
    void continuesAsTransformersDoesInFloat32() {
        JsonNode golden = Golden.json("smollm2/greedy.json");
        List<String> departures = new ArrayList<>();
        try (LoadedModel model = LoadedModel.open(file, DataType.FLOAT, false, CONTEXT)) {
            for (JsonNode prompt : golden.get("prompts")) {
                model.restart();
                int[] found = model.greedy(
                        Golden.ints(prompt.get("ids")),
                        golden.get("steps").asInt(),
                        Set.of(golden.get("stop_id").asInt()));
                int[] expected = Golden.ints(prompt.get("greedy_ids"));
                int same = Arrays.mismatch(found, expected);
                if (same >= 0) {
                    double gap = prompt.get("greedy_gaps").get(same).asDouble();
                    assertThat(gap).as("gap where the paths part").isLessThan(1e-2);
                    departures.add(prompt.get("name").asText() + " at " + same + ", gap " + gap);
                }
            }
        }
        System.out.println("SmolLM2 float32: " + (12 - departures.size()) + " of 12 greedy paths equal; " + departures);
        assertThat(departures).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void seesThePromptsAsTheReferenceDid() {
        ModelTokenizer tokenizer = ModelTokenizer.open(file);
        for (JsonNode prompt : Golden.json("smollm2/greedy.json").get("prompts")) {
            assertThat(tokenizer.encode(prompt.get("rendered").asText(), true))
                    .as(prompt.get("name").asText())
                    .containsExactly(Golden.ints(prompt.get("ids")));
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16, false", "FLOAT16, true"})
    void keepsThePerplexityOfFloat32WithACacheOfInt8(DataType type, boolean fast) {
        JsonNode golden = Golden.json("smollm2/perplexity.json");
        try (LoadedModel model = LoadedModel.open(file, type, fast, CONTEXT, DataType.INT8)) {
            double found = Math.exp(model.meanLoss(Golden.ints(golden.get("ids")), 128));
            double expected = golden.get("perplexity").asDouble();
            System.out.printf(
                    "SmolLM2 %s %s, int8 cache: perplexity %.5f, reference %.5f (%+.4f %%)%n",
                    type, fast ? "fast" : "exact", found, expected, 100 * (found / expected - 1));
            assertThat(found).isCloseTo(expected, within(0.01 * expected)).isNotEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, false, 0.0001", "FLOAT16, false, 0.002", "FLOAT16, true, 0.01"})
    void keepsThePerplexityOfFloat32(DataType type, boolean fast, double tolerance) {
        JsonNode golden = Golden.json("smollm2/perplexity.json");
        try (LoadedModel model = LoadedModel.open(file, type, fast, CONTEXT)) {
            double found = Math.exp(model.meanLoss(Golden.ints(golden.get("ids")), 128));
            double expected = golden.get("perplexity").asDouble();
            System.out.printf(
                    "SmolLM2 %s %s: perplexity %.5f, reference %.5f (%+.4f %%)%n",
                    type, fast ? "fast" : "exact", found, expected, 100 * (found / expected - 1));
            assertThat(found).isCloseTo(expected, within(tolerance * expected));
        }
    }
}
