package org.ascend4j.internal.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.QuantizedMatrix;
import org.ascend4j.internal.safetensors.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantized checkpoints that are damaged, or of a kind that is not known, are refused by the name of what is wrong. */
class HostileQuantizationTest {
    private static final String AWQ =
            "\"quant_method\":\"awq\",\"bits\":4,\"group_size\":32,\"zero_point\":true,\"version\":\"gemm\"";
    private static final String GPTQ = "\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32,\"sym\":false";
    private static final String WEIGHTS =
            "\"num_bits\":4,\"type\":\"int\",\"strategy\":\"group\",\"group_size\":32,\"symmetric\":true";
    private static final String UP = "model.layers.0.mlp.up_proj.";

    @TempDir
    Path folder;

    private PretrainedFolder open(String quantization, SafetensorsWriter weights) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\":\"llama\",\"hidden_size\":64,\"num_hidden_layers\":1,\"num_attention_heads\":2,"
                        + "\"intermediate_size\":16,\"max_position_embeddings\":64,\"vocab_size\":3,"
                        + "\"quantization_config\":{" + quantization + "}}");
        weights.write(folder.resolve("model.safetensors"));
        return PretrainedFolder.open(folder);
    }

    private static String compressed(String format, String weights, String inputs) {
        return "\"quant_method\":\"compressed-tensors\",\"format\":\"" + format
                + "\",\"config_groups\":{\"group_0\":{\"weights\":{" + weights + "},\"input_activations\":" + inputs
                + "}}";
    }

    /** 64 inputs, 16 outputs, groups of 32. */
    private static SafetensorsWriter awq() {
        return new SafetensorsWriter()
                .tensor(UP + "qweight", "I32", 512, 64, 2)
                .tensor(UP + "scales", "F16", 64, 2, 16)
                .tensor(UP + "qzeros", "I32", 16, 2, 2);
    }

    private void refuses(String quantization, SafetensorsWriter weights, String... words) {
        assertThatThrownBy(() -> open(quantization, weights).close())
                .isInstanceOf(ModelFormatException.class)
                .message()
                .contains(words);
    }

    @Test
    void takesWhatIsRight() throws IOException {
        try (PretrainedFolder opened = open(AWQ, awq())) {
            QuantizedMatrix matrix = opened.quantized("blk.0.ffn_up.weight").orElseThrow();
            assertThat(matrix.rows()).isEqualTo(16);
            assertThat(matrix.columns()).isEqualTo(64);
            assertThat(matrix.groups()).isEqualTo(2);
            assertThat(opened.quantization()).contains("AWQ W4A16, groups of 32");
            assertThat(opened.tensors()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"bits\":4|\"bits\":3|quantization_config.bits|3",
                "\"group_size\":32|\"group_size\":48|quantization_config.group_size|multiple of 32",
                "\"group_size\":32|\"group_size\":0|quantization_config.group_size|multiple of 32",
                "\"group_size\":32|\"group_size\":\"many\"|quantization_config.group_size|integer",
                "\"gemm\"|\"gemv\"|quantization_config.version|gemm",
                "\"zero_point\":true|\"zero_point\":1|quantization_config.zero_point|true or false"
            })
    void refusesSettings(String right, String wrong, String field, String expected) {
        refuses(AWQ.replace(right, wrong), awq(), "config.json", field, expected);
    }

    @Test
    void refusesPartsThatAreMissingOrOfAnotherSize() {
        refuses(
                AWQ,
                new SafetensorsWriter().tensor(UP + "qweight", "I32", 512, 64, 2),
                UP + "scales: absent",
                "quantized projection");
        refuses(
                AWQ,
                new SafetensorsWriter()
                        .tensor(UP + "qweight", "I32", 512, 64, 2)
                        .tensor(UP + "scales", "F16", 128, 4, 16),
                UP + "scales",
                "shape [4, 16]",
                "[2, 16]");
        refuses(
                AWQ,
                new SafetensorsWriter()
                        .tensor(UP + "qweight", "I32", 512, 64, 2)
                        .tensor(UP + "scales", "F16", 64, 2, 16)
                        .tensor(UP + "qzeros", "I32", 128, 2, 16),
                UP + "qzeros",
                "[2, 2]");
        refuses(AWQ, new SafetensorsWriter().tensor(UP + "qweight", "F32", 512, 64, 2), UP + "qweight", "type F32");
        refuses(AWQ, new SafetensorsWriter().tensor(UP + "qweight", "I32", 512, 128), UP + "qweight", "two dimensions");
        refuses(AWQ, new SafetensorsWriter().tensor(UP + "qweight", "I32", 0, 0, 2), UP + "qweight", "two dimensions");
    }

    private static SafetensorsWriter gptq(long indexes) {
        return new SafetensorsWriter()
                .tensor(UP + "qweight", "I32", 512, 8, 16)
                .tensor(UP + "scales", "F16", 64, 2, 16)
                .tensor(UP + "qzeros", "I32", 16, 2, 2)
                .tensor(UP + "g_idx", "I32", 4 * indexes, indexes);
    }

    @Test
    void refusesGroupsThatAreNotThere() {
        // The writer's bytes ascend, so the indexes are far from 0 and 1.
        refuses(GPTQ, gptq(64), UP + "g_idx", "for column 0", "from 0 to 1");
        refuses(GPTQ, gptq(63), UP + "g_idx", "shape [63]", "[64]");
        refuses(GPTQ + ",\"dynamic\":{\"+:.*up.*\":{\"bits\":8}}", gptq(64), "quantization_config.dynamic");
        refuses(GPTQ + ",\"checkpoint_format\":\"marlin\"", gptq(64), "checkpoint_format", "marlin");
        refuses(GPTQ + ",\"is_marlin_format\":true", gptq(64), "is_marlin_format");
        refuses(GPTQ + ",\"pack_dtype\":\"int16\"", gptq(64), "pack_dtype", "int16");
    }

    @Test
    void refusesZeroPointsInAMatrixThatIsSaidToBeSymmetric() throws IOException {
        SafetensorsWriter weights = new SafetensorsWriter()
                .tensor(UP + "qweight", "I32", 512, 8, 16)
                .tensor(UP + "scales", "F16", 64, 2, 16)
                .tensor(UP + "qzeros", "I32", 16, 2, 2);
        try (PretrainedFolder opened = open(GPTQ.replace("false", "true"), weights)) {
            QuantizedMatrix matrix = opened.quantized("blk.0.ffn_up.weight").orElseThrow();
            assertThatThrownBy(() -> matrix.read(0, 16, new byte[1024], new float[32], null))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(UP + "qzeros")
                    .hasMessageContaining("symmetric");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "float-quantized|\"num_bits\":4|null|format",
                "pack-quantized|\"num_bits\":2|null|num_bits",
                "int-quantized|\"num_bits\":4|null|num_bits",
                "pack-quantized|\"type\":\"float\"|null|weights.type",
                "pack-quantized|\"strategy\":\"block\"|null|strategy",
                "pack-quantized|\"group_size\":-7|null|group_size",
                "pack-quantized|\"num_bits\":4|{\"num_bits\":8,\"type\":\"int\",\"dynamic\":true,\"strategy\":\"token\"}|int8",
                "pack-quantized|\"num_bits\":8|{\"num_bits\":4,\"type\":\"int\",\"dynamic\":true}|input_activations.num_bits",
                "pack-quantized|\"num_bits\":8|{\"num_bits\":8,\"type\":\"float\"}|input_activations.type"
            })
    void refusesSchemesThatAreNotKnown(String format, String change, String inputs, String field) {
        String member = change.substring(0, change.indexOf(':') + 1);
        String weights = WEIGHTS.replaceAll(member + "[^,]*", change);
        refuses(compressed(format, weights, inputs), awq(), "quantization_config", field);
    }

    @Test
    void refusesMixedBits() {
        String group = "{\"weights\":{" + WEIGHTS + "}}";
        String settings =
                "\"quant_method\":\"compressed-tensors\",\"format\":\"pack-quantized\",\"config_groups\":{\"a\":"
                        + group + ",\"b\":" + group.replace(":4", ":8") + "}";
        refuses(settings, awq(), "config_groups.b.weights", "one kind");
        refuses(
                settings.replace(":8", ":4") + ",\"transform_config\":{\"rotation\":{\"type\":\"hadamard\"}}",
                awq(),
                "transform_config");
        refuses(settings.replaceAll("\"config_groups.*", "\"config_groups\":{}"), awq(), "config_groups", "scheme");
    }

    @Test
    void refusesAShapeThatDoesNotFitItsWords() {
        String settings = compressed("pack-quantized", WEIGHTS, "null");
        SafetensorsWriter weights = new SafetensorsWriter()
                .tensor(UP + "weight_packed", "I32", 512, 16, 8)
                .tensor(UP + "weight_shape", "I64", 16, 2);
        refuses(settings, weights, UP + "weight_shape", "the sizes of");
        SafetensorsWriter without = new SafetensorsWriter().tensor(UP + "weight_packed", "I32", 512, 16, 8);
        refuses(settings, without, UP + "weight_shape: absent");
    }

    private static final String BYTES = "\"num_bits\":8,\"type\":\"int\",\"strategy\":\"channel\",\"symmetric\":true";
    private static final String FIXED = "{\"num_bits\":8,\"type\":\"int\",\"dynamic\":false,\"strategy\":\"tensor\"}";

    @Test
    void refusesScalesThatAreNotThere() {
        String settings = compressed("int-quantized", BYTES, FIXED);
        SafetensorsWriter bare = new SafetensorsWriter().tensor(UP + "weight", "I8", 1024, 16, 64);
        refuses(settings, bare, UP + "weight_scale: absent");
        refuses(settings, bare.tensor(UP + "weight_scale", "F32", 64, 16, 1), UP + "input_scale: absent");
        refuses(
                settings,
                new SafetensorsWriter()
                        .tensor(UP + "weight", "I8", 1024, 16, 64)
                        .tensor(UP + "weight_scale", "F32", 128, 16, 2),
                UP + "weight_scale",
                "[16, 2]",
                "[16, 1]");
        refuses(
                settings,
                new SafetensorsWriter()
                        .tensor(UP + "weight", "I8", 1024, 16, 64)
                        .tensor(UP + "weight_scale", "F32", 64, 16, 1)
                        .tensor(UP + "input_scale", "F32", 64, 16),
                UP + "input_scale",
                "one number");
    }

    private void describe(String scheme) throws IOException {
        Files.writeString(folder.resolve("quant_model_description.json"), "{\"" + UP + "weight\":\"" + scheme + "\"}");
    }

    @Test
    void refusesModelSlimsFilesThatLackPartsOrHaveUnknownSchemes() throws IOException {
        SafetensorsWriter weights = new SafetensorsWriter().tensor(UP + "weight", "I8", 1024, 16, 64);
        describe("W4A4_FLATQUANT_DYNAMIC");
        refuses("", weights, "quant_model_description.json", UP + "weight", "W4A4_FLATQUANT_DYNAMIC", "W8A8_DYNAMIC");
        describe("W8A8");
        refuses("", weights, UP + "deq_scale: absent");
        refuses("", weights.tensor(UP + "deq_scale", "F16", 32, 16), UP + "deq_scale", "type F16", "F32, I64");
        describe("W8A16");
        refuses("", weights, UP + "weight_scale: absent");
        describe("W8A8_DYNAMIC");
        SafetensorsWriter shifted = new SafetensorsWriter()
                .tensor(UP + "weight", "I8", 1024, 16, 64)
                .tensor(UP + "weight_scale", "F32", 64, 16, 1)
                .tensor(UP + "weight_offset", "F32", 64, 16, 1);
        try (PretrainedFolder opened = open("", shifted)) {
            QuantizedMatrix matrix = opened.quantized("blk.0.ffn_up.weight").orElseThrow();
            assertThatThrownBy(() -> matrix.read(0, 16, new byte[1024], new float[16], null))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(UP + "weight_offset")
                    .hasMessageContaining("symmetric");
        }
    }
}
