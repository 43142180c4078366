package org.ascend4j.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ascend4j.compat.matrix.DriverFloor;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.probe.StackTree;
import org.ascend4j.compat.report.TextReport;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For every release of the matrix: the whole host that its row describes, and every single step out of it. */
class HostTreesOfRowsTest {
    private static final String DRIVER = "26.1.1";

    @TempDir
    private Path directory;

    /** A change to one place, what it does, and the finding that must follow; none if the host still fits. */
    private record Mutation(String name, String file, String from, String to, Severity severity, String id) {}

    private MatrixRow row;
    private String python;
    private String packages;

    static Stream<String> releases() {
        return ReleaseMatrix.embedded().decidingRows().stream()
                .map(row -> row.plugin().toString());
    }

    @Test
    void coversEveryReleaseOfTheMatrix() {
        assertThat(releases()).hasSize(45);
    }

    private Verdict check() {
        return CompatibilityGuard.builder()
                .root(directory)
                .environment(Map.of())
                .properties(Map.of())
                .plugin(row.plugin())
                .build()
                .check();
    }

    /** Everything that the row and the facts about its time name. */
    private void build(String plugin) {
        row = ReleaseMatrix.embedded().row(Pep440Version.parse(plugin)).orElseThrow();
        python = row.python().contains("3.11") ? "3.11" : "3.10";
        packages = "/usr/local/python" + python + "/lib/python" + python + "/site-packages";
        String cann = row.cann().toString();
        new StackTree(directory)
                .visible(DRIVER)
                .chip("0xd802")
                .cann(cann)
                .operators(StackTree.home(cann), "ascend910b", cann)
                .nnal(cann)
                .python(python)
                .installed(python, "torch", row.torch().publicPart() + "+cpu")
                .installed(python, "torch_npu", row.torchNpu().toString())
                .installed(python, "vllm", row.vllm().get(0) + "+empty")
                .installed(python, "vllm_ascend", plugin)
                .installed(python, "numpy", "1.26.4");
        row.tritonAscend().ifPresent(version -> tree().installed(python, "triton_ascend", version.toString()));
        row.mooncake()
                .ifPresent(version -> tree().installed(python, "mooncake_transfer_engine_npu", version.toString()));
    }

    private StackTree tree() {
        return new StackTree(directory);
    }

    private List<Mutation> mutations() {
        List<Mutation> mutations = new ArrayList<>();
        String cann = row.cann().toString();
        String version = StackTree.home(cann).endsWith("latest")
                ? "/usr/local/Ascend/ascend-toolkit/" + cann + "/runtime/version.info"
                : StackTree.home(cann) + "/share/info/runtime/version.info";
        String install = "/usr/local/Ascend/" + (version.contains("toolkit/8") ? "ascend-toolkit/" : "cann-") + cann
                + (version.contains("toolkit/8") ? "/aarch64-linux" : "/x86_64-linux")
                + "/ascend_toolkit_install.info";
        for (String other : List.of("7.9.0", "8.1.RC1.beta1", "99.0.0")) {
            mutations.add(new Mutation(
                    "CANN", version, "(?m)^Version=.*", "Version=" + other, Severity.REFUSE, "cann.version"));
            mutations.add(new Mutation(
                    "toolkit", install, "(?m)^version=.*", "version=" + other, Severity.REFUSE, "cann.version"));
        }
        mutations.add(new Mutation(
                "build stamp",
                install,
                "(?m)^version=.*",
                "version=" + cann.toLowerCase(Locale.ROOT) + "_20260930220649",
                null,
                ""));
        String torch = metadata("torch", row.torch().publicPart() + "+cpu");
        String npu = metadata("torch_npu", row.torchNpu().toString());
        for (String other : List.of("1.9.0", "99.0.0", row.torch().publicPart() + ".post9")) {
            mutations.add(new Mutation(
                    "torch", torch, "(?m)^Version:.*", "Version: " + other, Severity.REFUSE, "torch.version"));
        }
        mutations.add(new Mutation("torch_npu", npu, "(?m)^Version:.*", "Version: 1.9.0", Severity.REFUSE, "F04"));
        mutations.add(new Mutation(
                "torch_npu",
                npu,
                "(?m)^Version:.*",
                "Version: " + row.torch().publicPart() + ".post99",
                Severity.REFUSE,
                "torch-npu.version"));
        mutations.add(new Mutation(
                "torch_npu",
                npu,
                "(?m)^Version:.*",
                "Version: " + row.torch().publicPart() + ".dev20200101",
                Severity.REFUSE,
                "F04"));
        mutations.add(new Mutation(
                "torch_npu build",
                npu,
                "(?m)^Version:.*",
                "Version: " + row.torchNpu().publicPart() + "+git1234",
                null,
                ""));
        mutations.add(new Mutation(
                "vllm",
                metadata("vllm", row.vllm().get(0) + "+empty"),
                "(?m)^Version:.*",
                "Version: 99.0",
                Severity.WARN,
                "F10"));
        mutations.add(new Mutation(
                "vllm-ascend",
                metadata("vllm_ascend", row.plugin().toString()),
                "(?m)^Version:.*",
                "Version: 99.0",
                Severity.WARN,
                "F10"));
        row.tritonAscend()
                .ifPresent(triton -> mutations.add(new Mutation(
                        "triton-ascend",
                        metadata("triton_ascend", triton.toString()),
                        "(?m)^Version:.*",
                        "Version: 99.0",
                        Severity.WARN,
                        "triton-ascend.version")));
        row.mooncake()
                .ifPresent(mooncake -> mutations.add(new Mutation(
                        "Mooncake",
                        metadata("mooncake_transfer_engine_npu", mooncake.toString()),
                        "(?m)^Version:.*",
                        "Version: 99.0",
                        Severity.WARN,
                        "F13")));
        mutations.add(new Mutation(
                "NNAL",
                "/usr/local/Ascend/nnal/atb/" + cann + "/version.info",
                "atb : .*",
                "atb : 7.9.0",
                Severity.WARN,
                "F02"));
        addDriver(mutations);
        return mutations;
    }

