package org.ascend4j.compat.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.policy.TorchNpuRule.Build;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.Test;

class TorchNpuRuleTest {
    private static Pep440Version version(String text) {
        return Pep440Version.parse(text);
    }

    private static List<String> breaches(String plugin) {
        return TorchNpuRule.breaches(
                ReleaseMatrix.embedded().row(version(plugin)).orElseThrow());
    }

    @Test
    void tellsBuildsByTheirNumbers() {
        assertThat(TorchNpuRule.build(version("2.10.0"))).isEqualTo(Build.STABLE);
        assertThat(TorchNpuRule.build(version("2.10.0.post4"))).isEqualTo(Build.STABLE);
        assertThat(TorchNpuRule.build(version("2.9.0.post1+git4c901a4"))).isEqualTo(Build.STABLE);
        assertThat(TorchNpuRule.build(version("2.5.1.dev20250218"))).isEqualTo(Build.DEV);
        assertThat(TorchNpuRule.build(version("2.5.1.post1.dev20250619"))).isEqualTo(Build.DEV);
        assertThat(TorchNpuRule.build(version("2.7.1.dev20250724+nightly"))).isEqualTo(Build.NIGHTLY);
        assertThat(Build.NIGHTLY).hasToString("nightly");
    }

    @Test
    void allowsDevelopmentBuildsInCandidatesOnlyAndNightlyOnesNowhere() {
        for (String kind : List.of("final", "rc", "post")) {
            assertThat(TorchNpuRule.allows(kind, Build.STABLE)).isTrue();
            assertThat(TorchNpuRule.allows(kind, Build.DEV)).isEqualTo(kind.equals("rc"));
            assertThat(TorchNpuRule.allows(kind, Build.NIGHTLY)).isFalse();
        }
        assertThat(TorchNpuRule.allows("beta", Build.STABLE)).isFalse();
    }

    @Test
    void comparesPrivateBuildsByTheirPublicPart() {
        Pep440Version published = version("2.9.0.post1+git4c901a4");
        assertThat(TorchNpuRule.sameBuild(published, version("2.9.0.post1+gita74051c")))
                .isTrue();
        assertThat(TorchNpuRule.sameBuild(published, version("2.9.0.post1"))).isTrue();
        assertThat(TorchNpuRule.sameBuild(published, version("2.9.0"))).isFalse();
    }

    @Test
    void flagsWhatBreaksTheRuleUpstream() {
        assertThat(breaches("0.18.0"))
                .hasSize(3)
                .anyMatch(breach -> breach.startsWith("torch_npu 2.9.0.post1+git4c901a4 is a private wheel; compare its"
                        + " public part 2.9.0.post1; known wheels: 2.9.0.post1+git4c901a4 for cp310 aarch64, "))
                .anyMatch(breach -> breach.endsWith("of another package: Triton Ascend 3.2.0.dev20260322"))
                .anyMatch(breach -> breach.startsWith("known: 0.18.0 (final)"));
        assertThat(breaches("0.11.0")).singleElement().asString().contains("PyPI does not carry");
        assertThat(breaches("0.11.0rc3")).hasSize(1);
        assertThat(breaches("0.11.0rc0")).isEmpty();
        assertThat(breaches("0.7.1rc1")).isEmpty();
        assertThat(ReleaseMatrix.embedded().decidingRows().stream()
                        .filter(row -> !TorchNpuRule.breaches(row).isEmpty())
                        .map(row -> row.plugin().toString()))
                .containsExactly("0.18.0", "0.13.0rc2", "0.11.0", "0.11.0rc3");
    }

    @Test
    void notesWhereUpstreamPairsOtherBuilds() {
        ReleaseMatrix matrix = ReleaseMatrix.embedded();
        assertThat(TorchNpuRule.pairingMismatch(matrix.row(version("0.8.4rc2")).orElseThrow()))
                .contains("torch_npu's own table pairs CANN 8.0.0 with 2.4.0.post2, 2.3.1.post4, 2.1.0.post10,"
                        + " not with 2.5.1");
        assertThat(TorchNpuRule.pairingMismatch(matrix.row(version("0.23.0")).orElseThrow()))
                .isEmpty();
        assertThat(TorchNpuRule.pairingMismatch(matrix.row(version("0.23.0rc1")).orElseThrow()))
                .isEmpty();
    }

    @Test
    void flagsADevelopmentBuildInAFinal() {
        MatrixRow row = ReleaseMatrix.embedded().row(version("0.7.1rc1")).orElseThrow();
        MatrixRow asFinal = new MatrixRow(
                version("0.7.1"),
                "final",
                row.vllm(),
                row.python(),
                row.pythonPrinted(),
                row.cann(),
                row.torch(),
                row.torchNpu(),
                row.tritonAscend(),
                row.mooncake(),
                row.otherRequirements(),
                row.releaseDate(),
                row.tagDate(),
                row.origin(),
                row.source(),
                row.oddities(),
                row.variants());
        assertThat(TorchNpuRule.breaches(asFinal))
                .containsExactly("a final release may not ask for a dev build, and torch_npu is 2.5.1.dev20250218");
    }
}
