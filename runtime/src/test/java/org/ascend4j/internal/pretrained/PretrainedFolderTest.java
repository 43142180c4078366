package org.ascend4j.internal.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufMetadata;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.safetensors.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder says in GGUF's terms. The writer's data are ascending bytes, so a byte tells where it came from. */
class PretrainedFolderTest {
    @TempDir
    Path folder;

    private PretrainedFolder open(String config, SafetensorsWriter weights) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"hidden_size\":8,\"num_hidden_layers\":1,\"num_attention_heads\":2,\"intermediate_size\":4,"
                        + "\"max_position_embeddings\":64,\"vocab_size\":3," + config + "}");
        weights.write(folder.resolve("model.safetensors"));
        return PretrainedFolder.open(folder);
    }

    private static byte[] bytes(PretrainedFolder from, String name, long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        from.read(from.requireTensor(name), offset, bytes);
        return bytes.array();
    }

    private static float[] floats(PretrainedFolder from, String name) {
        GgufTensor tensor = from.requireTensor(name);
        ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        from.read(tensor, 0, bytes);
        float[] values = new float[(int) tensor.elements()];
        bytes.flip().asFloatBuffer().get(values);
        return values;
    }

    @Test
    void putsRotatedRowsOfLlamaSideBySide() throws IOException {
        SafetensorsWriter weights = new SafetensorsWriter()
                .tensor("model.layers.0.self_attn.q_proj.weight", "U8", 64, 8, 8)
                .tensor("model.layers.0.self_attn.v_proj.weight", "U8", 64, 8, 8);
        try (PretrainedFolder opened = open("\"model_type\":\"llama\"", weights)) {
            // Two heads of four rows: 0, 2, 1, 3, then the next head.
            byte[] all = bytes(opened, "blk.0.attn_q.weight", 0, 64);
            int[] source = {0, 2, 1, 3, 4, 6, 5, 7};
            for (int row = 0; row < 8; row++) {
                assertThat(all[row * 8]).isEqualTo((byte) (source[row] * 8));
                assertThat(all[row * 8 + 7]).isEqualTo((byte) (source[row] * 8 + 7));
            }
            // A read may begin and end anywhere.
            for (int from = 0; from < 64; from += 5) {
                for (int length = 0; length <= 64 - from; length += 7) {
                    assertThat(bytes(opened, "blk.0.attn_q.weight", from, length))
                            .isEqualTo(java.util.Arrays.copyOfRange(all, from, from + length));
                }
            }
            assertThat(bytes(opened, "blk.0.attn_v.weight", 8, 2)).containsExactly(72, 73);
        }
        try (PretrainedFolder opened = open("\"model_type\":\"qwen2\"", weights)) {
            assertThat(bytes(opened, "blk.0.attn_q.weight", 8, 2)).containsExactly(8, 9);
        }
    }

    @Test
    void addsOneToTheNormsOfGemma() throws IOException {
        SafetensorsWriter weights = new SafetensorsWriter()
                .tensor("model.norm.weight", "BF16", 16, 8)
                .tensor("model.layers.0.post_attention_layernorm.weight", "F16", 16, 8)
                .tensor("model.layers.0.pre_feedforward_layernorm.weight", "F32", 32, 8);
        try (PretrainedFolder opened = open("\"model_type\":\"gemma3_text\"", weights)) {
            assertThat(opened.requireTensor("output_norm.weight").type()).isEqualTo(GgmlType.F32);
            // Bytes 2 and 3 are the bfloat16 0x0302.
            assertThat(floats(opened, "output_norm.weight")[1]).isEqualTo(1 + Float.intBitsToFloat(0x0302 << 16));
            // Bytes 22 and 23 are the half 0x1716: 2^-10 * (1 + 0x316 / 1024).
            assertThat(floats(opened, "blk.0.post_attention_norm.weight")[3])
                    .isEqualTo(1 + 0x1p-10f * (1 + 0x316 / 1024f));
            assertThat(floats(opened, "blk.0.ffn_norm.weight")[0]).isEqualTo(1 + Float.intBitsToFloat(0x23222120));
        }
    }

    @Test
    void stacksExperts() throws IOException {
        SafetensorsWriter weights = new SafetensorsWriter();
        for (int expert : new int[] {2, 0, 1}) {
            weights.tensor("model.layers.0.mlp.experts." + expert + ".up_proj.weight", "U8", 6, 2, 3);
        }
        String config = "\"model_type\":\"qwen3_moe\",\"num_experts\":3,\"num_experts_per_tok\":2,"
                + "\"moe_intermediate_size\":2,\"norm_topk_prob\":true";
        try (PretrainedFolder opened = open(config, weights)) {
            GgufTensor stacked = opened.requireTensor("blk.0.ffn_up_exps.weight");
            assertThat(stacked.shape()).containsExactly(3, 2, 3);
            assertThat(bytes(opened, "blk.0.ffn_up_exps.weight", 4, 10))
                    .containsExactly(10, 11, 12, 13, 14, 15, 16, 17, 0, 1);
            GgufMetadata keys = opened.metadata();
            assertThat(keys.string("general.architecture")).isEqualTo("qwen3moe");
            assertThat(keys.u32("qwen3moe.expert_count")).isEqualTo(3);
            assertThat(keys.u32("qwen3moe.expert_used_count")).isEqualTo(2);
        }
        weights.tensor("model.layers.0.mlp.experts.4.up_proj.weight", "U8", 6, 2, 3);
        assertThatThrownBy(() -> open(config, weights))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("4 experts up to number 4");
    }

    @Test
    void turnsLlama3ScalingIntoDivisors() throws IOException {
        String scaling = "\"model_type\":\"llama\",\"head_dim\":64,\"rope_theta\":500000.0,\"rope_scaling\":{"
                + "\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
                + "\"original_max_position_embeddings\":8192}";
        SafetensorsWriter weights = new SafetensorsWriter().tensor("model.norm.weight", "F32", 32, 8);
        try (PretrainedFolder opened = open(scaling, weights)) {
            assertThat(opened.metadata().string("llama.rope.scaling.type")).isEqualTo("none");
            float[] divisors = floats(opened, "rope_freqs.weight");
            assertThat(divisors).hasSize(32);
            // As transformers computes them: fast ones stay, slow ones are divided, one in between.
            assertThat(divisors[0]).isEqualTo(1);
            assertThat(divisors[31]).isEqualTo(8);
            double wavelength = 2 * Math.PI * Math.pow(500_000, 2.0 * 16 / 64);
            double smooth = (8192 / wavelength - 1) / 3;
            assertThat(smooth).isBetween(0.0, 1.0);
            assertThat((double) divisors[16]).isCloseTo(1 / ((1 - smooth) / 8 + smooth), within(1e-5));
        }
        assertThatThrownBy(() -> open(scaling.replace("4.0", "0.5"), weights))
                .hasMessageContaining("high_freq_factor")
                .hasMessageContaining("0.5");
    }

    @Test
    void leavesOutWhatIsNoWeight() throws IOException {
        SafetensorsWriter weights = new SafetensorsWriter()
                .tensor("model.embed_tokens.weight", "F32", 96, 3, 8)
                .tensor("model.layers.0.self_attn.rotary_emb.inv_freq", "F32", 8, 2)
                .tensor("lm_head.weight", "F32", 96, 3, 8)
                .tensor("model.layers.0.strange.weight", "F32", 4, 1);
        try (PretrainedFolder opened = open("\"model_type\":\"llama\",\"tie_word_embeddings\":true", weights)) {
            assertThat(opened.tensors().stream().map(GgufTensor::name))
                    .containsExactly("token_embd.weight", "model.layers.0.strange.weight");
        }
        try (PretrainedFolder opened = open("\"model_type\":\"llama\",\"tie_word_embeddings\":false", weights)) {
            assertThat(opened.tensor("output.weight")).isPresent();
        }
    }

    @Test
    void readsTheDecoderInsideAModelThatAlsoSees() throws IOException {
        SafetensorsWriter weights = new SafetensorsWriter()
                .tensor("language_model.model.embed_tokens.weight", "F32", 96, 3, 8)
                .tensor("vision_tower.x.weight", "F32", 4, 1)
                .tensor("multi_modal_projector.y", "F32", 4, 1);
        String inner = "\"model_type\":\"gemma3\",\"text_config\":{\"model_type\":\"gemma3_text\",\"hidden_size\":8,"
                + "\"num_hidden_layers\":1,\"num_attention_heads\":2,\"intermediate_size\":4,"
                + "\"max_position_embeddings\":77,\"sliding_window\":512,\"query_pre_attn_scalar\":16}";
        try (PretrainedFolder opened = open(inner, weights)) {
            assertThat(opened.tensors().stream().map(GgufTensor::name)).containsExactly("token_embd.weight");
            assertThat(opened.metadata().u32("gemma3.context_length")).isEqualTo(77);
            assertThat(opened.metadata().u32("gemma3.attention.sliding_window")).isEqualTo(512);
            assertThat(opened.metadata().f32("gemma3.attention.scale")).isEqualTo(0.25f);
        }
    }

    @Test
    void namesTheTensorsOfEncoders() throws IOException {
        SafetensorsWriter weights = new SafetensorsWriter()
                .tensor("bert.embeddings.word_embeddings.weight", "F32", 96, 3, 8)
                .tensor("bert.embeddings.position_ids", "I64", 64, 1, 8)
                .tensor("bert.encoder.layer.0.attention.output.LayerNorm.bias", "F32", 32, 8)
                .tensor("bert.encoder.layer.0.attention.self.query.bias", "F32", 32, 8);
        try (PretrainedFolder opened = open("\"model_type\":\"bert\",\"layer_norm_eps\":1e-12", weights)) {
            assertThat(opened.tensors().stream().map(GgufTensor::name))
                    .containsExactlyInAnyOrder("token_embd.weight", "blk.0.attn_output_norm.bias", "blk.0.attn_q.bias");
            assertThat(opened.metadata().bool("bert.attention.causal")).isFalse();
        }
    }
}
