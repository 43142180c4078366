package org.ascend4j.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ascend4j.compat.probe.StackTree;
import org.ascend4j.compat.report.JsonReport;
import org.ascend4j.compat.report.TextReport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in the files, the guard decides, in bounded time and printable text. */
class HostileHostTest {
    private static final String FILLER = "Version=\n\t\"[]:#!.rcRC0129\u0000\u001b\u0661";

    @TempDir
    private Path directory;

    private Verdict check(Map<String, String> environment) {
        CompatibilityGuard guard = CompatibilityGuard.builder()
                .root(directory)
                .environment(environment)
                .properties(Map.of())
                .build();
        return Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), guard::check);
    }

    private StackTree stack() {
        return new StackTree(directory)
                .device()
                .driver("26.1.1")
                .newCann("9.0.1")
                .python("3.11")
                .installed("3.11", "torch", "2.10.0")
                .installed("3.11", "torch_npu", "2.10.0.post2");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void decidesWhateverTheFilesHold(long seed) throws IOException {
        Random random = new Random(seed);
        stack();
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*(info|METADATA)"))
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSize(6);
        for (int i = 0; i < 25; i++) {
            for (Path file : files) {
                Files.write(file, spoilt(random, Files.readAllBytes(file)));
            }
            String report = TextReport.of(check(Map.of()));
            assertThat(report).as("seed %d, round %d", seed, i).matches("[\\x20-\\x7e\\n]*");
        }
    }

    private static byte[] spoilt(Random random, byte[] bytes) {
        byte[] spoilt = bytes.length == 0 ? new byte[] {'V'} : bytes.clone();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            byte other = random.nextBoolean()
                    ? (byte) FILLER.charAt(random.nextInt(FILLER.length()))
                    : (byte) random.nextInt(256);
            spoilt[random.nextInt(spoilt.length)] = other;
        }
        return random.nextInt(20) == 0 ? java.util.Arrays.copyOf(spoilt, random.nextInt(spoilt.length + 1)) : spoilt;
    }

    @Test
    void decidesWhateverTheEnvironmentHolds() {
        stack();
        for (String value : List.of(
                "", "\n", "relative", "/\0", "/dev/davinci0", "/" + "a/".repeat(50_000), "/..", "/proc/self/root")) {
            Verdict verdict = check(Map.of(
                    "ASCEND_HOME_PATH",
                    value,
                    "ASCEND_TOOLKIT_HOME",
                    value,
                    "VIRTUAL_ENV",
                    value,
                    "PATH",
                    value,
                    "HOME",
                    value));
            assertThat(verdict.facts().hasNpu()).isTrue();
            assertThat(TextReport.of(verdict)).matches("[\\x20-\\x7e\\n]*");
        }
    }

    @Test
    void looksThroughADirectoryOfManyEntries() throws IOException {
        Path packages = stack().at("/usr/local/python3.11/lib/python3.11/site-packages");
        for (int i = 0; i < 5_000; i++) {
            Files.createFile(packages.resolve("filler-" + i + ".dist-info"));
        }
        assertThat(check(Map.of()).outcome()).isEqualTo(Verdict.Outcome.FIT);
    }

    @Test
    void decidesWithinSecondsOnAHostThatIsOutToHinder() throws Exception {
        StackTree tree = stack().nnal("9.0.1");
        Path packages = tree.at("/usr/local/python3.11/lib/python3.11/site-packages");
        try (RandomAccessFile sparse = new RandomAccessFile(
                packages.resolve("torch_npu-2.10.0.post2.dist-info/METADATA").toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }
        try (RandomAccessFile sparse = new RandomAccessFile(
                tree.at("/usr/local/Ascend/cann-9.0.1/lib64/libopapi.so").toFile(), "rw")) {
            sparse.setLength(1L << 32);
        }
        for (int i = 0; i < 100_000; i++) {
            Files.createFile(packages.resolve("filler-" + i + ".dist-info"));
        }
        tree.link("/usr/local/python3.12", "/usr/local/python3.12")
                .link("/opt/a", "/opt/b")
                .link("/opt/b", "/opt/a")
                .link("/usr/local/Ascend/cann-9.0.1/opp", "opp")
                .bytes("/usr/local/Ascend/firmware/version.info", new byte[] {(byte) 0xff, 0, '\n'});
        for (String pipe : List.of(
                "/usr/local/Ascend/nnal/atb/9.0.1/version.info.pipe",
                "/usr/local/Ascend/cann-9.0.1/version.cfg",
                "/usr/local/python3.11/lib/python3.11/site-packages/torch.egg-link",
                "/usr/local/python3.11/lib/python3.11/site-packages/evil.pth",
                "/dev/davinci_manager2")) {
            Process mkfifo = new ProcessBuilder("mkfifo", tree.at(pipe).toString()).start();
            assertThat(mkfifo.waitFor()).isZero();
        }
        Path unreadable = tree.at("/usr/local/Ascend/driver/version.info");
        assertThat(unreadable.toFile().setReadable(false)).isTrue();
        Map<String, String> environment = Map.of(
                "ASCEND_CUSTOM_OPP_PATH", "/opt/a:\n:/opt/b:" + "x".repeat(100_000),
                "LD_LIBRARY_PATH", "/opt/a:relative:\n",
                "PYTHONPATH", "/opt/a:/dev:" + "/".repeat(50_000),
                "ATB_HOME_PATH", "/opt/a\nb",
                "SOC_VERSION", "Ascend\n910B3\u001b[31m",
                "VLLM_VERSION", "\n0.23.0\u0007");
        long start = System.nanoTime();
        Verdict verdict = check(environment);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(TextReport.of(verdict)).matches("[\\x20-\\x7e\\n]*");
        assertThat(JsonReport.of(verdict)).matches("[\\x20-\\x7e\\n]*");
        assertThat(verdict.findings()).extracting(Finding::found).contains("2.10.0.post2");
    }
}
