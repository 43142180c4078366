package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.Pep440Version;

/** Packages that must fit one another besides the row: F03 (torch and torch_npu) and F07 (numpy and CANN). */
final class PairRules {
    private static final Pep440Version NUMPY_2 = Pep440Version.parse("2.0.0");
    private static final CannVersion AFTER_CANN_8_2 = CannVersion.parse("8.3.RC1.alpha001");

    private final Question question;
    private final List<Finding> findings = new ArrayList<>();

    PairRules(Question question) {
        this.question = question;
    }

    List<Finding> judge() {
        judgeTorch();
        judgeNumpy();
        judgePythonPath();
        return findings;
    }

    /** torch_npu fits the torch that its own number names: 2.10.0.post2 fits 2.10.0. */
    private void judgeTorch() {
        for (Fact torchNpu : SourceAgreement.of(question.found(Subject.TORCH_NPU))) {
            Optional<Pep440Version> base =
                    Pep440Version.tryParse(torchNpu.value()).map(PairRules::base);
            for (Fact torch : SourceAgreement.of(question.found(Subject.TORCH))) {
                Optional<Pep440Version> release =
                        Pep440Version.tryParse(torch.value()).map(Pep440Version::publicPart);
                if (base.isPresent() && release.isPresent() && !base.equals(release)) {
                    findings.add(mismatch(torch, torchNpu, base.get()));
                }
            }
        }
    }

    private static Pep440Version base(Pep440Version version) {
        String text = version.publicPart().toString();
        return Pep440Version.parse(text.replaceFirst("(?:a|b|rc|\\.post|\\.dev)\\d.*$", ""));
    }

    /** Names the one that is off the row; the other is as it should be. */
    private Finding mismatch(Fact torch, Fact torchNpu, Pep440Version base) {
        boolean torchFits = question.row()
                .map(MatrixRow::torch)
                .filter(wanted -> Pep440Version.tryParse(torch.value())
                        .map(Pep440Version::publicPart)
                        .filter(wanted.publicPart()::equals)
                        .isPresent())
                .isPresent();
        Fact wrong = torchFits ? torchNpu : torch;
        String expected = torchFits ? "built for torch " + torch.value() : base.toString();
        return Question.finding(
                "F03",
                wrong,
                Severity.REFUSE,
                expected,
                "torch_npu " + torchNpu.value() + " was built for torch " + base + ", and torch " + torch.value()
                        + " is installed.",
                "Install vLLM first and the plugin last, then pip install torch==" + pinned(base) + "; pip check.");
    }

    private String pinned(Pep440Version base) {
        return question.row().map(row -> row.torch().publicPart()).orElse(base).toString();
    }

    private void judgeNumpy() {
        Optional<CannVersion> cann = question.cann().filter(version -> version.compareTo(AFTER_CANN_8_2) < 0);
        for (Fact numpy : SourceAgreement.of(question.found(Subject.NUMPY))) {
            boolean two = Pep440Version.tryParse(numpy.value())
                    .filter(version -> version.compareTo(NUMPY_2) >= 0)
                    .isPresent();
            if (two && cann.isPresent()) {
                findings.add(Question.finding(
                        "F07",
                        numpy,
                        question.offRow(Subject.NUMPY),
                        "<2.0.0",
                        "The Python part of CANN " + cann.get() + " does not start with numpy 2 (500001, EH9999).",
                        "pip install 'numpy<2'"));
            } else {
                findings.add(Question.unjudged(numpy));
            }
        }
    }

    /** set_env.sh puts CANN's own Python modules on PYTHONPATH; only torch_npu needs them. */
    private void judgePythonPath() {
        String home = question.environment().getOrDefault("ASCEND_HOME_PATH", "");
        String path = question.environment().getOrDefault("PYTHONPATH", "");
        if (home.startsWith("/")
                && !path.contains("/python/site-packages")
                && !question.found(Subject.TORCH_NPU).isEmpty()) {
            findings.add(new Finding(
                    "F07",
                    Severity.INFO,
                    "PYTHONPATH",
                    home + "/python/site-packages",
                    path.isEmpty() ? "not set" : "without it",
                    "PYTHONPATH",
                    "Without set_env.sh Python does not find CANN's module tbe; the Java engine does not need it.",
                    "source " + home + "/set_env.sh"));
        }
    }
}
