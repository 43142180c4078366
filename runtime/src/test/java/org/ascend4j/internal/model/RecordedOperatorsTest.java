package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Test
    void knowsACombinationWithoutAKernel() {
        assertThat(KernelTable.read().has("aclnnSwiGluGetWorkspaceSize x=INT8:17x320;out=INT8:17x160|dim=-1"))
                .isFalse();
    }

    private List<String> record(DataType type, boolean fast, String model) throws IOException, InterruptedException {
        Path record = directory.resolve("record.txt");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RecordPrompt.class.getName(),
                RECORDER.toRealPath().toString(),
                Golden.path("tiny-llama/" + model + ".gguf").toString(),
                type.name(),
                Boolean.toString(fast));
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
