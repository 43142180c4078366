package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ascend4j.compat.matrix.DriverFloor;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.HostFacts;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;
import org.ascend4j.compat.version.Pep440Version;

/**
 * Turns facts into findings by the versioning policy: CANN, torch, torch_npu and Python outside the row
 * refuse, newer as well as older; what cannot be told warns; an absent Python stack is information,
 * for the engine needs none. Every source of a subject is judged, so where two disagree the stricter decides.
 */
final class StackRules {
    private static final String NO_NUMBER = "any";

    private final Pep440Version plugin;
    private final Optional<MatrixRow> row;
    private final Optional<DriverFloor> driverFloor;

    StackRules(Pep440Version plugin, Optional<MatrixRow> row, Optional<DriverFloor> driverFloor) {
        this.plugin = plugin;
        this.row = row;
        this.driverFloor = driverFloor;
    }

    static Finding switchedOff() {
        return new Finding(
                "guard.off",
                Severity.WARN,
                "guard",
                GuardMode.ENFORCE.toString(),
                GuardMode.OFF.toString(),
                GuardMode.PROPERTY + " or " + GuardMode.VARIABLE,
                "The guard was switched off; nothing was checked.",
                "Set the mode to enforce or warn.");
    }

    List<Finding> judge(HostFacts facts) {
        if (!facts.hasNpu()) {
            return withoutNpu(facts);
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(npu(facts));
        facts.refusedHomes().forEach(home -> findings.add(refusedHome(home, Severity.WARN)));
        if (row.isEmpty()) {
            findings.add(noRow());
        }
        for (Fact fact : agreed(facts.of(Subject.CANN))) {
            findings.add(row.map(r -> cann(fact, r.cann())).orElseGet(() -> unjudged(fact)));
        }
        facts.of(Subject.DRIVER).forEach(fact -> findings.add(driver(fact)));
        facts.of(Subject.FIRMWARE).forEach(fact -> findings.add(unjudged(fact)));
        for (Subject subject : List.of(Subject.PYTHON, Subject.TORCH, Subject.TORCH_NPU)) {
            for (Fact fact : agreed(facts.of(subject))) {
                findings.add(row.map(r -> python(fact, r)).orElseGet(() -> unjudged(fact)));
            }
        }
        return findings;
    }

    /** Sources that say the same become one fact; those that disagree stay apart. */
    private static List<Fact> agreed(List<Fact> facts) {
        Map<String, List<Fact>> byValue = new LinkedHashMap<>();
        for (Fact fact : facts) {
            // What is unknown has no value to agree on: each such file is a finding of its own.
            String key = fact.state() == Fact.State.FOUND ? fact.value() : fact.source();
            byValue.computeIfAbsent(key, value -> new ArrayList<>()).add(fact);
        }
        return byValue.values().stream().map(StackRules::joined).toList();
    }

    private static Fact joined(List<Fact> same) {
        Fact first = same.get(0);
        String source = same.size() == 1 ? first.source() : first.source() + " and " + (same.size() - 1) + " more";
        return new Fact(first.subject(), first.state(), first.value(), source, first.note());
    }

    /** Nothing has to fit: what there is, is told. */
    private static List<Finding> withoutNpu(HostFacts facts) {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(
                "npu",
                Severity.INFO,
                "NPU",
                "",
                "none",
                "/dev, /etc/ascend_install.info, /usr/local/Ascend, ASCEND_HOME_PATH",
                "No NPU found on this host; nothing to enforce.",
                ""));
        facts.refusedHomes().forEach(home -> findings.add(refusedHome(home, Severity.INFO)));
        for (Subject subject : Subject.values()) {
            agreed(facts.of(subject)).forEach(fact -> findings.add(unjudged(fact)));
        }
        return findings;
    }

    private static Finding npu(HostFacts facts) {
        int more = facts.signs().size() - 1;
        String source = facts.signs().get(0) + (more == 0 ? "" : " and " + more + " more");
        return new Finding("npu", Severity.INFO, "NPU", "", "present", source, "", "");
    }

    private static Finding refusedHome(String home, Severity severity) {
        return new Finding(
                "cann.home",
                severity,
                Subject.CANN.label(),
                "a CANN home",
                "unusable",
                home,
                "It names a place that cannot serve; the next one was looked at.",
                "Source the set_env.sh of the CANN that is meant.");
    }

    private Finding noRow() {
        return new Finding(
                "matrix.row",
                Severity.WARN,
                "matrix",
                "a row",
                "none",
                "release matrix",
                "The matrix has no row for plugin " + plugin + ", so nothing can be compared.",
                "Use a release that has a row.");
    }

