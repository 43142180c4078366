package org.ascend4j.compat.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Main first, then backport (policy: branches): whatever a release branch has beyond main must have a
 * counterpart on main, either named by the trailer of {@code git cherry-pick -x} or making the same
 * change since the two parted. Merges and commits that change nothing are not asked.
 */
final class BackportRule {
    private final GitHistory history;
    private final Set<RevCommit> main;
    private final Set<String> accepted;
    private final PatchIds patches;
    private final Map<String, Set<RevCommit>> judged = new HashMap<>();

    BackportRule(GitHistory history, Set<RevCommit> main, Set<String> accepted) {
        this.history = history;
        this.main = main;
        this.accepted = accepted;
        this.patches = history.patchIds();
    }

    /** Goes over one branch; what another ref of the same branch already showed is not shown again. */
    List<AuditFinding> findings(ReleaseBranch branch, RevCommit tip) throws IOException {
        List<RevCommit> own = history.beyond(List.of(tip), main);
        List<RevCommit> orphans = new ArrayList<>();
        Map<RevCommit, CommitMessage> messages = new HashMap<>();
        for (RevCommit commit : own) {
            if (commit.getParentCount() > 1 || accepted.contains(commit.name()) || !judge(branch, commit)) {
                continue;
            }
            CommitMessage message = history.message(commit);
            if (!isPickedFromMain(message)) {
                orphans.add(commit);
                messages.put(commit, message);
            }
        }
        if (orphans.isEmpty()) {
            return List.of();
        }
        Set<RevCommit> merged = history.ancestors(List.of(tip));
        List<RevCommit> since =
                main.stream().filter(commit -> !merged.contains(commit)).toList();
        Counterparts counterparts = new Counterparts(since);
        List<AuditFinding> findings = new ArrayList<>();
        for (RevCommit commit : orphans) {
            if (!counterparts.has(commit)) {
                findings.add(missing(branch, commit, messages.get(commit)));
            }
        }
        // The walk begins at the tip; the report at the oldest.
        Collections.reverse(findings);
        boolean unknown = history.cutShort(own) || history.cutShort(since);
        return unknown && !findings.isEmpty() ? List.of(undecided(branch, tip, findings.size())) : findings;
    }

    private boolean judge(ReleaseBranch branch, RevCommit commit) {
        return judged.computeIfAbsent(branch.name().text(), name -> new HashSet<>())
                .add(commit);
    }

    private boolean isPickedFromMain(CommitMessage message) throws IOException {
        for (String id : message.pickedFrom()) {
            if (history.named(id).filter(main::contains).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** What main has that the branch has not, by the files it changes. */
    private final class Counterparts {
        private final Map<String, List<RevCommit>> byPaths = new HashMap<>();

        Counterparts(List<RevCommit> since) throws IOException {
            for (RevCommit commit : since) {
                Optional<String> paths = commit.getParentCount() > 1 ? Optional.empty() : patches.paths(commit);
                paths.ifPresent(key ->
                        byPaths.computeIfAbsent(key, any -> new ArrayList<>()).add(commit));
            }
        }

        boolean has(RevCommit commit) throws IOException {
            Optional<String> paths = patches.paths(commit);
            if (paths.isEmpty()) {
                return false;
            }
            if (paths.get().equals(PatchIds.EMPTY)) {
                return true;
            }
            for (RevCommit candidate : byPaths.getOrDefault(paths.get(), List.of())) {
                if (patches.patch(candidate).equals(patches.patch(commit))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static AuditFinding missing(ReleaseBranch branch, RevCommit commit, CommitMessage message) {
        String named = message.pickedFrom().isEmpty()
                ? "no commit named as its origin"
                : "its origin " + String.join(", ", message.pickedFrom()) + " is not on main";
        return new AuditFinding(
                "missing-counterpart",
                branch.ref().name(),
                commit.name(),
                "\"" + message.subject() + "\": " + named + ", no equal change on main",
                "a change goes to main first and is ported back afterwards",
                "bring the change to main; git cherry-pick -x of main's commit onto "
                        + branch.name().text() + " would have named it");
    }

    private static AuditFinding undecided(ReleaseBranch branch, RevCommit tip, int count) {
        return new AuditFinding(
                "shallow-history",
                branch.ref().name(),
                tip.name(),
                count + " commits without a counterpart in what this shallow clone has",
                "history back to where the branch left main",
                "git fetch --unshallow, then audit again");
    }
}
