package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ascend4j.Prompt;
import org.ascend4j.internal.model.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** embed, rerank, score, and inspect of what they take. */
class EmbedCommandTest {
    private static final String BERT = Golden.path("encoders/bert").toString();
    private static final String RERANKER = Golden.path("encoders/reranker").toString();
    private static final String TEXT = "The cat sleeps by the river.";

    @TempDir
    private Path directory;

    private CommandLineFixture line;

    private List<JsonNode> run(String command, String... arguments) throws IOException {
        line = new CommandLineFixture(directory);
        String[] all = Stream.concat(Stream.of(command, "--device", "host"), Stream.of(arguments))
                .toArray(String[]::new);
        assertThat(line.run(all)).as(line.err).isZero();
        List<JsonNode> lines = new ArrayList<>();
        for (String json : line.out.split("\n")) {
            lines.add(new ObjectMapper().readTree(json));
        }
        return lines;
    }

    private String refused(int code, String... arguments) throws IOException {
        line = new CommandLineFixture(directory);
        assertThat(line.run(arguments)).as(line.err).isEqualTo(code);
        assertThat(line.out).isEmpty();
        return line.err;
    }

    @Test
    void printsAVectorForEachText() throws IOException {
        List<JsonNode> lines = run("embed", "--model", BERT, "--dtype", "float32", "--text", TEXT, "--text", "a");
        assertThat(lines).hasSize(2);
        JsonNode expected = Golden.json("encoders/bert.json").get(0);
        assertThat(lines.get(0).get("index").asInt()).isZero();
        assertThat(lines.get(0).get("tokens").asInt())
                .isEqualTo(expected.get("ids").size());
        assertThat(lines.get(0).get("embedding")).hasSize(48);
        for (int i = 0; i < 48; i++) {
            assertThat(lines.get(0).get("embedding").get(i).asDouble())
                    .isCloseTo(expected.get("sentence").get(i).asDouble(), within(1e-5));
        }
        assertThat(lines.get(1).get("index").asInt()).isEqualTo(1);
    }

    @Test
    void takesTextsFromAFileAndOptions() throws IOException {
        Path file = directory.resolve("texts");
        Files.writeString(file, ("\"" + TEXT + "\"\n\"two\\nlines\"\n").repeat(150));
        List<JsonNode> lines = run(
                "embed",
                "--model",
                BERT,
                "--dtype",
                "float32",
                "--input",
                file.toString(),
                "--pooling",
                "cls",
                "--normalize",
                "off",
                "--dimensions",
                "5");
        assertThat(lines).hasSize(300);
        assertThat(lines.get(299).get("index").asInt()).isEqualTo(299);
        JsonNode expected = Golden.json("encoders/bert.json").get(0).get("cls");
        assertThat(lines.get(298).get("embedding")).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(lines.get(298).get("embedding").get(i).asDouble())
                    .isCloseTo(expected.get(i).asDouble(), within(1e-4));
        }
    }

    @Test
    void refusesWrongOptionsOfEmbed() throws IOException {
        assertThat(refused(ExitCode.USAGE, "embed", "--model", BERT)).contains("--text", "--input");
        assertThat(refused(ExitCode.USAGE, "embed", "--model", BERT, "--text", "a", "--pooling", "max"))
                .contains("max", "mean");
        assertThat(refused(ExitCode.USAGE, "embed", "--model", BERT, "--text", "a", "--normalize", "yes"))
                .contains("yes", "off");
        assertThat(refused(ExitCode.FAILURE, "embed", "--model", BERT, "--text", "a", "--dimensions", "0"))
                .contains("dimensions");
        assertThat(refused(
                        ExitCode.FAILURE, "embed", "--model", BERT, "--text", "cat ".repeat(90), "--truncate", "off"))
                .contains("40");
    }

    @Test
    void ranksDocuments() throws IOException {
        List<JsonNode> lines = run(
                "rerank",
                "--model",
                RERANKER,
                "--dtype",
                "float32",
                "--query",
                "the old cat",
                "--document",
                "a",
                "--document",
                TEXT,
                "--document",
                "Dogs running, running; running!",
                "--top",
                "2");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).get("score").asDouble())
                .isGreaterThanOrEqualTo(lines.get(1).get("score").asDouble());
        JsonNode answers = Golden.json("encoders/reranker.json");
        int[] golden = {1, 0, 5};
        for (JsonNode found : lines) {
            JsonNode expected = answers.get(golden[found.get("index").asInt()]);
            assertThat(found.get("score").asDouble())
                    .isCloseTo(expected.get("score").asDouble(), within(1e-4));
            assertThat(found.get("tokens").asInt())
                    .isEqualTo(expected.get("ids").size());
        }
        assertThat(refused(ExitCode.FAILURE, "rerank", "--model", BERT, "--query", "q", "--document", "d"))
                .contains("classifier");
        assertThat(refused(
                        ExitCode.USAGE, "rerank", "--model", RERANKER, "--query", "q", "--document", "d", "--top", "0"))
                .contains("--top");
    }

    @Test
    void scoresContinuations() throws IOException {
        line = new CommandLineFixture(directory);
        int code = line.run(
                "score",
                "--model",
                line.model(),
                "--prompt",
                "Say",
                "--raw",
                "--continuation",
                "a",
                "--continuation",
                "bcd");
        assertThat(code).as(line.err).isZero();
        assertThat(line.out).isEqualTo("""
                        {"index":0,"log_likelihood":-1.0,"tokens":1,"per_token":-1.0,"greedy":true}
                        {"index":1,"log_likelihood":-3.0,"tokens":1,"per_token":-3.0,"greedy":false}
                        """);
        assertThat(line.backend.prompts).containsExactly(Prompt.raw("Say"));
        assertThat(line.backend.closed).isEqualTo(1);
        assertThat(refused(ExitCode.USAGE, "score", "--model", line.model(), "--prompt", "Say"))
                .contains("--continuation");
    }

    @Test
    void inspectsEncoders() throws IOException {
        line = new CommandLineFixture(directory);
        assertThat(line.run("inspect", RERANKER, "--memory", "1G")).isZero();
        assertThat(line.out)
                .contains("family   bert", "vectors  mean of at most 40 tokens", "1 label", "runs     yes")
                .doesNotContain("cache");
        assertThat(line.run("inspect", BERT, "--format", "json")).isZero();
        JsonNode found = new ObjectMapper().readTree(line.out);
        assertThat(found.get("encoder").get("pooling").asText()).isEqualTo("mean");
        assertThat(found.get("encoder").get("max_tokens").asInt()).isEqualTo(40);
        assertThat(found.get("encoder").get("labels").asInt()).isZero();
        assertThat(found.get("runs").asBoolean()).isTrue();
        assertThat(found.get("kv_token_bytes").asLong()).isZero();
    }
}
