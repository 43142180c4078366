package org.ascend4j.compat.audit;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ascend4j.compat.version.PolicyVersion;
import org.eclipse.jgit.revwalk.RevCommit;

/** Where a release's tag stands, and whether its branch and its number allowed it (policy: release kinds, branches). */
final class TagRules {
    private final GitHistory history;
    private final Set<RevCommit> main;
    private final Map<ReleaseBranch, RevCommit> branches;
    private final PolicyFacts policy;
    private final Map<ReleaseBranch, Set<RevCommit>> reached = new HashMap<>();

    TagRules(GitHistory history, Set<RevCommit> main, Map<ReleaseBranch, RevCommit> branches, PolicyFacts policy) {
        this.history = history;
        this.main = main;
        this.branches = branches;
        this.policy = policy;
    }

    /** Goes over one release. */
    List<AuditFinding> findings(ReleaseTag tag) throws IOException {
        List<AuditFinding> findings = new ArrayList<>();
        place(tag).ifPresent(findings::add);
        closedBranch(tag).ifPresent(findings::add);
        vllm(tag).ifPresent(findings::add);
        return findings;
    }

    private Optional<AuditFinding> place(ReleaseTag tag) throws IOException {
        boolean candidate = tag.version().kind() == PolicyVersion.Kind.RC;
        if (candidate && main.contains(tag.commit())) {
            return Optional.empty();
        }
        boolean own = false;
        boolean cut = candidate && history.cutShort(main);
        for (ReleaseBranch branch : branches.keySet()) {
            if (branch.carries(tag.version())) {
                own = true;
                if (reached(branch).contains(tag.commit())) {
                    return Optional.empty();
                }
                cut |= history.cutShort(reached(branch));
            }
        }
        String expected = (candidate ? "on main or " : "on ") + names(tag.version());
        if (cut) {
            return Optional.of(tag.finding(
                    "shallow-history",
                    "the tag's commit is not in what this shallow clone has of its branch",
                    expected,
                    "git fetch --unshallow, then audit again"));
        }
        return Optional.of(tag.finding("tag-branch", where(tag, own), expected, moveAdvice(tag, own)));
    }

    private String where(ReleaseTag tag, boolean ownExists) throws IOException {
        List<String> places = new ArrayList<>();
        if (main.contains(tag.commit())) {
            places.add("main");
        }
        for (ReleaseBranch branch : branches.keySet()) {
            if (reached(branch).contains(tag.commit())
                    && !places.contains(branch.name().text())) {
                places.add(branch.name().text());
            }
        }
        String stands = places.isEmpty() ? "on no release branch" : "on " + String.join(", ", places);
        return stands + (ownExists ? "" : "; its own branch is not in this clone");
    }

    private static String moveAdvice(ReleaseTag tag, boolean ownExists) {
        String branch = ReleaseBranch.names(tag.version().base())[0];
        return ownExists
                ? "make the next release from " + branch + "; a published tag stays, one not yet pushed can be moved"
                : "fetch all branches, or create it: git branch " + branch + " "
                        + tag.version().tag();
    }

    private static String names(PolicyVersion version) {
        return String.join(" or ", ReleaseBranch.names(version.base()));
    }

    private Set<RevCommit> reached(ReleaseBranch branch) throws IOException {
        Set<RevCommit> known = reached.get(branch);
        if (known == null) {
            known = history.ancestors(List.of(branches.get(branch)));
            reached.put(branch, known);
        }
        return known;
    }

    private Optional<AuditFinding> closedBranch(ReleaseTag tag) {
        LocalDate day = LocalDate.ofInstant(tag.time(), ZoneOffset.UTC);
        for (String name : ReleaseBranch.names(tag.version().base())) {
            Optional<String> closed = policy.closed(name, day);
            if (closed.isPresent()) {
                return Optional.of(tag.finding(
                        "closed-branch",
                        "released on " + day + ", and " + closed.get(),
                        "releases only from maintained branches",
                        "release from the line that replaced it; withdraw this release if nobody depends on it"));
            }
        }
        return Optional.empty();
    }

    private Optional<AuditFinding> vllm(ReleaseTag tag) {
        return policy.vllmFault(tag.version())
                .map(fault -> tag.finding(
                        "vllm",
                        fault,
                        "the number of the vLLM release that it fits: "
                                + tag.version().base(),
                        "give the release the number of its vLLM, or add its row with --matrix"));
    }
}
