package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.QuantizedMatrix;
import org.ascend4j.internal.pretrained.PretrainedFolder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One random Llama in every quantized layout, against transformers on the dequantized matrices
 * (golden/quantized/make.py). Bounds are on the greatest difference of a row's logits, relative to its greatest logit, but
 * where something else is said.
 */
class QuantizedCheckpointsTest {
    private static final int VOCABULARY = 97;
    private static final int CONTEXT = 128;

    /** Float32 throughout: rounding alone, as for weights that are not quantized. */
    private static final double EXACT = 1e-4;

    /**
     * Weights are multiplied as they are, (q + offset) · scale in float32; an activation is rounded by 2⁻¹¹ of itself where
     * it is stored. A layer stores about ten, a token's path through two layers twenty of them, whose errors add as their
     * squares: √20 · 2⁻¹¹ = 0.2 % of a typical value; the greatest of 97 lies up to four times above that: 0.9 %.
     */
    private static final double HALVES = 1e-2;

    /** The same with 2⁻⁸ instead of 2⁻¹¹. */
    private static final double BFLOATS = 8e-2;

    /**
     * Activations become bytes in groups of 32: a step is the group's greatest / 127, the error evenly spread over it, so
     * its size is greatest / (127 · √12), 0.6 % of a typical value where the greatest of a group is 2.6 times that. The
     * model has fourteen products whose errors are independent; if each reached the logits whole they would be off by
     * √14 · 0.6 % = 2.3 % of a typical logit. Measured as that: the root of the mean square of all differences.
     */
    private static final double BYTES = 2.3e-2;

    static Stream<String> checkpoints() {
        return Stream.of(
                "awq", "gptq", "gptq-asym", "gptq-v2-act", "gptq-act8", "packed", "packed-asym", "packed-channel");
    }

    private static RaggedModel open(String name, DataType type, boolean fast, int sequences) {
        return RaggedModel.open(Golden.path("quantized/" + name), type, fast, sequences, CONTEXT);
    }

    private static int[] ids(String name) {
        return Golden.ints(Golden.json("quantized/" + name + "/logits.json").get("ids"));
    }

    /** The logits of all positions: some in one step, the others one by one. */
    private static List<float[]> logits(String name, DataType type, boolean fast) {
        int[] ids = ids(name);
        try (RaggedModel model = open(name, type, fast, 1)) {
            List<float[]> rows =
                    new ArrayList<>(model.step(Arrays.copyOf(ids, 23)).get(0));
            for (int at = 23; at < ids.length; at++) {
                rows.addAll(model.step(new int[] {ids[at]}).get(0));
            }
            return rows;
        }
    }

    private static float[][] expected(String name) {
        return Golden.floats("quantized/" + name + "/logits.f32", 0, ids(name).length, VOCABULARY);
    }

    private static void check(String name, DataType type, double relative) {
        List<float[]> rows = logits(name, type, false);
        float[][] expected = expected(name);
        double worst = 0;
        for (int row = 0; row < expected.length; row++) {
            worst = Math.max(worst, difference(rows.get(row), expected[row]));
        }
        assertThat(worst).as(name + " in " + type).isLessThanOrEqualTo(relative);
    }

    private static void checkTypical(String name, DataType type, boolean fast, double relative) {
        List<float[]> rows = logits(name, type, fast);
        float[][] expected = expected(name);
        double differences = 0;
        double squares = 0;
        for (int row = 0; row < expected.length; row++) {
            for (int id = 0; id < VOCABULARY; id++) {
                double difference = rows.get(row)[id] - expected[row][id];
                differences += difference * difference;
                squares += (double) expected[row][id] * expected[row][id];
            }
        }
        double typical = Math.sqrt(differences / squares);
        assertThat(typical).as(name + " in " + type).isLessThanOrEqualTo(relative);
    }

    private static double difference(float[] found, float[] expected) {
        double greatest = 0;
        double difference = 0;
        for (int id = 0; id < expected.length; id++) {
            greatest = Math.max(greatest, Math.abs(expected[id]));
            difference = Math.max(difference, Math.abs(expected[id] - found[id]));
        }
        return difference / greatest;
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void unpacksEveryMatrix(String name) {
        JsonNode sums = Golden.json("quantized/" + name + "/logits.json").get("matrices");
        assertThat(sums.size()).isEqualTo(14);
        try (PretrainedFolder folder = PretrainedFolder.open(Golden.path("quantized/" + name))) {
            for (String module : List.of("q_proj attn_q", "o_proj attn_output", "down_proj ffn_down")) {
                String[] names = module.split(" ");
                JsonNode expected = sums.findValue(
                        "model.layers.1." + (names[0].startsWith("down") ? "mlp." : "self_attn.") + names[0]);
                QuantizedMatrix matrix =
                        folder.quantized("blk.1." + names[1] + ".weight").orElseThrow();
                double sum = 0;
                double squares = 0;
                byte[] quants = new byte[matrix.rows() * matrix.columns()];
                float[] scales = new float[matrix.rows() * matrix.groups()];
                float[] offsets = new float[scales.length];
                matrix.read(0, matrix.rows(), quants, scales, offsets);
                for (int i = 0; i < quants.length; i++) {
                    int row = i / matrix.columns();
                    int group = row * matrix.groups() + i % matrix.columns() / matrix.groupSize();
                    double weight = (quants[i] + offsets[group]) * scales[group];
                    sum += weight;
                    squares += weight * weight;
                }
                assertThat(sum).as(module).isCloseTo(expected.get(0).asDouble(), within(1e-4));
                assertThat(squares).as(module).isCloseTo(expected.get(1).asDouble(), within(1e-4));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void givesTheDequantizedModelsLogits(String name) {
        check(name, DataType.FLOAT, EXACT);
        check(name, DataType.FLOAT16, HALVES);
        check(name, DataType.BF16, BFLOATS);
        checkTypical(name, DataType.FLOAT16, true, BYTES);
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void givesARowTheSameBitsAloneAndInABatch(String name) {
        int[] ids = ids(name);
        for (boolean fast : new boolean[] {false, true}) {
            List<float[]> alone = new ArrayList<>();
            try (RaggedModel model = open(name, DataType.FLOAT16, fast, 1)) {
                for (int id : ids) {
                    alone.addAll(model.step(new int[] {id}).get(0));
                }
            }
            try (RaggedModel model = open(name, DataType.FLOAT16, fast, 3)) {
                List<List<float[]>> first = model.step(Arrays.copyOf(ids, 5), ids, Arrays.copyOfRange(ids, 7, 27));
                List<List<float[]>> second =
                        model.step(new int[] {ids[5]}, new int[0], Arrays.copyOfRange(ids, 27, 30));
                assertSame(first.get(0), alone.subList(0, 5), name);
                assertSame(first.get(1), alone, name);
                assertSame(second.get(0), alone.subList(5, 6), name);
            }
        }
    }

    private static void assertSame(List<float[]> found, List<float[]> expected, String name) {
        assertThat(found).hasSameSizeAs(expected);
        for (int row = 0; row < found.size(); row++) {
            assertThat(found.get(row)).as(name + ", row " + row).containsExactly(expected.get(row));
        }
    }
}
