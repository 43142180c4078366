package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ascend4j.ModelTokenizer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command in a process of its own: locales, signals and the real streams. */
class MainProcessTest {
    private static final String MODEL = "/golden/tiny-llama/tiny-llama.gguf";
    private static final String TEXT = "é 日本 😀";

    /** TEXT for printf, so that the locale of this test's own JVM does not matter. */
    private static final String TEXT_OCTAL = "\\303\\251 \\346\\227\\245\\346\\234\\254 \\360\\237\\230\\200";

    @TempDir
    private Path directory;

    private Path model;

    private record Result(int code, String out, String err) {}

    @BeforeEach
    void prepare() throws IOException {
        model = directory.resolve("model.gguf");
        try (var in = MainProcessTest.class.getResourceAsStream(MODEL)) {
            Files.copy(in, model, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private String expectedIds() {
        return java.util.Arrays.toString(ModelTokenizer.open(model).encode(TEXT, false)) + "\n";
    }

    /** Starts a shell line in which {@code $ascend4j} runs the command. */
    private Process start(String line, Map<String, String> environment) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // A build in the background may have left SIGINT ignored, which a JVM would keep.
        ProcessBuilder builder = new ProcessBuilder("env", "--default-signal=INT", "/bin/sh", "-c", line)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().putAll(environment);
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM tells of it on stderr
        builder.environment().put("ASCEND4J_CACHE", directory.resolve("cache").toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("ascend4j", java + " -XX:TieredStopAtLevel=1 org.ascend4j.internal.cli.Main");
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private Result await(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("the command did not end; stderr: " + read("err"));
        }
        return new Result(process.exitValue(), read("out"), read("err"));
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
    }

    private Result run(String locale, String line) throws IOException, InterruptedException {
        return await(start(line, Map.of("LC_ALL", locale)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "C.UTF-8"})
    void readsArgumentsAsUtf8InEveryLocale(String locale) throws Exception {
        Result result =
                run(locale, "exec $ascend4j tokenize --model model.gguf --text \"$(printf '" + TEXT_OCTAL + "')\"");
        assertThat(result).isEqualTo(new Result(ExitCode.OK, expectedIds(), ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void findsFilesOfAnyNameInEveryLocale(String locale) throws Exception {
        Result result = run(
                locale,
                "dir=$(printf 'gr\\303\\266\\303\\237e') && mkdir \"$dir\" && cp model.gguf \"$dir\" && cd \"$dir\""
                        + " && mv model.gguf \"$dir.gguf\" && printf '\"" + TEXT_OCTAL + "\"' > \"$dir.jsonl\""
                        + " && exec $ascend4j tokenize --model \"$dir.gguf\" --file \"$dir.jsonl\"");
        assertThat(result).isEqualTo(new Result(ExitCode.OK, expectedIds(), ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void writesUtf8InEveryLocale(String locale) throws Exception {
        Result result = run(locale, "exec $ascend4j pull \"$(printf 'gr\\303\\266\\303\\237e.gguf')\"");
        assertThat(result).isEqualTo(new Result(ExitCode.FAILURE, "", "ascend4j: größe.gguf: no such file\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void refusesArgumentsThatAreNotUtf8(String locale) throws Exception {
        Result result = run(locale, "exec $ascend4j tokenize --model model.gguf --text \"$(printf 'a\\377')\"");
        assertThat(result).isEqualTo(new Result(ExitCode.USAGE, "", "ascend4j: argument 5 is not valid UTF-8\n"));
    }

    @Test
    void failsWhenTheAnswerCannotBeWritten() throws Exception {
        Result result = run("C", "exec $ascend4j tokenize --model model.gguf --text a > /dev/full");
        assertThat(result.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(result.err())
                .startsWith("ascend4j: stdout cannot be written")
                .hasLineCount(1);
    }

    @Test
    void endsWith130OnCtrlCAndTakesPipAlong() throws Exception {
        Path python = directory.resolve("bin/python3");
        Files.createDirectories(python.getParent());
        Files.writeString(python, "#!/bin/sh\necho $$ > '" + directory + "/pip'\nexec sleep 600\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process command = start("exec $ascend4j pull smollm2", Map.of("PATH", python.getParent() + ":/usr/bin:/bin"));
        Path pip = directory.resolve("pip");
        waitFor(() -> Files.exists(pip) && Files.size(pip) > 0);
        List<String> interrupt = new ArrayList<>(List.of("kill", "-INT", Long.toString(command.pid())));
        assertThat(new ProcessBuilder(interrupt).start().waitFor()).isZero();
        assertThat(await(command).code()).isEqualTo(ExitCode.INTERRUPTED);
        Path status = Path.of("/proc", Files.readString(pip).strip(), "stat");
        waitFor(() -> !Files.exists(status) || Files.readString(status).contains(") Z "));
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void waitFor(Condition condition) throws Exception {
        for (int attempt = 0; attempt < 600; attempt++) {
            if (condition.holds()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("still not so after a minute");
    }
}
