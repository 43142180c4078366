package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.weight.LoadRounding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A checkpoint in 16 bits whose weights are rounded while they are loaded, against itself in float32. */
class QuantizeOnLoadTest {
    private static final Path MODEL = Golden.path("pretrained/tiny-llama-bf16");

    private static int[] ids(int count) {
        int[] ids = new int[count];
        Arrays.setAll(ids, i -> 7 + 31 * i % 900);
        return ids;
    }

    private static RaggedModel open(DataType type, LoadRounding rounding, int sequences) {
        return RaggedModel.open(MODEL, type, true, rounding, sequences, 128);
    }

    private static List<float[]> logits(DataType type, LoadRounding rounding) {
        try (RaggedModel model = open(type, rounding, 1)) {
            return model.step(ids(40)).get(0);
        }
    }

    /**
     * Each of fourteen products is off by the rounding of its weights, and in W8A8 by that of its inputs: a step is a 127th
     * of the greatest, which is about 3.5 typical ones, or a 15th of a span of about 5.5, and the error evenly spread over
     * it. Independent errors add as their squares: √14 · √2 · 3.5 / 127 / √12 = 4.2 %, and √14 · 5.5 / 15 / √12 = 40 %.
     * Weights that were not rounded at all would be off by the rounding of halves, far below a tenth of that.
     */
    @ParameterizedTest
    @CsvSource({"W8A8, FLOAT16, 0.042", "W8A8, BF16, 0.042", "W4A16, FLOAT16, 0.40", "W4A16, BF16, 0.40"})
    void staysWithinTheRoundingOfItsWeights(LoadRounding rounding, DataType type, double bound) {
        List<float[]> exact = logits(DataType.FLOAT, LoadRounding.NONE);
        List<float[]> found = logits(type, rounding);
        double errors = 0;
        double squares = 0;
        for (int row = 0; row < exact.size(); row++) {
            for (int id = 0; id < exact.get(row).length; id++) {
                double difference = found.get(row)[id] - exact.get(row)[id];
                errors += difference * difference;
                squares += (double) exact.get(row)[id] * exact.get(row)[id];
            }
        }
        assertThat(Math.sqrt(errors / squares)).isBetween(bound / 10, bound);
    }

    @ParameterizedTest
    @CsvSource({"W8A8", "W4A16"})
    void givesARowTheSameBitsAloneAndInABatch(LoadRounding rounding) {
        int[] ids = ids(30);
        List<float[]> alone = new ArrayList<>();
        try (RaggedModel model = open(DataType.FLOAT16, rounding, 1)) {
            for (int id : ids) {
                alone.addAll(model.step(new int[] {id}).get(0));
            }
        }
        try (RaggedModel model = open(DataType.FLOAT16, rounding, 2)) {
            List<float[]> together =
                    model.step(ids, Arrays.copyOfRange(ids, 5, 20)).get(0);
            for (int row = 0; row < ids.length; row++) {
                assertThat(together.get(row)).containsExactly(alone.get(row));
            }
        }
    }
}
