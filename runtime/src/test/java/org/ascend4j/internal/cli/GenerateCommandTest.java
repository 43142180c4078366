package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.DType;
import org.ascend4j.DeviceChoice;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Graphs;
import org.ascend4j.Message;
import org.ascend4j.Precision;
import org.ascend4j.Prompt;
import org.ascend4j.ResponseFormat;
import org.ascend4j.Scheduling;
import org.ascend4j.Speculation;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTest {
    @TempDir
    private Path directory;

    private CommandLineFixture command;

    @BeforeEach
    void prepare() throws IOException {
        command = new CommandLineFixture(directory);
    }

    private int generate(String... options) {
        String[] line = new String[options.length + 3];
        line[0] = "generate";
        line[1] = "--model";
        line[2] = command.model();
        System.arraycopy(options, 0, line, 3, options.length);
        return command.run(line);
    }

    @Test
    void printsTheAnswerAlone() {
        assertThat(generate("--prompt", "héllo 😀")).isEqualTo(ExitCode.OK);
        assertThat(command.out).isEqualTo("<héllo 😀>\n");
        assertThat(command.err).isEmpty();
        assertThat(command.backend.closed).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-5",
                "--help",
                "-h",
                "--model",
                "--prompt",
                "@x",
                "@@",
                "--",
                "",
                " ",
                "a=b",
                "\"quoted\"",
                "${sys:user.home}",
                "%n%s",
                "line\nline"
            })
    void takesAnyPromptAsText(String prompt) {
        assertThat(generate("--prompt", prompt)).isEqualTo(ExitCode.OK);
        assertThat(command.out).isEqualTo("<" + prompt + ">\n");
        assertThat(generate("--prompt=" + prompt)).isEqualTo(ExitCode.OK);
        assertThat(command.out).isEqualTo("<" + prompt + ">\n");
    }

    @Test
    void doesNotReadAFileForAPromptThatBeginsWithAt() throws IOException {
        Path file = Files.writeString(directory.resolve("arguments"), "--raw");
        assertThat(generate("--prompt", "@" + file)).isEqualTo(ExitCode.OK);
        assertThat(command.backend.prompts).containsExactly(Prompt.user("@" + file));
    }

    @Test
    void readsThePromptFromStdin() {
        assertThat(command.input("über\n").run("generate", "--model", command.model(), "--prompt", "-"))
                .isEqualTo(ExitCode.OK);
        assertThat(command.backend.prompts).containsExactly(Prompt.user("über\n"));
    }

    @Test
    void readsThePromptFromAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("prömpt.txt"), "aus der Datei: ß\n");
        assertThat(generate("--prompt-file", file.toString())).isEqualTo(ExitCode.OK);
        assertThat(command.backend.prompts).containsExactly(Prompt.user("aus der Datei: ß\n"));
    }

    @Test
    void refusesStdinThatIsNotUtf8() {
        command.input = new byte[] {'o', 'k', (byte) 0x80};
        assertThat(generate("--prompt", "-")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).contains("stdin: byte 2 is not valid UTF-8").hasLineCount(1);
        assertThat(command.out).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.txt", "."})
    void refusesAPromptFileThatIsNone(String name) {
        assertThat(generate("--prompt-file", directory.resolve(name).toString()))
                .isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).containsAnyOf("no such file", "is a directory").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.gguf", "."})
    void refusesAModelThatIsNone(String name) {
        String model = directory.resolve(name).toString();
        assertThat(command.run("generate", "--model", model, "--prompt", "x")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).startsWith("ascend4j: " + model).hasLineCount(1);
        assertThat(command.out).isEmpty();
    }

    @Test
    void passesRawAndSystemOn() {
        generate("--raw", "--prompt", "<|im_start|>");
        generate("--system", "brief", "--prompt", "x");
        assertThat(command.backend.prompts)
                .containsExactly(
                        Prompt.raw("<|im_start|>"), Prompt.chat(List.of(Message.system("brief"), Message.user("x"))));
    }

    @Test
    void passesSamplingOptionsOn() {
        generate("--prompt=x", "--max-tokens=7", "--temperature=0.5", "--top-k=3", "--top-p=0.25", "--seed", "-9");
        assertThat(command.backend.generation).isEqualTo(new GenerationOptions(7, 0.5, 3, 0.25, -9L, false));
    }

    @Test
    void passesPenaltiesBiasAndStopsOn() {
        generate(
                "--prompt=x",
                "--min-p=0.125",
                "--repetition-penalty=1.5",
                "--frequency-penalty",
                "-0.5",
                "--presence-penalty=2",
                "--logit-bias=5=-100,7=1.5",
                "--logit-bias=9=2",
                "--min-tokens=3",
                "--stop=a,b",
                "--stop",
                "\n");
        assertThat(command.err).isEmpty();
        assertThat(command.backend.generation)
                .isEqualTo(GenerationOptions.defaults()
                        .withMaxTokens(256)
                        .withMinP(0.125)
                        .withRepetitionPenalty(1.5)
                        .withFrequencyPenalty(-0.5)
                        .withPresencePenalty(2)
                        .withLogitBias(Map.of(5, -100.0, 7, 1.5, 9, 2.0))
                        .withMinTokens(3)
                        .withStop(List.of("a,b", "\n")));
    }

    @Test
    void passesTheFormatOfTheAnswerOn() throws IOException {
        String file = Files.writeString(directory.resolve("f"), "{\"type\":\"object\"}")
                .toString();
        Map<String, ResponseFormat> formats = Map.of(
                "--json-schema=" + file,
                new ResponseFormat.JsonSchema("{\"type\":\"object\"}"),
                "--grammar=" + file,
                new ResponseFormat.Grammar("{\"type\":\"object\"}"),
                "--regex=[a,]+",
                new ResponseFormat.Regex("[a,]+"),
                "--choice=yes,no way",
                new ResponseFormat.Choice(List.of("yes", "no way")));
        formats.forEach((option, format) -> {
            assertThat(generate("--prompt=x", option)).as(command.err).isEqualTo(ExitCode.OK);
            assertThat(command.backend.generation.responseFormat()).isEqualTo(format);
        });
        generate("--prompt=x");
        assertThat(command.backend.generation.responseFormat()).isEqualTo(new ResponseFormat.Text());
        assertThat(generate("--prompt=x", "--grammar=missing")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).contains("missing: no such file");
    }

    @Test
    void printsSeveralAnswersOneAfterAnother() throws IOException {
        List<Long> seeds = new ArrayList<>();
        command.backend.answers = (prompt, options) -> {
            seeds.add(options.seed());
            return CompletableFuture.completedFuture(FakeBackend.answer(prompt));
        };
        assertThat(generate("--prompt=x", "--n=3", "--seed=7")).isEqualTo(ExitCode.OK);
        assertThat(command.out).isEqualTo("<x>\n<x>\n<x>\n");
        assertThat(seeds).containsExactly(7L, 8L, 9L);
        assertThat(generate("--prompt=x", "--n=2", "--format=json")).isEqualTo(ExitCode.OK);
        assertThat(command.out.lines().map(line -> line.contains("\"text\":\"<x>\"")))
                .containsExactly(true, true);
        command.backend.answers =
                (prompt, options) -> CompletableFuture.failedFuture(new AscendException("the device is lost"));
        assertThat(generate("--prompt=x", "--n=2")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).isEqualTo("ascend4j: the device is lost\n");
    }

    @Test
    void generatesGreedilyUpTo256TokensByDefault() {
        generate("--prompt=x");
        assertThat(command.backend.generation).isEqualTo(new GenerationOptions(256, 0, 0, 1, null, false));
    }

    @Test
    void passesModelOptionsOn() {
        generate(
                "--prompt=x",
                "--device=npu:3",
                "--threads=5",
                "--dtype=bfloat16",
                "--precision=exact",
                "--guard=warn",
                "--context-length=77");
        assertThat(command.backend.options).satisfies(options -> {
            assertThat(options.device()).isEqualTo(DeviceChoice.parse("npu:3"));
            assertThat(options.threads()).isEqualTo(5);
            assertThat(options.dtype()).isEqualTo(DType.BFLOAT16);
            assertThat(options.precision()).isEqualTo(Precision.EXACT);
            assertThat(options.guard()).isEqualTo(GuardMode.WARN);
            assertThat(options.contextLength()).isEqualTo(77);
        });
    }

    @Test
    void passesServingOptionsOn() {
        generate(
                "--prompt=x",
                "--max-num-seqs=3",
                "--max-num-batched-tokens=96",
                "--no-enable-prefix-caching",
                "--no-async-scheduling",
                "--enforce-eager",
                "--admission=no-evict",
                "--scheduling-policy=priority",
                "--speculative=adaptive",
                "--num-speculative-tokens=7",
                "--step-timeout=20");
        assertThat(command.backend.options).satisfies(options -> {
            assertThat(options.maxSequences()).isEqualTo(3);
            assertThat(options.maxBatchTokens()).isEqualTo(96);
            assertThat(options.scheduling().prefixCaching()).isFalse();
            assertThat(options.scheduling().overlap()).isFalse();
            assertThat(options.scheduling().admission()).isEqualTo(Scheduling.Admission.NO_EVICT);
            assertThat(options.scheduling().policy()).isEqualTo(Scheduling.Policy.PRIORITY);
            assertThat(options.graphs()).isEqualTo(Graphs.EAGER);
            assertThat(options.speculation().mode()).isEqualTo(Speculation.Mode.ADAPTIVE);
            assertThat(options.speculation().tokens()).isEqualTo(7);
            assertThat(options.stepTimeout()).hasSeconds(20);
        });
        generate("--prompt=x", "--enable-prefix-caching", "--async-scheduling");
        assertThat(command.backend.options.scheduling().prefixCaching()).isTrue();
        assertThat(command.backend.options.scheduling().overlap()).isTrue();
    }

    @Test
    void writesTheWholeAnswerAsJson() throws IOException {
        assertThat(generate("--prompt", "\"ü\"\n", "--format", "json")).isEqualTo(ExitCode.OK);
        assertThat(command.out).endsWith("}\n").hasLineCount(1);
        JsonNode json = new ObjectMapper().readTree(command.out);
        assertThat(json.fieldNames())
                .toIterable()
                .startsWith("schema", "text", "tokens", "prompt_tokens", "finish_reason", "usage", "timing", "device")
                .contains("compatibility");
        assertThat(json.get("schema").intValue()).isEqualTo(1);
        assertThat(json.get("text").textValue()).isEqualTo("<\"ü\"\n>");
        assertThat(json.get("tokens")).hasToString("[5,6,2]");
        assertThat(json.get("prompt_tokens")).hasToString("[1,4]");
        assertThat(json.get("finish_reason").textValue()).isEqualTo("stop");
        assertThat(json.get("usage")).hasToString("{\"prompt_tokens\":2,\"completion_tokens\":3,\"total_tokens\":5}");
        assertThat(json.get("timing")).hasToString("{\"load_ms\":7.0,\"ttft_ms\":12.346,\"decode_tokens_per_s\":20.5}");
        assertThat(json.get("device").textValue()).isEqualTo("host");
        assertThat(json.at("/compatibility/outcome").textValue()).isEqualTo("fit");
    }

    @Test
    void writesNoJsonWhenTheAnswerFails() {
        command.backend.answerFailure = new AscendException("the device is lost");
        assertThat(generate("--prompt=x", "--format=json")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.out).isEmpty();
        assertThat(command.err).isEqualTo("ascend4j: the device is lost\n");
        assertThat(command.backend.closed).isEqualTo(1);
    }

    @Test
    void takesARefusedPromptForAFailure() {
        command.backend.answerFailure = new InvalidRequestException("prompt", "found 9 tokens, expected fewer");
        assertThat(generate("--prompt=x", "--format=json")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).isEqualTo("ascend4j: prompt: found 9 tokens, expected fewer\n");
    }
}
