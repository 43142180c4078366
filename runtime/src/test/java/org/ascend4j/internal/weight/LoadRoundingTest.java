package org.ascend4j.internal.weight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.gguf.QuantizedMatrix;
import org.ascend4j.internal.model.Golden;
import org.ascend4j.internal.pretrained.PretrainedFolder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadRoundingTest {
    private static float[] numbers(PretrainedFolder folder, GgufTensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        folder.read(tensor, 0, bytes);
        float[] values = new float[(int) tensor.elements()];
        Dequantizer.dequantize(tensor.type(), bytes.flip(), values, values.length);
        return values;
    }

    /** A step is as wide as the scale, but the ends of four bits' range may be half a step off by the offset's rounding. */
    @ParameterizedTest
    @EnumSource(
            value = LoadRounding.class,
            names = {"W8A8", "W4A16"})
    void takesTheNearestStepForEveryWeight(LoadRounding rounding) {
        for (DataType type : new DataType[] {DataType.FLOAT16, DataType.BF16}) {
            try (PretrainedFolder folder = PretrainedFolder.open(Golden.path("pretrained/tiny-llama-bf16"))) {
                GgufTensor tensor = folder.requireTensor("blk.1.ffn_down.weight");
                float[] weights = numbers(folder, tensor);
                QuantizedMatrix matrix = rounding.round(folder, tensor, type).orElseThrow();
                float[] rounded = IntegerFloatsJob.floats(matrix, 0, matrix.rows());
                float[] scales = new float[matrix.rows() * matrix.groups()];
                matrix.read(0, matrix.rows(), new byte[weights.length], scales, new float[scales.length]);
                double most = rounding == LoadRounding.W8A8 ? 0.5001 : 1.02;
                double squares = 0;
                double errors = 0;
                for (int i = 0; i < weights.length; i++) {
                    int group = i / matrix.columns() * matrix.groups() + i % matrix.columns() / matrix.groupSize();
                    assertThat(Math.abs(weights[i] - rounded[i])).isLessThanOrEqualTo((float) (most * scales[group]));
                    squares += weights[i] * weights[i];
                    errors += (weights[i] - rounded[i]) * (weights[i] - rounded[i]);
                }
                // Evenly spread errors of steps of a 127th of about 3 typical weights, or of a 15th of about 5.
                double expected = rounding == LoadRounding.W8A8 ? 3.5 / 127 / Math.sqrt(12) : 5.5 / 15 / Math.sqrt(12);
                assertThat(Math.sqrt(errors / squares)).isBetween(expected / 3, expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"token_embd.weight", "output_norm.weight", "blk.0.attn_norm.weight"})
    void leavesWhatIsNoProjection(String name) {
        try (PretrainedFolder folder = PretrainedFolder.open(Golden.path("pretrained/tiny-llama-bf16"))) {
            Optional<QuantizedMatrix> matrix =
                    LoadRounding.W8A8.round(folder, folder.requireTensor(name), DataType.FLOAT16);
            assertThat(matrix).isEmpty();
        }
    }
}
