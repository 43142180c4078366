package org.ascend4j.compat.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpuSignsTest {
    @TempDir
    private Path directory;

    private List<String> signs(Map<String, String> environment) {
        return signs(environment, Map.of());
    }

    private List<String> signs(Map<String, String> environment, Map<String, String> properties) {
        return NpuSigns.find(directory, environment, properties).stream()
                .map(NpuSign::toString)
                .toList();
    }

    @Test
    void findsNoneOnAnOrdinaryHost() {
        new StackTree(directory).file("/dev/null", "").python("3.11").directory("/usr/local/Ascend");
        assertThat(signs(Map.of("ASCEND_HOME_PATH", "/opt/none"))).isEmpty();
    }

    @Test
    void takesEachOfDeviceDriverAndCannAsASign() {
        new StackTree(directory).device();
        assertThat(signs(Map.of())).containsExactly("device node /dev/davinci0", "device node /dev/davinci_manager");
    }

    @Test
    void takesCannNamedByThePropertyAloneAsASign() {
        new StackTree(directory).file("/opt/cann/lib64/libascendcl.so", "");
        assertThat(signs(Map.of(), Map.of("ascend4j.cann.home", "/opt/cann"))).containsExactly("CANN /opt/cann");
        assertThat(signs(Map.of(), Map.of("ascend4j.cann.home", "/opt/none"))).isEmpty();
    }

    @Test
    void findsTheDriverWhereItsRecordSaysItIs() {
        new StackTree(directory)
                .file("/etc/ascend_install.info", "Driver_Install_Path_Param=/data/Ascend\n")
                .file("/data/Ascend/driver/version.info", "Version=25.5.2\n");
        assertThat(signs(Map.of()))
                .containsExactly("driver /etc/ascend_install.info", "driver /data/Ascend/driver/version.info");
    }

    @Test
    void findsCannByVariableAndByPlace() {
        new StackTree(directory).directory("/opt/cann").newCann("9.0.1");
        assertThat(signs(Map.of("ASCEND_HOME_PATH", "/opt/cann")))
                .containsExactly("CANN /opt/cann", "CANN /usr/local/Ascend/cann");
        assertThat(signs(Map.of("ASCEND_TOOLKIT_HOME", "/opt/cann"))).contains("CANN /opt/cann");
    }

    @Test
    void countsADriverRecordThatCannotBeReadAsASign() {
        new StackTree(directory).link("/etc/ascend_install.info", "/etc/ascend_install.info");
        assertThat(signs(Map.of())).containsExactly("driver /etc/ascend_install.info");
    }

    @Test
    void countsAVariableThatLeadsInACircleAsASign() {
        new StackTree(directory).link("/opt/cann", "/opt/cann");
        assertThat(signs(Map.of("ASCEND_TOOLKIT_HOME", "/opt/cann"))).containsExactly("CANN /opt/cann");
        assertThat(signs(Map.of("ASCEND_HOME_PATH", "/opt/a\0b"))).containsExactly("CANN /opt/a?b");
    }
}
