package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.HostDeviceLibraries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A library under CANN's names stands between the shim and the host device and writes down both phases of every operator:
 * proof that a prompt's arithmetic happens in ACL operators, and in which.
 */
class RecordedOperatorsTest {
    private static final Path RECORDER = Path.of("..", "native", "target", "cmake", "stubs", "recorder");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"float16-q4_1, FLOAT16, true, tiny-llama-q4_1", "float32, FLOAT, false, tiny-llama-q8_0"})
    void runsAPromptByTheGoldenListOfOperators(String name, DataType type, boolean fast, String model)
            throws Exception {
        List<String> recorded = record(type, fast, model);
        Path actual = Path.of("target", "recorded", name + ".txt");
        Files.createDirectories(actual.getParent());
        Files.write(actual, recorded);
        assertThat(recorded)
                .as("operators of one prompt; if the change is meant, copy " + actual + " to golden/recorded")
                .containsExactlyElementsOf(Files.readAllLines(Golden.path("recorded/" + name + ".txt")));
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, true, tiny-llama-q4_0",
        "FLOAT16, false, tiny-llama-q4_1",
        "FLOAT16, true, tiny-llama-q8_0",
        "FLOAT16, true, tiny-llama-bf16",
        "BF16, true, tiny-llama-q4_1",
        "BF16, true, tiny-llama-q8_0",
        "BF16, false, tiny-llama-f16",
        "FLOAT, false, tiny-llama"
    })
    void callsNoOperatorWithDataTypesThatHaveNoKernel(DataType type, boolean fast, String model) throws Exception {
        KernelTable kernels = KernelTable.read();
        List<String> phaseOnes = record(type, fast, model).stream()
                .filter(line -> line.contains("GetWorkspaceSize"))
                .toList();
        assertThat(phaseOnes).hasSizeGreaterThan(30).allMatch(kernels::has);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, qwen2",
        "BF16, qwen2",
        "FLOAT16, qwen3moe",
        "BF16, qwen3moe",
        "FLOAT, qwen3moe",
        "FLOAT16, phi3",
        "FLOAT16, gemma3",
        "BF16, gemma3",
        "FLOAT16, gemma3-capped",
        "FLOAT, gemma3-capped"
    })
    void callsNoOperatorOfAnyFamilyWithDataTypesThatHaveNoKernel(DataType type, String family) throws Exception {
        KernelTable kernels = KernelTable.read();
        List<String> phaseOnes = recordFile(type, true, "families/" + family).stream()
                .filter(line -> line.contains("GetWorkspaceSize"))
                .toList();
        assertThat(phaseOnes).hasSizeGreaterThan(30).allMatch(kernels::has);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16, bert", "BF16, bert", "FLOAT, bert", "FLOAT16, reranker", "BF16, reranker", "FLOAT16, qwen3"})
    void callsNoOperatorOfAnyEncoderWithDataTypesThatHaveNoKernel(DataType type, String encoder) throws Exception {
        KernelTable kernels = KernelTable.read();
        List<String> phaseOnes =
                record(RecordEncoding.class, Golden.path("encoders/" + encoder).toString(), type.name()).stream()
                        .filter(line -> line.contains("GetWorkspaceSize"))
                        .toList();
        assertThat(phaseOnes).hasSizeGreaterThan(30).allMatch(kernels::has);
    }

    @Test
    void knowsACombinationWithoutAKernel() {
        assertThat(KernelTable.read().has("aclnnSwiGluGetWorkspaceSize x=INT8:17x320;out=INT8:17x160|dim=-1"))
                .isFalse();
    }

    private List<String> record(DataType type, boolean fast, String model) throws IOException, InterruptedException {
        return recordFile(type, fast, "tiny-llama/" + model + ".gguf");
    }

    private List<String> recordFile(DataType type, boolean fast, String model)
            throws IOException, InterruptedException {
        return record(RecordPrompt.class, Golden.path(model).toString(), type.name(), Boolean.toString(fast));
    }

    private List<String> record(Class<?> program, String... arguments) throws IOException, InterruptedException {
        Path record = directory.resolve("record.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                RECORDER.toRealPath().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .put("ASCEND4J_RECORD_TARGET", HostDeviceLibraries.directory().toString());
        builder.environment().put("ASCEND4J_RECORD_FILE", record.toString());
        File output = directory.resolve("output.txt").toFile();
        Process process =
                builder.redirectErrorStream(true).redirectOutput(output).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the prompt ends").isTrue();
        assertThat(process.exitValue()).as(Files.readString(output.toPath())).isZero();
        return Files.readAllLines(record);
    }
}
