package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.OverloadedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private CommandLineFixture command;
    private Path input;
    private Path output;

    @BeforeEach
    void prepare() throws IOException {
        command = new CommandLineFixture(directory);
        input = directory.resolve("in.jsonl");
        output = directory.resolve("out.jsonl");
    }

    private int batch() {
        return command.run(
                "batch", "--model", command.model(), "--input", input.toString(), "--output", output.toString());
    }

    private int batch(String... lines) throws IOException {
        Files.writeString(input, String.join("\n", lines) + "\n");
        return batch();
    }

    private List<JsonNode> answers() throws IOException {
        List<JsonNode> answers = new ArrayList<>();
        for (String line : Files.readAllLines(output)) {
            answers.add(JSON.readTree(line));
        }
        return answers;
    }

    /** The error of the only line. */
    private JsonNode error() throws IOException {
        assertThat(answers()).hasSize(1);
        return answers().get(0).get("error");
    }

    static String completion(String id, String fields) {
        return "{\"custom_id\":\"" + id + "\",\"method\":\"POST\",\"url\":\"/v1/completions\",\"body\":{" + fields
                + "}}";
    }

    private static String chat(String id, String fields) {
        return completion(id, fields).replace("/v1/completions", "/v1/chat/completions");
    }

    @Test
    void answersACompletionInOpenAisShape() throws IOException {
        assertThat(batch(completion("a", "\"model\":\"any\",\"prompt\":\"hé\",\"max_tokens\":5")))
                .isEqualTo(ExitCode.OK);
        JsonNode line = answers().get(0);
        assertThat(line.fieldNames()).toIterable().containsExactly("id", "custom_id", "response", "error");
        assertThat(line.get("id").textValue()).matches("batch_req_[0-9a-f]{32}");
        assertThat(line.get("custom_id").textValue()).isEqualTo("a");
        assertThat(line.get("error").isNull()).isTrue();
        assertThat(line.at("/response/status_code").intValue()).isEqualTo(200);
        assertThat(line.at("/response/request_id").textValue()).startsWith("req_");
        JsonNode body = line.at("/response/body");
        assertThat(body.fieldNames())
                .toIterable()
                .containsExactly("id", "object", "created", "model", "choices", "usage");
        assertThat(body.get("id").textValue()).startsWith("cmpl-");
        assertThat(body.get("object").textValue()).isEqualTo("text_completion");
        assertThat(body.get("created").longValue()).isGreaterThan(1_700_000_000L);
        assertThat(body.get("model").textValue()).isEqualTo("parrot");
        assertThat(body.get("choices"))
                .hasToString("[{\"index\":0,\"text\":\"<hé>\",\"logprobs\":null,\"finish_reason\":\"stop\"}]");
        assertThat(body.get("usage")).hasToString("{\"prompt_tokens\":2,\"completion_tokens\":3,\"total_tokens\":5}");
        assertThat(command.backend.prompts).containsExactly(Prompt.raw("hé"));
        assertThat(command.backend.generation.maxTokens()).isEqualTo(5);
        assertThat(command.out).isEmpty();
        assertThat(command.err).isEqualTo("ascend4j: 1 of 1 line: 1 answered, 0 with an error\n");
        assertThat(command.backend.closed).isEqualTo(1);
    }

    @Test
    void answersAChatInOpenAisShape() throws IOException {
        batch(chat(
                "c",
                "\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}],"
                        + "\"max_tokens\":9,\"max_completion_tokens\":7"));
        JsonNode body = answers().get(0).at("/response/body");
        assertThat(body.get("id").textValue()).startsWith("chatcmpl-");
        assertThat(body.get("object").textValue()).isEqualTo("chat.completion");
        assertThat(body.get("choices"))
                .hasToString("[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"<ab>\",\"refusal\":null},"
                        + "\"logprobs\":null,\"finish_reason\":\"stop\"}]");
        assertThat(command.backend.prompts)
                .containsExactly(Prompt.chat(List.of(Message.system("s"), Message.user("ab"))));
        assertThat(command.backend.generation.maxTokens()).isEqualTo(7);
    }

    @Test
    void samplesByOpenAisDefaultsAndNames() throws IOException {
        batch(completion("a", "\"prompt\":\"x\",\"seed\":null"));
        assertThat(command.backend.generation)
                .isEqualTo(GenerationOptions.defaults().withTemperature(1).withMaxTokens(16));
        batch(chat("b", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]"));
        assertThat(command.backend.generation.maxTokens()).as("what fits").isZero();
        batch(completion(
                "c",
                "\"prompt\":\"x\",\"temperature\":0.5,\"top_p\":0.25,\"top_k\":3,\"seed\":-9,\"ignore_eos\":true"));
        assertThat(command.backend.generation)
                .isEqualTo(GenerationOptions.defaults()
                        .withTemperature(0.5)
                        .withTopP(0.25)
                        .withTopK(3)
                        .withSeed(-9)
                        .withIgnoreEnd(true)
                        .withMaxTokens(16));
    }

    @Test
    void numbersTheChoicesOfPromptsAndCopies() throws IOException {
        List<Long> seeds = new ArrayList<>();
        command.backend.answers = (prompt, options) -> {
            seeds.add(options.seed());
            return CompletableFuture.completedFuture(FakeBackend.answer(prompt));
        };
        batch(completion("a", "\"prompt\":[\"x\",[1,2]],\"n\":2,\"seed\":5"));
        JsonNode body = answers().get(0).at("/response/body");
        assertThat(body.get("choices"))
                .extracting(choice ->
                        choice.get("index").intValue() + choice.get("text").textValue())
                .containsExactly("0<x>", "1<x>", "2<[1, 2]>", "3<[1, 2]>");
        assertThat(body.get("usage")).hasToString("{\"prompt_tokens\":4,\"completion_tokens\":12,\"total_tokens\":16}");
        assertThat(seeds).containsExactly(5L, 6L, 5L, 6L);
    }

    @Test
    void writesInTheOrderInWhichAnswersEnd() throws IOException {
        Deque<CompletableFuture<Completion>> waiting = new ArrayDeque<>();
        command.backend.answers = (prompt, options) -> {
            waiting.push(new CompletableFuture<>());
            CompletableFuture<Completion> mine = waiting.peek();
            if (waiting.size() == 3) {
                waiting.forEach(each -> each.complete(FakeBackend.answer(prompt)));
            }
            return mine;
        };
        batch(
                completion("a", "\"prompt\":\"x\""),
                completion("b", "\"prompt\":\"x\""),
                completion("c", "\"prompt\":\"x\""));
        // The last asked is the last to be waited for: it was complete before anybody listened.
        assertThat(answers())
                .extracting(line -> line.get("custom_id").textValue())
                .containsExactly("b", "a", "c");
    }

    @Test
    void keepsABoundedNumberOfLinesWithTheEngine() throws IOException {
        AtomicInteger most = new AtomicInteger();
        Deque<CompletableFuture<Completion>> waiting = new ArrayDeque<>();
        command.backend.answers = (prompt, options) -> {
            synchronized (waiting) {
                CompletableFuture<Completion> mine = new CompletableFuture<>();
                waiting.add(mine);
                most.accumulateAndGet(waiting.size(), Math::max);
                if (waiting.size() == 64) {
                    List<CompletableFuture<Completion>> all = List.copyOf(waiting);
                    waiting.clear();
                    CompletableFuture.runAsync(() -> all.forEach(each -> each.complete(FakeBackend.answer(prompt))));
                }
                return mine;
            }
        };
        String[] lines = new String[640];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = completion("id" + i, "\"prompt\":\"x\"");
        }
        assertThat(batch(lines)).isEqualTo(ExitCode.OK);
        assertThat(most).as("4 times the 16 sequences").hasValue(64);
        assertThat(answers()).hasSize(640);
    }

    private Map<String, String> contents() throws IOException {
        return BatchOutputTest.contents(output);
    }

    @Test
    void refusesAnOutputThatAnotherRunWrites() throws IOException {
        try (FileChannel channel = FileChannel.open(output, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThat(batch(completion("a", "\"prompt\":\"1\""))).isEqualTo(ExitCode.FAILURE);
        }
        assertThat(command.err).contains("out.jsonl: another batch is writing it");
    }

    @Test
    void refusesPathsThatCannotServe() throws IOException {
        output = input;
        assertThat(batch(completion("a", "\"prompt\":\"1\""))).isEqualTo(ExitCode.USAGE);
        assertThat(command.err).contains("--output: found the input file");
        output = directory;
        assertThat(batch()).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).contains("is not a regular file");
        input = directory;
        assertThat(batch()).isEqualTo(ExitCode.FAILURE);
        input = Path.of("/dev/null");
        assertThat(batch()).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).contains("/dev/null: is not a regular file");
        input = directory.resolve("missing");
        assertThat(batch()).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).contains("no such file").hasLineCount(1);
    }

    @Test
    void givesEveryHostileLineAnErrorAndGoesOn() throws IOException {
        byte[] huge = new byte[JsonLines.LONGEST + 1];
        Arrays.fill(huge, (byte) 'x');
        List<byte[]> hostile = List.of(
                huge,
                bytes("{\"custom_id\":\"" + "[".repeat(5000)),
                bytes("[".repeat(100_000)),
                bytes("[" + "1,".repeat(2_000_000) + "1]"),
                bytes("{\"custom_id\":\"a\"} {\"custom_id\":\"a\"}"),
                bytes("{\"custom_id\":\"a\",\"custom_id\":\"b\"}"),
                bytes("{\"custom_id\":\"\\ud800\"}"),
                bytes("{\"custom_id\":\"" + "y".repeat(513) + "\"}"),
                bytes("{\"custom_id\":\"\"}"),
                bytes("{\"custom_id\":7}"),
                bytes("{\"\\ud800\":1,\"\\ud800\":2}"),
                bytes("{\"custom_id\":1" + "0".repeat(5000) + "}"),
                bytes("{\"method\":\"POST\"}"),
                bytes("null"),
                bytes("\u0000"),
                new byte[] {'{', '"', 'a', (byte) 0xff, '"', '}'});
        ByteBuffer file = ByteBuffer.allocate(
                hostile.stream().mapToInt(line -> line.length + 1).sum() + 200);
        hostile.forEach(line -> file.put(line).put((byte) '\n'));
        file.put(bytes("  \r\n\n" + completion("last", "\"prompt\":\"1\"")));
        Files.write(input, Arrays.copyOf(file.array(), file.position()));
        assertThat(batch()).isEqualTo(ExitCode.OK);
        List<JsonNode> answers = answers();
        assertThat(answers).hasSize(hostile.size() + 1);
        for (int i = 0; i < hostile.size(); i++) {
            JsonNode line = answers.get(i);
            assertThat(line.get("custom_id").isNull()).as("line " + (i + 1)).isTrue();
            assertThat(line.get("response").isNull()).isTrue();
            assertThat(line.at("/error/line").intValue()).isEqualTo(i + 1);
            assertThat(line.at("/error/param").textValue()).isIn("line", "custom_id");
            assertThat(line.at("/error/message").textValue()).isNotBlank().hasSizeLessThan(1000);
        }
        assertThat(answers.get(hostile.size()).get("custom_id").textValue()).isEqualTo("last");
        assertThat(command.err).contains("17 of 17 lines: 1 answered, 16 with an error");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void namesTheFieldThatIsWrong() throws IOException {
        Map<String, String> wrong = new TreeMap<>(Map.ofEntries(
                Map.entry("\"prompt\":7", "prompt"),
                Map.entry("\"prompt\":[]", "prompt"),
                Map.entry("\"prompt\":[1,\"x\"]", "prompt"),
                Map.entry("\"prompt\":[1.5]", "prompt"),
                Map.entry("\"max_tokens\":1", "prompt"),
                Map.entry("\"prompt\":\"x\",\"max_tokens\":0", "max_tokens"),
                Map.entry("\"prompt\":\"x\",\"max_tokens\":1.5", "max_tokens"),
                Map.entry("\"prompt\":\"x\",\"max_tokens\":99999999999", "max_tokens"),
                Map.entry("\"prompt\":\"x\",\"temperature\":\"hot\"", "temperature"),
                Map.entry("\"prompt\":\"x\",\"temperature\":1e999", "temperature"),
                Map.entry("\"prompt\":\"x\",\"temperature\":-1", "temperature"),
                Map.entry("\"prompt\":\"x\",\"top_p\":0", "top_p"),
                Map.entry("\"prompt\":\"x\",\"top_k\":-2", "top_k"),
                Map.entry("\"prompt\":\"x\",\"n\":129", "n"),
                Map.entry("\"prompt\":[\"x\",\"y\"],\"n\":65", "prompt"),
                Map.entry("\"prompt\":\"x\",\"seed\":\"1\"", "seed"),
                Map.entry("\"prompt\":\"x\",\"seed\":1e30", "seed"),
                Map.entry("\"prompt\":\"x\",\"ignore_eos\":1", "ignore_eos"),
                Map.entry("\"prompt\":\"x\",\"model\":1", "model"),
                Map.entry("\"prompt\":\"x\",\"stream\":true", "stream"),
                Map.entry("\"prompt\":\"x\",\"echo\":true", "echo"),
                Map.entry("\"prompt\":\"x\",\"messages\":[]", "messages"),
                Map.entry("\"prompt\":\"x\",\"wish\":1", "wish")));
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            Files.deleteIfExists(output);
            assertThat(batch(completion("a", each.getKey()))).isEqualTo(ExitCode.OK);
            assertThat(error().get("param").textValue()).as(each.getKey()).isEqualTo(each.getValue());
            assertThat(error().get("message").textValue()).startsWith(each.getValue() + ": ");
            assertThat(answers().get(0).get("custom_id").textValue()).isEqualTo("a");
        }
        assertThat(command.backend.prompts).isEmpty();
    }

    @Test
    void namesTheMessageThatIsWrong() throws IOException {
        Map<String, String> wrong = Map.of(
                "\"messages\":[]", "messages",
                "\"messages\":\"x\"", "messages",
                "\"messages\":[1]", "messages[0]",
                "\"messages\":[{\"role\":\"user\"}]", "messages[0].content",
                "\"messages\":[{\"role\":1,\"content\":\"x\"}]", "messages[0].role",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"name\":\"y\"}]", "messages[0].name",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
                        "messages[0].content[0].type",
                "\"messages\":[{\"role\":\"user\",\"content\":[5]}]", "messages[0].content[0].type",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"prompt\":\"x\"", "prompt");
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            Files.deleteIfExists(output);
            batch(chat("a", each.getKey()));
            assertThat(error().get("param").textValue()).as(each.getKey()).isEqualTo(each.getValue());
        }
    }

    @Test
    void namesTheEnvelopesFieldThatIsWrong() throws IOException {
        String good = completion("a", "\"prompt\":\"x\"");
        Map<String, String> wrong = Map.of(
                good.replace("POST", "GET"), "method",
                good.replace("\"method\":\"POST\",", ""), "method",
                good.replace("/v1/completions", "/v1/embeddings"), "url",
                good.replace("\"body\":{\"prompt\":\"x\"}", "\"body\":[]"), "body",
                good.replace("\"method\"", "\"extra\":1,\"method\""), "extra");
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            Files.deleteIfExists(output);
            batch(each.getKey());
            assertThat(error().get("param").textValue()).as(each.getKey()).isEqualTo(each.getValue());
        }
    }

    @Test
    void refusesANameThatAnEarlierLineHas() throws IOException {
        batch(completion("a", "\"prompt\":\"1\""), completion("a", "\"prompt\":\"2\""));
        JsonNode error = contents().containsKey("2") ? JSON.readTree(contents().get("2")) : null;
        assertThat(error).isNotNull();
        assertThat(error.get("message").textValue())
                .isEqualTo("custom_id: found 'a' in line 1 too, expected a name of its own");
        assertThat(command.backend.prompts).containsExactly(Prompt.raw("1"));
    }

    @Test
    void givesWhatTheModelRefusesAnErrorNowOrLater() throws IOException {
        InvalidRequestException refused = new InvalidRequestException("prompt", "found 9 tokens, expected fewer");
        command.backend.answers = (prompt, options) -> {
            if (prompt.equals(Prompt.raw("now"))) {
                throw refused;
            }
            return CompletableFuture.failedFuture(refused);
        };
        assertThat(batch(completion("a", "\"prompt\":\"now\""), completion("b", "\"prompt\":\"later\"")))
                .isEqualTo(ExitCode.OK);
        assertThat(answers())
                .extracting(line -> line.at("/error/message").textValue())
                .containsOnly("prompt: found 9 tokens, expected fewer");
        assertThat(contents()).containsOnlyKeys("a", "b");
    }

    @Test
    void namesFieldsOfTheLibraryAsTheRequestDoes() throws IOException {
        command.backend.answers = (prompt, options) -> {
            String field = prompt.equals(Prompt.raw("stop")) ? "stop-tokens" : "text";
            throw new InvalidRequestException(field, "found it");
        };
        batch(
                completion("a", "\"prompt\":\"stop\""),
                completion("b", "\"prompt\":\"x\""),
                chat("c", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]"));
        assertThat(answers())
                .extracting(line -> line.at("/error/message").textValue())
                .containsExactly("stop_token_ids: found it", "prompt: found it", "messages: found it");
    }

    @Test
    void stopsWhenTheEngineCannotGoOnAndDoesTheRestNextTime() throws IOException {
        var answering = command.backend.answers;
        command.backend.answers = (prompt, options) -> prompt.equals(Prompt.raw("2"))
                ? CompletableFuture.failedFuture(new AscendException("the device is lost"))
                : answering.apply(prompt, options);
        String[] lines = {completion("a", "\"prompt\":\"1\""), completion("b", "\"prompt\":\"2\"")};
        assertThat(batch(lines)).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).isEqualTo("ascend4j: the device is lost\n");
        assertThat(contents()).containsOnlyKeys("a");
        assertThat(command.backend.closed).isEqualTo(1);
        command.backend.answers = answering;
        assertThat(batch(lines)).isEqualTo(ExitCode.OK);
        assertThat(contents()).containsOnlyKeys("a", "b");
        assertThat(command.err).contains("2 of 2 lines: 1 answered, 0 with an error, 1 done before");
    }

    @Test
    void asksAgainWhereTheEngineHasNoRoom() throws IOException {
        AtomicInteger refusals = new AtomicInteger();
        OverloadedException full = new OverloadedException("the queue is full", Duration.ofMillis(1));
        command.backend.answers = (prompt, options) -> switch (refusals.getAndIncrement()) {
            case 0 -> throw full;
            case 1 -> CompletableFuture.failedFuture(full);
            default -> CompletableFuture.completedFuture(FakeBackend.answer(prompt));
        };
        assertThat(batch(completion("a", "\"prompt\":\"1\""))).isEqualTo(ExitCode.OK);
        assertThat(answers().get(0).get("error").isNull()).isTrue();
        assertThat(refusals).hasValue(3);
    }
}
