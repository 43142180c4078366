package org.ascend4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of the tests in a JVM of its own. */
public final class ChildJvm {
    private final ProcessBuilder builder;
    private final List<String> options = new ArrayList<>();
    private final Path directory;

    private String classPath = System.getProperty("java.class.path");

    /** @param directory for what the child prints, and for an hs_err file should it come to that */
    public ChildJvm(Path directory) {
        this.directory = directory;
        this.builder = new ProcessBuilder().directory(directory.toFile()).redirectErrorStream(true);
    }

    public ChildJvm options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    public ChildJvm classPath(String other) {
        classPath = other;
        return this;
    }

    public ChildJvm environment(String name, String value) {
        builder.environment().put(name, value);
        return this;
    }

    /** What it printed; anything but a normal end within the time is an error. */
    public String run(int seconds, Class<?> main, Object... arguments) throws IOException, InterruptedException {
        return run(0, seconds, main, arguments);
    }

    /** What it printed; anything but an end with this code within the time is an error. */
    public String run(int code, int seconds, Class<?> main, Object... arguments)
            throws IOException, InterruptedException {
        Path log = directory.resolve("child.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process child = builder.command(command).redirectOutput(log.toFile()).start();
        boolean ended = child.waitFor(seconds, TimeUnit.SECONDS);
        child.destroyForcibly().waitFor();
        String output = Files.readString(log);
        if (!ended || child.exitValue() != code) {
            throw new AssertionError((ended ? "exit code " + child.exitValue() : "no end") + ": " + output);
        }
        return output;
    }
}
