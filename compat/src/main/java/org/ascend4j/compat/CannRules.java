package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.probe.ChipFamily;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.CannVersion;

/** Whether CANN is there and its packages belong together: F02, F06, F14. */
final class CannRules {
    private static final String SET_ENV = "Source the set_env.sh of the CANN that is meant.";
    private static final String ORDER = " Install in this order: toolkit, ops, NNAL.";

    private final Question question;
    private final Optional<CannVersion> cann;
    private final List<Finding> findings = new ArrayList<>();

    CannRules(Question question) {
        this.question = question;
        this.cann = question.cann();
    }

    List<Finding> judge() {
        question.facts().refusedHomes().forEach(home -> findings.add(refusedHome(home, Severity.WARN)));
        question.facts(Subject.CANN).stream()
                .filter(fact -> fact.state() == Fact.State.ABSENT)
                .forEach(fact -> findings.add(absent(fact)));
        SourceAgreement.of(question.found(Subject.CANN_PACKAGE)).forEach(this::judgePackage);
        SourceAgreement.of(question.found(Subject.OPS)).forEach(this::judgeOperators);
        judgeKernels();
        judgeNnal();
        question.found(Subject.CUSTOM_OPS).forEach(this::judgeCustomOperators);
        question.facts(Subject.LIVE_PROBE).forEach(this::judgeLiveProbe);
        return findings;
    }

    static Finding refusedHome(String home, Severity severity) {
        return new Finding(
                "cann.home",
                severity,
                Subject.CANN.label(),
                "a CANN home",
                "unusable",
                home,
                "It names a place that cannot serve; the next one was looked at.",
                SET_ENV);
    }

    private Finding absent(Fact fact) {
        String wanted = question.row().map(row -> row.cann().toString()).orElse("any");
        return Question.finding(
                fact,
                Severity.REFUSE,
                wanted,
                "The host has an NPU but no CANN.",
                "Install CANN" + (wanted.equals("any") ? "" : " " + wanted) + " and source its set_env.sh.");
    }

    /** Differs from the CANN that would be loaded; false if that one is not known. */
    private boolean differs(Fact fact) {
        return cann.isPresent()
                && CannVersion.tryParse(fact.value())
                        .filter(version -> !version.isPackageNumber())
                        .filter(version -> !version.equals(cann.get()))
                        .isPresent();
    }

    private void judgePackage(Fact fact) {
        if (differs(fact)) {
            findings.add(Question.finding(
                    "cann.packages",
                    fact,
                    Severity.REFUSE,
                    cann.get(),
                    "A part of CANN is of another release than its runtime (" + fact.note() + ").",
                    "Install CANN " + cann.get() + " as a whole into an empty directory." + ORDER));
        }
    }

    private void judgeOperators(Fact fact) {
        if (differs(fact)) {
            findings.add(Question.finding(
                    "F06",
                    fact,
                    Severity.REFUSE,
                    cann.get(),
                    "The operator package is of another CANN than the runtime, so its kernels will not load.",
                    "Install the ops (kernels) package of CANN " + cann.get() + " for this chip." + ORDER));
        }
    }

    private void judgeKernels() {
        Optional<ChipFamily> chip = ChipRules.family(question).filter(ChipFamily::supported);
        List<Fact> kernels = question.facts(Subject.KERNELS);
        List<String> names = kernels.stream()
                .filter(fact -> fact.state() == Fact.State.FOUND)
                .map(Fact::value)
                .toList();
        if (kernels.isEmpty()) {
            return;
        }
        boolean covered = chip.map(family -> names.stream()
                        .anyMatch(name ->
                                ChipFamily.of(name).filter(family::equals).isPresent()))
                .orElse(!names.isEmpty());
        String expected = chip.map(ChipFamily::kernels).orElse("one for this chip");
        String found = names.isEmpty() ? "not found" : String.join(", ", names);
        String source = kernels.get(0).source();
        if (covered) {
            findings.add(new Finding(
                    "cann.kernels", Severity.INFO, Subject.KERNELS.label(), expected, found, source, "", ""));
            return;
        }
        findings.add(new Finding(
                "F06",
                chip.isPresent() ? Severity.REFUSE : Severity.WARN,
                Subject.KERNELS.label(),
                expected,
                found,
                source,
                "The operator package for this chip is not installed, so every operator fails (561103, 561112).",
                "Install the ops (kernels) package "
                        + cann.map(version -> "of CANN " + version + " ").orElse("") + "for this chip." + ORDER));
    }

    private void judgeNnal() {
        Severity severity = question.offRow(Subject.NNAL);
        String wanted = cann.map(CannVersion::toString).orElse("CANN's own");
        for (Fact fact : question.facts(Subject.NNAL)) {
            String install =
                    "Install NNAL " + wanted + ", then source nnal/atb/set_env.sh where torch can be imported.";
            if (fact.state() == Fact.State.FOUND && differs(fact)) {
                findings.add(Question.finding(
                        "F02", fact, severity, wanted, "NNAL (ATB) is of another release than CANN.", install));
            } else if (fact.state() == Fact.State.ABSENT) {
                String cause = fact.note().isEmpty()
                        ? "ATB_HOME_PATH leads to no installation."
                        : "Its library " + fact.note() + " is not there.";
                findings.add(Question.finding("F02", fact, severity, wanted, cause, install));
            } else {
                findings.add(Question.finding(fact, Severity.INFO, wanted, "", ""));
            }
        }
        judgeAbi(severity);
    }

    private void judgeAbi(Severity severity) {
        List<Fact> abis = question.found(Subject.CXX_ABI);
        Optional<Fact> atb =
                abis.stream().filter(fact -> fact.note().equals("ATB")).findFirst();
        Optional<Fact> torch =
                abis.stream().filter(fact -> fact.note().equals("torch")).findFirst();
        if (atb.isPresent()
                && torch.isPresent()
                && !atb.get().value().equals(torch.get().value())) {
            findings.add(Question.finding(
                    "F02",
                    atb.get(),
                    severity,
                    "cxx_abi_" + torch.get().value(),
                    "ATB's directory is for another C++ ABI than torch ("
                            + torch.get().source() + ").",
                    "Source nnal/atb/set_env.sh again, where this torch can be imported."));
        }
    }

    private void judgeCustomOperators(Fact fact) {
        if (differs(fact)) {
            findings.add(Question.finding(
                    "F14",
                    fact,
                    Severity.DEGRADE,
                    cann.get(),
                    "These operators were compiled for another CANN; their host interface may not match.",
                    "Rebuild them against CANN " + cann.get() + ", or take them off ASCEND_CUSTOM_OPP_PATH." + ORDER));
        }
    }

    private void judgeLiveProbe(Fact fact) {
        if (fact.state() == Fact.State.FOUND) {
            findings.add(Question.finding("probe.live", fact, Severity.INFO, "an answer", "", ""));
        } else {
            findings.add(Question.finding(
                    "probe.live",
                    fact,
                    Severity.WARN,
                    "an answer",
                    "It was asked in a process of its own, without success: " + fact.note() + ".",
                    "Run npu-smi info, and see CANN's log below ~/ascend/log; files alone decided here."));
        }
    }
}