    private void addDriver(List<Mutation> mutations) {
        String file = "/usr/local/Ascend/driver/version.info";
        Optional<DriverFloor> floor = ReleaseMatrix.embedded().driverFloor(row.plugin());
        mutations.add(new Mutation("newer driver", file, "(?m)^Version=.*", "Version=27.0.0", null, ""));
        if (floor.isPresent()) {
            mutations.add(new Mutation("driver", file, "(?m)^Version=.*", "Version=25.5.2", Severity.REFUSE, "F08"));
            mutations.add(new Mutation("driver", file, "(?m)^Version=.*", "Version=26.1.2", null, ""));
        }
        if (row.cann().compareTo(CannVersion.parse("8.3.RC1")) >= 0) {
            mutations.add(new Mutation("driver", file, "(?m)^Version=.*", "Version=24.1.0.3", Severity.REFUSE, "F08"));
        }
    }

    private String metadata(String name, String version) {
        return packages + "/" + name + "-" + version + ".dist-info/METADATA";
    }

    @ParameterizedTest
    @MethodSource("releases")
    void fitsTheHostOfItsRowAndJudgesEveryStepOutOfIt(String plugin) throws IOException {
        build(plugin);
        Verdict fitting = check();
        assertThat(fitting.outcome()).as(TextReport.of(fitting)).isEqualTo(Verdict.Outcome.FIT);
        assertThat(fitting.matchingReleases()).startsWith(row.plugin());
        for (Mutation mutation : mutations()) {
            Path file = directory.resolve(mutation.file().substring(1));
            String content = Files.readString(file);
            String mutated = content.replaceAll(mutation.from(), mutation.to());
            assertThat(mutated).as(mutation.toString()).isNotEqualTo(content);
            Files.writeString(file, mutated);
            assertJudged(mutation, check());
            Files.writeString(file, content);
        }
        assertThat(check().outcome()).isEqualTo(Verdict.Outcome.FIT);
    }

    private void assertJudged(Mutation mutation, Verdict verdict) {
        String report = mutation + "\n" + TextReport.of(verdict);
        if (mutation.severity() == null) {
            assertThat(verdict.outcome()).as(report).isEqualTo(Verdict.Outcome.FIT);
            return;
        }
        boolean refused = mutation.severity() == Severity.REFUSE;
        assertThat(verdict.outcome()).as(report).isEqualTo(refused ? Verdict.Outcome.REFUSE : Verdict.Outcome.WARN);
        assertThat(verdict.findings(mutation.severity()))
                .as(report)
                .extracting(Finding::id)
                .contains(mutation.id());
        // The plugin itself, NNAL and the driver's age stand in no row.
        if (List.of("CANN", "toolkit", "torch", "torch_npu", "vllm", "triton-ascend", "Mooncake")
                .contains(mutation.name())) {
            assertThat(verdict.matchingReleases()).as(report).doesNotContain(row.plugin());
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void refusesAPythonOutsideItsRange(String plugin) {
        build(plugin);
        for (String other : List.of("3.8", "3.13")) {
            String prefix = "/opt/venv" + other;
            tree().file(prefix + "/pyvenv.cfg", "version = " + other + ".1\n")
                    .distribution(prefix + "/lib/python" + other + "/site-packages", "torch_npu", row.torchNpu() + "");
            Verdict verdict = CompatibilityGuard.builder()
                    .root(directory)
                    .environment(Map.of("VIRTUAL_ENV", prefix))
                    .properties(Map.of())
                    .plugin(row.plugin())
                    .build()
                    .check();
            assertThat(verdict.findings(Severity.REFUSE))
                    .extracting(Finding::id)
                    .containsExactly("python.version");
        }
    }
}
