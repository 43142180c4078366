package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.error.UnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors are those of transformers and of sentence-transformers on the same tiny models. */
class EmbedderTest {
    private static final double TOLERANCE = 1e-4;
    private static final EmbeddingOptions AS_POOLED =
            EmbeddingOptions.defaults().withNormalize(false);

    private static List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        TinyEncoders.answers(name)
                .forEach(answer -> texts.add(answer.get("text").asText()));
        return texts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "qwen3"})
    void poolsAsTransformersDoes(String name) {
        JsonNode answers = TinyEncoders.answers(name);
        Map<String, Pooling> ways = Map.of("mean", Pooling.MEAN, "cls", Pooling.CLS, "last", Pooling.LAST);
        try (Embedder embedder = TinyEncoders.embedder(name, DType.FLOAT32)) {
            ways.forEach((way, pooling) -> {
                List<Embedding> found = embedder.embedAll(texts(name), AS_POOLED.withPooling(pooling));
                for (int i = 0; i < answers.size(); i++) {
                    float[] expected = TinyEncoders.floats(answers.get(i).get(way));
                    assertThat(TinyEncoders.distance(found.get(i).values(), expected))
                            .as(way + " of " + answers.get(i).get("text"))
                            .isLessThan(TOLERANCE);
                    assertThat(found.get(i).tokens())
                            .isEqualTo(answers.get(i).get("ids").size());
                }
            });
        }
        TinyModels.assertNothingOutstanding();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "qwen3"})
    void followsTheFoldersPipeline(String name) {
        JsonNode answers = TinyEncoders.answers(name);
        try (Embedder embedder = TinyEncoders.embedder(name, DType.FLOAT32)) {
            assertThat(embedder.contextLength()).isEqualTo(name.equals("qwen3") ? 60 : 40);
            assertThat(embedder.normalizes()).isEqualTo(!name.equals("roberta"));
            assertThat(embedder.pooling())
                    .isEqualTo(
                            switch (name) {
                                case "bert" -> Pooling.MEAN;
                                case "roberta" -> Pooling.CLS;
                                default -> Pooling.LAST;
                            });
            assertThat(embedder.modelName()).isEqualTo(name);
            for (JsonNode answer : answers) {
                float[] expected = TinyEncoders.floats(answer.get("sentence"));
                assertThat(TinyEncoders.distance(
                                embedder.embed(answer.get("text").asText()).values(), expected))
                        .isLessThan(TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
    void givesATextTheSameBitsInAnyBatch(DType type) {
        long seed = 20;
        for (String name : List.of("bert", "qwen3")) {
            List<String> texts = new ArrayList<>(texts(name));
            LlmOptions narrow = TinyModels.options()
                    .dtype(type)
                    .maxSequences(4)
                    .maxBatchTokens(16)
                    .build();
            try (Embedder wide = TinyEncoders.embedder(name, type);
                    Embedder small = Embedder.open(TinyEncoders.path(name), narrow)) {
                List<Embedding> alone = texts.stream().map(wide::embed).toList();
                assertThat(wide.embedAll(texts)).isEqualTo(alone);
                assertThat(small.embedAll(texts)).isEqualTo(alone);
                List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 0, 3, 3));
                Collections.shuffle(order, new Random(seed));
                List<Embedding> shuffled =
                        wide.embedAll(order.stream().map(texts::get).toList());
                assertThat(shuffled)
                        .as("seed " + seed)
                        .isEqualTo(order.stream().map(alone::get).toList());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT16", "BFLOAT16"})
    void staysCloseInHalfPrecision(DType type) {
        for (String name : List.of("bert", "roberta", "qwen3")) {
            try (Embedder embedder = TinyEncoders.embedder(name, type)) {
                for (JsonNode answer : TinyEncoders.answers(name)) {
                    Embedding expected = new Embedding(TinyEncoders.floats(answer.get("sentence")), 0);
                    Embedding found = embedder.embed(answer.get("text").asText());
                    assertThat(found.cosine(expected)).isGreaterThan(type == DType.FLOAT16 ? 0.9999 : 0.995);
                }
            }
        }
    }

    @Test
    void cutsVectorsBeforeItNormalisesThem() {
        try (Embedder embedder = TinyEncoders.embedder("bert", DType.FLOAT32)) {
            float[] whole = embedder.embed("the old cat", AS_POOLED).values();
            float[] cut = embedder.embed(
                            "the old cat", EmbeddingOptions.defaults().withDimensions(7))
                    .values();
            assertThat(cut).hasSize(7);
            double length = 0;
            for (int i = 0; i < 7; i++) {
                length += (double) whole[i] * whole[i];
            }
            for (int i = 0; i < 7; i++) {
                assertThat((double) cut[i]).isCloseTo(whole[i] / Math.sqrt(length), within(1e-6));
            }
            assertThat(embedder.embed("the old cat", AS_POOLED.withDimensions(7))
                            .values())
                    .isEqualTo(Arrays.copyOf(whole, 7));
        }
    }

    @Test
    void cutsOrRefusesTextsThatAreTooLong() {
        String text = "the old dog runs by the town ".repeat(30);
        try (Embedder embedder = TinyEncoders.embedder("bert", DType.FLOAT32)) {
            assertThat(embedder.embed(text).tokens()).isEqualTo(40);
            // What is behind the cut does not count; the marker at the end does.
            assertThat(embedder.embed(text + "river")).isEqualTo(embedder.embed(text));
            assertThatThrownBy(() ->
                            embedder.embed(text, EmbeddingOptions.defaults().withTruncate(false)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("40")
                    .hasMessageContaining("truncate");
            assertThat(embedder.embed("").tokens()).isEqualTo(2);
        }
    }

    @Test
    void takesAContextOfItsOwn() {
        LlmOptions shorter =
                TinyModels.options().dtype(DType.FLOAT32).contextLength(9).build();
        try (Embedder embedder = Embedder.open(TinyEncoders.path("bert"), shorter)) {
            assertThat(embedder.embed("the old dog runs by the old town by the river")
                            .tokens())
                    .isEqualTo(9);
        }
        for (int wrong : new int[] {2, 71}) {
            LlmOptions options = TinyModels.options().contextLength(wrong).build();
            assertThatThrownBy(() ->
                            Embedder.open(TinyEncoders.path("bert"), options).close())
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("context-length");
        }
    }

    @Test
    void refusesWhatItCannotGive() {
        assertThatThrownBy(() -> EmbeddingOptions.defaults().withDimensions(0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("dimensions");
        try (Embedder embedder = TinyEncoders.embedder("bert", DType.FLOAT32)) {
            EmbeddingOptions tooMany = EmbeddingOptions.defaults().withDimensions(49);
            assertThatThrownBy(() -> embedder.embed("a", tooMany))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("48");
            assertThatThrownBy(() -> embedder.embed("half \ud83d")).isInstanceOf(InvalidRequestException.class);
            assertThat(embedder.embedAll(List.of())).isEmpty();
        }
        assertThatThrownBy(() -> Llm.open(TinyEncoders.path("bert"), TinyEncoders.options(DType.FLOAT32))
                        .close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Embedder");
    }

    @Test
    void readsMarkersThatUsersWriteAsText() {
        try (Embedder embedder = TinyEncoders.embedder("bert", DType.FLOAT32)) {
            assertThat(embedder.embed("[SEP]").tokens()).isGreaterThan(3);
        }
    }

    @Test
    void servesManyThreadsAndEndsThemWhenClosed() throws Exception {
        List<String> texts = texts("bert");
        Embedder embedder = TinyEncoders.embedder("bert", DType.FLOAT32);
        try (embedder) {
            List<Embedding> expected = embedder.embedAll(texts);
            List<CompletableFuture<List<Embedding>>> running = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                running.add(embedder.embedAsync(texts));
            }
            running.get(3).cancel(false);
            for (int i = 0; i < running.size(); i++) {
                if (i != 3) {
                    assertThat(running.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(expected);
                }
            }
            assertThat(embedder.health().ready()).isTrue();
            CompletableFuture<List<Embedding>> last = embedder.embedAsync(Collections.nCopies(3000, texts.get(4)));
            embedder.close();
            assertThatThrownBy(() -> last.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnavailableException.class);
        }
        assertThatThrownBy(() -> embedder.embed("a")).isInstanceOf(UnavailableException.class);
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void embedsWithAGgufDecoder() {
        LlmOptions options =
                TinyModels.options().dtype(DType.FLOAT16).contextLength(64).build();
        try (Embedder embedder = Embedder.open(TinyModels.path("q4_0"), options)) {
            Embedding one = embedder.embed("The people by the river");
            assertThat(embedder.pooling()).isEqualTo(Pooling.LAST);
            assertThat(one.values()).hasSize(embedder.dimensions());
            assertThat(one.cosine(one)).isCloseTo(1, within(1e-6));
            assertThat(one.cosine(embedder.embed("The people by the sea"))).isLessThan(0.99999);
        }
        TinyModels.assertNothingOutstanding();
    }
}
