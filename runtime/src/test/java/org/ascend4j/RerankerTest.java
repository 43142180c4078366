package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores are those of sentence-transformers' CrossEncoder on the same tiny models. */
class RerankerTest {
    private static final int CONTEXT = 40;

    private static Reranker open(String name, DType type) {
        return Reranker.open(
                TinyEncoders.path(name),
                TinyModels.options().dtype(type).contextLength(CONTEXT).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reranker", "reranker-roberta"})
    void scoresAsTheCrossEncoderDoes(String name) {
        try (Reranker reranker = open(name, DType.FLOAT32)) {
            for (JsonNode answer : TinyEncoders.answers(name)) {
                RankedDocument found = reranker.rank(
                                answer.get("query").asText(),
                                List.of(answer.get("document").asText()))
                        .get(0);
                double expected = answer.get("score").asDouble();
                assertThat(found.score())
                        .as(answer.toString())
                        .isCloseTo(expected, within(1e-4 * Math.max(1, Math.abs(expected))));
                assertThat(found.tokens()).isEqualTo(answer.get("ids").size());
            }
        }
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void putsTheBestFirstAndScoresEachPairByItself() {
        List<String> documents = List.of("the cat", "a dog runs", "", "old town by the river, 1234", "a dog runs");
        for (DType type : List.of(DType.FLOAT32, DType.FLOAT16)) {
            try (Reranker reranker = open("reranker", type)) {
                List<RankedDocument> ranked = reranker.rank("the river", documents);
                assertThat(ranked)
                        .isSortedAccordingTo(Comparator.comparingDouble(RankedDocument::score)
                                .reversed()
                                .thenComparingInt(RankedDocument::index));
                assertThat(ranked).extracting(RankedDocument::index).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
                for (RankedDocument each : ranked) {
                    double alone = reranker.rank("the river", List.of(documents.get(each.index())))
                            .get(0)
                            .score();
                    assertThat(each.score()).isEqualTo(alone);
                }
            }
        }
    }

    @Test
    void refusesModelsThatScoreNoPairs() {
        assertThatThrownBy(() -> open("bert", DType.FLOAT32).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("classifier")
                .hasMessageContaining("Embedder");
        assertThatThrownBy(() -> open("qwen3", DType.FLOAT32).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("qwen3")
                .hasMessageContaining("bert");
        assertThatThrownBy(() -> Reranker.open(
                                TinyEncoders.path("reranker"),
                                TinyModels.options().contextLength(4).build())
                        .close())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("context-length");
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void embedsWithTheEncoderOfACrossEncoder() {
        try (Embedder embedder = TinyEncoders.embedder("reranker", DType.FLOAT32)) {
            assertThat(embedder.embed("the river").values()).hasSize(48);
        }
    }
}
