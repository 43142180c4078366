package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a JVM of its own, since a process opens one set of device libraries only. */
final class ChildJvm {
    private final Path java;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private String classPath = System.getProperty("java.class.path");

    /** How the child ended and what it printed, both streams together. */
    record Result(int exitCode, String output, long pid) {
        Result succeeded() {
            assertThat(exitCode).as(output).isZero();
            return this;
        }
    }

    ChildJvm(Path java) {
        this.java = java;
    }

    static Path stubs(String set) {
        Path directory = Path.of(System.getProperty("ascend4j.stubs.directory"), set)
                .toAbsolutePath()
                .normalize();
        assertThat(directory)
                .as("stub libraries, built with the native module's tests")
                .isNotEmptyDirectory();
        return directory;
    }

    ChildJvm option(String option) {
        options.add(option);
        return this;
    }

    ChildJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Leaves out the class path entries whose file name begins so. */
    ChildJvm without(String prefix) {
        classPath = List.of(classPath.split(File.pathSeparator)).stream()
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(prefix))
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
        return this;
    }

    Result run(Class<?> main, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path output = Files.createTempFile("child", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.directory(Files.createTempDirectory("child").toFile()); // for an hs_err file, should it come to that
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the child hangs: " + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output), process.pid());
    }
}
