package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.probe.ChipFamily;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;

/** F05: a chip that no release runs on, or a wheel that was built for another one. */
final class ChipRules {
    private static final String ID = "F05";
    private static final String SUPPORTED = "A2, A3, 310P or A5";

    private ChipRules() {}

    static List<Finding> judge(Question question) {
        List<Finding> findings = new ArrayList<>();
        Optional<ChipFamily> host = family(question);
        for (Fact chip : SourceAgreement.of(question.found(Subject.CHIP))) {
            findings.add(chip(chip, host));
        }
        for (Fact wheel : question.found(Subject.WHEEL_CHIP)) {
            findings.add(wheel(wheel, host));
        }
        return findings;
    }

    /** The chip of the host: what it says of itself counts before what a variable says. */
    static Optional<ChipFamily> family(Question question) {
        List<Fact> chips = new ArrayList<>(question.found(Subject.CHIP));
        chips.sort(java.util.Comparator.comparing(fact -> fact.source().equals("SOC_VERSION")));
        return chips.stream()
                .map(fact -> ChipFamily.of(fact.value()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Finding chip(Fact chip, Optional<ChipFamily> host) {
        Optional<ChipFamily> family = ChipFamily.of(chip.value());
        if (family.isEmpty()) {
            return Question.finding(
                    "chip", chip, Severity.INFO, SUPPORTED, "No family of chips is known by that name.", "");
        }
        if (!family.get().supported()) {
            return Question.finding(
                    ID,
                    chip,
                    Severity.REFUSE,
                    SUPPORTED,
                    "No plugin release runs on the family " + family.get() + ".",
                    "Use a host with an Atlas A2, A3, 310P or 950 NPU.");
        }
        if (!family.equals(host)) {
            return Question.finding(
                    ID,
                    chip,
                    Severity.WARN,
                    host.get(),
                    "It names another family than the chip that was found.",
                    "Set SOC_VERSION to the chip that is here, or unset it.");
        }
        return Question.finding("chip", chip, Severity.INFO, SUPPORTED, "", "");
    }

    private static Finding wheel(Fact wheel, Optional<ChipFamily> host) {
        Optional<ChipFamily> built = ChipFamily.of(wheel.value().replaceFirst("^_", ""));
        if (host.isEmpty() || built.isEmpty()) {
            return Question.unjudged(wheel);
        }
        if (built.equals(host)) {
            return Question.finding("vllm-ascend.build", wheel, Severity.INFO, host.get(), "", "");
        }
        return Question.finding(
                ID,
                wheel,
                Severity.REFUSE,
                host.get(),
                "The wheel was built for " + built.get() + ", and this host has " + host.get() + ".",
                "Install the wheel or image for " + host.get() + " (CANN images carry "
                        + host.get().imageTag() + " in their tag), or rebuild it with SOC_VERSION set.");
    }
}
