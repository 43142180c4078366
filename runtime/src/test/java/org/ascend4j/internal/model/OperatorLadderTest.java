package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantized models on a CANN that lacks the operator meant for them: the next lower one, or a refusal that names it. */
class OperatorLadderTest {
    @TempDir
    private Path directory;

    private List<String> record(Path libraries, String checkpoint) throws IOException, InterruptedException {
        String model = Golden.path("quantized/" + checkpoint).toString();
        return RecordedRun.of(directory, libraries, RecordPrompt.class, model, "FLOAT16", "true").stream()
                .filter(line -> line.contains("GetWorkspaceSize"))
                .toList();
    }

    /** Six products a layer, two layers, a prompt and two decode steps; the head is not quantized. */
    @ParameterizedTest
    @CsvSource({
        "gptq-v2-act, '', aclnnWeightQuantBatchMatmulV3, 36",
        "gptq-v2-act, aclnnWeightQuantBatchMatmulV3, aclnnWeightQuantBatchMatmulV2, 36",
        "gptq-v2-act, aclnnWeightQuantBatchMatmulV3 aclnnWeightQuantBatchMatmulV2, aclnnMatmul, 39",
        "bytes-dynamic, aclnnQuantMatmulV4, aclnnWeightQuantBatchMatmulV3, 36",
        "bytes-dynamic, aclnnDynamicQuant, aclnnWeightQuantBatchMatmulV3, 36",
        "slim-static, aclnnAscendQuant aclnnWeightQuantBatchMatmulV3, aclnnWeightQuantBatchMatmulV2, 36"
    })
    void takesTheNextLowerOperator(String checkpoint, String lacking, String product, int calls) throws Exception {
        List<String> missing = lacking.isEmpty() ? List.of() : List.of(lacking.split(" "));
        List<String> found = record(RecordedRun.lacking(directory, missing), checkpoint);
        assertThat(found)
                .filteredOn(line -> line.startsWith(product + "GetWorkspaceSize"))
                .hasSize(calls);
        for (String operator : missing) {
            assertThat(found).noneMatch(line -> line.startsWith(operator + "GetWorkspaceSize"));
        }
    }

    @Test
    void refusesACacheOfInt8ByTheNameOfTheOperatorThatIsMissing() throws Exception {
        String model = Golden.path("pretrained/tiny-llama-bf16").toString();
        Path libraries = RecordedRun.lacking(directory, List.of("aclnnDynamicQuant"));
        assertThat(RecordedRun.failure(
                        directory, libraries, RecordPrompt.class, model, "FLOAT16", "true", "int8-cache"))
                .contains("kv-cache-dtype")
                .contains("aclnnDynamicQuant")
                .contains("InvalidRequestException");
    }
}
