package org.ascend4j.compat.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ascend4j.compat.version.PolicyVersion;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Whether a project may be built under its version: the version is a release's by the scheme, and
 * either what its repository may release next, or the tag that this commit leads to or stands on.
 */
public final class ProjectVersion {
    private ProjectVersion() {}

    /** Why the scheme forbids a version; empty if it does not. */
    public static List<String> schemeFaults(String version) {
        List<String> faults = PolicyVersion.faults(version);
        return faults.isEmpty() && version.startsWith("v")
                ? List.of("only tags begin with v; write " + version.substring(1))
                : faults;
    }

    /**
     * Why the policy forbids to build a commit under a version; empty if it does not.
     *
     * @param repository a directory as for {@link RepositoryAudit}
     * @throws RepositoryException if the repository cannot be read
     */
    public static List<String> faults(String version, Path repository, PolicyFacts policy, LocalDate day) {
        List<String> faults = schemeFaults(version);
        return faults.isEmpty()
                ? Repositories.read(
                        repository,
                        AuditLimits.DEFAULT,
                        history -> faults(PolicyVersion.parse(version), history, policy, day))
                : faults;
    }

    private static List<String> faults(PolicyVersion version, GitHistory history, PolicyFacts policy, LocalDate day)
            throws IOException {
        for (GitRef ref : history.refs()) {
            if (NextVersion.releaseOf(ref).filter(version::equals).isPresent()) {
                return releasedFaults(version, history, history.commit(ref.target()));
            }
        }
        Set<PolicyVersion> released = NextVersion.releases(history.refs());
        return new NextVersion(released, policy, day).objections(version);
    }

    /** Commits up to a release's tag were made under its version; a later one needs the next. */
    private static List<String> releasedFaults(PolicyVersion version, GitHistory history, Optional<RevCommit> tagged)
            throws IOException {
        Optional<RevCommit> head = history.head();
        boolean leadsToTag = tagged.isPresent()
                && (head.isEmpty() || head.equals(tagged) || history.descends(tagged.get(), head.get()));
        return leadsToTag
                ? List.of()
                : List.of(version.tag() + " is released already and not from here; "
                        + "set the version that the command next proposes");
    }
}
