package org.ascend4j.compat.audit;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.matrix.TsvTable;
import org.ascend4j.compat.policy.AsOf;
import org.ascend4j.compat.policy.BranchPolicy;
import org.ascend4j.compat.policy.ReleaseRules;
import org.ascend4j.compat.policy.TorchNpuRule;
import org.ascend4j.compat.version.Pep440Version;
import org.ascend4j.compat.version.PolicyVersion;

/** What the matrix and the policy say about releases that a repository has or wants. Not for several threads. */
public final class PolicyFacts {
    private final ReleaseMatrix matrix;
    private final Set<Pep440Version> vllm = new HashSet<>();
    private final Map<LocalDate, BranchPolicy> branches = new HashMap<>();

    /** Facts with the rows of a matrix, which may have a site's own. */
    public PolicyFacts(ReleaseMatrix matrix) {
        this.matrix = matrix;
        matrix.rows().forEach(row -> vllm.addAll(row.vllm()));
        TsvTable.resource("unlisted_releases.tsv")
                .rows()
                .forEach(row -> row.items("vllm").forEach(text -> vllm.add(Pep440Version.parse(text))));
    }

    /** Why no release may come from a branch on a day; empty if one may, or nothing is known about it. */
    Optional<String> closed(String branch, LocalDate day) {
        return at(day).flatMap(policy -> policy.answer(branch).state())
                .filter(state -> !state.releases())
                .map(state -> branch + " is " + state.name() + ": " + state.meaning());
    }

    private Optional<BranchPolicy> at(LocalDate day) {
        BranchPolicy known = branches.get(day);
        if (known != null) {
            return Optional.of(known);
        }
        AsOf asOf;
        try {
            asOf = new AsOf(day);
        } catch (IllegalArgumentException beforeThePolicy) {
            return Optional.empty();
        }
        BranchPolicy policy = BranchPolicy.at(asOf);
        branches.put(day, policy);
        return Optional.of(policy);
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

    /** Why a release's number does not match a vLLM release; empty if it does, or as a candidate need not. */
    Optional<String> vllmFault(PolicyVersion release) {
        if (release.kind() == PolicyVersion.Kind.RC) {
            return Optional.empty();
        }
        Optional<MatrixRow> row = matrix.row(release.version());
        if (row.isPresent()) {
            return ReleaseRules.vllmMismatch(row.get());
        }
        return knowsVllm(release.base()) ? Optional.empty() : Optional.of("the matrix names no vLLM " + release.base());
    }

    /** Why the stack of a release may not be asked for by one of its kind; empty if it may, or is not known. */
    Optional<String> stackFault(PolicyVersion release) {
        return stack(release)
                .filter(known -> !TorchNpuRule.allows(release.kind().toString(), TorchNpuRule.build(known.torchNpu())))
                .map(known -> "a " + release.kind() + " release may not ask for a "
                        + TorchNpuRule.build(known.torchNpu()) + " build, and row " + known.plugin()
                        + " names torch_npu " + known.torchNpu());
    }

    /** A release's row; of one without the row of the newest release that fits the same vLLM. */
    Optional<MatrixRow> stack(PolicyVersion release) {
        return matrix.row(release.version())
                .or(() -> matrix.decidingRows().stream()
                        .filter(row -> row.vllm().contains(release.base().version()))
                        .findFirst());
    }
}
