package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.StackFacts;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;
import org.ascend4j.compat.version.Pep440Version;

/** Features that are off on this host, with the reason: F09, F13 and torch_npu's own gates. */
final class GateRules {
    private static final Pep440Version FULL_GRAPHS_SINCE = Pep440Version.parse("0.21.0rc1");
    private static final CannVersion FULL_GRAPHS_CANN = CannVersion.parse("8.5.0");
    private static final DriverVersion FULL_GRAPHS_DRIVER = DriverVersion.parse("25.5.1");
    private static final CannVersion CAPTURE_CANN = CannVersion.parse("8.1.RC1");
    private static final String FABRIC = "ASCEND_ENABLE_USE_FABRIC_MEM";
    private static final CannVersion FABRIC_CANN = CannVersion.parse("9.0.0");
    private static final DriverVersion FABRIC_DRIVER = DriverVersion.parse("26.0.RC1");
    private static final DriverVersion FABRIC_DRIVER_NEW_MOONCAKE = DriverVersion.parse("25.5.0");
    private static final Pep440Version NEW_MOONCAKE = Pep440Version.parse("0.3.11");

    private final Question question;
    private final List<Finding> findings = new ArrayList<>();

    GateRules(Question question) {
        this.question = question;
    }

    List<Finding> judge() {
        judgeGraphs();
        judgeFabric();
        judgeTorchNpu();
        return findings;
    }

    private void judgeGraphs() {
        boolean capture = question.row()
                .filter(row -> row.cann().compareTo(CAPTURE_CANN) >= 0)
                .isPresent();
        if (capture && cannBelow(CAPTURE_CANN)) {
            findings.add(graph(Subject.CANN, ">=" + CAPTURE_CANN, "It has no aclmdlRICaptureBegin, so no graph mode."));
        } else if (question.plugin().compareTo(FULL_GRAPHS_SINCE) >= 0) {
            if (cannBelow(FULL_GRAPHS_CANN)) {
                findings.add(graph(
                        Subject.CANN, ">=" + FULL_GRAPHS_CANN, "The default graph mode runs out of hardware queues."));
            }
            if (driverBelow(FULL_GRAPHS_DRIVER)) {
                findings.add(graph(
                        Subject.DRIVER,
                        ">=" + FULL_GRAPHS_DRIVER,
                        "The default graph mode runs out of hardware queues (207005, Alloc sq cq fail)."));
            }
        }
    }

    private Finding graph(Subject subject, String expected, String cause) {
        return Question.finding(
                "F09",
                question.found(subject).get(0),
                Severity.DEGRADE,
                expected,
                cause,
                "Upgrade to HDK " + FULL_GRAPHS_DRIVER + " and CANN " + FULL_GRAPHS_CANN
                        + " or newer, or use FULL_DECODE_ONLY with fewer capture sizes, or eager mode.");
    }

    /** Fabric memory is asked for by a variable; without the driver and CANN for it, registering memory fails. */
    private void judgeFabric() {
        if (!question.environment().getOrDefault(FABRIC, "").strip().equals("1")) {
            return;
        }
        boolean newMooncake = question.found(Subject.MOONCAKE).stream()
                .map(fact -> Pep440Version.tryParse(fact.value()))
                .flatMap(Optional::stream)
                .anyMatch(version -> version.compareTo(NEW_MOONCAKE) >= 0);
        DriverVersion driver = newMooncake ? FABRIC_DRIVER_NEW_MOONCAKE : FABRIC_DRIVER;
        if (cannBelow(FABRIC_CANN)) {
            findings.add(fabric(Subject.CANN, ">=" + FABRIC_CANN));
        }
        if (driverBelow(driver)) {
            findings.add(fabric(Subject.DRIVER, ">=" + driver));
        }
    }

    private Finding fabric(Subject subject, String expected) {
        return Question.finding(
                "F13",
                question.found(subject).get(0),
                Severity.DEGRADE,
                expected,
                FABRIC + " asks for fabric memory, which this does not support (register memory failed, 207000).",
                "Unset " + FABRIC + ", or upgrade HDK and CANN.");
    }

    /** torch_npu switches these off without a word. */
    private void judgeTorchNpu() {
        List<Fact> torchNpu = question.found(Subject.TORCH_NPU);
        if (torchNpu.isEmpty()) {
            return;
        }
        List<String> off = new ArrayList<>();
        for (StackFacts.Feature feature : StackFacts.gates()) {
            if (feature.cann().filter(this::cannBelow).isPresent()
                    || feature.driver().filter(this::driverBelow).isPresent()) {
                off.add(feature.name() + " (" + feature.needs() + ")");
            }
        }
        if (!off.isEmpty()) {
            findings.add(new Finding(
                    "torch-npu.gates",
                    Severity.INFO,
                    Subject.TORCH_NPU.label(),
                    "every feature",
                    off.size() + " off",
                    torchNpu.get(0).source(),
                    "torch_npu switches off: " + String.join("; ", off) + ".",
                    ""));
        }
    }

    private boolean cannBelow(CannVersion floor) {
        return question.cann().filter(version -> version.compareTo(floor) < 0).isPresent();
    }

    private boolean driverBelow(DriverVersion floor) {
        return question.driver().filter(version -> version.compareTo(floor) < 0).isPresent();
    }
}
