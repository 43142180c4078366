package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.ascend4j.ModelTokenizer;
import org.ascend4j.SmolLm2;
import org.ascend4j.internal.model.Golden;
import org.ascend4j.internal.store.ModelStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerplexityCommandTest {
    @TempDir
    private Path directory;

    private CommandLineFixture command;
    private Path file;

    @BeforeEach
    void prepare() throws IOException {
        command = new CommandLineFixture(directory);
        file = directory.resolve("text.txt");
    }

    private int perplexity(String text, String... options) throws IOException {
        Files.writeString(file, text);
        String[] line = Arrays.copyOf(
                new String[] {"perplexity", "--model", command.model(), "--file", file.toString()}, 5 + options.length);
        System.arraycopy(options, 0, line, 5, options.length);
        return command.run(line);
    }

    @Test
    void printsTokensAndPerplexity() throws IOException {
        command.backend.logarithm = id -> -Math.log(4);
        assertThat(perplexity("fünf!")).isEqualTo(ExitCode.OK);
        assertThat(command.out)
                .isEqualTo("tokens: 5\npredictions: 4\nwindow: 5\nmean negative log-likelihood: 1.38629\n"
                        + "perplexity: 4.00000\n");
        assertThat(command.err).isEmpty();
        assertThat(command.backend.closed).isEqualTo(1);
    }

    @Test
    void predictsEveryTokenButTheFirstOnceInWindowsOfTheContext() throws IOException {
        command.backend.context = 4;
        command.backend.logarithm = id -> -(id - 'a');
        assertThat(perplexity("abcdefgh", "--format=json")).isEqualTo(ExitCode.OK);
        assertThat(command.backend.scored).containsExactly("abcd", "defg", "gh");
        JsonNode json = new ObjectMapper().readTree(command.out);
        assertThat(json.fieldNames())
                .toIterable()
                .startsWith("schema", "file", "tokens", "predictions", "window", "mean_nll", "perplexity", "device");
        assertThat(json.get("tokens").intValue()).isEqualTo(8);
        assertThat(json.get("predictions").intValue()).isEqualTo(7);
        assertThat(json.get("window").intValue()).isEqualTo(4);
        assertThat(json.get("mean_nll").doubleValue()).isEqualTo((1 + 2 + 3 + 4 + 5 + 6 + 7) / 7.0);
        assertThat(json.get("perplexity").doubleValue()).isCloseTo(Math.exp(4), within(1e-9));
    }

    @Test
    void refusesTextWithNothingToPredict() throws IOException {
        for (String text : new String[] {"", "x"}) {
            assertThat(perplexity(text)).isEqualTo(ExitCode.FAILURE);
            assertThat(command.err)
                    .contains("text.txt: found " + text.length() + " tokens", "expected at least 2")
                    .hasLineCount(1);
        }
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        Files.write(file, new byte[] {'a', (byte) 0xc3});
        assertThat(command.run("perplexity", "--model", command.model(), "--file", file.toString()))
                .isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).contains("byte 1 is not valid UTF-8");
    }

    @Test
    void refusesProbabilitiesThatAreNoNumbers() throws IOException {
        command.backend.logarithm = id -> Double.NaN;
        assertThat(perplexity("text")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).contains("found NaN");
        assertThat(command.out).isEmpty();
    }

    /** Against transformers in float32 on the same weights; the model is fetched on first use. */
    @Test
    void agreesWithTransformersOnSmolLm2() throws IOException {
        JsonNode golden = Golden.json("smollm2/perplexity.json");
        JsonNode found = smolLm2();
        double expected = golden.get("perplexity").doubleValue();
        System.out.printf(
                "perplexity of SmolLM2 by the command: %.5f, reference %.5f%n",
                found.get("perplexity").doubleValue(), expected);
        assertThat(found.get("tokens")).isEqualTo(golden.get("tokens"));
        assertThat(found.get("predictions")).isEqualTo(golden.get("predictions"));
        assertThat(found.get("perplexity").doubleValue()).isCloseTo(expected, within(0.01 * expected));
    }

    /** In windows a token sees less of what stands before it, never more. */
    @Test
    void isMoreSurprisedWhereItSeesLess() throws IOException {
        JsonNode found = smolLm2("--context-length=256");
        JsonNode golden = Golden.json("smollm2/perplexity.json");
        assertThat(found.get("predictions")).isEqualTo(golden.get("predictions"));
        assertThat(found.get("window").intValue()).isEqualTo(256);
        double whole = golden.get("perplexity").doubleValue();
        assertThat(found.get("perplexity").doubleValue()).isBetween(whole, 1.5 * whole);
    }

    private JsonNode smolLm2(String... options) throws IOException {
        // The reference took the first 2,000 tokens of its text.
        int[] ids = Golden.ints(Golden.json("smollm2/perplexity.json").get("ids"));
        Files.writeString(file, ModelTokenizer.open(SmolLm2.file()).decode(ids));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new ByteArrayInputStream(new byte[0]),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false);
        String[] line = Arrays.copyOf(
                new String[] {
                    "perplexity", "--model=" + SmolLm2.file(), "--device=host", "--format=json", "--file=" + file
                },
                5 + options.length);
        System.arraycopy(options, 0, line, 5, options.length);
        int code = new CommandRunner(new Context(streams, ModelStore::ofUser, new LlmBackend())).run(line);
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.OK);
        return new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    }
}
