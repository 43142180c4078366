package org.ascend4j.internal.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ascend4j.internal.text.Tokenizer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Ids and texts of the tokenizers library for small tokenizers in the manner of every family; see make.py. */
class PipelineGoldenTest {
    private static final List<JsonNode> VECTORS = new ArrayList<>();
    private static final Map<String, Tokenizer> TOKENIZERS = new HashMap<>();

    static Path file(String name) {
        try {
            return Path.of(PipelineGoldenTest.class
                    .getResource("/golden/tokenizer-json/" + name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Tokenizer tokenizer(String name) {
        return TokenizerJson.read(file(name + ".json"))
                .tokenizer(new TokenizerJson.Settings(
                        OptionalInt.empty(), OptionalInt.empty(), Set.of(), 0, Optional.empty()));
    }

    @BeforeAll
    static void read() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (String line : Files.readAllLines(file("vectors.jsonl"))) {
            JsonNode vector = mapper.readTree(line);
            VECTORS.add(vector);
            TOKENIZERS.computeIfAbsent(vector.get("tokenizer").asText(), PipelineGoldenTest::tokenizer);
        }
        assertThat(VECTORS).hasSize(1920);
        assertThat(TOKENIZERS).hasSize(16);
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    private interface Check {
        void accept(JsonNode vector, Tokenizer tokenizer);
    }

    private static void forAll(Check check) {
        List<String> failures = new ArrayList<>();
        for (JsonNode vector : VECTORS) {
            Tokenizer tokenizer = TOKENIZERS.get(vector.get("tokenizer").asText());
            try {
                check.accept(vector, tokenizer);
            } catch (AssertionError | RuntimeException e) {
                failures.add(vector.get("tokenizer") + " " + vector.get("text") + ": " + e.getMessage());
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void givesTheSameIds() {
        forAll((vector, tokenizer) -> assertThat(
                        tokenizer.encode(vector.get("text").asText(), true))
                .containsExactly(ints(vector.get("ids"))));
    }

    @Test
    void readsMarkersAsTextWhereTheyAreNotMeant() {
        forAll((vector, tokenizer) -> assertThat(
                        tokenizer.encode(vector.get("text").asText(), false))
                .containsExactly(ints(vector.get("plain"))));
    }

    @Test
    void framesTextAsThePostProcessorDoes() {
        forAll((vector, tokenizer) -> {
            int[] ids = tokenizer.encode(vector.get("text").asText(), true);
            // A text that brings its own first or last marker does not get it twice.
            int[] framed = ints(vector.get("framed"));
            int[] found = tokenizer.withBosEos(ids);
            assertThat(found.length).isLessThanOrEqualTo(framed.length);
            if (found.length == framed.length) {
                assertThat(found).containsExactly(framed);
            } else {
                assertThat(vector.get("text").asText()).matches("(?s).*(<s>|</s>|<\\|begin\\|>|\\[CLS]).*");
            }
        });
    }

    @Test
    void givesTheSameTextBack() {
        forAll((vector, tokenizer) -> {
            int[] ids = ints(vector.get("ids"));
            assertThat(tokenizer.decode(ids, true))
                    .isEqualTo(vector.get("decoded").asText());
            assertThat(tokenizer.decode(ids, false))
                    .isEqualTo(vector.get("shown").asText());
        });
    }
}
