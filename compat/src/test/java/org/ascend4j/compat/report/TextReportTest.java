package org.ascend4j.compat.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.ascend4j.compat.CompatibilityGuard;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.Verdict;
import org.ascend4j.compat.probe.StackTree;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextReportTest {
    @TempDir
    private Path directory;

    private String report(GuardMode mode) {
        CompatibilityGuard.Builder guard = CompatibilityGuard.builder()
                .root(directory)
                .environment(Map.of())
                .properties(Map.of())
                .plugin(Pep440Version.parse("0.23.0rc1"));
        Verdict verdict = (mode == null ? guard : guard.mode(mode)).build().check();
        return TextReport.of(verdict);
    }

    @Test
    void tellsAnOperatorWhatDoesNotFitAndWhatToDo() {
        new StackTree(directory)
                .device()
                .driver("25.5.2")
                .oldCann("8.3.RC1")
                .python("3.11")
                .installed("3.11", "torch", "2.10.0")
                .installed("3.11", "torch_npu", "2.9.0");
        assertThat(report(null)).isEqualTo("""
                Ascend4J stack check
                  plugin  0.23.0rc1
                  row     vLLM 0.23.0, Python >=3.10,<3.13, CANN 9.0.1, torch 2.10.0, torch_npu 2.10.0.post2 (2026-07-20, main)
                  mode    enforce

                           Id   Check           Expected                Found      Source
                  ok            NPU                                     present    device node /dev/davinci0 and 4 more
                  info     F12  device node     /dev/devmm_svm          not found  /dev/devmm_svm
                                Cause   Without this device node no process here reaches the NPU.
                                Action  Start the container with --device /dev/devmm_svm; on the host itself, load the driver (npu-smi info).
                  info     F12  device node     /dev/hisi_hdc           not found  /dev/hisi_hdc
                                Cause   Without this device node no process here reaches the NPU.
                                Action  Start the container with --device /dev/hisi_hdc; on the host itself, load the driver (npu-smi info).
                  info     F12  driver library  libascend_hal.so        not found  /usr/local/Ascend/driver/lib64/driver/libascend_hal.so
                                Cause   CANN cannot be loaded without the driver's library.
                                Action  Mount /usr/local/Ascend/driver/lib64 into the container, and source CANN's set_env.sh so that LD_LIBRARY_PATH has it.
                  info          driver          any                     25.5.2     /usr/local/Ascend/driver/version.info
                  info          firmware        any                     not found  /usr/local/Ascend/firmware/version.info
                  degrade  F09  CANN            >=8.5.0                 8.3.RC1    /usr/local/Ascend/ascend-toolkit/latest/runtime/version.info
                                Cause   The default graph mode runs out of hardware queues.
                                Action  Upgrade to HDK 25.5.1 and CANN 8.5.0 or newer, or use FULL_DECODE_ONLY with fewer capture sizes, or eager mode.
                  info          torch_npu       every feature           6 off      /usr/local/python3.11/lib/python3.11/site-packages/torch_npu-2.9.0.dist-info/METADATA
                  refuse        CANN            9.0.1                   8.3.RC1    /usr/local/Ascend/ascend-toolkit/latest/runtime/version.info and 3 more
                                Cause   It is older than the row of plugin 0.23.0rc1.
                                Action  Install CANN 9.0.1 and source its set_env.sh, or take the plugin release made for the CANN that is there.
                  ok            Python          >=3.10,<3.13            3.11       /usr/local/python3.11/lib/python3.11
                  ok            torch           2.10.0                  2.10.0     /usr/local/python3.11/lib/python3.11/site-packages/torch-2.10.0.dist-info/METADATA
                  refuse   F04  torch_npu       2.10.0.post2            2.9.0      /usr/local/python3.11/lib/python3.11/site-packages/torch_npu-2.9.0.dist-info/METADATA
                                Cause   It is older than the row of plugin 0.23.0rc1.
                                Action  pip install torch-npu==2.10.0.post2
                  refuse   F03  torch_npu       built for torch 2.10.0  2.9.0      /usr/local/python3.11/lib/python3.11/site-packages/torch_npu-2.9.0.dist-info/METADATA
                                Cause   torch_npu 2.9.0 was built for torch 2.9.0, and torch 2.10.0 is installed.
                                Action  Install vLLM first and the plugin last, then pip install torch==2.10.0; pip check.

                INCOMPATIBLE: 3 findings against plugin 0.23.0rc1
                """);
    }

    @Test
    void saysThatThereIsNoNpuAndWhatElseThereIs() {
        new StackTree(directory).python("3.11");
        assertThat(report(null)).isEqualTo("""
                Ascend4J stack check
                  plugin  0.23.0rc1
                  row     vLLM 0.23.0, Python >=3.10,<3.13, CANN 9.0.1, torch 2.10.0, torch_npu 2.10.0.post2 (2026-07-20, main)
                  mode    enforce

                        Check      Expected  Found      Source
                  info  NPU                  none       /dev, /etc/ascend_install.info, /usr/local/Ascend, ASCEND_HOME_PATH
                  info  CANN       any       not found  ASCEND_HOME_PATH, /usr/local/Ascend
                  info  driver     any       not found  /usr/local/Ascend/driver/version.info
                  info  firmware   any       not found  /usr/local/Ascend/firmware/version.info
                  info  Python     any       3.11       /usr/local/python3.11/lib/python3.11
                  info  torch      any       not found  /usr/local/python3.11/lib/python3.11
                  info  torch_npu  any       not found  /usr/local/python3.11/lib/python3.11

                COMPATIBLE: no NPU found on this host; nothing to enforce
                """);
    }

    @Test
    void saysThatTheGuardIsOff() {
        assertThat(report(GuardMode.OFF)).isEqualTo("""
                Ascend4J stack check
                  plugin  0.23.0rc1
                  row     vLLM 0.23.0, Python >=3.10,<3.13, CANN 9.0.1, torch 2.10.0, torch_npu 2.10.0.post2 (2026-07-20, main)
                  mode    off
                  set     mode=off  The guard's mode is off.

                        Check  Expected  Found  Source
                  warn  guard  enforce   off    ascend4j.guard or ASCEND4J_GUARD
                        Cause   The guard was switched off; nothing was checked.
                        Action  Set the mode to enforce or warn.

                NOT CHECKED: the guard is off
                """);
    }

    @Test
    void printsNothingThatSteersATerminal() {
        new StackTree(directory)
                .device()
                .file("/usr/local/Ascend/cann/runtime/version.info", "Version=\u001b]0;owned\u0007 9.0.1\u202e\n")
                .python("3.11")
                .installed("3.11", "torch", "2.10.0");
        assertThat(report(null)).matches("[\\x20-\\x7e\\n]*").contains("NOT PROVEN");
    }
}
