package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.compat.probe.Subject;

/**
 * Turns facts into findings, in the order in which they matter: visibility, chip, CANN and its
 * packages, driver, operators, features, and the matrix row. Every source of a subject is judged, so
 * where two disagree the stricter decides.
 */
final class StackRules {
    private static final List<Subject> SHOWN_ANYWHERE = List.of(
            Subject.CANN,
            Subject.DRIVER,
            Subject.FIRMWARE,
            Subject.PYTHON,
            Subject.TORCH,
            Subject.TORCH_NPU,
            Subject.VLLM,
            Subject.VLLM_ASCEND);

    private final Question question;

    StackRules(Question question) {
        this.question = question;
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

    List<Finding> judge() {
        return question.facts().hasNpu() ? withNpu() : withoutNpu();
    }

    private List<Finding> withNpu() {
        List<Finding> findings = new ArrayList<>();
        findings.add(npu());
        findings.addAll(new VisibilityRules(question).judge());
        findings.addAll(ChipRules.judge(question));
        findings.addAll(new CannRules(question).judge());
        findings.addAll(new DriverRules(question).judge());
        findings.addAll(OperatorRules.judge(question));
        findings.addAll(new GateRules(question).judge());
        findings.addAll(new RowRules(question).judge());
        return findings;
    }

    private Finding npu() {
        int more = question.facts().signs().size() - 1;
        String source = question.facts().signs().get(0) + (more == 0 ? "" : " and " + more + " more");
        return new Finding("npu", Severity.INFO, "NPU", "", "present", source, "", "");
    }

    private List<Finding> withoutNpu() {
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
        question.facts().refusedHomes().forEach(home -> findings.add(CannRules.refusedHome(home, Severity.INFO)));
        for (Subject subject : SHOWN_ANYWHERE) {
            SourceAgreement.of(question.facts(subject)).forEach(fact -> findings.add(Question.unjudged(fact)));
        }
        // What is asked for by name is asked for on every host.
        for (Finding finding : new RowRules(question).judge()) {
            if (finding.severity() == Severity.REFUSE && names(finding)) {
                findings.add(finding);
            }
        }
        return findings;
    }

    private boolean names(Finding finding) {
        return question.required().stream().anyMatch(subject -> subject.label().equals(finding.subject()));
    }
}
