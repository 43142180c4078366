package org.ascend4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every end-to-end command, on a tiny model on the host device. */
class CommandsTest {
    @TempDir
    private static Path folder;

    private static Path model;
    private static JsonSchema schema;

    private String out;
    private String err;

    @BeforeAll
    static void prepare() throws IOException {
        model = TinyModel.write(folder.resolve("tiny.gguf"));
        try (InputStream in = Main.class.getResourceAsStream("result.schema.json")) {
            schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(in);
        }
    }

    private int run(String... arguments) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        int code = Main.run(
                arguments,
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return code;
    }

    /** Runs a command with all outputs, and returns its JSON. */
    private JsonNode measured(String command, String... arguments) throws IOException {
        Path json = folder.resolve(command + ".json");
        Path chart = folder.resolve(command + ".svg");
        List<String> line = new ArrayList<>(List.of(command, "--model", model.toString(), "--device", "host"));
        line.addAll(List.of("--json", json.toString(), "--chart", chart.toString()));
        line.addAll(List.of(arguments));
        assertThat(run(line.toArray(String[]::new))).as(err).isZero();
        assertThat(Files.readString(chart)).startsWith("<svg").endsWith("</svg>\n");
        JsonNode root = new ObjectMapper().readTree(json.toFile());
        assertThat(schema.validate(root)).isEmpty();
        assertThat(root.path("command").asText()).isEqualTo(command);
        assertThat(root.path("model").path("name").asText()).isEqualTo("tiny");
        return root;
    }

    private static JsonNode figure(JsonNode root, int result, String key) {
        JsonNode figure = root.path("results").path(result).path("figures").path(key);
        assertThat(figure.isMissingNode()).as("figure " + key).isFalse();
        assertThat(figure.path("values")).hasSize(figure.path("count").asInt());
        return figure;
    }

    @Test
    void latencyTellsEveryRequestAndEveryGap() throws IOException {
        JsonNode root = measured("latency", "--input-len", "40", "--output-len", "9", "--repeats", "3");

        assertThat(figure(root, 0, "ttft_ms").path("count").asInt()).isEqualTo(3);
        assertThat(figure(root, 0, "itl_ms").path("count").asInt()).isEqualTo(3 * 8);
        assertThat(figure(root, 0, "prefill_tokens_per_s").path("min").asDouble())
                .isPositive();
        assertThat(figure(root, 0, "decode_tokens_per_s").path("min").asDouble())
                .isPositive();
        assertThat(out).contains("tiny", "time to first token", "inter-token latency", "decode");
    }

    @Test
    void latencyOfOneTokenHasNoDecode() throws IOException {
        JsonNode root = measured("latency", "--input-len", "5", "--output-len", "1", "--repeats", "1");

        assertThat(figure(root, 0, "itl_ms").path("count").asInt()).isZero();
        assertThat(figure(root, 0, "decode_tokens_per_s").has("median")).isFalse();
    }

    @Test
    void throughputCountsExactlyTheTokensAskedFor() throws IOException {
        JsonNode root = measured(
                "throughput", "--num-prompts", "6", "--input-len", "20", "--output-len", "12", "--repeats", "2");

        double elapsed = figure(root, 0, "elapsed_s").path("values").path(0).asDouble();
        double generated =
                figure(root, 0, "generated_tokens_per_s").path("values").path(0).asDouble();
        double total =
                figure(root, 0, "total_tokens_per_s").path("values").path(0).asDouble();
        assertThat(generated * elapsed).isBetween(71.99, 72.01);
        assertThat(total * elapsed).isBetween(191.99, 192.01);
        assertThat(figure(root, 0, "ttft_ms").path("count").asInt()).isEqualTo(12);
        // Steps of a tiny model are shorter than a thread takes to wake up, so which of them all shared is chance.
        figure(root, 0, "decode_step_ms");
    }

    @Test
    void throughputTellsWhenTheCacheWasTooSmall() throws IOException {
        JsonNode root = measured(
                "throughput",
                "--num-prompts=4",
                "--input-len=20",
                "--output-len=60",
                "--repeats=1",
                "--block-size=16",
                "--kv-tokens=160",
                "--option=admission=preempt");

        assertThat(figure(root, 0, "preemptions").path("median").asDouble()).isPositive();
        assertThat(figure(root, 0, "kv_use_percent").path("max").asDouble()).isBetween(0.0, 100.0);
    }

    @Test
    void throughputSaysWhenItsRequestsNeverRanTogether() throws IOException {
        JsonNode root = measured(
                "throughput", "--num-prompts=4", "--max-num-seqs=1", "--input-len=20", "--output-len=4", "--repeats=1");

        assertThat(figure(root, 0, "decode_tokens_per_s").path("count").asInt()).isZero();
        assertThat(root.path("notes").toString()).contains("never all decoded at once");
    }

