package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchOutputTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InvalidRequestException WRONG = new InvalidRequestException("n", "found 0, expected 1");

    @TempDir
    private Path directory;

    private Path output;

    @BeforeEach
    void prepare() {
        output = directory.resolve("out.jsonl");
    }

    @Test
    void remembersWholeLinesAndCutsTheTornOneOffAtEveryByte() throws IOException {
        byte[] first = BatchAnswer.error("ä", 1, WRONG);
        byte[] second = BatchAnswer.error(null, 2, WRONG);
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        for (int length = 0; length <= both.length; length++) {
            Files.write(output, Arrays.copyOf(both, length));
            int whole = length < first.length ? 0 : length < both.length ? first.length : both.length;
            try (BatchOutput opened = BatchOutput.open(output, "out.jsonl")) {
                assertThat(opened.has("ä")).as("cut at " + length).isEqualTo(whole > 0);
                assertThat(opened.has(2)).as("cut at " + length).isEqualTo(whole == both.length);
                opened.append(second);
            }
            byte[] expected = Arrays.copyOf(both, whole + second.length);
            System.arraycopy(second, 0, expected, whole, second.length);
            assertThat(Files.readAllBytes(output)).as("cut at " + length).isEqualTo(expected);
        }
    }

    @Test
    void cutsOffZerosThatACrashOfTheHostLeft() throws IOException {
        byte[] line = BatchAnswer.error("a", 1, WRONG);
        Files.write(output, line);
        Files.write(output, new byte[1000], StandardOpenOption.APPEND);
        BatchOutput.open(output, "out.jsonl").close();
        assertThat(Files.readAllBytes(output)).isEqualTo(line);
    }

    @Test
    void leavesAFileAloneThatIsNoOutput() throws IOException {
        for (String text : List.of("my notes", "my notes\n", "{\"id\":\"batch_req_1\"}\n", "[1]\n{\"id\":\"batch")) {
            Files.writeString(output, text);
            assertThatThrownBy(() -> BatchOutput.open(output, "out.jsonl"))
                    .isInstanceOf(AscendException.class)
                    .hasMessageContaining("out.jsonl, line 1: not a line of a batch's output");
            assertThat(output).hasContent(text);
        }
    }

    /** The whole command, cut at each line's end, beside it, and anywhere in the first lines. */
    @Test
    void letsTheCommandGoOnWhereverItsOutputWasCut() throws IOException {
        CommandLineFixture command = new CommandLineFixture(directory);
        Path input = Files.writeString(
                directory.resolve("in.jsonl"),
                String.join(
                        "\n",
                        BatchCommandTest.completion("ä", "\"prompt\":\"1\""),
                        "{broken",
                        BatchCommandTest.completion("b", "\"prompt\":\"2\",\"n\":0"),
                        BatchCommandTest.completion("ä", "\"prompt\":\"again\""),
                        BatchCommandTest.completion("c", "\"prompt\":\"3\"")));
        String[] line = {"batch", "--model", command.model(), "--input", input.toString(), "--output", output.toString()
        };
        assertThat(command.run(line)).isEqualTo(ExitCode.OK);
        byte[] whole = Files.readAllBytes(output);
        Map<String, String> expected = contents();
        assertThat(expected).hasSize(5);
        for (int length = 0; length <= whole.length; length++) {
            boolean nearAnEnd = length < 2
                    || whole[length - 1] == '\n'
                    || whole[length - 2] == '\n'
                    || length < whole.length && whole[length] == '\n';
            if (nearAnEnd || length % 97 == 0) {
                Files.write(output, Arrays.copyOf(whole, length));
                assertThat(command.run(line)).isEqualTo(ExitCode.OK);
                assertThat(contents()).as("cut at byte " + length).isEqualTo(expected);
            }
        }
        assertThat(command.err).isEqualTo("ascend4j: 5 of 5 lines: 0 answered, 0 with an error, 5 done before\n");
        assertThat(Files.readAllBytes(output)).as("what is done stays as it is").isEqualTo(whole);
    }

    private Map<String, String> contents() throws IOException {
        return contents(output);
    }

    /** By name, or by line for a nameless one, what was said; fails if anything is there twice. */
    static Map<String, String> contents(Path output) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (String text : Files.readAllLines(output, StandardCharsets.UTF_8)) {
            JsonNode line = JSON.readTree(text);
            String name = line.get("custom_id").isNull()
                    ? line.at("/error/line").asText()
                    : line.get("custom_id").textValue();
            String said = line.get("error").isNull()
                    ? line.at("/response/body/choices").toString()
                    : line.get("error").toString();
            assertThat(contents.put(name, said)).as(name).isNull();
        }
        return contents;
    }
}
