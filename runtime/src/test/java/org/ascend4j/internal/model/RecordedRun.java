package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.acl.HostDeviceLibraries;

/** A program in a JVM of its own on the recorder, which stands for CANN and writes down the operators. */
final class RecordedRun {
    static final Path RECORDER = Path.of("..", "native", "target", "cmake", "stubs", "recorder");

    private RecordedRun() {}

    /** Both phases of all operators that a program calls. */
    static List<String> of(Path directory, Path libraries, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        Path record = directory.resolve("record.txt");
        File output = directory.resolve("output.txt").toFile();
        int code = run(record, output, libraries, program, arguments);
        assertThat(code).as(Files.readString(output.toPath())).isZero();
        return Files.readAllLines(record);
    }

    /** What a program says that ends with a failure. */
    static String failure(Path directory, Path libraries, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        File output = directory.resolve("output.txt").toFile();
        int code = run(directory.resolve("record.txt"), output, libraries, program, arguments);
        String said = Files.readString(output.toPath());
        assertThat(code).as(said).isEqualTo(1);
        return said;
    }

    private static int run(Path record, File output, Path libraries, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                libraries.toRealPath().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .put("ASCEND4J_RECORD_TARGET", HostDeviceLibraries.directory().toString());
        builder.environment().put("ASCEND4J_RECORD_FILE", record.toString());
        Process process =
                builder.redirectErrorStream(true).redirectOutput(output).start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the program did not end: " + Files.readString(output.toPath()));
        }
        return process.exitValue();
    }

    /**
     * The recorder as a CANN that lacks operators: in a copy of its libraries the names of their functions are others, so
     * that no look-up finds them.
     */
    static Path lacking(Path directory, List<String> operators) throws IOException {
        Path copy = Files.createDirectories(directory.resolve("lacking"));
        for (String name : List.of("libascendcl.so", "libnnopbase.so", "libopapi.so")) {
            // One character for each byte, there and back.
            String bytes = Files.readString(RECORDER.resolve(name), StandardCharsets.ISO_8859_1);
            for (String operator : operators) {
                for (String function : List.of(operator, operator + "GetWorkspaceSize")) {
                    bytes = bytes.replace('\0' + function + '\0', "\0x" + function.substring(1) + '\0');
                }
            }
            Files.writeString(copy.resolve(name), bytes, StandardCharsets.ISO_8859_1);
        }
        return copy;
    }
}
