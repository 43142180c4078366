package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @TempDir
    private Path directory;

    private CommandLineFixture command;

    @BeforeEach
    void prepare() throws IOException {
        command = new CommandLineFixture(directory);
    }

    private static Stream<Arguments> wrongLines() {
        String model = "--model=m.gguf";
        return Stream.of(
                wrong("missing command"),
                wrong("Unmatched argument at index 0: 'train'", "train"),
                wrong("Unknown option: '--nope'", "generate", model, "--prompt=x", "--nope"),
                wrong("Missing required option: '--model=M'", "generate", "--prompt=x"),
                wrong("either --prompt or --prompt-file", "generate", model),
                wrong("either --prompt or --prompt-file", "generate", model, "--prompt=x", "--prompt-file=y"),
                wrong("--system has no place", "generate", model, "--prompt=x", "--raw", "--system=y"),
                wrong("should be specified only once", "generate", model, "--prompt=x", "--prompt=y"),
                wrong("temperature: found NaN", "generate", model, "--prompt=x", "--temperature=NaN"),
                wrong("temperature: found -1.0", "generate", model, "--prompt=x", "--temperature", "-1"),
                wrong("temperature: found Infinity", "generate", model, "--prompt=x", "--temperature=1e999"),
                wrong("'warm' is not a double", "generate", model, "--prompt=x", "--temperature=warm"),
                wrong("top-p: found 0.0", "generate", model, "--prompt=x", "--top-p=0"),
                wrong("top-k: found -1", "generate", model, "--prompt=x", "--top-k=-1"),
                wrong("max-tokens: found -5", "generate", model, "--prompt=x", "--max-tokens", "-5"),
                wrong("'99999999999' is not an int", "generate", model, "--prompt=x", "--max-tokens=99999999999"),
                wrong("min-p: found NaN", "generate", model, "--prompt=x", "--min-p=NaN"),
                wrong("repetition-penalty: found 0.0", "generate", model, "--prompt=x", "--repetition-penalty=0"),
                wrong("frequency-penalty: found 2.5", "generate", model, "--prompt=x", "--frequency-penalty=2.5"),
                wrong("presence-penalty: found -3.0", "chat", model, "--presence-penalty", "-3"),
                wrong("logit-bias: found 101.0", "generate", model, "--prompt=x", "--logit-bias=1=101"),
                wrong("'x' is not an int", "generate", model, "--prompt=x", "--logit-bias=x=1"),
                wrong("min-tokens: found 9", "generate", model, "--prompt=x", "--max-tokens=8", "--min-tokens=9"),
                wrong("stop: found a text of 0", "generate", model, "--prompt=x", "--stop="),
                wrong("n: found 0", "generate", model, "--prompt=x", "--n=0"),
                wrong("n: found 129", "generate", model, "--prompt=x", "--n=129"),
                wrong("response-format: found nothing", "generate", model, "--prompt=x", "--regex="),
                wrong("at most one of", "generate", model, "--prompt=x", "--regex=a", "--choice=b"),
                wrong("'1.5' is not a long", "generate", model, "--prompt=x", "--seed=1.5"),
                wrong("device: found 'gpu'", "generate", model, "--prompt=x", "--device=gpu"),
                wrong("device: found 'npu:64'", "tokenize", model, "--text=x", "--device=npu:64"),
                wrong("threads: found '0'", "chat", model, "--threads=0"),
                wrong("threads: found 'all'", "doctor", "--threads=all"),
                wrong("dtype: found 'int4'", "generate", model, "--prompt=x", "--dtype=int4"),
                wrong("precision: found 'best'", "generate", model, "--prompt=x", "--precision=best"),
                wrong("guard: found 'maybe'", "doctor", "--guard=maybe"),
                wrong("context-length: found '-1'", "chat", model, "--context-length=-1"),
                wrong("max-num-seqs: found '0'", "batch", model, "--input=x", "--output=y", "--max-num-seqs=0"),
                wrong("admission: found 'never'", "chat", model, "--admission=never"),
                wrong("at most one of", "chat", model, "--graphs=full", "--enforce-eager"),
                wrong("speculative: found 'yes'", "generate", model, "--prompt=x", "--speculative=yes"),
                wrong("context-length: found '0'", "generate", model, "--prompt=x", "--max-model-len=0"),
                wrong("--format: found 'xml'", "generate", model, "--prompt=x", "--format=xml"),
                wrong("--format: found 'xml'", "doctor", "--format=xml"),
                wrong("Missing required options: '--input=F', '--output=G'", "batch", model),
                wrong("precision: found 'best'", "batch", model, "--input=x", "--output=y", "--precision=best"),
                wrong("Missing required option: '--file=F'", "perplexity", model),
                wrong("--format: found 'xml'", "perplexity", model, "--file=x", "--format=xml"),
                wrong("either --text or --file", "tokenize", model),
                wrong("either --text or --file", "tokenize", model, "--text=x", "--file=y"),
                wrong("Missing required parameter: 'MODEL'", "pull"),
                wrong("Missing required parameter for option '--prompt'", "generate", model, "--prompt"));
    }

    private static Arguments wrong(String reason, String... line) {
        return Arguments.of(reason, line);
    }

    @ParameterizedTest
    @MethodSource("wrongLines")
    void refusesWrongUsageInOneLine(String reason, String[] line) {
        assertThat(command.run(line)).isEqualTo(ExitCode.USAGE);
        assertThat(command.err).startsWith("ascend4j: ").contains(reason).hasLineCount(1);
        assertThat(command.out).isEmpty();
        assertThat(command.backend.options).as("nothing was opened").isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pull", "generate", "chat", "batch", "perplexity", "tokenize", "doctor"})
    void explainsEveryCommandAndTheExitCodes(String name) {
        assertThat(command.run(name, "--help")).isEqualTo(ExitCode.OK);
        assertThat(command.out).startsWith("Usage: ascend4j " + name).contains("Exit codes:", "130   ended by Ctrl-C");
        assertThat(command.err).isEmpty();
    }

    @Test
    void listsTheCommands() {
        assertThat(command.run("--help")).isEqualTo(ExitCode.OK);
        assertThat(command.out)
                .contains(
                        "pull",
                        "generate",
                        "chat",
                        "batch",
                        "perplexity",
                        "tokenize",
                        "doctor",
                        "3     the host's stack");
    }

    @Test
    void tellsReleaseRowCommitAndLibrary() {
        assertThat(command.run("--version")).isEqualTo(ExitCode.OK);
        assertThat(command.out.lines())
                .satisfiesExactly(
                        release -> assertThat(release).matches("ascend4j \\d+\\.\\d+\\.\\d+\\S*"),
                        row -> assertThat(row).matches("matrix row: vLLM .+, CANN .+, torch .+, torch_npu .+"),
                        commit -> assertThat(commit).matches("commit: ([0-9a-f]{12,40}(-dirty)?|unknown)"),
                        library -> assertThat(library).matches("device library: (CANN|host device|none).*"));
    }

    @Test
    void printsTheTraceOnlyOnDemand() {
        command.backend.openFailure = new IllegalStateException("broken");
        assertThat(command.run("generate", "--model", command.model(), "--prompt", "x"))
                .isEqualTo(ExitCode.FAILURE);
        assertThat(command.err)
                .isEqualTo("ascend4j: internal error: IllegalStateException: broken"
                        + " (--debug prints the stack trace)\n");
        command.run("generate", "--model", command.model(), "--prompt", "x", "--debug");
        assertThat(command.err).contains("\tat org.ascend4j.");
    }
}
