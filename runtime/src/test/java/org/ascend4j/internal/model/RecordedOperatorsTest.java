package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A library under CANN's names stands between the shim and the host device and writes down both phases of every operator:
 * proof that a prompt's arithmetic happens in ACL operators, and in which.
 */
class RecordedOperatorsTest {
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

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, pretrained/tiny-llama-f16, all",
        "BF16, pretrained/tiny-llama-f16, mlp",
        "FLOAT, pretrained/tiny-llama-f16, all",
        "BF16, families/phi3, phi3"
    })
    void callsNoOperatorOfAnAdapterWithDataTypesThatHaveNoKernel(DataType type, String model, String adapter)
            throws Exception {
        KernelTable kernels = KernelTable.read();
        Path folder = Golden.path("lora/" + adapter);
        List<String> phaseOnes = recordFile(type, true, model, folder.toString()).stream()
                .filter(line -> line.contains("GetWorkspaceSize"))
                .toList();
        assertThat(phaseOnes).hasSizeGreaterThan(30).allMatch(kernels::has);
        assertThat(phaseOnes).anyMatch(line -> line.startsWith("aclnnScatterNdUpdateGetWorkspaceSize"));
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, gptq-v2-act, aclnnGatherV2, aclnnWeightQuantBatchMatmulV3",
        "BF16, packed-channel, aclnnWeightQuantBatchMatmulV3, aclnnWeightQuantBatchMatmulV3",
        "FLOAT16, bytes-dynamic, aclnnDynamicQuant, aclnnQuantMatmulV4",
        "BF16, slim-dynamic, aclnnDynamicQuant, aclnnQuantMatmulV4",
        "FLOAT16, slim-static, aclnnAscendQuant, aclnnQuantMatmulV4",
        "BF16, bytes-zero, aclnnAscendQuant, aclnnQuantMatmulV4"
    })
    void multipliesQuantizedWeightsByTheOperatorsMeantForThem(
            DataType type, String checkpoint, String before, String product) throws Exception {
        KernelTable kernels = KernelTable.read();
        List<String> phaseOnes = recordFile(type, true, "quantized/" + checkpoint).stream()
                .filter(line -> line.contains("GetWorkspaceSize"))
                .toList();
        // Six products a layer, two layers, a prompt and two decode steps.
        assertThat(phaseOnes)
                .allMatch(kernels::has)
                .filteredOn(line -> line.startsWith(product + "GetWorkspaceSize"))
                .hasSize(6 * 2 * 3);
        assertThat(phaseOnes).anyMatch(line -> line.startsWith(before + "GetWorkspaceSize"));
        // The head alone is not quantized.
        assertThat(phaseOnes)
                .filteredOn(line -> line.startsWith("aclnnMatmulGetWorkspaceSize"))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16", "BF16"})
    void keepsACacheOfInt8ByOperatorsThatHaveKernels(DataType type) throws Exception {
        KernelTable kernels = KernelTable.read();
        List<String> phaseOnes = recordFile(type, true, "pretrained/tiny-llama-bf16", "int8-cache").stream()
                .filter(line -> line.contains("GetWorkspaceSize"))
                .toList();
        assertThat(phaseOnes).allMatch(kernels::has);
        // Keys and values of two layers, in a prompt and two decode steps.
        assertThat(phaseOnes)
                .filteredOn(line -> line.startsWith("aclnnDynamicQuantGetWorkspaceSize"))
                .hasSize(2 * 2 * 3);
        assertThat(phaseOnes)
                .filteredOn(line ->
                        line.startsWith("aclnnFusedInferAttentionScoreV2GetWorkspaceSize") && line.contains("INT8"))
                .hasSize(2 * 2)
                .allMatch(line -> line.contains("keyAntiquantMode=4"));
    }

    @Test
    void knowsACombinationWithoutAKernel() {
        assertThat(KernelTable.read().has("aclnnSwiGluGetWorkspaceSize x=INT8:17x320;out=INT8:17x160|dim=-1"))
                .isFalse();
    }

    private List<String> record(DataType type, boolean fast, String model) throws IOException, InterruptedException {
        return recordFile(type, fast, "tiny-llama/" + model + ".gguf");
    }

    private List<String> recordFile(DataType type, boolean fast, String model, String... more)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of(Golden.path(model).toString(), type.name(), Boolean.toString(fast)));
        arguments.addAll(List.of(more));
        return record(RecordPrompt.class, arguments.toArray(String[]::new));
    }

    private List<String> record(Class<?> program, String... arguments) throws IOException, InterruptedException {
        return RecordedRun.of(directory, RecordedRun.RECORDER, program, arguments);
    }
}
