package org.ascend4j.internal.cli;

import org.ascend4j.compat.Finding;
import org.ascend4j.compat.Severity;
import org.ascend4j.compat.Verdict;

/** What the guard found, for stderr; a host that fits is not worth a line. */
final class GuardNote {
    private GuardNote() {}

    static void write(Verdict verdict, Streams streams) {
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
