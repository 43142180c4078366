package org.ascend4j.compat.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CannLocatorTest {
    @TempDir
    private Path directory;

    private CannLocator.Candidates locate(Map<String, String> environment) {
        return CannLocator.locate(directory, environment, Map.of());
    }

    @Test
    void takesHomePathThenToolkitHomeThenTheUsualPlaces() {
        new StackTree(directory)
                .newCann("9.0.1")
                .directory("/opt/home/lib64")
                .directory("/opt/toolkit/lib64")
                .directory("/usr/local/Ascend/nnrt/latest/lib64");
        CannLocator.Candidates found =
                locate(Map.of("ASCEND_TOOLKIT_HOME", "/opt/toolkit", "ASCEND_HOME_PATH", "/opt/home/"));
        assertThat(found.directories())
                .containsExactly(
                        directory.resolve("opt/home/lib64"),
                        directory.resolve("opt/toolkit/lib64"),
                        directory.resolve("usr/local/Ascend/cann-9.0.1/lib64"),
                        directory.resolve("usr/local/Ascend/nnrt/latest/lib64"));
        assertThat(found.refused()).isEmpty();
    }

    @Test
    void letsThePropertyGoBeforeEveryVariable() {
        new StackTree(directory).directory("/opt/a/lib64").directory("/opt/b/lib64");
        List<Path> found = CannLocator.locate(
                        directory, Map.of("ASCEND_HOME_PATH", "/opt/a"), Map.of(CannLocator.HOME_PROPERTY, "/opt/b"))
                .directories();
        assertThat(found).containsExactly(directory.resolve("opt/b/lib64"), directory.resolve("opt/a/lib64"));
    }

    @Test
    void followsTheLinksOfTheOldLayout() {
        new StackTree(directory).oldCann("8.1.RC1");
        assertThat(locate(Map.of()).directories())
                .containsExactly(directory.resolve("usr/local/Ascend/ascend-toolkit/8.1.RC1/aarch64-linux/lib64"));
    }

    @Test
    void refusesStubDirectoriesByName() {
        new StackTree(directory)
                .directory("/opt/cann/devlib/lib64")
                .directory("/opt/linked/lib64/stub")
                .link("/opt/other/lib64", "/opt/linked/lib64/stub");
        CannLocator.Candidates found =
                locate(Map.of("ASCEND_HOME_PATH", "/opt/cann/devlib", "ASCEND_TOOLKIT_HOME", "/opt/other"));
        assertThat(found.directories()).isEmpty();
        assertThat(found.refused())
                .containsExactly(
                        "ASCEND_HOME_PATH: /opt/cann/devlib holds link stubs only",
                        "ASCEND_TOOLKIT_HOME: /opt/linked/lib64/stub holds link stubs only");
    }

    @Test
    void saysWhyAVariableCannotServe() {
        new StackTree(directory).file("/opt/file", "").link("/opt/loop", "/opt/loop");
        assertThat(reason("relative/cann")).endsWith("is not an absolute path");
        assertThat(reason("/opt/a\nb")).isEqualTo("ASCEND_HOME_PATH: /opt/a?b holds control characters");
        assertThat(reason("/opt/none")).endsWith("does not exist");
        assertThat(reason("/opt/file")).endsWith("is not a directory");
        assertThat(reason("/opt/loop")).contains("cannot be read: more than 40 symbolic links");
        assertThat(reason("/" + "x/".repeat(50_000))).hasSizeLessThan(400).contains("4096");
        assertThat(locate(Map.of("ASCEND_HOME_PATH", " ")).refused()).isEmpty();
    }

    private String reason(String home) {
        CannLocator.Candidates found = locate(Map.of("ASCEND_HOME_PATH", home));
        assertThat(found.directories()).isEmpty();
        return found.refused().get(0);
    }
}
