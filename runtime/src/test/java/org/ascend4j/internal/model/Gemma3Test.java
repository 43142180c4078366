package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.ascend4j.Gemma3Model;
import org.ascend4j.ModelTokenizer;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.pretrained.GgufVocabularies;
import org.ascend4j.internal.text.Tokenizer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real Gemma 3 270M against llama.cpp and transformers on the same weights. Fetches the model on first use. */
class Gemma3Test {
    private static final int CONTEXT = 1152;

    private static Path file;

    @BeforeAll
    static void fetch() {
        file = Gemma3Model.file();
    }

    /** Six prompts, one of them longer than the window of the local layers. */
    @Test
    void continuesAsLlamaCppDoesInFloat32() {
        JsonNode golden = Golden.json("gemma3/greedy.json");
        assertThat(golden.get("prompts")).hasSize(6);
        try (LoadedModel model = LoadedModel.open(file, DataType.FLOAT, false, CONTEXT)) {
            for (JsonNode prompt : golden.get("prompts")) {
                model.restart();
                assertThat(model.greedy(
                                Golden.ints(prompt.get("ids")),
                                golden.get("steps").asInt(),
                                Set.of()))
                        .as(prompt.get("name").asText())
                        .containsExactly(Golden.ints(prompt.get("greedy_ids")));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, false, 0.0001", "FLOAT16, false, 0.002", "FLOAT16, true, 0.01"})
    void keepsThePerplexityOfFloat32(DataType type, boolean fast, double tolerance) {
        JsonNode golden = Golden.json("gemma3/perplexity.json");
        try (LoadedModel model = LoadedModel.open(file, type, fast, CONTEXT)) {
            double found = Math.exp(model.meanLoss(Golden.ints(golden.get("ids")), 128));
            double expected = golden.get("perplexity").asDouble();
            System.out.printf(
                    "Gemma 3 %s %s: perplexity %.5f, reference %.5f (%+.4f %%)%n",
                    type, fast ? "fast" : "exact", found, expected, 100 * (found / expected - 1));
            assertThat(found).isCloseTo(expected, within(tolerance * expected));
        }
    }

    @Test
    void endsAnswersAtTheEndOfTextAndOfATurn() {
        try (GgufFile gguf = GgufFile.open(file)) {
            Tokenizer tokenizer = GgufVocabularies.tokenizer(gguf);
            int[] ends = tokenizer.encode("<eos><end_of_turn>", true);
            assertThat(ends).hasSize(2);
            assertThat(tokenizer.endOfGeneration()).containsExactlyInAnyOrder(ends[0], ends[1]);
            assertThat(tokenizer.addBos()).isTrue();
        }
    }

    @Test
    void seesTextsAsLlamaCppDoes() throws IOException {
        ModelTokenizer tokenizer = ModelTokenizer.open(file);
        List<String> strings = Files.readAllLines(Golden.path("tokenizer/strings.jsonl"));
        List<String> lines = Files.readAllLines(Golden.path("gemma3/ids.jsonl"));
        assertThat(lines).hasSameSizeAs(strings);
        ObjectMapper mapper = new ObjectMapper();
        for (int i = 0; i < lines.size(); i++) {
            String text = mapper.readValue(strings.get(i), String.class);
            JsonNode ids = mapper.readTree(lines.get(i));
            assertThat(tokenizer.encode(text, false)).as(text).containsExactly(Golden.ints(ids.get(0)));
            assertThat(tokenizer.encode(text, true)).as(text).containsExactly(Golden.ints(ids.get(1)));
        }
    }
}
