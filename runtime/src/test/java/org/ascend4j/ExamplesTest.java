package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.serve.ApiServer;
import org.ascend4j.internal.serve.ServerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of {@code docs/examples} as their readers would, with SmolLM2. */
@Timeout(120)
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "docs", "examples");

    @TempDir
    private Path directory;

    private static Llm llm;
    private static ApiServer server;

    @BeforeAll
    static void start() {
        llm = Llm.open(SmolLm2.file(), TinyModels.options().maxSequences(4).build());
        server = ApiServer.start(llm, ServerOptions.of("smollm2"));
    }

    @AfterAll
    static void stop() {
        server.close();
        llm.close();
    }

    private static String answer(String question, int tokens) {
        return llm.generate(Prompt.user(question), GenerationOptions.defaults().withMaxTokens(tokens))
                .text();
    }

    @Test
    void djlAnswersWholeAndStreamed() throws Exception {
        String output = runJava(Map.of("OPT_OUT_TRACKING", "true"), "DjlChat.java", SmolLm2.file());
        assertThat(output)
                .isEqualTo(
                        answer("What is the capital of France?", 48) + "\n" + answer("Name three colours.", 0) + "\n");
    }

    @Test
    void theClientOfOpenAiStreams() throws Exception {
        Map<String, String> environment = Map.of("OPENAI_BASE_URL", url() + "/v1", "OPENAI_API_KEY", "any");
        String output = runJava(environment, "OpenAiChat.java", "smollm2");
        assertThat(output).isEqualTo(answer("What is the capital of France?", 48) + "\n");
    }

    @Test
    void curlStreamsEvents() throws Exception {
        String output = run(Map.of(), "sh", EXAMPLES.resolve("chat.sh"), url());
        StringBuilder text = new StringBuilder();
        for (String event : output.strip().split("\n\n")) {
            if (!event.equals("data: [DONE]")) {
                text.append(new ObjectMapper()
                        .readTree(event.substring("data: ".length()))
                        .at("/choices/0/delta/content")
                        .asText());
            }
        }
        assertThat(output).endsWith("data: [DONE]\n\n");
        assertThat(text).hasToString(answer("What is the capital of France?", 48));
    }

    private static String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** The source as it is: the JVM compiles it. */
    private String runJava(Map<String, String> environment, String source, Object argument) throws Exception {
        return run(
                environment,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                EXAMPLES.resolve(source),
                argument);
    }

    /** What a command prints; anything but a normal end in time is an error. */
    private String run(Map<String, String> environment, Object... command) throws IOException, InterruptedException {
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        List.of(command).stream().map(Object::toString).toList())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(100, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        String output = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(ended).as("the example ends").isTrue();
        assertThat(process.exitValue()).as(output + Files.readString(err)).isZero();
        return output;
    }
}
