package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.model.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the command, as nothing can be caught, while it works through a batch on a tiny model. */
class BatchKillTest {
    private static final int LINES = 1200;
    private static final int KILLS = 20;

    /** Of the kills, those that need not wait for the output to grow and so hit the start. */
    private static final int EARLY = 4;

    private static final int SIGKILL = 128 + 9;

    @TempDir
    private Path directory;

    private final Random random = new Random();

    @BeforeEach
    void prepare() throws IOException {
        long seed = Long.getLong("ascend4j.test-seed", System.nanoTime());
        System.out.println("BatchKillTest: seed " + seed);
        random.setSeed(seed);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            lines.append(BatchCommandTest.completion(
                            "request " + i,
                            "\"prompt\":\"k" + i + " and\",\"temperature\":0,\"max_tokens\":" + (1 + i % 12)))
                    .append('\n');
        }
        lines.append("no JSON\n");
        Files.writeString(directory.resolve("in.jsonl"), lines);
    }

    @Test
    void losesAndRepeatsNothingWhenKilledAtTwentyRandomPoints() throws Exception {
        Path undisturbed = directory.resolve("undisturbed.jsonl");
        finish(undisturbed);
        Map<String, String> expected = contents(undisturbed, true);
        assertThat(expected).hasSize(LINES + 1);
        int kills = 0;
        int growing = 0;
        for (int output = 0; kills < KILLS; output++) {
            assertThat(output).as("outputs ended before they were killed").isLessThan(KILLS);
            Path killed = directory.resolve("killed" + output + ".jsonl");
            int before = 0;
            while (kills < KILLS && killOnce(killed, kills < EARLY)) {
                kills++;
                int after = contents(killed, false).size();
                assertThat(after).as("lines never get fewer").isGreaterThanOrEqualTo(before);
                growing += after > before ? 1 : 0;
                before = after;
            }
            finish(killed);
            assertThat(contents(killed, true)).isEqualTo(expected);
        }
        System.out.println("BatchKillTest: " + growing + " of " + KILLS + " kills while the output grew");
        assertThat(growing).as("kills that hit the work").isGreaterThan(KILLS / 2);
    }

    /** Whether the kill came before the command had ended by itself, as it does where a machine is fast. */
    private boolean killOnce(Path output, boolean early) throws Exception {
        long size = Files.exists(output) ? Files.size(output) : 0;
        Process process = start(output);
        try {
            if (early) {
                Thread.sleep(random.nextInt(900));
            } else {
                long wanted = size + 1 + random.nextInt(30_000);
                awaitSize(process, output, wanted);
                TimeUnit.MICROSECONDS.sleep(random.nextInt(5000));
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("err")))
                .isIn(0, SIGKILL);
        return process.exitValue() == SIGKILL;
    }

    private static void awaitSize(Process process, Path output, long wanted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (process.isAlive() && (!Files.exists(output) || Files.size(output) < wanted)) {
            assertThat(System.nanoTime()).as("the output does not grow").isLessThan(deadline);
            Thread.sleep(1);
        }
    }

    private void finish(Path output) throws Exception {
        Process process = start(output);
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).isTrue();
        String messages = Files.readString(directory.resolve("err"));
        assertThat(process.exitValue()).as(messages).isZero();
        assertThat(messages).contains((LINES + 1) + " of " + (LINES + 1) + " lines");
    }

    private Process start(Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "org.ascend4j.internal.cli.Main",
                        "batch",
                        "--model="
                                + Golden.path("tiny-llama/tiny-llama-q8_0.gguf").toAbsolutePath(),
                        "--device=host",
                        "--threads=1",
                        "--input=" + directory.resolve("in.jsonl"),
                        "--output=" + output))
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.start();
    }

    /** As {@link BatchOutputTest#contents}; a kill may have torn the last line. */
    private Map<String, String> contents(Path output, boolean complete) throws IOException {
        if (!Files.exists(output)) {
            return Map.of();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n') + 1;
        assertThat(!complete || end == text.length())
                .as("the last line is whole")
                .isTrue();
        return BatchOutputTest.contents(Files.writeString(directory.resolve("whole"), text.substring(0, end)));
    }
}
