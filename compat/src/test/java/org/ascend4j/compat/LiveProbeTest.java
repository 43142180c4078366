package org.ascend4j.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.StackTree;
import org.ascend4j.compat.probe.Subject;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The child JVM against compiled stubs of CANN's and the driver's library, on the host that runs this test. */
class LiveProbeTest {
    private static final String ACL = """
            #include <string.h>
            int aclrtGetVersion(int *a, int *b, int *c) { *a = 1; *b = 16; *c = 2; return 0; }
            int aclsysGetVersionStr(char *name, char *out) {
                if (!strcmp(name, "runtime")) { strcpy(out, "9.0.1"); return 0; }
                if (!strcmp(name, "driver")) { strcpy(out, "26.0.rc1"); return 0; }
                return 100003;
            }
            int aclsysGetCANNVersion(int name, char *v) { strcpy(v, "7.7.0.1.238"); return name; }
            const char *aclrtGetSocName(void) { return "Ascend910B3"; }
            """;
    private static final String DCMI = """
            #include <string.h>
            int dcmi_init(void) { return 0; }
            int dcmi_get_driver_version(char *v, unsigned n) { strncpy(v, "25.5.2", n); return 0; }
            int dcmi_get_card_list(int *n, int *list, int length) { *n = 1; list[0] = 4; return 0; }
            int dcmi_get_device_chip_info(int card, int device, char *info) {
                if (card != 4 || device != 0) return -8001;
                strcpy(info, "Ascend"); strcpy(info + 32, "910B3"); strcpy(info + 64, "V1"); return 0;
            }
            """;

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();

    private Path home() {
        environment.put("ASCEND_HOME_PATH", directory.resolve("cann").toString());
        return directory.resolve("cann/lib64/libascendcl.so");
    }

