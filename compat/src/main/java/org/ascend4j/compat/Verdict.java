package org.ascend4j.compat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.probe.HostFacts;
import org.ascend4j.compat.version.Pep440Version;

/**
 * What the guard decided about a host, and why.
 *
 * @param plugin the plugin release that was asked about
 * @param row the row of the matrix that decided, if the release has one
 * @param mode the mode that was in force
 * @param outcome the decision
 * @param findings what was found, in the order of the checks
 * @param matchingReleases the releases whose row the host matches, nearest to the one asked about first
 * @param overrides what changed how the check was made
 * @param facts what the probes read; without facts if the guard was off
 */
public record Verdict(
        Pep440Version plugin,
        Optional<MatrixRow> row,
        GuardMode mode,
        Outcome outcome,
        List<Finding> findings,
        List<Pep440Version> matchingReleases,
        List<GuardOverride> overrides,
        HostFacts facts) {

    /** The decision. */
    public enum Outcome {
        /** Everything that matters is known and fits; or there is no NPU, so nothing has to fit. */
        FIT,
        /** Not proven: something is unknown or untested, or does not fit and the mode lets it pass. */
        WARN,
        /** The stack does not fit and the mode is {@link GuardMode#ENFORCE}. */
        REFUSE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Verdict {
        findings = List.copyOf(findings);
        matchingReleases = List.copyOf(matchingReleases);
        overrides = List.copyOf(overrides);
    }

    /** What a list of findings comes to in a mode. */
    static Outcome outcome(GuardMode mode, List<Finding> findings) {
        boolean refused = findings.stream().anyMatch(finding -> finding.severity() == Severity.REFUSE);
        boolean clean = findings.stream().allMatch(finding -> finding.severity() == Severity.INFO);
        Outcome outcome = clean ? Outcome.FIT : Outcome.WARN;
        if (refused && mode == GuardMode.ENFORCE) {
            outcome = Outcome.REFUSE;
        }
        return outcome;
    }

    /** The findings of one weight. */
    public List<Finding> findings(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .toList();
    }

    /** The decision in one line of plain text. */
    public String summary() {
        int refusing = findings(Severity.REFUSE).size();
        int unsure = findings.size() - refusing - findings(Severity.INFO).size();
        if (mode == GuardMode.OFF) {
            return "NOT CHECKED: the guard is off";
        }
        if (!facts.hasNpu() && refusing == 0) {
            return "COMPATIBLE: no NPU found on this host; nothing to enforce";
        }
        return switch (outcome) {
            case FIT -> "COMPATIBLE: this host fits plugin " + plugin;
            case REFUSE -> "INCOMPATIBLE: " + count(refusing) + " against plugin " + plugin;
            case WARN ->
                refusing > 0
                        ? "INCOMPATIBLE, let pass by mode " + mode + ": " + count(refusing) + " against plugin "
                                + plugin
                        : "NOT PROVEN: " + count(unsure) + " to look at for plugin " + plugin;
        };
    }

    private static String count(int findings) {
        return findings + (findings == 1 ? " finding" : " findings");
    }
}
