package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufWriter;
import org.ascend4j.internal.model.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    @TempDir
    Path directory;

    private CommandLineFixture fixture() throws IOException {
        return new CommandLineFixture(directory);
    }

    private JsonNode inspect(int code, Path model, String... more) throws IOException {
        CommandLineFixture line = fixture();
        String[] arguments = Stream.concat(Stream.of("inspect", model.toString(), "--format", "json"), Stream.of(more))
                .toArray(String[]::new);
        assertThat(line.run(arguments)).as(line.err).isEqualTo(code);
        return new ObjectMapper().readTree(line.out);
    }

    @Test
    void tellsWhatAModelIsAndNeeds() throws IOException {
        for (Path model :
                new Path[] {Golden.path("tiny-llama/tiny-llama-bf16.gguf"), Golden.path("pretrained/tiny-llama-bf16")
                }) {
            JsonNode found = inspect(ExitCode.OK, model, "--memory", "64M");
            assertThat(found.get("architecture").asText()).isEqualTo("llama");
            assertThat(found.get("runs").asBoolean()).isTrue();
            assertThat(found.get("layers").asInt()).isEqualTo(2);
            assertThat(found.get("context_length").asInt()).isEqualTo(512);
            assertThat(found.get("vocabulary").asInt()).isEqualTo(999);
            assertThat(found.get("chat_template").asBoolean()).isTrue();
            // 2 layers x keys and values x 2 heads x 48 features x 2 bytes.
            assertThat(found.get("kv_token_bytes").asLong()).isEqualTo(768);
            long weights = found.get("parameters").asLong() * 2;
            assertThat(found.get("weight_bytes").asLong()).isEqualTo(weights);
            assertThat(found.get("kv_tokens_that_fit").asLong()).isEqualTo(((64L << 20) - weights) / 2 / 768);
            assertThat(found.get("file_bytes").has("BF16")).isTrue();
        }
        JsonNode wide = inspect(ExitCode.OK, Golden.path("tiny-llama/tiny-llama-q4_0.gguf"), "--dtype", "float32");
        assertThat(wide.get("kv_token_bytes").asLong()).isEqualTo(1536);
        assertThat(wide.get("weight_bytes").asLong())
                .isEqualTo(wide.get("parameters").asLong() * 4);
    }

    @Test
    void tellsWhatACacheOfInt8TakesAndWhereThereIsNone() throws IOException {
        Path llama = Golden.path("pretrained/tiny-llama-bf16");
        // 2 layers x keys and values x (2 heads x 48 features + 4 bytes of a scale).
        assertThat(inspect(ExitCode.OK, llama, "--kv-cache-dtype", "int8")
                        .get("kv_token_bytes")
                        .asLong())
                .isEqualTo(400);
        assertThat(inspect(ExitCode.FAILURE, llama, "--kv-cache-dtype", "int8", "--dtype", "float32")
                        .toString())
                .contains("kv-cache-dtype", "float32");
        assertThat(inspect(ExitCode.FAILURE, Golden.path("families/gemma3"), "--kv-cache-dtype", "int8")
                        .toString())
                .contains("sliding window");
        CommandLineFixture line = fixture();
        assertThat(line.run("inspect", llama.toString(), "--kv-cache-dtype", "int4"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(line.err).contains("--kv-cache-dtype", "int4", "auto or int8");
    }

    @Test
    void writesForPeople() throws IOException {
        CommandLineFixture line = fixture();
        Path model = Golden.path("pretrained/tiny-llama-f16");
        assertThat(line.run("inspect", model.toString(), "--memory", "1M")).isEqualTo(ExitCode.OK);
        assertThat(line.out)
                .contains("name     tiny-llama-f16")
                .contains("format   safetensors")
                .contains("context  512 tokens")
                .contains("cache    768 B per token, 384 KB for a full context")
                .contains("the weights alone do not fit")
                .contains("runs     yes");
        assertThat(line.backend.options).isNull();
    }

    @Test
    void namesTheSchemeOfQuantizedWeights() throws IOException {
        // No tokenizer stands beside these weights.
        JsonNode found = inspect(ExitCode.FAILURE, Golden.path("quantized/gptq-v2-act"), "--dtype", "float16");
        assertThat(found.get("quantization").asText()).isEqualTo("GPTQ W4A16, groups of 32");
        assertThat(found.get("obstacles").has("quantization")).isFalse();
        // Half a byte a weight, and a scale and an offset of two bytes for 32 of them; the others in two bytes.
        long quantized = 2 * (96 * (64 + 32 + 32 + 64) + 3 * 96 * 160);
        long others = found.get("parameters").asLong() - quantized;
        assertThat(found.get("weight_bytes").asLong()).isEqualTo(quantized / 2 + quantized / 32 * 4 + others * 2);
        assertThat(found.get("file_bytes").get("I32").asLong()).isGreaterThan(quantized / 2);
    }

    @Test
    void tellsHowLargeWeightsAreRoundedOnLoad() throws IOException {
        Path model = Golden.path("pretrained/tiny-llama-f16");
        long plain = inspect(ExitCode.OK, model).get("weight_bytes").asLong();
        long eight = inspect(ExitCode.OK, model, "--quantize", "w8a8")
                .get("weight_bytes")
                .asLong();
        long four = inspect(ExitCode.OK, model, "--quantize", "w4a16")
                .get("weight_bytes")
                .asLong();
        assertThat(eight).isLessThan(plain);
        assertThat(four).isLessThan(eight);
        CommandLineFixture line = fixture();
        assertThat(line.run("inspect", model.toString(), "--quantize", "w2a2")).isEqualTo(ExitCode.USAGE);
        assertThat(line.err).contains("--quantize").contains("w2a2").contains("w4a16");
    }

    @Test
    void saysWhyAModelWillNotRun() throws IOException {
        Path unknown = directory.resolve("unknown.gguf");
        new GgufWriter()
                .key("general.architecture", "mamba9")
                .tensor("x", GgmlType.IQ1_S, new long[] {256}, new byte[50])
                .write(unknown);
        JsonNode found = inspect(ExitCode.FAILURE, unknown);
        assertThat(found.get("runs").asBoolean()).isFalse();
        assertThat(found.get("parameters").asLong()).isEqualTo(256);
        assertThat(found.get("obstacles").get("architecture").asText()).contains("mamba9", "llama", "qwen3");
        assertThat(found.get("obstacles").get("quantization").asText()).contains("IQ1_S");
        assertThat(found.get("obstacles").has("tokenizer")).isTrue();
    }

    @Test
    void namesTheQuantizationOfAFolder() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("quantized"));
        try (Stream<Path> files = Files.list(Golden.path("pretrained/tiny-llama-f16"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replaceFirst("\\{", "{\"quantization_config\":{\"quant_method\":\"hqq\"},"));
        JsonNode found = inspect(ExitCode.FAILURE, folder);
        assertThat(found.get("quantization").asText()).isEqualTo("hqq");
        assertThat(found.get("obstacles").get("quantization").asText()).contains("hqq");
    }

    @Test
    void refusesWhatIsNoModelOrSize() throws IOException {
        CommandLineFixture line = fixture();
        assertThat(line.run("inspect", line.model())).isEqualTo(ExitCode.FAILURE);
        assertThat(line.err).contains("model.gguf");
        assertThat(line.run("inspect", line.model(), "--memory", "many")).isEqualTo(ExitCode.USAGE);
        assertThat(line.run("inspect", line.model(), "--memory", "999999999999T"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(line.run("inspect", line.model(), "--dtype", "int8")).isEqualTo(ExitCode.USAGE);
    }
}
