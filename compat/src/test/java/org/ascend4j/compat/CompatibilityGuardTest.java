package org.ascend4j.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Map;
import org.ascend4j.compat.probe.StackTree;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompatibilityGuardTest {
    private static final String PLUGIN = "0.23.0rc1";

    @TempDir
    private Path directory;

    private CompatibilityGuard.Builder guard(String plugin) {
        return CompatibilityGuard.builder()
                .root(directory)
                .environment(Map.of())
                .properties(Map.of())
                .plugin(Pep440Version.parse(plugin));
    }

    private Verdict check(String plugin) {
        return guard(plugin).build().check();
    }

    /** The stack of the row of 0.23.0rc1, whole. */
    private StackTree fittingTree() {
        return engineTree()
                .python("3.11")
                .installed("3.11", "torch", "2.10.0")
                .installed("3.11", "torch_npu", "2.10.0.post2");
    }

    /** What the Java engine needs: device, driver, CANN; no Python. */
    private StackTree engineTree() {
        return new StackTree(directory).visible("26.1.1").newCann("9.0.1");
    }

    @Test
    void fitsWithoutAnyPython() {
        engineTree();
        Verdict verdict = check(PLUGIN);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.FIT);
        assertThat(verdict.findings(Severity.INFO))
                .filteredOn(finding -> finding.id().equals("torch-npu.version"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.found()).isEqualTo("not found");
                    assertThat(finding.cause()).isEqualTo("The Java engine does not need it.");
                });
    }

    @Test
    void enforcesNothingWithoutAnNpu() {
        new StackTree(directory).python("3.8").installed("3.8", "torch", "1.0");
        Verdict verdict = check(PLUGIN);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.FIT);
        assertThat(verdict.summary()).isEqualTo("COMPATIBLE: no NPU found on this host; nothing to enforce");
        assertThat(verdict.findings()).extracting(Finding::found).contains("3.8", "1.0");
    }

    @Test
    void refusesAnNpuWithoutCann() {
        new StackTree(directory).device().driver("26.1.1");
        Finding finding = check(PLUGIN).findings(Severity.REFUSE).get(0);
        assertThat(finding.id()).isEqualTo("cann.version");
        assertThat(finding.found()).isEqualTo("not found");
        assertThat(finding.action()).contains("CANN 9.0.1").contains("set_env.sh");
    }

    @Test
    void doesNotProveWhatItCannotTell() {
        engineTree().file("/usr/local/Ascend/cann-9.0.1/share/info/runtime/version.info", "nothing\n");
        Verdict verdict = check(PLUGIN);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.WARN);
        assertThat(verdict.summary()).isEqualTo("NOT PROVEN: 1 finding to look at for plugin 0.23.0rc1");
        assertThat(verdict.findings(Severity.WARN).get(0).found()).isEqualTo("unknown");
    }

    @Test
    void letsTheStricterOfTwoSourcesDecide() {
        engineTree().file("/usr/local/Ascend/cann-9.0.1/x86_64-linux/ascend_toolkit_install.info", "version=8.5.0\n");
        Verdict verdict = check(PLUGIN);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.REFUSE);
        assertThat(verdict.findings())
                .filteredOn(finding -> finding.subject().equals("CANN"))
                .extracting(Finding::found)
                .containsExactly("9.0.1", "8.5.0");
    }

    @Test
    void warnsOfAVariableThatLeadsNowhere() {
        engineTree();
        Verdict verdict = guard(PLUGIN)
                .environment(Map.of("ASCEND_HOME_PATH", "/opt/gone"))
                .build()
                .check();
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.WARN);
        assertThat(verdict.findings(Severity.WARN).get(0).source())
                .isEqualTo("ASCEND_HOME_PATH: /opt/gone does not exist");
    }

    @Test
    void tellsOfAVariableThatLeadsNowhereWithoutAnNpuToo() {
        Verdict verdict = guard(PLUGIN)
                .environment(Map.of("ASCEND_HOME_PATH", "/opt/gone"))
                .build()
                .check();
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.FIT);
        assertThat(verdict.findings())
                .extracting(Finding::source)
                .contains("ASCEND_HOME_PATH: /opt/gone does not exist");
    }

    @Test
    void holdsTheDriverToTheFloorThatItsReleaseNames() {
        new StackTree(directory).device().newCann("9.1.0");
        assertThat(driver("0.27.1rc1", "25.5.2").severity()).isEqualTo(Severity.REFUSE);
        assertThat(driver("0.27.1rc1", "25.5.2").action()).contains("HDK 26.1.1 or newer");
        assertThat(driver("0.27.1rc1", "26.0.rc1").severity()).isEqualTo(Severity.WARN);
        assertThat(driver("0.27.1rc1", "26.1.1").severity()).isEqualTo(Severity.INFO);
        assertThat(driver("0.27.1rc1", "mystery").severity()).isEqualTo(Severity.WARN);
        assertThat(driver(PLUGIN, "25.5.2").severity()).isEqualTo(Severity.INFO);
        assertThat(driver(PLUGIN, "25.2.2").severity()).isEqualTo(Severity.WARN);
        assertThat(driver(PLUGIN, "24.1.rc3").severity()).isEqualTo(Severity.REFUSE);
    }

    private Finding driver(String plugin, String version) {
        new StackTree(directory).driver(version);
        return check(plugin).findings().stream()
                .filter(finding ->
                        finding.subject().equals("driver") && !finding.id().equals("F09"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void comparesLocalBuildsByTheirPublicPart() {
        new StackTree(directory)
                .device()
                .newCann("8.5.1")
                .python("3.11")
                .installed("3.11", "torch_npu", "2.9.0.post1+gitee7ba04");
        assertThat(check("0.18.0").outcome()).isEqualTo(Verdict.Outcome.FIT);
    }

    @Test
    void saysThatAReleaseHasNoRow() {
        engineTree();
        Verdict verdict = check("0.28.0rc1");
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.WARN);
        assertThat(verdict.row()).isEmpty();
        assertThat(verdict.findings(Severity.WARN)).extracting(Finding::id).containsExactly("matrix.row");
    }

    @Test
    void throwsWithDescriptionAndActionOnlyWhenEnforcing() {
        fittingTree()
                .file("/opt/cann-8.5.0/lib64/libascendcl.so", "")
                .file("/opt/cann-8.5.0/runtime/version.info", "Version=8.5.0\n");
        Map<String, String> environment = Map.of("ASCEND_HOME_PATH", "/opt/cann-8.5.0");
        CompatibilityGuard enforcing = guard(PLUGIN).environment(environment).build();
        IncompatibleStackException refused = catchThrowableOfType(IncompatibleStackException.class, enforcing::require);
        assertThat(refused.getMessage())
                .doesNotContain("\n")
                .contains("CANN 8.5.0 does not fit plugin 0.23.0rc1, which needs 9.0.1")
                .contains("/opt/cann-8.5.0/runtime/version.info")
                .contains("ASCEND4J_GUARD=warn");
        assertThat(refused.description()).contains("CANN 8.5.0");
        assertThat(refused.action()).startsWith("CANN: Install CANN 9.0.1");
        assertThat(refused.verdict().outcome()).isEqualTo(Verdict.Outcome.REFUSE);

        Verdict passed = guard(PLUGIN)
                .environment(environment)
                .mode(GuardMode.WARN)
                .build()
                .require();
        assertThat(passed.outcome()).isEqualTo(Verdict.Outcome.WARN);
        assertThat(passed.summary())
                .isEqualTo("INCOMPATIBLE, let pass by mode warn: 1 finding against plugin 0.23.0rc1");
    }

    @Test
    void looksAtNothingWhenOffAndSaysSo() {
        Verdict verdict = guard(PLUGIN).mode(GuardMode.OFF).build().require();
        assertThat(verdict.facts().facts()).isEmpty();
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.WARN);
        assertThat(verdict.summary()).isEqualTo("NOT CHECKED: the guard is off");
    }

    @Test
    void checksForItsOwnReleaseUnlessToldOtherwise() {
        Verdict verdict = CompatibilityGuard.builder()
                .root(fittingTree().root())
                .environment(Map.of())
                .properties(Map.of())
                .build()
                .check();
        assertThat(verdict.plugin()).isEqualTo(PluginRelease.current());
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.FIT);
    }

    @Test
    void decidesOnThisHostWithoutAnException() {
        assertThat(CompatibilityGuard.checkHost().summary()).isNotBlank();
    }

    @Test
    void refusesSettingsThatAreNoMode() {
        CompatibilityGuard.Builder builder = guard(PLUGIN).environment(Map.of("ASCEND4J_GUARD", "loud"));
        assertThatThrownBy(builder::build).hasMessage("ASCEND4J_GUARD: \"loud\"; expected enforce, warn or off");
    }
}
