package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.gguf.GgufWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a checkpoint's keys say about attention, and which values are refused. */
class ModelConfigTest {
    @TempDir
    private Path directory;

    private final Map<String, float[]> tensors = new LinkedHashMap<>();

    /** A plan from the usual sizes with other values under some keys; {@code null} leaves a key out. */
    private ModelConfig plan(String architecture, Object... changes) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("block_count", 6);
        keys.put("embedding_length", 64);
        keys.put("feed_forward_length", 96);
        keys.put("attention.head_count", 4);
        keys.put("context_length", 256);
        for (int i = 0; i < changes.length; i += 2) {
            keys.put((String) changes[i], changes[i + 1]);
        }
        GgufWriter writer = new GgufWriter().key("general.architecture", architecture);
        keys.forEach((key, value) -> writer.key(architecture + "." + key, value));
        writer.tensor("token_embd.weight", GgmlType.F32, new long[] {64, 1}, new byte[256]);
        tensors.forEach((name, values) -> {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            writer.tensor(name, GgmlType.F32, new long[] {values.length}, bytes.array());
        });
        try (GgufFile file = GgufFile.open(writer.write(directory.resolve("model.gguf")))) {
            return ModelRegistry.plan(file).config();
        }
    }

    @Test
    void listsTheArchitecturesItKnows() {
        assertThatThrownBy(() -> plan("mamba"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("found mamba")
                .hasMessageContaining("gemma3, llama, phi3, qwen2, qwen3, qwen3moe, smollm3");
    }

    @Test
    void givesGemmaAWindowInFiveLayersOfSix() {
        AttentionConfig attention =
                plan("gemma3", "attention.sliding_window", 512).attention();
        assertThat(attention.windows()).containsExactly(512, 512, 512, 512, 512, AttentionConfig.ALL_KEYS);
        assertThat(attention.ropeOfLayer()).containsExactly(1, 1, 1, 1, 1, 0);
    }

    @Test
    void takesTheWindowsThatAFileLists() {
        boolean[] listed = {true, false, false, true, false, false};
        byte[] pattern = new byte[4 + 8 + 6];
        ByteBuffer.wrap(pattern).order(ByteOrder.LITTLE_ENDIAN).putInt(7).putLong(6);
        for (int i = 0; i < listed.length; i++) {
            pattern[12 + i] = (byte) (listed[i] ? 1 : 0);
        }
        int array = 9;
        Path path = new GgufWriter()
                .key("general.architecture", "llama")
                .key("llama.block_count", 6)
                .key("llama.embedding_length", 64)
                .key("llama.feed_forward_length", 96)
                .key("llama.attention.head_count", 4)
                .key("llama.context_length", 256)
                .key("llama.attention.sliding_window", 32)
                .key("llama.attention.sliding_window_pattern", array, pattern)
                .tensor("token_embd.weight", GgmlType.F32, new long[] {64, 1}, new byte[256])
                .write(directory.resolve("listed.gguf"));
        try (GgufFile file = GgufFile.open(path)) {
            assertThat(ModelRegistry.plan(file).config().attention().windows()).containsExactly(32, 0, 0, 32, 0, 0);
        }
    }

    @Test
    void givesQwenAWindowFromALayerOn() {
        AttentionConfig attention = plan(
                        "qwen2", "attention.sliding_window", 16, "attention.sliding_window_first_layer", 4)
                .attention();
        assertThat(attention.windows()).containsExactly(0, 0, 0, 0, 16, 16);
    }

    @Test
    void leavesEveryFourthLayerOfSmolLm3WithoutPositions() {
        assertThat(plan("smollm3").attention().ropeOfLayer()).containsExactly(0, 0, 0, AttentionConfig.NO_ROPE, 0, 0);
    }

    @Test
    void dividesFrequenciesByWhatTheFileSays() {
        tensors.put("rope_freqs.weight", new float[] {1, 1, 2, 2, 4, 4, 8, 8});
        Rope rope = plan("llama").attention().rope(0);
        float[] plain = Rope.frequencies(16, 10_000);
        assertThat(rope.halves()).isFalse();
        assertThat(rope.frequencies()[1]).isEqualTo(plain[1]);
        assertThat(rope.frequencies()[7]).isEqualTo(plain[7] / 8);
    }

    @Test
    void changesToLongFactorsBeyondTheOriginalContext() {
        tensors.put("rope_factors_long.weight", new float[] {4, 4, 4, 4, 4, 4, 4, 4});
        tensors.put("rope_factors_short.weight", new float[] {1, 1, 1, 1, 1, 1, 1, 1});
        Rope rope = plan("phi3", "rope.scaling.original_context_length", 64)
                .attention()
                .rope(0);
        assertThat(rope.forContext(64).frequencies()[0]).isEqualTo(1);
        assertThat(rope.forContext(65).frequencies()[0]).isEqualTo(0.25f);
        assertThat((double) rope.magnitude()).isCloseTo(Math.sqrt(1 + Math.log(4) / Math.log(64)), within(1e-6));
    }

    @Test
    void refusesTensorsOfDivisorsThatDoNotFit() {
        tensors.put("rope_freqs.weight", new float[] {1, 1, 2});
        assertThatThrownBy(() -> plan("llama"))
                .hasMessageContaining("rope_freqs.weight")
                .hasMessageContaining("[8]");
        tensors.put("rope_freqs.weight", new float[] {1, 1, 1, 1, Float.NaN, 1, 1, 1});
        assertThatThrownBy(() -> plan("llama")).hasMessageContaining("found NaN");
    }

    @Test
    void refusesAnUnknownScaling() {
        assertThatThrownBy(() -> plan("llama", "rope.scaling.type", "magic"))
                .hasMessageContaining("rope.scaling.type")
                .hasMessageContaining("found magic")
                .hasMessageContaining("yarn");
    }

    @ParameterizedTest
    @CsvSource({
        "rope.freq_base, 0.5",
        "rope.freq_base, NaN",
        "attention.scale, 0",
        "attention.scale, NaN",
        "attn_logit_softcapping, -1",
        "final_logit_softcapping, NaN",
        "attention.layer_norm_rms_epsilon, NaN"
    })
    void refusesNumbersOutOfRange(String key, float value) {
        assertThatThrownBy(() -> plan("llama", key, value))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(key.contains("epsilon") ? "epsilon" : key);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 17, 66})
    void refusesRotatedFeaturesThatAHeadDoesNotHave(int dim) {
        assertThatThrownBy(() -> plan("qwen3", "rope.dimension_count", dim))
                .hasMessageContaining("rope.dimension_count")
                .hasMessageContaining("found " + dim);
    }

    @Test
    void refusesValuesOfAnotherSizeThanKeys() {
        assertThatThrownBy(() -> plan("qwen3", "attention.key_length", 32, "attention.value_length", 16))
                .hasMessageContaining("attention.value_length");
    }

    @ParameterizedTest
    @CsvSource({"expert_count, 0", "expert_count, 100000", "expert_used_count, 9", "expert_feed_forward_length, 0"})
    void refusesNumbersOfExpertsThatCannotBe(String key, int value) {
        Object[] changes = {"expert_count", 8, "expert_used_count", 2, "expert_feed_forward_length", 32, key, value};
        assertThatThrownBy(() -> plan("qwen3moe", changes)).hasMessageContaining("qwen3moe." + key);
    }
}
