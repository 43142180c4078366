package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraOptionsTest {
    @TempDir
    private Path directory;

    private CommandLineFixture command;

    @BeforeEach
    void prepare() throws IOException {
        command = new CommandLineFixture(directory);
    }

    private int generate(String... options) {
        String[] line = new String[options.length + 5];
        System.arraycopy(new String[] {"generate", "--model", command.model(), "--prompt", "x"}, 0, line, 0, 5);
        System.arraycopy(options, 0, line, 5, options.length);
        return command.run(line);
    }

    @Test
    void theOnlyAdapterAnswers() {
        assertThat(generate("--lora", "style=some/folder")).isEqualTo(ExitCode.OK);
        assertThat(command.backend.adapters).isEqualTo(Map.of("style", Path.of("some/folder")));
        assertThat(command.backend.generation.adapter()).isEqualTo("style");
        assertThat(generate()).isEqualTo(ExitCode.OK);
        assertThat(command.backend.generation.adapter()).isEmpty();
    }

    @Test
    void oneOfSeveralIsChosenByName() {
        assertThat(generate("--lora", "a=x", "--lora-modules", "b=y", "--adapter", "b"))
                .isEqualTo(ExitCode.OK);
        assertThat(command.backend.adapters.keySet()).containsExactly("a", "b");
        assertThat(command.backend.generation.adapter()).isEqualTo("b");
        assertThat(generate("--lora", "a=x", "--lora", "b=y")).isEqualTo(ExitCode.USAGE);
        assertThat(command.err).contains("--adapter: found nothing, expected one of --lora's, a, b");
        assertThat(generate("--lora", "a=x", "--adapter", "c")).isEqualTo(ExitCode.USAGE);
        assertThat(command.err).contains("--adapter: found 'c'");
    }

    @Test
    void limitsGrowWithWhatIsNamed() {
        String[] many = new String[22];
        for (int i = 0; i < 10; i++) {
            many[2 * i] = "--lora";
            many[2 * i + 1] = "n" + i + "=f";
        }
        many[20] = "--adapter";
        many[21] = "n9";
        assertThat(generate(many)).isEqualTo(ExitCode.OK);
        assertThat(command.backend.options.maxLoras()).isEqualTo(10);
        assertThat(generate("--max-loras", "3", "--max-lora-rank", "16")).isEqualTo(ExitCode.OK);
        assertThat(command.backend.options.maxLoras()).isEqualTo(3);
        assertThat(command.backend.options.maxLoraRank()).isEqualTo(16);
    }

    @Test
    void aLinesModelChoosesInABatch() throws IOException {
        Path input = directory.resolve("in.jsonl");
        for (String model : new String[] {"style", "other"}) {
            Files.writeString(
                    input, BatchCommandTest.completion(model, "\"model\":\"" + model + "\",\"prompt\":\"x\""));
            int code = command.run(
                    "batch",
                    "--model",
                    command.model(),
                    "--lora",
                    "style=f",
                    "--input",
                    input.toString(),
                    "--output",
                    directory.resolve(model).toString());
            assertThat(code).isEqualTo(ExitCode.OK);
            assertThat(command.backend.generation.adapter()).isEqualTo(model.equals("style") ? "style" : "");
        }
    }

    @Test
    void refusesWhatIsNoNameAndFolder() {
        assertThat(generate("--lora", "style=")).isEqualTo(ExitCode.USAGE);
        assertThat(generate("--lora", "style")).isEqualTo(ExitCode.USAGE);
        assertThat(generate("--max-lora-rank", "0")).isEqualTo(ExitCode.USAGE);
    }
}