    @Test
    void serveMeasuresEveryRate() throws IOException {
        JsonNode root = measured(
                "serve",
                "--request-rate=50,200,inf",
                "--num-prompts=10",
                "--input-len=12",
                "--output-len=5",
                "--repeats=1",
                "--goodput=ttft=100000",
                "--goodput=tpot=0.000001");

        assertThat(root.path("results")).hasSize(3);
        assertThat(root.path("results")
                        .path(2)
                        .path("parameters")
                        .path("request_rate")
                        .asText())
                .isEqualTo("inf");
        for (int rate = 0; rate < 3; rate++) {
            assertThat(figure(root, rate, "ttft_ms").path("count").asInt()).isEqualTo(10);
            assertThat(figure(root, rate, "itl_ms").path("count").asInt()).isEqualTo(40);
            assertThat(figure(root, rate, "failed").path("max").asDouble()).isZero();
            assertThat(figure(root, rate, "goodput_per_s").path("max").asDouble())
                    .isZero();
        }
        assertThat(out).contains("p90", "p99", "goodput");
    }

    @Test
    void timesOfWaitingRequestsCountFromWhenTheyWereDue() throws IOException {
        JsonNode root = measured(
                "serve",
                "--request-rate=100000",
                "--num-prompts=12",
                "--max-num-seqs=1",
                "--input-len=8",
                "--output-len=20",
                "--repeats=1");

        // One at a time: most of the last one's time is the others'. Counted from its own turn it would be a small
        // part.
        double first = figure(root, 0, "ttft_ms").path("max").asDouble();
        double whole = figure(root, 0, "e2el_ms").path("max").asDouble();
        assertThat(first).isGreaterThan(whole / 2);
        assertThat(figure(root, 0, "client_late_ms").path("count").asInt()).isEqualTo(1);
    }

    @Test
    void serveSweepsSharesOfWhatTheModelKeepsUpWith() throws IOException {
        JsonNode root = measured(
                "serve", "--request-rate=sweep", "--num-prompts=6", "--input-len=8", "--output-len=3", "--repeats=1");

        assertThat(root.path("results")).hasSize(7);
        double most = figure(root, 0, "requests_per_s").path("median").asDouble();
        double half = root.path("results")
                .path(2)
                .path("parameters")
                .path("request_rate")
                .asDouble();
        assertThat(half).isBetween(most * 0.499 - 0.001, most * 0.501 + 0.001);
    }

    @Test
    void growthVariesOneThingAtATime() throws IOException {
        JsonNode root = measured(
                "growth",
                "--batch-sizes=1,4",
                "--input-lens=8,64",
                "--context-lens=32,256",
                "--input-len=8",
                "--output-len=8",
                "--repeats=2");

        List<String> names = new ArrayList<>();
        root.path("results").forEach(result -> names.add(result.path("name").asText()));
        assertThat(names)
                .containsExactly(
                        "batch 1",
                        "batch 4",
                        "prompt 8",
                        "prompt 64",
                        "context 32",
                        "context 256",
                        "decode step against context");
        assertThat(figure(root, 3, "prefill_us_per_token").path("count").asInt())
                .isEqualTo(2);
        assertThat(figure(root, 5, "decode_step_ms").path("count").asInt()).isEqualTo(14);
        assertThat(figure(root, 6, "slope_us_per_1000_tokens").path("count").asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "micro", "latency", "throughput", "serve", "growth"})
    void everyCommandExplainsItself(String command) {
        int code = command.isEmpty() ? run("--help") : run(command, "--help");

        assertThat(code).isZero();
        assertThat(out).startsWith("Usage: benchmarks " + command).contains("--help");
        assertThat(err).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "; missing command",
                "fast; 'fast'",
                "latency; --model",
                "latency --model x --input-len 0; --input-len: found 0, expected at least 1",
                "latency --model x --output-len many; 'many' is not an int",
                "latency --model x --repeats 0; --repeats: found 0",
                "latency --model x --json /no/such/folder/f.json; --json",
                "latency --model x --dtype q; dtype: found 'q'",
                "latency --model x --option nonsense=1; nonsense",
                "throughput --model x --num-prompts -3; --num-prompts: found -3",
                "serve --model x --request-rate NaN; --request-rate: found NaN",
                "serve --model x --request-rate 1,sweep; --request-rate: found sweep",
                "serve --model x --goodput speed=1; --goodput: found speed=1",
                "growth --model x --vary mood; mood",
                "growth --model x --context-lens 8; --context-lens: found 8, expected at least 33",
                "micro --nonsense; nonsense",
                "micro NoSuchBenchmark; NoSuchBenchmark"
            })
    void aCommandLineThatMakesNoSenseIsOneLine(String line) {
        String[] parts = line.split("; ", 2);
        int code = parts[0].isEmpty() ? run() : run(parts[0].split(" "));

        assertThat(code).as(err).isEqualTo(2);
        assertThat(out).isEmpty();
        List<String> lines =
                err.lines().filter(each -> !each.contains("left out")).toList();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).startsWith("benchmarks: ").contains(parts[1]);
    }

    @Test
    void aModelThatIsNotThereIsAFailure() {
        assertThat(run("latency", "--model", folder.resolve("none.gguf").toString()))
                .isEqualTo(1);
        assertThat(err.lines()).hasSize(1).allMatch(line -> line.contains("none.gguf"));
    }

    @Test
    void aContextBeyondTheModelsIsRefused() {
        int code = run("latency", "--model", model.toString(), "--device", "host", "--input-len", "5000");

        assertThat(code).isEqualTo(2);
        assertThat(err).contains("context-length", Integer.toString(TinyModel.CONTEXT));
    }
}
