package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizeCommandTest {
    @TempDir
    private Path directory;

    private CommandLineFixture command;

    @BeforeEach
    void prepare() throws IOException {
        command = new CommandLineFixture(directory);
    }

    private int tokenize(String... options) {
        String[] line = new String[options.length + 3];
        line[0] = "tokenize";
        line[1] = "--model";
        line[2] = command.model();
        System.arraycopy(options, 0, line, 3, options.length);
        return command.run(line);
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("texts.jsonl"), content).toString();
    }

    @Test
    void printsABareArray() {
        assertThat(tokenize("--text", "aé")).isEqualTo(ExitCode.OK);
        assertThat(command.out).isEqualTo("[97, 233]\n");
        assertThat(tokenize("--text", "", "--format", "json")).isEqualTo(ExitCode.OK);
        assertThat(command.out).isEqualTo("[]\n");
    }

    @Test
    void printsPlainIds() {
        tokenize("--text", "ab", "--format", "text");
        assertThat(command.out).isEqualTo("97 98\n");
    }

    @Test
    void readsMarkersOnDemand() {
        tokenize("--text", "<s>", "--special");
        assertThat(command.out).isEqualTo("[1]\n");
    }

    @Test
    void answersEveryLineOfAFile() throws IOException {
        assertThat(tokenize("--file", file("\"a\"\n\"\\u00e9\\n\"\r\n\"\""))).isEqualTo(ExitCode.OK);
        assertThat(command.out).isEqualTo("[97]\n[233, 10]\n[]\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "", "1", "[\"a\"]", "\"a\" \"b\"", "\"a", "\"\\x\"", "{}", "null"})
    void namesALineThatIsNoJsonString(String line) throws IOException {
        String file = file("\"a\"\n" + line + "\n");
        assertThat(tokenize("--file", file)).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).startsWith("ascend4j: " + file + ", line 2: ").hasLineCount(1);
        assertThat(command.out).isEqualTo("[97]\n");
    }

    @Test
    void opensNoDevice() {
        tokenize("--text", "a", "--device", "npu:1");
        assertThat(command.backend.options).isNull();
    }
}
