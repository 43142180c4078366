package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.ascend4j.compat.CompatibilityGuard;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
    private static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ModelFormatException("m.gguf: wrong magic"), "m.gguf: wrong magic"),
                Arguments.of(new AscendException("one\ntwo\u001b[2Jthree"), "one two [2Jthree"),
                Arguments.of(new OutOfMemoryError("Java heap space"), "out of memory (Java heap space); give the JVM"),
                Arguments.of(new StackOverflowError(), "the thread's stack is used up"),
                Arguments.of(
                        new UnsatisfiedLinkError("no x in path"), "a library cannot be used: UnsatisfiedLinkError"),
                Arguments.of(new NoClassDefFoundError("a/B"), "a library cannot be used: NoClassDefFoundError: a/B"),
                Arguments.of(new ExceptionInInitializerError(new AscendException("no library")), "no library"),
                Arguments.of(new UncheckedIOException(new NoSuchFileException("/x")), "/x: no such file"),
                Arguments.of(new AccessDeniedException("/y"), "/y: no permission"),
                Arguments.of(new NullPointerException(), "internal error: NullPointerException (--debug"),
                Arguments.of(new IllegalArgumentException("bad"), "internal error: IllegalArgumentException: bad"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysWhatFailedInOneLine(Throwable thrown, String line) {
        Failure failure = Failure.of(thrown);
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(failure.line()).startsWith(line).doesNotContain("\n", "\u001b");
    }

    @Test
    void tellsUsageFromFailure() {
        assertThat(Failure.of(new UsageException("x")).exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void tellsAnIncompatibleStackFromFailure(@TempDir Path root) throws Exception {
        Path home = Files.createDirectories(root.resolve("usr/local/Ascend/driver"));
        Files.writeString(home.resolve("version.info"), "Version=1.0.0\n");
        Files.createDirectories(root.resolve("dev"));
        Files.write(root.resolve("dev/davinci0"), new byte[0]);
        CompatibilityGuard guard = CompatibilityGuard.builder()
                .root(root)
                .environment(Map.of())
                .properties(Map.of())
                .mode(GuardMode.ENFORCE)
                .build();
        try {
            guard.require();
        } catch (IncompatibleStackException refused) {
            assertThat(Failure.of(refused)).satisfies(failure -> {
                assertThat(failure.exitCode()).isEqualTo(ExitCode.INCOMPATIBLE);
                assertThat(failure.line()).contains("does not fit plugin");
            });
            return;
        }
        throw new AssertionError("the guard let a driver of version 1.0.0 without CANN pass");
    }

    @Test
    void boundsWhatAnInputCanMakeItPrint() {
        assertThat(Failure.of(new AscendException("x".repeat(100_000))).line()).hasSizeLessThanOrEqualTo(2000);
    }
}
