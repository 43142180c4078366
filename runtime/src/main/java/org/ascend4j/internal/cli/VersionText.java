package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.ascend4j.compat.PluginRelease;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.HostFacts;
import org.ascend4j.compat.probe.Subject;
import picocli.CommandLine.IVersionProvider;

/** {@code --version}: the release, the stack it fits, the commit, and what would answer as CANN here. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        BuildInfo build = BuildInfo.load();
        String row = ReleaseMatrix.embedded()
                .row(PluginRelease.current())
                .map(VersionText::describe)
                .orElse("none in the matrix");
        return new String[] {
            "ascend4j " + build.version(),
            "matrix row: " + row,
            "commit: " + build.commit(),
            "device library: " + library()
        };
    }

    private static String describe(MatrixRow row) {
        return "vLLM " + row.vllm().stream().map(Object::toString).collect(Collectors.joining(" or ")) + ", Python "
                + row.python() + ", CANN " + row.cann() + ", torch " + row.torch() + ", torch_npu " + row.torchNpu();
    }

    /** By the files of this host alone: asking the library itself would cost more than everything else. */
    private static String library() {
        HostFacts host = HostFacts.collect(Path.of("/"), System.getenv(), java.util.Map.of());
        List<Fact> cann = host.of(Subject.CANN);
        for (Fact fact : cann) {
            if (fact.state() == Fact.State.FOUND) {
                return "CANN " + fact.value() + " (" + fact.source() + ")";
            }
        }
        return host.hasNpu()
                ? "none: this host has an NPU, but no CANN was found"
                : "host device, built in (no sign of an NPU on this host)";
    }
}
