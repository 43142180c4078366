package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.pretrained.PretrainedFolder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The states of decoders without their heads: with the head applied here, they give transformers' logits
 * (golden/families/make.py). Attention is that of whole sequences, without a cache, windows and soft caps included.
 */
class EncoderStatesTest {
    private static final int VOCABULARY = 97;
    private static final int[] LENGTHS = {1, 2, 17, 18, 29, 40, 75};

    static List<String> families() {
        return FamiliesTest.families();
    }

    static Encoder open(Path folder, DataType type, int context) {
        try (PretrainedFolder file = PretrainedFolder.open(folder)) {
            return Encoder.open(
                    file,
                    EncoderPlan.embedding(file),
                    () -> DeviceSession.open(new DevicePlan(true, 0, List.of()), 2, Duration.ofSeconds(60)),
                    new Encoder.Settings(type, true, 2, context),
                    loaded -> {});
        }
    }

    /** The head's rows, each of as many features as a state. */
    private static float[][] head(Path folder) {
        try (PretrainedFolder file = PretrainedFolder.open(folder)) {
            GgufTensor tensor = file.tensor("output.weight").orElseGet(() -> file.requireTensor("token_embd.weight"));
            ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
            file.read(tensor, 0, bytes);
            float[][] rows = new float[VOCABULARY][(int) tensor.shape()[0]];
            bytes.flip();
            for (float[] row : rows) {
                bytes.asFloatBuffer().get(row);
                bytes.position(bytes.position() + row.length * Float.BYTES);
            }
            return rows;
        }
    }

    private static double[] logits(float[] state, float[][] head, double cap) {
        double[] logits = new double[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            for (int i = 0; i < state.length; i++) {
                logits[id] += (double) state[i] * head[id][i];
            }
            logits[id] = cap == 0 ? logits[id] : cap * Math.tanh(logits[id] / cap);
        }
        return logits;
    }

    @ParameterizedTest
    @MethodSource("families")
    void givesTheStatesBehindTransformersLogits(String family) {
        check(family, DataType.FLOAT, 1e-4);
    }

    @ParameterizedTest
    @MethodSource("families")
    void staysNearThemInHalfPrecision(String family) {
        check(family, DataType.FLOAT16, 1e-2);
    }

    private static void check(String family, DataType type, double relative) {
        Path folder = Golden.path("families/" + family);
        float[][] head = head(folder);
        for (JsonNode entry : Golden.json("families/" + family + "/logits.json").get("sequences")) {
            int[] ids = Golden.ints(entry.get("ids"));
            float[][] expected = Golden.floats(
                    "families/" + family + "/logits.f32", entry.get("offset").asLong(), ids.length, VOCABULARY);
            List<EncoderInput> inputs = new ArrayList<>();
            for (int length : LENGTHS) {
                if (length <= ids.length) {
                    inputs.add(new EncoderInput(Arrays.copyOf(ids, length), new int[0], TokenPooling.LAST));
                }
            }
            try (Encoder encoder = open(folder, type, entry.get("context").asInt())) {
                List<float[]> states = encoder.encode(inputs);
                for (int i = 0; i < states.size(); i++) {
                    int position = inputs.get(i).tokens().length - 1;
                    double cap = family.equals("gemma3-capped") ? 8 : 0;
                    assertClose(logits(states.get(i), head, cap), expected[position], relative, family, position);
                }
                assertThat(encoder.encode(inputs.subList(1, 2)).get(0)).isEqualTo(states.get(1));
            }
        }
    }

    private static void assertClose(double[] found, float[] expected, double relative, String family, int position) {
        double greatest = 0;
        double difference = 0;
        for (int id = 0; id < VOCABULARY; id++) {
            greatest = Math.max(greatest, Math.abs(expected[id]));
            difference = Math.max(difference, Math.abs(expected[id] - found[id]));
        }
        assertThat(difference / greatest).as(family + ", position " + position).isLessThanOrEqualTo(relative);
    }
}
