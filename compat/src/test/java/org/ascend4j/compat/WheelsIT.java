package org.ascend4j.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.StackTree;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.report.TextReport;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real virtual environment with the real torch-npu wheels of two rows: 2.10.0.post2 (0.23.0rc1) and
 * 2.9.0 (0.18.0rc1). Downloads some 65 MB with pip, so it runs only with {@code mvn -Pwheels verify},
 * and needs a Python 3.10 or 3.11 with venv and pip: {@code -Dwheels.python=...}, python3 unless given.
 */
class WheelsIT {
    private static final String RIGHT = "2.10.0.post2";
    private static final String OTHER = "2.9.0";

    @TempDir
    private static Path downloads;

    private static final String PYTHON = System.getProperty("wheels.python", "python3");

    @TempDir
    private Path directory;

    private Path environment;
    private Path packages;

    @BeforeAll
    static void download() throws Exception {
        for (String version : List.of(RIGHT, OTHER)) {
            run(
                    PYTHON,
                    "-m",
                    "pip",
                    "download",
                    "-q",
                    "--only-binary",
                    ":all:",
                    "--no-deps",
                    "-d",
                    downloads.toString(),
                    "torch-npu==" + version);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", command) + "\n" + output)
                .isZero();
    }

    /** Real, and below the tree of a host that fits otherwise, so that its own paths are the tree's. */
    @BeforeEach
    void makeEnvironment() throws Exception {
        new StackTree(directory).visible("26.1.1").newCann("9.0.1");
        environment = directory.resolve("opt/venv");
        run(PYTHON, "-m", "venv", environment.toString());
        try (Stream<Path> libraries = Files.list(environment.resolve("lib"))) {
            packages = libraries.findFirst().orElseThrow().resolve("site-packages");
        }
    }

    private static Path wheel(String version) throws IOException {
        try (Stream<Path> files = Files.list(downloads)) {
            return files.filter(file -> file.getFileName().toString().startsWith("torch_npu-" + version + "-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void install(Path wheel) throws Exception {
        run(
                environment.resolve("bin/python").toString(),
                "-m",
                "pip",
                "install",
                "-q",
                "--no-deps",
                "--no-index",
                wheel.toString());
    }

    private Verdict check(String plugin) {
        return CompatibilityGuard.builder()
                .root(directory)
                .environment(Map.of("VIRTUAL_ENV", "/opt/venv"))
                .properties(Map.of())
                .plugin(Pep440Version.parse(plugin))
                .require(Set.of(Subject.TORCH_NPU))
                .build()
                .check();
    }

    private static List<String> torchNpu(Verdict verdict) {
        return verdict.facts().of(Subject.TORCH_NPU).stream().map(Fact::value).toList();
    }

    private static List<String> refusals(Verdict verdict) {
        return verdict.findings(Severity.REFUSE).stream().map(Finding::id).toList();
    }

    @Test
    void recognisesTheRightAndTheWrongRow() throws Exception {
        install(wheel(RIGHT));
        assertThat(torchNpu(check("0.23.0rc1"))).containsExactly(RIGHT);
        assertThat(check("0.23.0rc1").outcome())
                .as(TextReport.of(check("0.23.0rc1")))
                .isEqualTo(Verdict.Outcome.FIT);
        install(wheel(OTHER));
        assertThat(refusals(check("0.23.0rc1"))).containsExactly("F04");
        assertThat(refusals(check("0.18.0rc1")))
                .doesNotContain("F04", "torch-npu.version")
                .contains("cann.version");
    }

    @Test
    void believesTheMetadataOfARenamedWheel() throws Exception {
        Path renamed =
                directory.resolve(wheel(OTHER).getFileName().toString().replace("-" + OTHER + "-", "-" + RIGHT + "-"));
        Files.copy(wheel(OTHER), renamed);
        // pip refuses a wheel whose name lies, so it is unpacked as a hand install would be.
        run(PYTHON, "-m", "zipfile", "-e", renamed.toString(), packages.toString());
        Files.move(
                packages.resolve("torch_npu-" + OTHER + ".dist-info"),
                packages.resolve("torch_npu-" + RIGHT + ".dist-info"));
        assertThat(torchNpu(check("0.23.0rc1"))).containsExactly(OTHER);
        assertThat(refusals(check("0.23.0rc1"))).containsExactly("F04");
    }

    @Test
    void showsTwoVersionsAtOnceAndLetsTheStricterDecide() throws Exception {
        run(PYTHON, "-m", "zipfile", "-e", wheel(OTHER).toString(), packages.toString());
        run(PYTHON, "-m", "zipfile", "-e", wheel(RIGHT).toString(), packages.toString());
        assertThat(torchNpu(check("0.23.0rc1"))).containsExactlyInAnyOrder(RIGHT, OTHER);
        assertThat(refusals(check("0.23.0rc1"))).containsExactly("F04");
        assertThat(refusals(check("0.18.0rc1"))).contains("torch-npu.version");
    }

    @Test
    void fallsBackToThePackageItselfWhereItsMetadataIsBroken() throws Exception {
        install(wheel(RIGHT));
        Path metadata = packages.resolve("torch_npu-" + RIGHT + ".dist-info/METADATA");
        String whole = Files.readString(metadata);
        Map<String, String> broken = Map.of("no version", whole.replaceFirst("(?m)^Version:.*\n", ""), "empty", "");
        for (String content : broken.values()) {
            Files.writeString(metadata, content);
            assertThat(torchNpu(check("0.23.0rc1"))).containsExactly("", RIGHT);
            assertThat(check("0.18.0rc1").findings(Severity.REFUSE))
                    .extracting(Finding::found)
                    .contains(RIGHT);
        }
        Files.delete(metadata);
        assertThat(torchNpu(check("0.23.0rc1"))).containsExactly("", RIGHT);
    }

    @Test
    void followsAnEditableInstall() throws Exception {
        String python = environment.resolve("bin/python").toString();
        run(python, "-m", "pip", "install", "-q", "setuptools", "wheel");
        Path source = Files.createDirectories(directory.resolve("src/torch_npu_source/torch_npu"));
        Files.writeString(source.resolve("__init__.py"), "");
        Files.writeString(source.resolve("version.py"), "__version__ = '" + OTHER + "'\n");
        Files.writeString(
                source.resolveSibling("setup.py"),
                "from setuptools import setup\nsetup(name='torch_npu', version='" + OTHER
                        + "', packages=['torch_npu'])\n");
        run(
                python,
                "-m",
                "pip",
                "install",
                "-q",
                "--no-deps",
                "--no-build-isolation",
                "--no-index",
                "-e",
                source.getParent().toString());
        // An editable install leads to its sources by an absolute path, so it is looked at where it stands.
        Verdict verdict = CompatibilityGuard.builder()
                .environment(Map.of(
                        "VIRTUAL_ENV",
                        environment.toString(),
                        "ASCEND_HOME_PATH",
                        directory.resolve("usr/local/Ascend/cann-9.0.1").toString()))
                .properties(Map.of())
                .plugin(Pep440Version.parse("0.23.0rc1"))
                .build()
                .check();
        assertThat(torchNpu(verdict)).contains(OTHER);
        assertThat(refusals(verdict)).contains("F04");
        assertThat(verdict.facts().of(Subject.TORCH_NPU))
                .anySatisfy(fact -> assertThat(fact.note() + fact.source()).contains("torch_npu_source"));
    }
}
