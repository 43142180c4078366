package org.ascend4j.compat.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.PolicyVersion;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Holds one repository against the release policy. Reads only; see the package for what it keeps off.
 * Not for several threads.
 */
public final class RepositoryAudit {
    private static final String MAIN = "main";
    private static final String TAGS = "refs/tags/";
    private static final Pattern VERSION_CLAIM = Pattern.compile("[vV]?[0-9].*|.*[0-9]\\.[0-9].*", Pattern.DOTALL);

    private final GitHistory history;
    private final PolicyFacts policy;
    private final Set<String> accepted;
    private final List<AuditFinding> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> otherTags = new ArrayList<>();
    private final Map<ReleaseBranch, RevCommit> branches = new LinkedHashMap<>();
    private final List<ReleaseTag> tags = new ArrayList<>();

    private RepositoryAudit(GitHistory history, PolicyFacts policy, Set<String> accepted) {
        this.history = history;
        this.policy = policy;
        this.accepted = accepted;
    }

    /**
     * Audits the repository of a directory: a worktree's top, a linked worktree's, or a bare repository.
     *
     * @param accepted full ids of commits that were judged by hand and need no counterpart
     * @throws RepositoryException if it cannot be read, or is beyond the limits
     */
    public static AuditReport run(Path directory, PolicyFacts policy, Set<String> accepted, AuditLimits limits) {
        return Repositories.read(
                directory,
                limits,
                history -> new RepositoryAudit(history, policy, Set.copyOf(accepted)).report(directory));
    }

    private AuditReport report(Path directory) throws IOException {
        Set<RevCommit> main = history.ancestors(mainTips());
        collectBranches();
        collectTags();
        if (history.shallow()) {
            notes.add("a shallow clone: history before its boundary is unknown; git fetch --unshallow brings it");
        }
        if (!accepted.isEmpty()) {
            notes.add(accepted.size() + " commits accepted by hand: " + String.join(", ", accepted));
        }
        if (main.isEmpty() && !(branches.isEmpty() && tags.isEmpty())) {
            findings.add(new AuditFinding(
                    "no-main",
                    "",
                    "",
                    "no branch " + MAIN + " here, neither local nor remote-tracking",
                    "changes go to " + MAIN + " first",
                    "fetch it: git fetch origin " + MAIN + ":refs/remotes/origin/" + MAIN));
        } else {
            judge(main);
        }
        return new AuditReport(
                directory.toString(),
                main.size(),
                branches.keySet().stream().map(branch -> branch.ref().name()).toList(),
                tags.stream().map(tag -> tag.ref().name()).toList(),
                otherTags,
                notes,
                findings);
    }

    private void judge(Set<RevCommit> main) throws IOException {
        BackportRule backports = new BackportRule(history, main, accepted);
        for (Map.Entry<ReleaseBranch, RevCommit> branch : branches.entrySet()) {
            findings.addAll(backports.findings(branch.getKey(), branch.getValue()));
        }
        TagRules rules = new TagRules(history, main, branches, policy);
        for (ReleaseTag tag : tags) {
            findings.addAll(rules.findings(tag));
        }
        findings.addAll(new SequenceRules(history, tags).findings());
    }

    private List<RevCommit> mainTips() throws IOException {
        List<RevCommit> tips = new ArrayList<>();
        for (GitRef ref : history.refs()) {
            if (ReleaseBranch.isMain(ref)) {
                history.commit(ref.target()).ifPresent(tips::add);
            }
        }
        return tips;
    }

    private void collectBranches() throws IOException {
        for (GitRef ref : history.refs()) {
            Optional<ReleaseBranch> branch = ReleaseBranch.of(ref);
            if (branch.isPresent()) {
                Optional<RevCommit> tip = history.commit(ref.target());
                tip.ifPresent(commit -> branches.put(branch.get(), commit));
            } else if (ReleaseBranch.misnamed(ref)) {
                findings.add(new AuditFinding(
                        "branch-scheme",
                        SafeText.of(ref.name()),
                        ref.target().name(),
                        "a branch below releases/ that is for no release",
                        "releases/vX.Y.Z, or releases/vX.Y.Zrc for candidates only",
                        "rename it, so that it is audited"));
            }
        }
    }

    private void collectTags() throws IOException {
        for (GitRef ref : history.refs()) {
            if (!ref.name().startsWith(TAGS)) {
                continue;
            }
            String name = ref.name().substring(TAGS.length());
            Optional<PolicyVersion> version = PolicyVersion.tryParse(name).filter(read -> name.equals(read.tag()));
            if (version.isPresent()) {
                collect(ref, version.get());
            } else if (VERSION_CLAIM.matcher(name).matches()) {
                findings.add(schemeFinding(ref, name));
            } else {
                otherTags.add(SafeText.of(ref.name()));
            }
        }
    }

    private AuditFinding schemeFinding(GitRef ref, String name) {
        List<String> faults = PolicyVersion.faults(name);
        String why = faults.isEmpty() ? "a tag begins with v" : String.join("; ", faults);
        return new AuditFinding(
                "tag-scheme",
                SafeText.of(ref.name()),
                ref.target().name(),
                why,
                "v[major].[minor].[micro][rcN][.postN], as in v0.23.0rc1",
                "tag the same commit by the scheme; a tag that is no release needs a name without a version");
    }

    private void collect(GitRef ref, PolicyVersion version) throws IOException {
        Optional<RevCommit> commit = history.commit(ref.target());
        if (commit.isEmpty()) {
            findings.add(new AuditFinding(
                    "tag-target",
                    ref.name(),
                    ref.target().name(),
                    "a release's tag that names no commit",
                    "a commit",
                    "tag the release's commit"));
            return;
        }
        Optional<Instant> tagged = history.tagged(ref.target());
        Instant time = tagged.orElse(Instant.ofEpochSecond(commit.get().getCommitTime()));
        tags.add(new ReleaseTag(ref, version, commit.get(), tagged.isPresent(), time));
    }
}
