package org.ascend4j.compat.audit;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ascend4j.compat.policy.ReleaseRules;
import org.ascend4j.compat.version.PolicyVersion;
import org.ascend4j.compat.version.PolicyVersion.Kind;

/** Which version the policy lets a repository release next (policy: release kinds, branches, torch_npu). */
public final class NextVersion {
    private final Set<PolicyVersion> released;
    private final PolicyFacts policy;
    private final LocalDate day;

    /**
     * Proposes for a repository with the given releases.
     *
     * @param day on which the release would be made
     */
    NextVersion(Collection<PolicyVersion> released, PolicyFacts policy, LocalDate day) {
        this.released = new TreeSet<>(released);
        this.policy = policy;
        this.day = day;
    }

    /**
     * Proposes for the repository of a directory, by its tags.
     *
     * @throws RepositoryException if it cannot be read
     */
    public static Proposal propose(
            Path directory, PolicyFacts policy, LocalDate day, Kind kind, Optional<PolicyVersion> vllm) {
        Set<PolicyVersion> released =
                Repositories.read(directory, AuditLimits.DEFAULT, history -> releases(history.refs()));
        return new NextVersion(released, policy, day).propose(kind, vllm);
    }

    /** The releases that the tags among some refs name. */
    static Set<PolicyVersion> releases(List<GitRef> refs) {
        Set<PolicyVersion> releases = new TreeSet<>();
        for (GitRef ref : refs) {
            releaseOf(ref).ifPresent(releases::add);
        }
        return releases;
    }

    /** The release that a ref is; empty if it is no tag, or one of another name. */
    static Optional<PolicyVersion> releaseOf(GitRef ref) {
        String tags = "refs/tags/";
        if (!ref.name().startsWith(tags)) {
            return Optional.empty();
        }
        String name = ref.name().substring(tags.length());
        return PolicyVersion.tryParse(name).filter(version -> name.equals(version.tag()));
    }

    /** The next version of a kind for a vLLM release, by default the newest that suits the kind. */
    Proposal propose(Kind kind, Optional<PolicyVersion> vllm) {
        Optional<PolicyVersion> chosen = vllm.or(() -> suitable(kind));
        if (chosen.isEmpty()) {
            return refusal(List.of(
                    kind == Kind.POST
                            ? "a post release follows its final, and no final is tagged"
                            : "no candidate is tagged whose final is still due; name its vLLM with --vllm"));
        }
        PolicyVersion line = chosen.get();
        PolicyVersion next = next(kind, line);
        List<String> objections = objections(next);
        return objections.isEmpty()
                ? new Proposal(Optional.of(next), reasons(next, vllm.isPresent()))
                : refusal(objections);
    }

    private static Proposal refusal(List<String> objections) {
        return new Proposal(Optional.empty(), objections);
    }

    private Optional<PolicyVersion> suitable(Kind kind) {
        return switch (kind) {
            case RC -> Optional.of(policy.newestVllm());
            case FINAL ->
                bases(Kind.RC).stream().filter(base -> !released.contains(base)).max(Comparator.naturalOrder());
            case POST -> bases(Kind.FINAL).stream().max(Comparator.naturalOrder());
        };
    }

    private Set<PolicyVersion> bases(Kind kind) {
        Set<PolicyVersion> bases = new TreeSet<>();
        released.stream().filter(release -> release.kind() == kind).forEach(release -> bases.add(release.base()));
        return bases;
    }

    private PolicyVersion next(Kind kind, PolicyVersion line) {
        BigInteger number = released.stream()
                .filter(release -> release.kind() == kind && release.base().equals(line))
                .flatMap(release -> release.number().stream())
                .max(Comparator.naturalOrder())
                .orElse(BigInteger.ZERO)
                .add(BigInteger.ONE);
        return switch (kind) {
            case RC -> line.rc(number);
            case FINAL -> line;
            case POST -> line.post(number);
        };
    }

    /** Why the policy forbids to release a version now; empty if it does not. */
    List<String> objections(PolicyVersion version) {
        List<String> objections = new ArrayList<>(ReleaseRules.objections(version, released));
        if (!policy.knowsVllm(version.base())) {
            objections.add("a release carries the number of the vLLM that it fits, and the matrix names no vLLM "
                    + version.base() + "; add its row with --matrix");
        } else {
            policy.vllmFault(version).ifPresent(objections::add);
        }
        policy.stackFault(version).ifPresent(objections::add);
        for (String branch : ReleaseBranch.names(version.base())) {
            policy.closed(branch, day).ifPresent(objections::add);
        }
        return objections;
    }

    private List<String> reasons(PolicyVersion next, boolean asked) {
        PolicyVersion base = next.base();
        List<String> reasons = new ArrayList<>();
        if (!asked) {
            reasons.add(
                    switch (next.kind()) {
                        case RC -> "vLLM " + base + " is the newest that the matrix names";
                        case FINAL -> base + " is the newest with candidates and without a final";
                        case POST -> base + " is the newest final tagged";
                    });
        }
        List<String> before = released.stream()
                .filter(release -> release.base().equals(base))
                .map(PolicyVersion::tag)
                .toList();
        reasons.add(
                before.isEmpty()
                        ? "no tag for " + base + " exists yet"
                        : "tagged so far: " + String.join(", ", before));
        reasons.add(
                switch (next.kind()) {
                    case RC -> "candidates count up and precede their final";
                    case FINAL -> "a final carries exactly the number of its vLLM";
                    case POST -> "posts count up, carry bug fixes and keep the vLLM of their final";
                });
        policy.stack(next)
                .ifPresent(row -> reasons.add("row " + row.plugin() + " fits vLLM " + base + ": CANN " + row.cann()
                        + ", torch " + row.torch() + ", torch_npu " + row.torchNpu()));
        return reasons;
    }
}
