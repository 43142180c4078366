package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.NativeResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and values cached in int8, against the same model in float32. */
class Int8CacheTest {
    private static final Path MODEL = Golden.path("pretrained/tiny-llama-bf16");

    private static int[] ids(int count) {
        int[] ids = new int[count];
        Arrays.setAll(ids, i -> 7 + 31 * i % 900);
        return ids;
    }

    private static List<float[]> logits(DataType type, DataType cached) {
        try (RaggedModel model = RaggedModel.cachedIn(cached, MODEL, type, 1, 128)) {
            return model.step(ids(40)).get(0);
        }
    }

    @AfterEach
    void leavesNothingOpen() {
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    /**
     * Each of two layers is off by the rounding of its keys and by that of its values: a step is a 127th of the greatest of
     * a token's, which is about 3.5 typical ones, and the error is evenly spread over it. Independent errors add as their
     * squares: √4 · 3.5 / 127 / √12 = 1.6 %. A cache that was not rounded at all would be off by the rounding of halves,
     * below a fortieth of that; bfloat16 adds its own 2^-8 / √12 for each of fourteen products and their sums, 0.6 %.
     */
    @ParameterizedTest
    @CsvSource({"FLOAT16, 0.016", "BF16, 0.022"})
    void staysWithinTheRoundingOfItsCache(DataType type, double bound) {
        List<float[]> exact = logits(DataType.FLOAT, DataType.FLOAT);
        double found = distance(exact, logits(type, DataType.INT8));
        double plain = distance(exact, logits(type, type));
        System.out.printf("int8 cache, %s: off by %.5f, %.5f without, bound %.5f%n", type, found, plain, bound);
        assertThat(found).isBetween(1.05 * plain, bound);
    }

    private static double distance(List<float[]> exact, List<float[]> found) {
        double errors = 0;
        double squares = 0;
        for (int row = 0; row < exact.size(); row++) {
            for (int id = 0; id < exact.get(row).length; id++) {
                double difference = found.get(row)[id] - exact.get(row)[id];
                errors += difference * difference;
                squares += (double) exact.get(row)[id] * exact.get(row)[id];
            }
        }
        return Math.sqrt(errors / squares);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16", "BF16"})
    void givesARowTheSameBitsAsADecodeAndInAPrefill(DataType type) {
        int[] ids = ids(45);
        List<float[]> alone = new ArrayList<>();
        try (RaggedModel model = RaggedModel.cachedIn(DataType.INT8, MODEL, type, 1, 128)) {
            for (int id : ids) {
                alone.addAll(model.step(new int[] {id}).get(0));
            }
        }
        try (RaggedModel model = RaggedModel.cachedIn(DataType.INT8, MODEL, type, 2, 128)) {
            int[] other = Arrays.copyOfRange(ids, 5, 20);
            List<float[]> together =
                    new ArrayList<>(model.step(Arrays.copyOf(ids, 17), other).get(0));
            together.addAll(model.step(Arrays.copyOfRange(ids, 17, 18), other).get(0));
            together.addAll(
                    model.step(Arrays.copyOfRange(ids, 18, 45), new int[] {3}).get(0));
            for (int row = 0; row < ids.length; row++) {
                assertThat(together.get(row)).as("row " + row).containsExactly(alone.get(row));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pretrained/tiny-llama-bf16, FLOAT, float32",
        "families/gemma3, FLOAT16, sliding window",
        "families/gemma3-capped, FLOAT16, capped"
    })
    void refusesWhatHasNoOperatorByName(String model, DataType type, String expected) {
        Path path = Golden.path(model);
        assertThatThrownBy(() -> RaggedModel.cachedIn(DataType.INT8, path, type, 1, 64))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("kv-cache-dtype")
                .hasMessageContaining(expected);
    }

    @Test
    void takesAboutHalfTheBytesOfATokenAndHoldsTwiceTheTokens() {
        try (RaggedModel model = RaggedModel.cachedIn(DataType.INT8, MODEL, DataType.FLOAT16, 1, 128)) {
            ModelConfig config = model.config();
            long halves = config.cachedTokenBytes(DataType.FLOAT16);
            assertThat(halves).isEqualTo(2L * 2 * config.layers() * config.kvSize());
            assertThat(config.cachedTokenBytes(DataType.INT8)).isEqualTo(halves / 2 + 8L * config.layers());
        }
    }
}
