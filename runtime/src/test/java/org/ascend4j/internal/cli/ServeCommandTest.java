package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command in a process of its own, up to its end by a signal. */
@Timeout(120)
class ServeCommandTest {
    private static final int ENDED_BY_SIGTERM = 143;
    private static final Pattern ADDRESS = Pattern.compile("at (http://127\\.0\\.0\\.1:[0-9]+) on host");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port 70000 | port: found 70000",
                "--port x | --port",
                "--rate-limit -1 | rate-limit: found -1",
                "--max-concurrent-requests 0 | max-concurrent-requests: found 0",
                "--max-body-bytes 3 | max-body-bytes: found 3",
                "--request-timeout -1 | request-timeout: found -1",
                "--api-key é | api-key: found one",
                "--grace -1 | --grace: found -1"
            })
    void refusesWrongOptions(String options, String expected) throws IOException {
        CommandLineFixture command = new CommandLineFixture(directory);
        String[] more = options.split(" ");
        assertThat(command.run("serve", "--model", command.model(), more[0], more[1]))
                .isEqualTo(ExitCode.USAGE);
        assertThat(command.err).contains(expected);
    }

    private Process start() throws IOException {
        Path model = directory.resolve("model.gguf");
        try (var in = ServeCommandTest.class.getResourceAsStream("/golden/tiny-llama/tiny-llama.gguf")) {
            Files.copy(in, model, StandardCopyOption.REPLACE_EXISTING);
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "org.ascend4j.internal.cli.Main",
                "serve",
                "--model",
                model.toString(),
                "--device",
                "host",
                "--port",
                "0",
                "--grace",
                "60");
        builder.redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM tells of it on stderr
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.start();
    }

    /** A newer JVM may say something of its own first. */
    private static Matcher address(BufferedReader log) throws IOException {
        StringBuilder before = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            if (address.find()) {
                return address;
            }
            before.append(line).append('\n');
        }
        throw new AssertionError("no address: " + before);
    }

    @Test
    void finishesWhatIsRunningOnSigterm() throws Exception {
        Process process = start();
        try (BufferedReader log =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            Matcher address = address(log);
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request = HttpRequest.newBuilder(URI.create(address.group(1) + "/v1/completions"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"model\",\"prompt\":\"a secret\","
                            + "\"max_tokens\":400,\"ignore_eos\":true,\"stream\":true,\"n\":20}"))
                    .build();
            HttpResponse<Stream<String>> stream = client.send(request, HttpResponse.BodyHandlers.ofLines());
            process.toHandle().destroy(); // keeps the streams open
            HttpRequest ready = HttpRequest.newBuilder(URI.create(address.group(1) + "/health/ready"))
                    .build();
            assertThat(readiness(client, ready)).isEqualTo(503);
            List<String> events = stream.body().filter(line -> !line.isEmpty()).toList();
            assertThat(events.get(events.size() - 1)).isEqualTo("data: [DONE]");
            assertThat(events.stream().filter(event -> event.contains("\"finish_reason\":\"length\"")))
                    .hasSize(20);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
            assertThat(log.lines().toList())
                    .anyMatch(line -> line.contains("/v1/completions 200"))
                    .anyMatch(line -> line.contains("all requests were answered"))
                    .noneMatch(line -> line.contains("secret"));
        } finally {
            process.destroyForcibly();
        }
    }

    /** The signal takes a moment to arrive. */
    private static int readiness(HttpClient client, HttpRequest ready) throws Exception {
        int status = 200;
        for (int i = 0; i < 100 && status == 200; i++) {
            status = client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
        return status;
    }
}
