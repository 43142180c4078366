package org.ascend4j.compat.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {
    private static final String CANN = "/usr/local/Ascend/cann";
    private static final String VERSION_INFO = CANN + "/share/info/runtime/version.info";

    @TempDir
    private Path directory;

    private List<Fact> facts(Subject subject, Map<String, String> environment) {
        return HostFacts.collect(directory, environment, Map.of()).of(subject);
    }

    private List<Fact> facts(Subject subject) {
        return facts(subject, Map.of());
    }

    private StackTree tree() {
        return new StackTree(directory);
    }

    @Test
    void readsTheReleaseAndNotThePackageNumberInTheOldLayout() {
        tree().oldCann("8.1.RC1");
        String latest = "/usr/local/Ascend/ascend-toolkit/latest";
        assertThat(facts(Subject.CANN))
                .containsExactly(
                        Fact.found(
                                Subject.CANN,
                                "8.1.RC1",
                                latest + "/runtime/version.info",
                                "package number 7.7.0.1.238"),
                        Fact.found(Subject.CANN, "8.1.RC1", latest + "/version.cfg", "package number 7.7.0.1.238"),
                        Fact.found(Subject.CANN, "8.1.RC1", latest + "/aarch64-linux/ascend_toolkit_install.info", ""),
                        Fact.found(
                                Subject.CANN,
                                "8.1.RC1",
                                "/usr/local/Ascend/ascend-toolkit/8.1.RC1",
                                "by the directory's name"));
    }

    @Test
    void readsTheReleaseInTheNewLayout() {
        tree().newCann("9.0.1");
        assertThat(facts(Subject.CANN))
                .containsExactly(
                        Fact.found(Subject.CANN, "9.0.1", VERSION_INFO, ""),
                        Fact.found(Subject.CANN, "9.0.1", CANN + "/x86_64-linux/ascend_toolkit_install.info", ""),
                        Fact.found(Subject.CANN, "9.0.1", "/usr/local/Ascend/cann-9.0.1", "by the directory's name"));
    }

    @Test
    void looksAtTheCannWhoseLibrariesWouldBeLoaded() {
        tree().newCann("9.0.1")
                .file("/opt/empty/runtime/version.info", "Version=8.5.0\n")
                .file("/opt/full/lib64/libascendcl.so", "")
                .file("/opt/full/runtime/version.info", "Version=9.1.0\n");
        assertThat(facts(Subject.CANN, Map.of("ASCEND_HOME_PATH", "/opt/full"))
                        .get(0)
                        .value())
                .isEqualTo("9.1.0");
        assertThat(facts(Subject.CANN, Map.of("ASCEND_HOME_PATH", "/opt/empty"))
                        .get(0)
                        .value())
                .isEqualTo("9.0.1");
    }

    @Test
    void doesNotKnowACannWithoutVersionFiles() {
        tree().file(CANN + "/lib64/libascendcl.so", "");
        assertThat(facts(Subject.CANN))
                .containsExactly(Fact.unknown(Subject.CANN, CANN, "no version file below this directory"));
    }

    @Test
    void saysWhatIsWrongWithAVersionFile() {
        assertThat(noteFor("")).isEqualTo("no line Version=");
        assertThat(noteFor("Version=\n")).contains("Version= is no CANN release");
        assertThat(noteFor("Version=7.7.0.1.238\nversion_dir=cann\n")).contains("version_dir names none");
        assertThat(noteFor("Version=9.0.1\nVersion=9.1.0\n")).isEqualTo("Version stands 2 times: 9.0.1, 9.1.0");
        assertThat(noteFor("Version=\u001b[31m9.0.1\n")).contains("Version=?[31m9.0.1 is no CANN release");
        assertThat(noteFor("Version=" + "9".repeat(60_000) + "\n")).hasSizeLessThan(300);
        assertThat(noteFor("Version=9.0.1\n" + "#".repeat(70_000))).isEqualTo("larger than 65536 bytes");
    }

    private String noteFor(String text) {
        tree().file(VERSION_INFO, text);
        Fact fact = facts(Subject.CANN).get(0);
        assertThat(fact.state()).isEqualTo(Fact.State.UNKNOWN);
        assertThat(fact.source()).isEqualTo(VERSION_INFO);
        return fact.note();
    }

    @Test
    void survivesADirectoryALoopAndForeignBytesInPlaceOfVersionFiles() {
        tree().directory(VERSION_INFO)
                .link(CANN + "/version.cfg", "version.cfg")
                .bytes(CANN + "/runtime/version.info", new byte[] {'V', 'e', 'r', 's', 'i', 'o', 'n', '=', (byte) 0xfe})
                .file(CANN + "/ascend_toolkit_install.info", "version=9.0.1\n");
        assertThat(facts(Subject.CANN))
                .extracting(Fact::state)
                .containsExactly(Fact.State.UNKNOWN, Fact.State.UNKNOWN, Fact.State.UNKNOWN, Fact.State.FOUND);
        assertThat(facts(Subject.CANN)).extracting(Fact::note).element(0).isEqualTo("a directory stands in its place");
        assertThat(facts(Subject.CANN).get(1).note()).contains("not UTF-8");
        assertThat(facts(Subject.CANN).get(2).note()).contains("symbolic links");
    }

    @Test
    void readsTheDriverAndKnowsNoFirmwareInAContainer() {
        tree().driver("25.3.rc1");
        assertThat(facts(Subject.DRIVER))
                .containsExactly(Fact.found(Subject.DRIVER, "25.3.rc1", "/usr/local/Ascend/driver/version.info", ""));
        assertThat(facts(Subject.FIRMWARE))
                .containsExactly(Fact.absent(Subject.FIRMWARE, "/usr/local/Ascend/firmware/version.info"));
        tree().file("/usr/local/Ascend/firmware/version.info", "Version=7.7.0.1.231\nfirmware_version=1.0\n");
        assertThat(facts(Subject.FIRMWARE).get(0).value()).isEqualTo("7.7.0.1.231");
    }

    @Test
    void findsPackagesByTheirMetadata() {
        tree().python("3.11").installed("3.11", "torch", "2.10.0+cpu").installed("3.11", "torch_npu", "2.10.0.post2");
        assertThat(facts(Subject.TORCH).get(0).value()).isEqualTo("2.10.0+cpu");
        assertThat(facts(Subject.TORCH_NPU))
                .containsExactly(Fact.found(
                        Subject.TORCH_NPU,
                        "2.10.0.post2",
                        "/usr/local/python3.11/lib/python3.11/site-packages/torch_npu-2.10.0.post2.dist-info/METADATA",
                        ""));
        assertThat(facts(Subject.PYTHON).get(0).value()).isEqualTo("3.11");
    }

    @Test
    void readsTheHeadOfAHugeMetadataFile() throws Exception {
        tree().python("3.11").installed("3.11", "torch_npu", "2.10.0.post2");
        Path metadata = tree().at(facts(Subject.TORCH_NPU).get(0).source());
        try (RandomAccessFile sparse = new RandomAccessFile(metadata.toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }
        assertThat(facts(Subject.TORCH_NPU).get(0).value()).isEqualTo("2.10.0.post2");
    }

    @Test
    void showsEveryVersionThatIsInstalledAtOnce() {
        tree().python("3.11").installed("3.11", "torch_npu", "2.9.0").installed("3.11", "torch_npu", "2.10.0.post2");
        assertThat(facts(Subject.TORCH_NPU)).extracting(Fact::value).containsExactly("2.10.0.post2", "2.9.0");
    }

    @Test
    void doesNotKnowAPackageWhoseMetadataIsBroken() {
        String packages = "/usr/local/python3.11/lib/python3.11/site-packages/";
        tree().python("3.11")
                .directory(packages + "torch_npu-2.10.0.post2.dist-info")
                .file(packages + "torch-2.10.0.dist-info/METADATA", "Name: torch\n\nVersion: 2.10.0\n");
        assertThat(facts(Subject.TORCH_NPU).get(0).note()).isEqualTo("no such file");
        assertThat(facts(Subject.TORCH).get(0).note()).isEqualTo("no Version in its header");
        tree().file(packages + "torch-2.10.0.dist-info/METADATA", "Version: 8.0.T13\n");
        assertThat(facts(Subject.TORCH).get(0).note()).isEqualTo("Version: 8.0.T13 is not PEP 440");
        tree().file(packages + "torch-2.10.0.dist-info/METADATA", "Version: 1.0\nVersion: 2.0\n");
        assertThat(facts(Subject.TORCH).get(0).note()).isEqualTo("2 Versions in its header");
    }

    @Test
    void believesTheNameInTheMetadata() {
        String packages = "/usr/local/python3.11/lib/python3.11/site-packages";
        tree().python("3.11")
                .distribution(packages, "torch-npu", "2.9.0")
                .distribution(packages, "torch-scatter", "2.1");
        assertThat(facts(Subject.TORCH_NPU).get(0).value()).isEqualTo("2.9.0");
        assertThat(facts(Subject.TORCH).get(0).state()).isEqualTo(Fact.State.ABSENT);
    }

    @Test
    void readsABoundedNumberOfCopies() {
        tree().python("3.11");
        for (int i = 0; i < 200; i++) {
            tree().installed("3.11", "torch_npu", "2.9." + i)
                    .file("/usr/local/Ascend/cann/ascend_x" + i + "_install.info", "version=9.0.1\n");
        }
        assertThat(facts(Subject.TORCH_NPU)).hasSize(16);
        assertThat(facts(Subject.CANN)).hasSize(16);
    }

    @Test
    void readsAVirtualEnvironmentFirst() {
        tree().python("3.12")
                .file("/opt/venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.10.14\n")
                .distribution("/opt/venv/lib/python3.10/site-packages", "torch_npu", "2.9.0");
        Map<String, String> environment = Map.of("VIRTUAL_ENV", "/opt/venv");
        assertThat(facts(Subject.PYTHON, environment))
                .containsExactly(Fact.found(Subject.PYTHON, "3.10.14", "/opt/venv/pyvenv.cfg", ""));
        assertThat(facts(Subject.TORCH_NPU, environment).get(0).value()).isEqualTo("2.9.0");
        assertThat(facts(Subject.PYTHON, Map.of("VIRTUAL_ENV", "/opt/none"))
                        .get(0)
                        .value())
                .as("one that is not active still counts if it alone has torch_npu")
                .isEqualTo("3.10.14");
    }

    @Test
    void takesTheInstallationThatHasTorchNpuBeforeTheOthers() {
        tree().python("3.12").python("3.11").installed("3.11", "torch_npu", "2.10.0.post2");
        assertThat(facts(Subject.PYTHON).get(0).value()).isEqualTo("3.11");
    }

    @Test
    void takesTheDefaultInterpreterOfAPrefix() {
        tree().file("/usr/lib/python3.10/os.py", "")
                .file("/usr/lib/python3.11/os.py", "")
                .directory("/usr/lib/python3.12")
                .file("/usr/bin/python3.11", "")
                .link("/usr/bin/python3", "python3.11")
                .file("/usr/include/python3.11/patchlevel.h", "#define PY_VERSION             \"3.11.2\"\n");
        assertThat(facts(Subject.PYTHON, Map.of("PATH", "/usr/local/bin:/usr/bin")))
                .containsExactly(Fact.found(Subject.PYTHON, "3.11.2", "/usr/include/python3.11/patchlevel.h", ""));
    }

    @Test
    void readsDebiansSharedPackages() {
        tree().file("/usr/lib/python3.11/os.py", "").distribution("/usr/lib/python3/dist-packages", "torch", "2.10.0");
        assertThat(facts(Subject.TORCH).get(0).value()).isEqualTo("2.10.0");
    }

    @Test
    void findsNothingInAnEmptyTree() {
        HostFacts facts = HostFacts.collect(directory, Map.of("PATH", ":".repeat(100_000)), Map.of());
        assertThat(facts.hasNpu()).isFalse();
        assertThat(facts.facts()).extracting(Fact::state).containsOnly(Fact.State.ABSENT);
        assertThat(facts.facts())
                .extracting(Fact::subject)
                .containsOnlyOnce(
                        Subject.CANN,
                        Subject.DRIVER,
                        Subject.FIRMWARE,
                        Subject.PYTHON,
                        Subject.TORCH,
                        Subject.TORCH_NPU);
    }
}
