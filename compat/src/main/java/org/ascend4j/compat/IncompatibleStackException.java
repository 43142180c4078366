package org.ascend4j.compat;

import java.util.stream.Collectors;

/** The guard refuses this host's stack. Its message is one line; description and action have the rest. */
public final class IncompatibleStackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Verdict verdict;
    private final String description;
    private final String action;

    IncompatibleStackException(Verdict verdict) {
        super(describe(verdict, "; ") + " (set " + GuardMode.VARIABLE + "=warn to go on regardless)");
        this.verdict = verdict;
        this.description = describe(verdict, "\n");
        this.action = verdict.findings(Severity.REFUSE).stream()
                .map(finding -> finding.subject() + ": " + finding.action())
                .distinct()
                .collect(Collectors.joining("\n"));
    }

    private static String describe(Verdict verdict, String separator) {
        return verdict.findings(Severity.REFUSE).stream()
                .map(finding -> finding.subject() + " " + finding.found() + " does not fit plugin " + verdict.plugin()
                        + ", which needs " + finding.expected() + " (" + finding.source() + ")")
                .collect(Collectors.joining(separator));
    }

    /** What does not fit: one line for each subject, with what was expected, found and where. */
    public String description() {
        return description;
    }

    /** What to do about it: one line for each subject. */
    public String action() {
        return action;
    }

    /** The verdict behind it; null after the exception was serialised. */
    public Verdict verdict() {
        return verdict;
    }
}
