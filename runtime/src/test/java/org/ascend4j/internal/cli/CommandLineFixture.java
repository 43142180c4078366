package org.ascend4j.internal.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.internal.store.ModelStore;

/** Runs command lines in this process with captured streams. */
final class CommandLineFixture {
    final FakeBackend backend = new FakeBackend();
    byte[] input = new byte[0];
    String out;
    String err;

    private final Path model;

    CommandLineFixture(Path directory) throws java.io.IOException {
        model = Files.write(directory.resolve("model.gguf"), new byte[] {1});
    }

    String model() {
        return model.toString();
    }

    CommandLineFixture input(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    int run(String... arguments) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new ByteArrayInputStream(input),
                outBytes,
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                false,
                false);
        int code = new CommandRunner(new Context(streams, ModelStore::ofUser, backend)).run(arguments);
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return code;
    }
}
