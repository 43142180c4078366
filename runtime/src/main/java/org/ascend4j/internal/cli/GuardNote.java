package org.ascend4j.internal.cli;

import java.util.function.Supplier;
import org.ascend4j.DeviceInfo;
import org.ascend4j.compat.Finding;
import org.ascend4j.compat.Severity;
import org.ascend4j.compat.Verdict;

/** What the guard found, for stderr; a host that fits is not worth a line, nor is one whose NPU is not used. */
final class GuardNote {
    private static final String HOST = "host";

    private GuardNote() {}

    /** @param guard not asked for where the model is on the host device: the guard would look at the stack only now */
    static void write(DeviceInfo device, Supplier<Verdict> guard, Streams streams) {
        if (device.name().equals(HOST)) {
            return;
        }
        Verdict verdict = guard.get();
        if (verdict.outcome() == Verdict.Outcome.FIT) {
            return;
        }
        streams.note("ascend4j: " + verdict.summary());
        for (Finding finding : verdict.findings()) {
            if (finding.severity() != Severity.INFO) {
                streams.note("ascend4j:   " + finding.subject() + ": found " + finding.found() + ", expected "
                        + finding.expected() + ". " + finding.action());
            }
        }
    }
}
