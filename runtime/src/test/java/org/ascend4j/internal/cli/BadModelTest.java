package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.ascend4j.internal.store.ModelStore;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model files that nobody should have, given to the real library through the command. */
class BadModelTest {
    private static final int MAGIC = 0;
    private static final int VERSION = 4;
    private static final int TENSOR_COUNT = 8;
    private static final int METADATA_COUNT = 16;

    /** Every byte of the fixed header and the first entries; behind them in steps that share no factor with any size. */
    private static final int DENSE = 600;

    private static final int STEP = 4_099;

    private static byte[] whole;

    @TempDir
    private Path directory;

    private String out;
    private String err;

    @BeforeAll
    static void readModel() throws IOException {
        try (var in = BadModelTest.class.getResourceAsStream("/golden/tiny-llama/tiny-llama-q8_0.gguf")) {
            whole = in.readAllBytes();
        }
    }

    private int generate(byte[] content, String... more) throws IOException {
        Path file = Files.write(directory.resolve("model.gguf"), content);
        String[] line = {"generate", "--device=host", "--raw", "--model", file.toString()};
        String[] all = Arrays.copyOf(line, line.length + more.length);
        System.arraycopy(more, 0, all, line.length, more.length);
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new ByteArrayInputStream(new byte[0]),
                outBytes,
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                false,
                false);
        int code = new CommandRunner(new Context(streams, ModelStore::ofUser, new LlmBackend())).run(all);
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return code;
    }

    private void assertRefused(String what, byte[] content, String... options) throws IOException {
        String[] given = options.length == 0 ? new String[] {"--prompt=a"} : options;
        assertThat(generate(content, given)).as(what).isEqualTo(ExitCode.FAILURE);
        assertThat(err)
                .as(what)
                .startsWith("ascend4j: ")
                .doesNotContain("internal error")
                .hasLineCount(1);
        assertThat(out).as(what).isEmpty();
    }

    private static byte[] patched(int position, int... bytes) {
        byte[] copy = whole.clone();
        for (int i = 0; i < bytes.length; i++) {
            copy[position + i] = (byte) bytes[i];
        }
        return copy;
    }

    private static byte[] replaced(String what, String with) {
        byte[] sought = what.getBytes(StandardCharsets.US_ASCII);
        byte[] copy = whole.clone();
        for (int i = 0; i + sought.length <= copy.length; i++) {
            if (Arrays.equals(copy, i, i + sought.length, sought, 0, sought.length)) {
                System.arraycopy(with.getBytes(StandardCharsets.US_ASCII), 0, copy, i, sought.length);
                return copy;
            }
        }
        throw new AssertionError("the model has no " + what);
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        assertRefused("empty", new byte[0]);
    }

    @Test
    void refusesAFileThatEndsAnywhere() throws IOException {
        for (int length = 1; length < whole.length; length += length < DENSE ? 1 : STEP) {
            assertRefused("cut to " + length + " of " + whole.length + " bytes", Arrays.copyOf(whole, length));
        }
        assertRefused("cut by one byte", Arrays.copyOf(whole, whole.length - 1));
    }

    @Test
    void refusesWrongMagicAndVersion() throws IOException {
        assertRefused("magic", patched(MAGIC, 'G', 'G', 'M', 'L'));
        assertRefused("version", patched(VERSION, 99));
        assertRefused("byte order", patched(VERSION, 0, 0, 0, 3));
    }

    @Test
    void refusesAbsurdCounts() throws IOException {
        for (int position : new int[] {TENSOR_COUNT, METADATA_COUNT}) {
            assertRefused("2^63-1", patched(position, 255, 255, 255, 255, 255, 255, 255, 127));
            assertRefused("-1", patched(position, 255, 255, 255, 255, 255, 255, 255, 255));
            assertRefused("2^31", patched(position, 0, 0, 0, 128, 0, 0, 0, 0));
        }
    }

    @Test
    void refusesAnArchitectureItDoesNotKnow() throws IOException {
        assertRefused("architecture", replaced("llama", "lamma"));
        assertThat(err).contains("lamma");
    }

    @Test
    void refusesAPromptThatDoesNotFitTheContext() throws IOException {
        assertRefused("long prompt", whole, "--context-length=4", "--prompt-file", longText());
        assertThat(err).contains("context");
    }

    private String longText() throws IOException {
        return Files.writeString(directory.resolve("long"), "many words ".repeat(200))
                .toString();
    }
}
