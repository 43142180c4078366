package org.ascend4j.compat.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.version.Pep440Version;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * The rules of the three kinds of release (policy: release kinds): a final matches a vLLM release
 * exactly, rc N counts up and precedes its final, post N follows its final and keeps its vLLM.
 */
public final class ReleaseRules {
    private ReleaseRules() {}

    /** Why a release may not follow the given ones, each reason one clause; empty if it may. */
    public static List<String> objections(PolicyVersion next, Collection<PolicyVersion> released) {
        List<String> objections = new ArrayList<>();
        if (released.contains(next)) {
            objections.add(next + " is released already");
            return objections;
        }
        boolean finalReleased = released.contains(next.base());
        if (next.kind() == PolicyVersion.Kind.RC && finalReleased) {
            objections.add("a candidate precedes its final, and " + next.base() + " is released already");
        }
        if (next.kind() == PolicyVersion.Kind.POST && !finalReleased) {
            objections.add("a post release follows its final, and " + next.base() + " is not released");
        }
        next.number().ifPresent(number -> addCountFault(next, number, released, objections));
        return objections;
    }

    private static void addCountFault(
            PolicyVersion next, BigInteger number, Collection<PolicyVersion> released, List<String> objections) {
        Optional<BigInteger> last = last(next, released);
        boolean counts = last.map(before -> number.equals(before.add(BigInteger.ONE)))
                // The first candidate may be rc0 (0.11.0rc0 was); posts begin with 1.
                .orElse(number.equals(BigInteger.ONE)
                        || (number.signum() == 0 && next.kind() == PolicyVersion.Kind.RC));
        if (!counts) {
            String expected = last.map(before -> before.add(BigInteger.ONE))
                    .orElse(BigInteger.ONE)
                    .toString();
            objections.add(next.kind() + " numbers count up one by one; the next is " + next.kind() + expected);
        }
    }

    /** The highest number of the same kind and final. */
    private static Optional<BigInteger> last(PolicyVersion next, Collection<PolicyVersion> released) {
        return released.stream()
                .filter(release ->
                        release.kind() == next.kind() && release.base().equals(next.base()))
                .map(release -> release.number().orElseThrow())
                .max(Comparator.naturalOrder());
    }

    /** Where a matrix row's vLLM is not what its release's number says; empty if it is. */
    public static Optional<String> vllmMismatch(MatrixRow row) {
        PolicyVersion release = PolicyVersion.parse(row.plugin().toString());
        Pep440Version named = release.base().version();
        if (row.vllm().equals(List.of(named))) {
            return Optional.empty();
        }
        String fits =
                String.join(" or ", row.vllm().stream().map(String::valueOf).toList());
        String weight = release.kind() == PolicyVersion.Kind.RC ? "" : "; only candidates may differ";
        return Optional.of("the number names vLLM " + named + ", and the row fits " + fits + weight);
    }
}
