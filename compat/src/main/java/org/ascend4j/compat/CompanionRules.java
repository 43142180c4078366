package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.probe.ChipFamily;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.Pep440Version;

/** What vLLM Ascend has and the engine does without: F10 (vLLM), F11 (Triton), F13 (Mooncake). */
final class CompanionRules {
    static final String VLLM_OVERRIDE = "VLLM_VERSION";
    private static final Pep440Version NPU_FLAVOUR_SINCE = Pep440Version.parse("0.3.11");
    private static final int GLIBC_MAJOR = 2;
    private static final int GLIBC_MINOR = 35;

    private final Question question;
    private final List<Finding> findings = new ArrayList<>();

    CompanionRules(Question question) {
        this.question = question;
    }

    List<Finding> judge() {
        Optional<MatrixRow> row = question.row();
        vllm().forEach(fact -> judge("F10", fact, row.map(MatrixRow::vllm).orElse(List.of()), vllmAction(fact)));
        each(
                Subject.VLLM_ASCEND,
                "F10",
                row.map(found -> List.of(found.plugin())).orElse(List.of()));
        each(Subject.TRITON_ASCEND, "triton-ascend.version", wanted(row.flatMap(MatrixRow::tritonAscend)));
        judgeTriton();
        each(Subject.MOONCAKE, "F13", wanted(row.flatMap(MatrixRow::mooncake)));
        judgeMooncake();
        for (Subject subject : List.of(
                Subject.VLLM,
                Subject.VLLM_ASCEND,
                Subject.TRITON_ASCEND,
                Subject.MOONCAKE,
                Subject.NUMPY,
                Subject.NNAL)) {
            if (question.requires(subject) && question.facts(subject).isEmpty()) {
                findings.add(absent(subject));
            }
        }
        return findings;
    }

    private static List<Pep440Version> wanted(Optional<Pep440Version> version) {
        return version.map(List::of).orElse(List.of());
    }

    /** What VLLM_VERSION says stands for every vLLM that is installed, as it does in vLLM Ascend. */
    private List<Fact> vllm() {
        return SourceAgreement.of(vllm(question));
    }

    static List<Fact> vllm(Question question) {
        List<Fact> installed = question.facts(Subject.VLLM);
        String override = question.environment().getOrDefault(VLLM_OVERRIDE, "").strip();
        if (override.isEmpty() || installed.isEmpty()) {
            return installed;
        }
        boolean valid = Pep440Version.tryParse(override).isPresent();
        return List.of(new Fact(
                Subject.VLLM,
                valid ? Fact.State.FOUND : Fact.State.UNKNOWN,
                valid ? override : "",
                VLLM_OVERRIDE,
                valid ? "" : override + " is not PEP 440"));
    }

    private String vllmAction(Fact fact) {
        boolean development = Pep440Version.tryParse(fact.value())
                .filter(Pep440Version::isDevelopment)
                .isPresent();
        String install = "Install vLLM and plugin of the same row";
        return fact.state() == Fact.State.UNKNOWN || development
                ? install + "; for a development build, set " + VLLM_OVERRIDE + " to the release it stands for."
                : install + ".";
    }

    private void each(Subject subject, String id, List<Pep440Version> wanted) {
        for (Fact fact : SourceAgreement.of(question.facts(subject))) {
            String version = wanted.isEmpty() ? "" : "==" + wanted.get(0).publicPart();
            judge(id, fact, wanted, "pip install " + distribution(subject) + version);
        }
    }

    private static String distribution(Subject subject) {
        return subject == Subject.MOONCAKE ? "mooncake-transfer-engine-npu" : subject.label();
    }

    private void judge(String id, Fact fact, List<Pep440Version> wanted, String action) {
        if (fact.state() == Fact.State.ABSENT || wanted.isEmpty()) {
            findings.add(Question.unjudged(fact));
            return;
        }
        String expected =
                String.join(" or ", wanted.stream().map(String::valueOf).toList());
        Severity severity = question.offRow(fact.subject());
        Optional<Pep440Version> found = Pep440Version.tryParse(fact.value()).map(Pep440Version::publicPart);
        if (fact.state() == Fact.State.UNKNOWN || found.isEmpty()) {
            findings.add(Question.finding(
                    id, fact, severity, expected, "Its version cannot be told: " + fact.note() + ".", action));
        } else if (wanted.stream().map(Pep440Version::publicPart).anyMatch(found.get()::equals)) {
            findings.add(Question.finding(fact, Severity.INFO, expected, "", ""));
        } else {
            findings.add(Question.finding(
                    id, fact, severity, expected, "It is not of the row of plugin " + question.plugin() + ".", action));
        }
    }

    private void judgeTriton() {
        List<Fact> upstream = question.found(Subject.TRITON);
        List<Fact> ascend = question.found(Subject.TRITON_ASCEND);
        boolean overwritten = !ascend.isEmpty()
                || question.row().flatMap(MatrixRow::tritonAscend).isPresent()
                        && !question.found(Subject.VLLM_ASCEND).isEmpty();
        if (!upstream.isEmpty() && overwritten) {
            findings.add(Question.finding(
                    "F11",
                    upstream.get(0),
                    question.offRow(Subject.TRITON_ASCEND),
                    "none beside triton-ascend",
                    "Both packages write the module triton; the one installed last has won (0 active drivers).",
                    "pip uninstall triton, then reinstall triton-ascend last."));
        }
        boolean without =
                ChipRules.family(question).filter(ChipFamily.A310P::equals).isPresent();
        if (without && !ascend.isEmpty()) {
            findings.add(Question.finding(
                    "F11",
                    ascend.get(0),
                    question.offRow(Subject.TRITON_ASCEND),
                    "none on 310P",
                    "Triton Ascend does not support this chip.",
                    "pip uninstall triton-ascend"));
        }
    }

    private void judgeMooncake() {
        Severity severity = question.offRow(Subject.MOONCAKE);
        boolean npuFlavour = question.row()
                .flatMap(MatrixRow::mooncake)
                .filter(wanted -> wanted.compareTo(NPU_FLAVOUR_SINCE) >= 0)
                .isPresent();
        for (Fact mooncake : question.found(Subject.MOONCAKE)) {
            if (npuFlavour && mooncake.note().startsWith("distribution ")) {
                findings.add(Question.finding(
                        "F13",
                        mooncake,
                        severity,
                        "mooncake-transfer-engine-npu",
                        "This flavour of Mooncake has no ascend_transport.so.",
                        "pip uninstall mooncake-transfer-engine, then pip install mooncake-transfer-engine-npu"));
            }
        }
        for (Fact glibc : question.found(Subject.GLIBC)) {
            if (isOld(glibc.value())) {
                findings.add(Question.finding(
                        "F13",
                        glibc,
                        severity,
                        ">=" + GLIBC_MAJOR + "." + GLIBC_MINOR,
                        "Mooncake's wheels need a newer C library (GLIBC_2.35 not found).",
                        "Use a newer base image, such as Ubuntu 22.04."));
            }
        }
    }

    private static boolean isOld(String glibc) {
        String[] parts = glibc.split("\\.");
        int major = Integer.parseInt(parts[0]);
        return major < GLIBC_MAJOR || major == GLIBC_MAJOR && Integer.parseInt(parts[1]) < GLIBC_MINOR;
    }

    private Finding absent(Subject subject) {
        return new Finding(
                Question.id(subject),
                Severity.REFUSE,
                subject.label(),
                "installed",
                "not found",
                "Python packages, /usr/local/Ascend/nnal",
                "It is required here.",
                "Install " + subject.label() + " of the row, or leave it out of --require.");
    }
}
