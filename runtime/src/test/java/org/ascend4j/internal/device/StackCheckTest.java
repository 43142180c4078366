package org.ascend4j.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.error.AscendException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On file trees made for it. */
class StackCheckTest {
    @TempDir
    Path root;

    private StackCheck.Result run(StackCheck.Wish wish, GuardMode mode) {
        return StackCheck.run(root, Map.of(), Map.of(), wish, 3, mode);
    }

    private void showAnNpu() throws IOException {
        Files.createDirectories(root.resolve("dev"));
        Files.createFile(root.resolve("dev/davinci0"));
        Files.createFile(root.resolve("dev/davinci_manager"));
    }

    @Test
    void takesTheHostDeviceWithoutAnySignOfAnNpu() {
        StackCheck.Result result = run(StackCheck.Wish.AUTO, GuardMode.ENFORCE);
        assertThat(result.device()).isEqualTo(new DevicePlan(true, 0, java.util.List.of()));
        assertThat(result.verdict()).isNotNull();
    }

    @Test
    void takesTheHostDeviceWhenAskedByNameWhateverTheSigns() throws IOException {
        showAnNpu();
        assertThat(run(StackCheck.Wish.HOST, GuardMode.ENFORCE).device().host()).isTrue();
    }

    @Test
    void neverFallsBackToTheHostWhenThereAreSigns() throws IOException {
        showAnNpu();
        assertThatThrownBy(() -> run(StackCheck.Wish.AUTO, GuardMode.ENFORCE))
                .isInstanceOfAny(IncompatibleStackException.class, AscendException.class);
        assertThatThrownBy(() -> run(StackCheck.Wish.AUTO, GuardMode.OFF))
                .isInstanceOf(AscendException.class)
                .hasMessageContaining("signs of an NPU")
                .hasMessageContaining("ASCEND_HOME_PATH");
    }

    @Test
    void judgesCannThatThePropertyAloneNames() throws IOException {
        Path home = Files.createDirectories(root.resolve("opt/cann/lib64"));
        Files.createFile(home.resolve("libascendcl.so"));
        Files.writeString(root.resolve("opt/cann/version.cfg"), "runtime_running_version=[7.7.0.1.238:8.1.RC1]\n");
        for (StackCheck.Wish wish : List.of(StackCheck.Wish.AUTO, StackCheck.Wish.NPU)) {
            assertThatThrownBy(() -> StackCheck.run(
                            root, Map.of(), Map.of("ascend4j.cann.home", "/opt/cann"), wish, 0, GuardMode.ENFORCE))
                    .isInstanceOf(IncompatibleStackException.class);
        }
    }

    @Test
    void failsWhenAnNpuIsAskedForAndThereIsNone() {
        assertThatThrownBy(() -> run(StackCheck.Wish.NPU, GuardMode.OFF))
                .isInstanceOf(AscendException.class)
                .hasMessageContaining("an NPU was asked for")
                .hasMessageContaining("device host");
    }

    @Test
    void looksAtAStackThatIsNotUsedOnce() {
        StackCheck.Result result = run(StackCheck.Wish.HOST, GuardMode.ENFORCE);

        assertThat(result.verdict()).isSameAs(result.verdict());
    }

    @Test
    void refusesAModeThatIsNoneBeforeTheHostDeviceIsChosen() {
        assertThatThrownBy(() -> StackCheck.run(
                        root, Map.of("ASCEND4J_GUARD", "maybe"), Map.of(), StackCheck.Wish.HOST, 0, GuardMode.WARN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maybe");
    }
}
