package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;

/** F01: operators of the engine that CANN's libraries do not export, whatever their version files say. */
final class OperatorRules {
    private static final String OPTIONAL = "optional ";
    private static final int SHOWN = 6;

    private OperatorRules() {}

    static List<Finding> judge(Question question) {
        List<Finding> findings = new ArrayList<>();
        List<Fact> missing = new ArrayList<>();
        List<Fact> optional = new ArrayList<>();
        for (Fact fact : question.facts(Subject.OPERATOR)) {
            if (fact.state() != Fact.State.ABSENT) {
                findings.add(Question.finding("operators", fact, Severity.INFO, "all", cause(fact), ""));
            } else {
                (fact.note().startsWith(OPTIONAL) ? optional : missing).add(fact);
            }
        }
        if (!missing.isEmpty()) {
            findings.add(missing(question, missing));
        }
        if (!optional.isEmpty()) {
            findings.add(new Finding(
                    "operators.optional",
                    Severity.INFO,
                    Subject.OPERATOR.label(),
                    names(optional),
                    "not exported",
                    optional.get(0).source(),
                    "The engine takes another way.",
                    ""));
        }
        return findings;
    }

    private static String cause(Fact fact) {
        return fact.note().isEmpty() ? "" : "Not swept: " + fact.note() + ".";
    }

    private static Finding missing(Question question, List<Fact> missing) {
        String found = question.cann().map(version -> "CANN " + version).orElse("a CANN of unknown release");
        String wanted = question.row().map(row -> "CANN " + row.cann()).orElse("the CANN of the row");
        return new Finding(
                "F01",
                Severity.REFUSE,
                Subject.OPERATOR.label(),
                names(missing),
                "not exported",
                missing.get(0).source(),
                "The operator libraries of " + found + " do not have what the engine calls.",
                "Install " + wanted + " and source its set_env.sh; for operators of a vendor, point"
                        + " ASCEND_CUSTOM_OPP_PATH at their directory.");
    }

    private static String names(List<Fact> facts) {
        String names = facts.stream()
                .limit(SHOWN)
                .map(fact -> fact.note().replace(OPTIONAL, ""))
                .collect(Collectors.joining(", "));
        return facts.size() > SHOWN ? names + " and " + (facts.size() - SHOWN) + " more" : names;
    }
}
