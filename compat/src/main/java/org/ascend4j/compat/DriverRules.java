package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.DriverFloor;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;

/**
 * F08: a driver below what the release asks for, or of a series that is known to fail with this CANN.
 * Few releases name a driver; users' reports (vllm-ascend 4284, 5468, 12430) name the series that fail.
 */
final class DriverRules {
    private static final String ID = "F08";

    /** Drivers up to 24.1 fail with CANN 8.3 and later; up to 25.2 they were seen to fail with CANN 9. */
    private static final CannVersion CANN_8_3 = CannVersion.parse("8.3.RC1");

    private static final DriverVersion AFTER_24_1 = DriverVersion.parse("25.0.RC1");
    private static final CannVersion CANN_9 = CannVersion.parse("9.0.0");
    private static final DriverVersion AFTER_25_2 = DriverVersion.parse("25.3.RC1");

    private final Question question;

    DriverRules(Question question) {
        this.question = question;
    }

    List<Finding> judge() {
        List<Finding> findings = new ArrayList<>();
        SourceAgreement.of(question.facts(Subject.DRIVER)).forEach(fact -> findings.add(driver(fact)));
        question.facts(Subject.FIRMWARE).forEach(fact -> findings.add(Question.unjudged(fact)));
        return findings;
    }

    private Finding driver(Fact fact) {
        Optional<DriverVersion> found = DriverVersion.tryParse(fact.value());
        Optional<DriverFloor> floor = question.driverFloor();
        if (found.isEmpty()) {
            return floor.isEmpty() && !question.requires(Subject.DRIVER)
                    ? Question.unjudged(fact)
                    : unknown(fact, floor.map(named -> ">=" + named.floor()).orElse("a number"));
        }
        if (floor.isPresent() && found.get().compareTo(floor.get().floor()) < 0) {
            return Question.finding(
                    ID,
                    fact,
                    Severity.REFUSE,
                    ">=" + floor.get().floor(),
                    "The driver is older than this release needs.",
                    upgrade(floor.get().advised().orElse(floor.get().floor())));
        }
        return knownToFail(fact, found.get())
                .orElseGet(() ->
                        floor.map(named -> above(fact, found.get(), named)).orElseGet(() -> Question.unjudged(fact)));
    }

    private Optional<Finding> knownToFail(Fact fact, DriverVersion found) {
        Optional<CannVersion> cann = question.cann();
        if (cann.isEmpty()) {
            return Optional.empty();
        }
        if (cann.get().compareTo(CANN_8_3) >= 0 && found.compareTo(AFTER_24_1) < 0) {
            return Optional.of(Question.finding(
                    ID,
                    fact,
                    Severity.REFUSE,
                    ">=" + AFTER_24_1,
                    "Drivers of this series predate CANN " + cann.get() + " and fail with it (507033).",
                    upgrade(AFTER_24_1)));
        }
        if (cann.get().compareTo(CANN_9) >= 0 && found.compareTo(AFTER_25_2) < 0) {
            return Optional.of(Question.finding(
                    ID,
                    fact,
                    Severity.WARN,
                    ">=" + AFTER_25_2,
                    "Drivers of this series were seen to fail with CANN 9.",
                    upgrade(AFTER_25_2)));
        }
        return Optional.empty();
    }

    private static Finding above(Fact fact, DriverVersion found, DriverFloor floor) {
        String expected = ">=" + floor.floor();
        boolean belowAdvice =
                floor.advised().filter(advised -> found.compareTo(advised) < 0).isPresent();
        return belowAdvice
                ? Question.finding(
                        ID,
                        fact,
                        Severity.WARN,
                        expected,
                        "The documents disagree: " + floor.note() + ".",
                        upgrade(floor.advised().get()))
                : Question.finding(fact, Severity.INFO, expected, "", "");
    }

    private Finding unknown(Fact fact, String expected) {
        return Question.finding(
                fact,
                question.requires(Subject.DRIVER) ? Severity.REFUSE : Severity.WARN,
                expected,
                "The driver's number is not known.",
                RowRules.unknownAction(fact));
    }

    private static String upgrade(DriverVersion to) {
        return "Upgrade driver and firmware on the host to HDK " + to + " or newer; containers share it.";
    }
}
