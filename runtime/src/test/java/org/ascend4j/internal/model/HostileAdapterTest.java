package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.pretrained.AdapterTargets;
import org.ascend4j.internal.pretrained.PretrainedFolder;
import org.ascend4j.internal.weight.AdapterWeights;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters that are damaged, for another model, or ask for more than is supported: typed errors, no native call. */
@Timeout(60)
class HostileAdapterTest {
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String CONFIG = "adapter_config.json";
    private static final String FIRST = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static AdapterTargets base;

    @TempDir
    private Path folder;

    @BeforeAll
    static void readModel() {
        try (PretrainedFolder file = PretrainedFolder.open(Golden.path("pretrained/tiny-llama-f16"))) {
            base = ModelRegistry.adapterTargets(file, ModelRegistry.plan(file).config());
        }
    }

    @BeforeEach
    void copyAdapter() throws IOException {
        for (String name : new String[] {CONFIG, WEIGHTS}) {
            Files.copy(Golden.path("lora/query-value").resolve(name), folder.resolve(name));
        }
    }

    private AdapterWeights read(DataType type) {
        return AdapterWeights.read(folder, base, type, 64);
    }

    private void assertRefused(String... parts) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> read(DataType.FLOAT16))
                .isInstanceOf(ModelFormatException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    private void config(String field, String json) throws IOException {
        ObjectNode root = (ObjectNode) JSON.readTree(folder.resolve(CONFIG).toFile());
        root.set(field, JSON.readTree(json));
        JSON.writeValue(folder.resolve(CONFIG).toFile(), root);
    }

    /** Rewrites the header of the weights; the data stay as they are. */
    private void header(UnaryOperator<String> change) throws IOException {
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(folder.resolve(WEIGHTS))).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) file.getLong()];
        file.get(header);
        byte[] changed =
                change.apply(new String(header, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        assertThat(changed).isNotEqualTo(header);
        Files.write(
                folder.resolve(WEIGHTS),
                ByteBuffer.allocate(8 + changed.length + file.remaining())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(changed.length)
                        .put(changed)
                        .put(file)
                        .array());
    }

    private int start(String tensor) throws IOException {
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(folder.resolve(WEIGHTS))).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) file.getLong();
        JsonNode header = JSON.readTree(file.array(), 8, length);
        return 8 + length + header.get(tensor).get("data_offsets").get(0).asInt();
    }

    @Test
    void readsTheAdapterAsItIs() {
        assertThat(read(DataType.FLOAT16).matrices()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "use_dora | true",
                "lora_bias | true",
                "bias | \"all\"",
                "bias | 3",
                "modules_to_save | [\"lm_head\"]",
                "fan_in_fan_out | true",
                "rank_pattern | {\"q_proj\": 2}",
                "alpha_pattern | {\"q_proj\": 2}",
                "layer_replication | [[0, 1]]",
                "target_parameters | [\"mlp.experts\"]",
                "trainable_token_indices | [1]",
                "alora_invocation_tokens | [7]",
                "use_qalora | true",
                "something_of_tomorrow | 1",
                "init_lora_weights | \"pissa\"",
                "init_lora_weights | 5",
                "peft_type | \"IA3\"",
                "peft_type | null",
                "r | 0",
                "r | -1",
                "r | 2147483648",
                "r | 1e300",
                "r | \"4\"",
                "lora_alpha | 0",
                "lora_alpha | -3",
                "lora_alpha | 1e30",
                "lora_alpha | \"NaN\"",
                "use_rslora | \"yes\"",
                "target_modules | []",
                "target_modules | null",
                "target_modules | [3]",
                "target_modules | [\"\"]",
                "layers_to_transform | [-1]",
                "layers_to_transform | \"all\""
            })
    void refusesASettingByItsName(String field, String value) throws IOException {
        config(field, value);
        assertRefused(CONFIG + ": " + field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lm_head", "embed_tokens", "q_norm", "wqkv", "input_layernorm"})
    void refusesATargetThatTheModelDoesNotHave(String target) throws IOException {
        config("target_modules", "[\"q_proj\", \"v_proj\", \"" + target + "\"]");
        assertRefused("target_modules", target, "attn_q");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "base_model.model.lm_head.lora_A.weight",
                "base_model.model.model.embed_tokens.lora_embedding_A",
                "base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector",
                "base_model.model.model.layers.0.self_attn.q_proj.lora_B.bias",
                "base_model.model.model.layers.2.self_attn.q_proj.lora_A.weight",
                "base_model.model.model.layers.0.mlp.experts.0.gate_proj.lora_A.weight",
                "model.layers.0.self_attn.q_proj.lora_A.weight",
                "x"
            })
    void refusesATensorWithoutAPlace(String name) throws IOException {
        header(text -> text.replace(FIRST, name));
        assertRefused("tensor " + name);
    }

    @Test
    void refusesATensorOfAModuleThatIsNoTarget() throws IOException {
        config("target_modules", "[\"v_proj\"]");
        assertRefused(".q_proj.", "target_modules");
    }

    @Test
    void refusesHalfAPairAndALostOne() throws IOException {
        String value = ".0.self_attn.v_proj.lora_A";
        header(text -> text.replace(value, ".0.self_attn.o_proj.lora_A"));
        config("target_modules", "[\"q_proj\", \"v_proj\", \"o_proj\"]");
        assertRefused("o_proj.lora_A", "lora_B");
        config("target_modules", "[\"q_proj\", \"v_proj\", \"k_proj\"]");
        Files.delete(folder.resolve(WEIGHTS));
        Files.copy(Golden.path("lora/query-value").resolve(WEIGHTS), folder.resolve(WEIGHTS));
        assertRefused("target_modules has k_proj", "every layer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[4,192] | [192,4]",
                "[4,192] | [768]",
                "[4,192] | [4,192,1]",
                "[4,192] | [2,384]",
                "[480,4] | [4,480]"
            })
    void refusesAShapeThatIsNotTheModels(String was, String becomes) throws IOException {
        header(text -> text.replace(was, becomes));
        assertRefused("shape", "by r and the model's sizes");
    }

    @Test
    void refusesARankThatTheTensorsDoNotHaveOrTheModelIsNotOpenedFor() throws IOException {
        config("r", "5");
        assertRefused("shape [4, 192]", "[5, 192]");
        config("r", "65536");
        assertRefused("shape");
        config("r", "4");
        assertThatThrownBy(() -> AdapterWeights.read(folder, base, DataType.FLOAT, 3))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("r: found 4, expected at most 3, the max-lora-rank");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff})
    void refusesNumbersThatAreNone(int bits) throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve(WEIGHTS));
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(start(FIRST) + 4, bits);
        Files.write(folder.resolve(WEIGHTS), file);
        assertRefused("tensor " + FIRST, "FLOAT16 can hold");
    }

    @Test
    void refusesTypesThatAreNoFloats() throws IOException {
        header(text -> text.replace("\"F32\"", "\"I32\""));
        assertRefused("type I32", "F32, F16 or BF16");
    }

    @Test
    void refusesMissingFilesAndWrongOnes() throws IOException {
        Files.delete(folder.resolve(WEIGHTS));
        assertRefused(WEIGHTS, "no such file");
        Files.delete(folder.resolve(CONFIG));
        assertRefused(CONFIG);
        Files.writeString(folder.resolve(CONFIG), "[".repeat(100_000));
        assertRefused(CONFIG);
    }

    /** Whatever bytes change: an error that is typed, or an adapter of the right form. */
    @Test
    void neverFailsOtherwiseForDamagedFiles() throws IOException {
        long seed = Long.getLong("ascend4j.lora.seed", 20261123);
        Random random = new Random(seed);
        for (String name : new String[] {CONFIG, WEIGHTS}) {
            byte[] whole = Files.readAllBytes(folder.resolve(name));
            int header = name.equals(CONFIG) ? whole.length : start(FIRST);
            for (int round = 0; round < 300; round++) {
                byte[] damaged = round % 5 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
                for (int i = 0; i < 1 + random.nextInt(4) && damaged.length > 0; i++) {
                    damaged[random.nextInt(Math.min(header, damaged.length))] = (byte) random.nextInt(256);
                }
                Files.write(folder.resolve(name), damaged);
                try {
                    assertThat(read(DataType.BF16).matrices()).isNotEmpty();
                } catch (ModelFormatException expected) {
                    assertThat(expected.getMessage())
                            .as("seed " + seed + ", round " + round)
                            .isNotBlank();
                }
            }
            Files.write(folder.resolve(name), whole);
        }
    }
}