    private Verdict check() {
        CompatibilityGuard guard = CompatibilityGuard.builder()
                .environment(environment)
                .properties(Map.of())
                .liveProbe(true)
                .build();
        long start = System.nanoTime();
        Verdict verdict = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), guard::check);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        return verdict;
    }

    private static List<String> values(Verdict verdict, Subject subject, String note) {
        return verdict.facts().of(subject).stream()
                .filter(fact -> fact.note().equals(note))
                .map(Fact::value)
                .toList();
    }

    @Test
    void asksTheLibrariesForTheirNumbers() {
        StubLibrary.compile(home(), ACL);
        StubLibrary.compile(directory.resolve("driver/libdcmi.so"), DCMI);
        environment.put("LD_LIBRARY_PATH", directory.resolve("driver").toString());
        Verdict verdict = check();
        assertThat(values(verdict, Subject.LIVE_PROBE, "aclrtGetVersion")).containsExactly("ACL 1.16.2");
        assertThat(values(verdict, Subject.CANN, "aclsysGetVersionStr")).containsExactly("9.0.1");
        assertThat(values(verdict, Subject.CANN, "aclsysGetCANNVersion"))
                .as("a package's inner number is no release")
                .isEmpty();
        assertThat(values(verdict, Subject.DRIVER, "aclsysGetVersionStr")).containsExactly("26.0.rc1");
        assertThat(values(verdict, Subject.DRIVER, "dcmi_get_driver_version")).containsExactly("25.5.2");
        assertThat(values(verdict, Subject.CHIP, "aclrtGetSocName")).containsExactly("Ascend910B3");
        assertThat(values(verdict, Subject.CHIP, "dcmi_get_device_chip_info")).containsExactly("910B3");
    }

    @Test
    void letsTheLibraryContradictItsVersionFile() throws IOException {
        StubLibrary.compile(home(), ACL);
        Files.createDirectories(directory.resolve("cann/runtime"));
        Files.writeString(directory.resolve("cann/runtime/version.info"), "Version=8.5.0\n");
        assertThat(check().findings())
                .filteredOn(finding ->
                        finding.subject().equals("CANN") && finding.id().endsWith("version"))
                .extracting(Finding::found)
                .containsExactly("8.5.0", "9.0.1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "sleeps, sleep(600);, did not answer in time",
        "exits, _exit(7);, exit code 7",
        "exits quietly, _exit(0);, exit code 0",
        "crashes, volatile long a = 8; *(int *) a = 1;, crashed",
        "aborts, abort();, crashed",
        "prints for ever, for (;;) puts(\"y\");, broke off",
    })
    void survivesALibraryThat(String name, String code, String note) {
        String head = "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n";
        StubLibrary.compile(home(), head + "__attribute__((constructor)) static void opened(void) { " + code + " }");
        Finding finding = check().findings().stream()
                .filter(one -> one.id().equals("probe.live"))
                .findFirst()
                .orElseThrow();
        assertThat(finding.severity()).isEqualTo(Severity.WARN);
        assertThat(finding.cause()).contains(note);
        assertThat(finding.source()).isEqualTo(home().toString());
    }

    @Test
    void letsADeadLibraryNotSilenceTheOther() {
        StubLibrary.compile(
                home(), "#include <unistd.h>\n__attribute__((constructor)) static void f(void) { sleep(600); }");
        StubLibrary.compile(directory.resolve("driver/libdcmi.so"), DCMI);
        environment.put("LD_LIBRARY_PATH", directory.resolve("driver").toString());
        assertThat(values(check(), Subject.DRIVER, "dcmi_get_driver_version")).containsExactly("25.5.2");
    }

    @Test
    void opensNothingOfATreeNorWithoutBeingAsked() throws IOException {
        Path record = directory.resolve("opened");
        String recording = "#include <stdio.h>\n__attribute__((constructor)) static void f(void) { fclose(fopen(\""
                + record + "\", \"a\")); }";
        StackTree tree = new StackTree(directory.resolve("tree"))
                .visible("26.1.1")
                .newCann("9.0.1")
                .file("/opt/venv/pyvenv.cfg", "version = 3.11.1\n")
                .file("/opt/venv/lib/python3.11/os.py", "");
        for (String library : List.of(
                "/usr/local/Ascend/cann-9.0.1/lib64/libascendcl.so",
                "/usr/local/Ascend/driver/lib64/driver/libascend_hal.so",
                "/usr/local/dcmi/libdcmi.so")) {
            StubLibrary.compile(tree.at(library), recording);
        }
        Path python = tree.file("/opt/venv/bin/python3.11", "#!/bin/sh\ntouch " + record + "\n")
                .at("/opt/venv/bin/python3.11");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        CompatibilityGuard.builder()
                .root(tree.root())
                .environment(Map.of("VIRTUAL_ENV", "/opt/venv"))
                .properties(Map.of())
                .liveProbe(true)
                .pythonProbe(true)
                .build()
                .check();
        StubLibrary.compile(home(), recording);
        CompatibilityGuard.builder()
                .environment(environment)
                .properties(Map.of())
                .build()
                .check();
        assertThat(record).doesNotExist();
    }

    @Test
    void asksThePythonThatWasFound() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("venv/bin"));
        Path packages = directory.resolve("venv/lib/python3.11/site-packages");
        Files.createDirectories(packages);
        Files.writeString(directory.resolve("venv/pyvenv.cfg"), "version = 3.11.1\n");
        environment.put("VIRTUAL_ENV", directory.resolve("venv").toString());
        Path python = Files.writeString(
                bin.resolve("python3.11"),
                "#!/bin/sh\n[ \"$1 $2 $3\" = '-I -S -c' ] && [ -z \"$HOME\" ] && echo ascend4j:python=3.11.9"
                        + " && echo ascend4j:torch_npu=2.10.0 && echo ascend4j:end\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        assertThat(askedPython()).extracting(Fact::value).containsExactly("3.11.9");

        Files.writeString(python, "#!/bin/sh\nsleep 600 &\nsleep 600\n");
        assertThat(askedPython()).isEmpty();
        Files.writeString(python, "#!/bin/sh\nyes\n");
        assertThat(askedPython()).isEmpty();
        assertThat(python.toFile().setWritable(true, false)).isTrue();
        Files.writeString(python, "#!/bin/sh\necho ascend4j:python=3.11.9\necho ascend4j:end\n");
        assertThat(askedPython()).as("everybody may replace it").isEmpty();
    }

    private List<Fact> askedPython() {
        Verdict verdict = CompatibilityGuard.builder()
                .environment(environment)
                .properties(Map.of())
                .pythonProbe(true)
                .build()
                .check();
        return verdict.facts().of(Subject.PYTHON).stream()
                .filter(fact -> fact.note().equals("asked"))
                .toList();
    }
}
