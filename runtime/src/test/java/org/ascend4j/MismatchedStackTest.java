package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.error.AscendException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening a model on a CANN outside the matrix row, whose libraries write down that they were opened. */
class MismatchedStackTest {
    private static final String STUB = """
            #include <stdio.h>
            #include <stdlib.h>
            __attribute__((constructor)) static void opened(void) {
                FILE *record = fopen(getenv("STUB_RECORD"), "a");
                if (record) { fputs("opened\\n", record); fclose(record); }
            }
            """;

    @TempDir
    private Path directory;

    private Path record;

    /** In a JVM of its own: the environment decides where CANN is. */
    static final class Open {
        public static void main(String[] arguments) {
            try (Llm llm = Llm.open(Path.of(arguments[0]))) {
                System.out.println("open on " + llm.device());
            } catch (IncompatibleStackException e) {
                System.out.println("refused: " + e.description() + " / " + e.action());
            } catch (AscendException e) {
                System.out.println("went on: " + e.getMessage());
            }
        }
    }

    @BeforeEach
    void installCann() throws IOException, InterruptedException {
        record = directory.resolve("opened.txt");
        Path home = directory.resolve("cann");
        Path libraries = Files.createDirectories(home.resolve("lib64"));
        Files.createDirectories(home.resolve("x86_64-linux"));
        Files.writeString(home.resolve("version.cfg"), "runtime_running_version=[7.7.0.1.238:8.1.RC1]\n");
        Files.writeString(
                home.resolve("x86_64-linux/ascend_toolkit_install.info"),
                "package_name=Ascend-cann-toolkit\nversion=8.1.RC1\narch=x86_64\nos=linux\n");
        Path source = Files.writeString(directory.resolve("stub.c"), STUB);
        for (String name : List.of("libascendcl.so", "libnnopbase.so", "libopapi.so")) {
            Process compiler = new ProcessBuilder(
                            "g++",
                            "-x",
                            "c",
                            "-shared",
                            "-fPIC",
                            "-o",
                            libraries.resolve(name).toString(),
                            source.toString())
                    .inheritIO()
                    .start();
            assertThat(compiler.waitFor()).isZero();
        }
    }

    @Test
    void refusesBeforeAnyLibraryOfTheStackIsOpened() throws Exception {
        assertThat(open("enforce")).contains("refused: ").contains("8.1.RC1");
        assertThat(record).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"warn", "off"})
    void goesOnAndSaysSoWhenTheGuardMayNotRefuse(String mode) throws Exception {
        String output = open(mode);
        assertThat(output)
                .contains("the stack of this host is used all the same")
                .contains("went on: ");
        assertThat(record).exists();
    }

    private String open(String mode) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Open.class.getName(),
                Path.of("src/test/resources/golden/tiny-llama/tiny-llama-q4_0.gguf")
                        .toAbsolutePath()
                        .toString());
        builder.environment().put("ASCEND_HOME_PATH", directory.resolve("cann").toString());
        builder.environment().put("ASCEND4J_GUARD", mode);
        builder.environment().put("STUB_RECORD", record.toString());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the child ends").isTrue();
        return Files.readString(output);
    }
}
