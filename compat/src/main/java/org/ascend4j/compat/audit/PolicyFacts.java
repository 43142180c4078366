package org.ascend4j.compat.audit;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.matrix.TsvTable;
import org.ascend4j.compat.policy.ReleaseRules;
import org.ascend4j.compat.policy.TorchNpuRule;
import org.ascend4j.compat.version.Pep440Version;
import org.ascend4j.compat.version.PolicyVersion;

/** What the matrix and the policy say about releases that a repository has or wants. Immutable. */
public final class PolicyFacts {
    private final ReleaseMatrix matrix;
    private final BiFunction<String, LocalDate, Optional<String>> closedBranches;
    private final Set<Pep440Version> vllm = new HashSet<>();

    /**
     * Facts from a matrix and a judge of branches.
     *
     * @param closedBranches why no release may come from a branch on a day; empty if one may or nothing is known
     */
    PolicyFacts(ReleaseMatrix matrix, BiFunction<String, LocalDate, Optional<String>> closedBranches) {
        this.matrix = matrix;
        this.closedBranches = closedBranches;
        matrix.rows().forEach(row -> vllm.addAll(row.vllm()));
        TsvTable.resource("unlisted_releases.tsv")
                .rows()
                .forEach(row -> row.items("vllm").forEach(text -> vllm.add(Pep440Version.parse(text))));
    }

    Optional<String> closed(String branch, LocalDate day) {
        return closedBranches.apply(branch, day);
    }

    /** True if a row or a release without one names this vLLM. */
    boolean knowsVllm(PolicyVersion number) {
        return vllm.contains(number.version());
    }

    /** The newest vLLM that has a number of the scheme's form. */
    PolicyVersion newestVllm() {
        return vllm.stream()
                .map(version -> PolicyVersion.tryParse(version.toString()))
                .flatMap(Optional::stream)
                .filter(version -> version.kind() == PolicyVersion.Kind.FINAL)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Why a release's number does not match a vLLM release; empty if it does, or need not. */
    Optional<String> vllmFault(PolicyVersion release) {
        if (release.kind() == PolicyVersion.Kind.RC) {
            return Optional.empty();
        }
        Optional<MatrixRow> row = matrix.row(release.version());
        if (row.isPresent()) {
            return ReleaseRules.vllmMismatch(row.get());
        }
        return knowsVllm(release.base())
                ? Optional.empty()
                : Optional.of("the matrix names no vLLM " + release.base());
    }

    /** Where the stack of a release, or of the candidates that lead to it, breaks the torch_npu rule for its kind. */
    List<String> stackFaults(PolicyVersion release) {
        return line(release.base())
                .map(row -> TorchNpuRule.build(row.torchNpu()))
                .filter(build -> !TorchNpuRule.allows(release.kind().toString(), build))
                .map(build -> "a " + release.kind() + " release may not ask for a " + build + " build, and the row for vLLM "
                        + release.base() + " names torch_npu "
                        + line(release.base()).orElseThrow().torchNpu())
                .stream()
                .toList();
    }

    /** The newest row of a vLLM release. */
    Optional<MatrixRow> line(PolicyVersion vllm) {
        return matrix.decidingRows().stream()
                .filter(row -> row.vllm().contains(vllm.version()))
                .findFirst();
    }
}
