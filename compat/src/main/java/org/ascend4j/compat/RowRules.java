package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.Pep440Version;

/**
 * The row of the matrix: CANN, torch, torch_npu and Python outside it refuse, newer as well as older;
 * vLLM and its companions warn; an absent Python stack is information, for the engine needs none.
 */
final class RowRules {
    private final Question question;
    private final List<Finding> findings = new ArrayList<>();

    RowRules(Question question) {
        this.question = question;
    }

    List<Finding> judge() {
        if (question.row().isEmpty()) {
            findings.add(noRow());
        }
        for (Fact fact : SourceAgreement.of(question.facts(Subject.CANN))) {
            if (fact.state() != Fact.State.ABSENT) {
                findings.add(question.row().map(row -> cann(fact, row)).orElseGet(() -> Question.unjudged(fact)));
            }
        }
        for (Subject subject : List.of(Subject.PYTHON, Subject.TORCH, Subject.TORCH_NPU)) {
            for (Fact fact : SourceAgreement.of(question.facts(subject))) {
                findings.add(question.row().map(row -> python(fact, row)).orElseGet(() -> Question.unjudged(fact)));
            }
        }
        findings.addAll(new PairRules(question).judge());
        findings.addAll(new CompanionRules(question).judge());
        return findings;
    }

    private Finding noRow() {
        return new Finding(
                "matrix.row",
                Severity.WARN,
                "matrix",
                "a row",
                "none",
                "release matrix",
                "The matrix has no row for plugin " + question.plugin() + ", so nothing can be compared.",
                "Use a release that has a row, or add one with --matrix.");
    }

    private Finding cann(Fact fact, MatrixRow row) {
        CannVersion wanted = row.cann();
        return compared(
                "cann.version",
                fact,
                wanted,
                text -> CannVersion.tryParse(text).map(wanted::compareTo),
                "Install CANN " + wanted + " and source its set_env.sh, or take the plugin release made for the CANN"
                        + " that is there.");
    }

    private Finding python(Fact fact, MatrixRow wanted) {
        return switch (fact.subject()) {
            case PYTHON -> inRange(fact, wanted);
            case TORCH -> distribution("torch.version", fact, wanted.torch());
            default -> {
                Pep440Version release = wanted.torchNpu().publicPart();
                boolean older = Pep440Version.tryParse(fact.value())
                        .filter(found -> found.publicPart().compareTo(release) < 0)
                        .isPresent();
                yield distribution(older ? "F04" : "torch-npu.version", fact, wanted.torchNpu());
            }
        };
    }

    private Finding inRange(Fact fact, MatrixRow wanted) {
        if (fact.state() != Fact.State.FOUND) {
            return missing(fact, wanted.python());
        }
        boolean inside = wanted.python().contains(fact.value());
        return inside
                ? Question.finding(fact, Severity.INFO, wanted.python(), "", "")
                : Question.finding(
                        fact,
                        Severity.REFUSE,
                        wanted.python(),
                        "This Python is outside the range of the release's row.",
                        "Use a Python " + wanted.python() + ", or take the plugin release made for this one.");
    }

    /** Compares public parts: a local part such as +git4c901a4 or +cpu names a build, not a release. */
    private Finding distribution(String id, Fact fact, Pep440Version wanted) {
        if (fact.state() == Fact.State.ABSENT) {
            return missing(fact, wanted);
        }
        Pep440Version release = wanted.publicPart();
        String name = fact.subject().label().replace('_', '-');
        return compared(
                id,
                fact,
                wanted,
                text -> Pep440Version.tryParse(text).map(found -> release.compareTo(found.publicPart())),
                "pip install " + name + "==" + release);
    }

    private Finding missing(Fact fact, Object wanted) {
        return question.requires(fact.subject())
                ? Question.finding(fact, Severity.REFUSE, wanted, "It is required here.", install(fact, wanted))
                : Question.finding(fact, Severity.INFO, wanted, "The Java engine does not need it.", "");
    }

    private static String install(Fact fact, Object wanted) {
        return fact.subject() == Subject.PYTHON
                ? "Install a Python " + wanted + "."
                : "pip install " + fact.subject().label().replace('_', '-') + "==" + wanted;
    }

    /** Equal fits, anything else refuses, what cannot be read warns. */
    private Finding compared(
            String id, Fact fact, Object wanted, Function<String, Optional<Integer>> order, String mend) {
        Optional<Integer> difference = fact.state() == Fact.State.FOUND ? order.apply(fact.value()) : Optional.empty();
        if (difference.isEmpty()) {
            return Question.finding(
                    fact,
                    question.requires(fact.subject()) ? Severity.REFUSE : Severity.WARN,
                    wanted,
                    "Its version cannot be told: " + fact.note() + ".",
                    unknownAction(fact));
        }
        if (difference.get() == 0) {
            return Question.finding(fact, Severity.INFO, wanted, "", "");
        }
        String age = difference.get() > 0 ? "older" : "newer";
        return Question.finding(
                id,
                fact,
                Severity.REFUSE,
                wanted,
                "It is " + age + " than the row of plugin " + question.plugin() + ".",
                mend);
    }

    static String unknownAction(Fact fact) {
        return fact.state() == Fact.State.ABSENT
                ? "Make " + fact.source() + " visible here; in a container, mount it."
                : "Repair or reinstall what owns " + fact.source() + ".";
    }
}
