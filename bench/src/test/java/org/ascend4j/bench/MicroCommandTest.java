package org.ascend4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JMH behind the front, in this process (-f 0) and for an instant only: that it runs, not what it measures. */
class MicroCommandTest {
    private static final String[] BRIEF = {"-f", "0", "-wi", "0", "-i", "2", "-r", "5ms", "-v", "SILENT"};

    @TempDir
    private Path folder;

    private JsonNode measured(String... arguments) throws IOException {
        Path json = folder.resolve("micro.json");
        String[] line = new String[3 + BRIEF.length + arguments.length];
        line[0] = "micro";
        line[1] = "--json";
        line[2] = json.toString();
        System.arraycopy(BRIEF, 0, line, 3, BRIEF.length);
        System.arraycopy(arguments, 0, line, 3 + BRIEF.length, arguments.length);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                line,
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
        JsonNode root = new ObjectMapper().readTree(json.toFile());
        try (InputStream schema = Main.class.getResourceAsStream("result.schema.json")) {
            assertThat(JsonSchemaFactory.getInstance(VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(root))
                    .isEmpty();
        }
        return root.path("results");
    }

    @Test
    void takesJmhsOwnPatternsAndParameters() throws IOException {
        JsonNode results = measured("SchedulerStep|BlockAllocation", "-p", "sequences=4", "-p", "blocks=2,8");

        assertThat(results).hasSize(3);
        assertThat(results.path(0).path("name").asText()).isEqualTo("BlockAllocation.takeAndRelease blocks 2");
        assertThat(results.path(0).path("figures").path("score").path("values")).hasSize(2);
        assertThat(results.path(2).path("parameters").path("sequences").asText())
                .isEqualTo("4");
    }

    @Test
    void kernelsTellTheirRates() throws IOException {
        JsonNode results = measured("MatmulKernel", "-p", "shape=64x64", "-p", "rows=2", "-p", "weights=Q4_1");

        assertThat(results).hasSize(1);
        assertThat(results.path(0).path("figures").path("GB").path("unit").asText())
                .isEqualTo("GB/s");
        assertThat(results.path(0).path("figures").path("GOP").path("median").asDouble())
                .isPositive();
    }

    /** Whatever the engine's parts look like, their benchmarks still run. */
    @Test
    void everyBenchmarkRunsOnceWithSmallParameters() throws IOException {
        Path model = TinyModel.write(folder.resolve("tiny.gguf"));
        JsonNode results = measured(
                "AttentionKernel|ElementKernel|CallOverhead|ChatTemplate|GgufParsing|SamplerRow|StepAssembly|Tokenization",
                "--model",
                model.toString(),
                "-p",
                "context=64",
                "-p",
                "rows=1",
                "-p",
                "vocabulary=1000",
                "-p",
                "sequences=3",
                "-p",
                "messages=1");

        assertThat(results.size()).isGreaterThanOrEqualTo(16);
        results.forEach(result -> assertThat(
                        result.path("figures").path("score").path("median").asDouble())
                .as(result.path("name").asText())
                .isPositive());
    }
}