    private Finding cann(Fact fact, CannVersion wanted) {
        String install = "Install CANN " + wanted
                + " and source its set_env.sh, or take the plugin release made for the" + " CANN that is there.";
        if (fact.state() == Fact.State.ABSENT) {
            return finding(fact, Severity.REFUSE, wanted, "The host has an NPU but no CANN.", install);
        }
        return compared(fact, wanted, text -> CannVersion.tryParse(text).map(wanted::compareTo), install);
    }

    private Finding driver(Fact fact) {
        if (driverFloor.isEmpty()) {
            return unjudged(fact);
        }
        DriverFloor floor = driverFloor.get();
        String expected = ">=" + floor.floor();
        String upgrade = "Upgrade driver and firmware on the host to HDK "
                + floor.advised().orElse(floor.floor()) + " or newer; containers share it.";
        Optional<DriverVersion> found = DriverVersion.tryParse(fact.value());
        if (found.isEmpty()) {
            return finding(fact, Severity.WARN, expected, "The driver's number is not known.", unknownAction(fact));
        }
        if (found.get().compareTo(floor.floor()) < 0) {
            return finding(fact, Severity.REFUSE, expected, "The driver is older than this release needs.", upgrade);
        }
        boolean belowAdvice = floor.advised()
                .filter(advised -> found.get().compareTo(advised) < 0)
                .isPresent();
        return belowAdvice
                ? finding(fact, Severity.WARN, expected, "The documents disagree: " + floor.note() + ".", upgrade)
                : finding(fact, Severity.INFO, expected, "", "");
    }

    private Finding python(Fact fact, MatrixRow wanted) {
        return switch (fact.subject()) {
            case PYTHON -> inRange(fact, wanted);
            case TORCH -> distribution(fact, wanted.torch());
            case TORCH_NPU -> distribution(fact, wanted.torchNpu());
            default -> throw new IllegalArgumentException("not part of the Python stack: " + fact.subject());
        };
    }

    private Finding inRange(Fact fact, MatrixRow wanted) {
        if (fact.state() != Fact.State.FOUND) {
            return missing(fact, wanted.python());
        }
        boolean inside = wanted.python().contains(fact.value());
        return inside
                ? finding(fact, Severity.INFO, wanted.python(), "", "")
                : finding(
                        fact,
                        Severity.REFUSE,
                        wanted.python(),
                        "This Python is outside the range of the release's row.",
                        "Use a Python " + wanted.python() + ", or take the plugin release made for this one.");
    }

    /** Compares public parts: a local part such as +git4c901a4 or +cpu names a build, not a release. */
    private Finding distribution(Fact fact, Pep440Version wanted) {
        if (fact.state() == Fact.State.ABSENT) {
            return missing(fact, wanted);
        }
        Pep440Version release = wanted.publicPart();
        String name = fact.subject().label().replace('_', '-');
        return compared(
                fact,
                wanted,
                text -> Pep440Version.tryParse(text).map(found -> release.compareTo(found.publicPart())),
                "pip install " + name + "==" + release);
    }

    private static Finding missing(Fact fact, Object wanted) {
        return finding(fact, Severity.INFO, wanted, "The Java engine does not need it.", "");
    }

    /** Equal fits, anything else refuses, what cannot be read warns. */
    private Finding compared(Fact fact, Object wanted, Function<String, Optional<Integer>> order, String mend) {
        Optional<Integer> difference = fact.state() == Fact.State.FOUND ? order.apply(fact.value()) : Optional.empty();
        if (difference.isEmpty()) {
            return finding(
                    fact,
                    Severity.WARN,
                    wanted,
                    "Its version cannot be told: " + fact.note() + ".",
                    unknownAction(fact));
        }
        if (difference.get() == 0) {
            return finding(fact, Severity.INFO, wanted, "", "");
        }
        String age = difference.get() > 0 ? "older" : "newer";
        return finding(fact, Severity.REFUSE, wanted, "It is " + age + " than the row of plugin " + plugin + ".", mend);
    }

    private static String unknownAction(Fact fact) {
        return fact.state() == Fact.State.ABSENT
                ? "Make " + fact.source() + " visible here; in a container, mount it."
                : "Repair or reinstall what owns " + fact.source() + ".";
    }

    private static Finding unjudged(Fact fact) {
        String cause =
                fact.note().isEmpty() ? "Nothing is asked of it." : "Nothing is asked of it; " + fact.note() + ".";
        return finding(fact, Severity.INFO, NO_NUMBER, cause, "");
    }

    private static Finding finding(Fact fact, Severity severity, Object expected, String cause, String action) {
        String id = fact.subject().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ".version";
        String found = switch (fact.state()) {
            case FOUND -> fact.value();
            case ABSENT -> "not found";
            case UNKNOWN -> "unknown";
        };
        return new Finding(
                id, severity, fact.subject().label(), expected.toString(), found, fact.source(), cause, action);
    }
}
