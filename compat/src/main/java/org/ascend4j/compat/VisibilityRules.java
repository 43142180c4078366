package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;

/**
 * F12: what the process cannot see of the NPU. Comes before every version, for without it no version
 * matters. A tree by files names only what somebody put there, so there a gap must show: a lone file
 * that stands for a device says nothing about its neighbours.
 */
final class VisibilityRules {
    private static final String ID = "F12";
    private static final String MANAGER = "/dev/davinci_manager";

    private final Question question;
    private final boolean live;
    private final boolean chipSeen;
    private final long sharedSeen;
    private final boolean driverSeen;

    VisibilityRules(Question question) {
        this.question = question;
        List<Fact> nodes = question.facts(Subject.DEVICE);
        this.live = nodes.stream()
                .anyMatch(fact -> fact.value().equals("node") || fact.note().equals("live"));
        this.chipSeen = nodes.stream().anyMatch(fact -> isChip(fact) && fact.state() != Fact.State.ABSENT);
        this.sharedSeen = nodes.stream()
                .filter(fact -> !isChip(fact) && fact.state() != Fact.State.ABSENT)
                .count();
        this.driverSeen = question.facts(Subject.DRIVER).stream().anyMatch(fact -> fact.state() != Fact.State.ABSENT);
    }

    private static boolean isChip(Fact node) {
        return node.source().matches("/dev/v?davinci\\d+");
    }

    List<Finding> judge() {
        List<Finding> findings = new ArrayList<>();
        for (Fact node : question.facts(Subject.DEVICE)) {
            if (node.state() == Fact.State.UNKNOWN) {
                findings.add(device(node, Severity.WARN));
            } else if (node.state() == Fact.State.ABSENT && (chipSeen || isChip(node))) {
                findings.add(device(node, isChip(node) ? withoutChip() : withoutShared(node)));
            }
        }
        question.facts(Subject.DRIVER_LIBRARY).stream()
                .filter(fact -> fact.state() == Fact.State.ABSENT)
                .forEach(fact -> findings.add(library(fact)));
        if (!question.found(Subject.DRIVER_LIBRARY).isEmpty()) {
            question.facts(Subject.MOUNT).stream()
                    .filter(fact -> fact.state() == Fact.State.ABSENT)
                    .forEach(fact -> findings.add(mount(fact)));
        }
        return findings;
    }

    private Severity withoutChip() {
        if (live || sharedSeen > 0) {
            return Severity.REFUSE;
        }
        return driverSeen ? Severity.WARN : Severity.INFO;
    }

    private Severity withoutShared(Fact node) {
        if (live || sharedSeen > 1) {
            return Severity.REFUSE;
        }
        return node.source().equals(MANAGER) ? Severity.WARN : Severity.INFO;
    }

    private static Finding device(Fact node, Severity severity) {
        String cause = node.state() == Fact.State.UNKNOWN
                ? "The device node cannot be looked at: " + node.note() + "."
                : "Without this device node no process here reaches the NPU.";
        return Question.finding(
                ID,
                node,
                severity,
                node.source(),
                cause,
                "Start the container with --device " + node.source()
                        + "; on the host itself, load the driver (npu-smi info).");
    }

    private Finding library(Fact library) {
        boolean gap = live && (chipSeen || driverSeen) || !library.note().isEmpty() || mounted();
        Severity severity = gap ? Severity.REFUSE : Severity.INFO;
        String directory = library.source().replaceFirst("/lib64/.*", "/lib64");
        return Question.finding(
                ID,
                library,
                severity,
                "libascend_hal.so",
                "CANN cannot be loaded without the driver's library.",
                "Mount " + directory + " into the container, and source CANN's set_env.sh so that LD_LIBRARY_PATH"
                        + " has it.");
    }

    /** Containers get these together with the driver's libraries. */
    private boolean mounted() {
        return question.found(Subject.MOUNT).stream()
                .anyMatch(fact -> !fact.source().startsWith("/etc/"));
    }

    private Finding mount(Fact mount) {
        boolean record = mount.source().startsWith("/etc/");
        String cause = record
                ? "CANN looks the driver's number up by this file."
                : "Device states cannot be asked for; the engine itself runs without.";
        return Question.finding(
                ID,
                mount,
                record ? Severity.WARN : Severity.INFO,
                mount.source(),
                cause,
                "Mount " + mount.source() + " into the container.");
    }
}
