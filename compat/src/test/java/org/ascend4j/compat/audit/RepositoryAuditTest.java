package org.ascend4j.compat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryAuditTest {
    private static final String LINE = "releases/v0.23.0";

    @TempDir
    private Path directory;

    private TestRepository repository;
    private ObjectId root;

    @BeforeEach
    void begin() {
        repository = new TestRepository(directory);
        root = repository.commit(null, "Begin", "base", "1\n");
        repository.main(root);
    }

    @AfterEach
    void end() {
        repository.close();
    }

    private List<String> ids() {
        return repository.audit().findings().stream().map(AuditFinding::id).toList();
    }

    private AuditFinding only() {
        AuditReport report = repository.audit();
        assertThat(report.findings()).as(report.text()).hasSize(1);
        return report.findings().get(0);
    }

    @Test
    void findsNothingInAnEmptyRepository(@TempDir Path empty) {
        try (TestRepository fresh = new TestRepository(empty)) {
            assertThat(fresh.audit().clean()).isTrue();
        }
    }

    @Test
    void acceptsPicksThatNameMainAndEqualChanges() {
        ObjectId named = repository.commit(root, "Fix a", "a", "fix\n");
        ObjectId equal = repository.commit(named, "Fix b", "b", "fix b\n");
        repository.main(equal);
        ObjectId picked = repository.pick(root, named, true);
        // Conflicts may change what a named pick does; white space may change in any.
        ObjectId resolved =
                repository.commit(picked, "Fix\n\n(cherry picked from commit " + equal.name() + ")", "c", "other\n");
        repository.branch(LINE, repository.commit(resolved, "By hand", "b", "fix  b \n"));
        assertThat(repository.audit().findings()).isEmpty();
    }

    @Test
    void findsTheCommitWithoutACounterpart() {
        repository.main(repository.commit(root, "Fix a", "a", "fix\n"));
        ObjectId orphan = repository.commit(root, "Only here\u001b[31m", "a", "another fix\n");
        repository.branch(LINE, orphan);
        AuditFinding finding = only();
        assertThat(finding.id()).isEqualTo("missing-counterpart");
        assertThat(finding.ref()).isEqualTo("refs/heads/" + LINE);
        assertThat(finding.commit()).isEqualTo(orphan.name());
        assertThat(finding.found()).startsWith("\"Only here?[31m\"").contains("no commit named");
        assertThat(finding.expected()).contains("main first");
        assertThat(finding.action()).contains("cherry-pick -x").contains(LINE);
    }

    @Test
    void doesNotTrustATrailerThatNamesNothingOnMain() {
        ObjectId side = repository.commit(root, "Side", "a", "fix\n");
        repository.branch("rfc/side", side);
        repository.branch(LINE, repository.pick(root, side, true));
        assertThat(only().found()).contains(side.name() + " is not on main");
    }

    @Test
    void readsShortAndRepeatedTrailers() {
        ObjectId fix = repository.commit(root, "Fix a", "a", "fix\n");
        repository.main(fix);
        String trailers = "(cherry picked from commit 0123456789)\r\n(cherry picked from commit "
                + fix.name().substring(0, 12) + ")\r\n";
        repository.branch(LINE, repository.commit(root, "Fix\r\n\r\n" + trailers, "z", "z\n"));
        assertThat(repository.audit().findings()).isEmpty();
    }

    @Test
    void countsOnlyChangesSinceTheBranchLeftMain() {
        ObjectId fix = repository.commit(root, "Fix a", "a", "fix\n");
        ObjectId reverted = repository.commit(fix, "Revert", "a", null);
        repository.main(reverted);
        repository.branch(LINE, repository.pick(reverted, fix, false));
        // The equal change on main was taken back before, so main lacks it.
        assertThat(ids()).containsExactly("missing-counterpart");
    }

    @Test
    void asksNothingOfMergesAndEmptyCommits() {
        ObjectId fix = repository.commit(root, "Fix a", "a", "fix\n");
        repository.main(fix);
        ObjectId empty = repository.commit(List.of(root), "Start the release", repository.files(root));
        Map<String, TestRepository.Content> all =
                Map.of("base", TestRepository.Content.of("1\n"), "a", TestRepository.Content.of("fix\n"));
        repository.branch(LINE, repository.commit(List.of(empty, fix), "Merge main", all));
        assertThat(repository.audit().findings()).isEmpty();
    }

    @Test
    void readsRemoteTrackingBranchesAndShowsACommitOnce() {
        ObjectId orphan = repository.commit(root, "Only here", "a", "x\n");
        repository.branch("v0.9.1-dev", orphan);
        repository.update("refs/remotes/origin/v0.9.1-dev", orphan);
        repository.update("refs/remotes/origin/releases/v0.13.0rc", repository.commit(root, "There", "b", "x\n"));
        assertThat(repository.audit().findings())
                .extracting(AuditFinding::ref)
                .containsExactly("refs/heads/v0.9.1-dev", "refs/remotes/origin/releases/v0.13.0rc");
    }

    @Test
    void takesMainFromARemoteIfThereIsNoLocalOne() {
        ObjectId fix = repository.commit(root, "Fix a", "a", "fix\n");
        repository.update("refs/remotes/upstream/main", fix);
        repository.branch(LINE, repository.pick(root, fix, true));
        assertThat(repository.audit().findings()).isEmpty();
    }

    @Test
    void saysThatMainIsMissing(@TempDir Path other) {
        try (TestRepository fresh = new TestRepository(other)) {
            fresh.branch(LINE, fresh.commit(null, "Begin", "a", "1\n"));
            assertThat(fresh.audit().findings()).extracting(AuditFinding::id).containsExactly("no-main");
        }
    }

    @Test
    void letsACommitPassThatWasAcceptedByHandAndSaysSo() {
        ObjectId orphan = repository.commit(root, "Only here", "a", "x\n");
        repository.branch(LINE, orphan);
        AuditReport report = RepositoryAudit.run(
                directory, new PolicyFacts(ReleaseMatrix.embedded()), Set.of(orphan.name()), AuditLimits.DEFAULT);
        assertThat(report.clean()).isTrue();
        assertThat(report.notes()).singleElement().asString().contains(orphan.name());
    }

    @Test
    void findsBranchesAndTagsThatBreakTheScheme() {
        repository.branch("releases/0.23", root);
        for (String tag : List.of("0.23.0rc1", "v0.23", "v0.23.0-rc1", "v0.23.0rc1.post1", "release-1.2", "v01.2.3")) {
            repository.tag(tag, root);
        }
        repository.tag("nightly", root);
        AuditReport report = repository.audit();
        assertThat(report.findings())
                .extracting(AuditFinding::id)
                .containsExactly(
                        "branch-scheme",
                        "tag-scheme",
                        "tag-scheme",
                        "tag-scheme",
                        "tag-scheme",
                        "tag-scheme",
                        "tag-scheme");
        assertThat(report.otherTags()).containsExactly("refs/tags/nightly");
        assertThat(report.text()).contains("a tag begins with v").contains("a post release follows a final");
    }

    @Test
    void findsAReleaseTagThatNamesNoCommit() {
        repository.tag("v0.23.0rc1", repository.blob("nothing"));
        assertThat(ids()).containsExactly("tag-target");
    }

    @Test
    void wantsCandidatesOnMainOrTheirLineAndFinalsOnTheirLine() {
        ObjectId fix = repository.commit(root, "Fix", "a", "1\n");
        repository.main(fix);
        repository.tag("v0.23.0rc1", root);
        repository.branch(LINE, repository.pick(root, fix, true));
        repository.tag("v0.23.0", root);
        assertThat(repository.audit().findings()).isEmpty();

        repository.tag("v0.18.0", fix);
        AuditFinding wrong = only();
        assertThat(wrong.id()).isEqualTo("tag-branch");
        assertThat(wrong.found()).isEqualTo("on main; its own branch is not in this clone");
        assertThat(wrong.expected()).isEqualTo("on releases/v0.18.0 or v0.18.0-dev");
        assertThat(wrong.action()).contains("git branch releases/v0.18.0 v0.18.0");
    }

    @Test
    void refusesAFinalFromACandidatesLineAndFromAnother() {
        ObjectId fix = repository.commit(root, "Fix", "a", "1\n");
        repository.main(fix);
        ObjectId line = repository.pick(root, fix, true);
        repository.branch("releases/v0.23.0rc", line);
        repository.tag("v0.23.0rc1", line);
        assertThat(repository.audit().findings()).isEmpty();
        repository.tag("v0.23.0", line);
        assertThat(only().found()).startsWith("on releases/v0.23.0rc");
    }

    @Test
    void findsAReleaseFromAnUnmaintainedBranchByItsDay() {
        repository.branch("v0.7.1-dev", root);
        repository.tag("v0.7.1rc1", root, Instant.parse("2025-02-19T08:00:00Z"));
        assertThat(repository.audit().findings()).isEmpty();
        repository.tag("v0.7.1rc2", root, Instant.parse("2025-06-19T08:00:00Z"));
        AuditFinding closed = only();
        assertThat(closed.id()).isEqualTo("closed-branch");
        assertThat(closed.ref()).isEqualTo("refs/tags/v0.7.1rc2");
        assertThat(closed.found()).contains("2025-06-19").contains("v0.7.1-dev is Unmaintained");
    }

    @Test
    void findsAFinalThatMatchesNoVllm() {
        repository.branch("releases/v0.99.0", root);
        repository.tag("v0.99.0", root);
        AuditFinding finding = only();
        assertThat(finding.id()).isEqualTo("vllm");
        assertThat(finding.found()).isEqualTo("the matrix names no vLLM 0.99.0");
    }

    @Test
    void findsCandidatesAndPostsOutOfSequence() {
        repository.branch(LINE, root);
        repository.branch("releases/v0.18.0", root);
        repository.tag("v0.23.0rc1", root);
        repository.tag("v0.23.0rc3", root);
        repository.tag("v0.18.0.post1", root);
        assertThat(repository.audit().findings())
                .extracting(finding -> finding.id() + " " + finding.ref())
                .containsExactly("post-without-final refs/tags/v0.18.0.post1", "rc-gap refs/tags/v0.23.0rc3");
        repository.tag("v0.23.0rc2", root);
        repository.tag("v0.18.0", root);
        assertThat(repository.audit().findings()).isEmpty();
    }

    @Test
    void findsACandidateTaggedAfterItsFinal() {
        ObjectId next = repository.commit(root, "Next", "a", "1\n");
        repository.main(next);
        repository.branch(LINE, next);
        repository.tag("v0.23.0", root);
        repository.tag("v0.23.0rc1", next);
        assertThat(ids()).containsExactly("rc-after-final");
        // Annotated tags say themselves when they were made.
        Instant day = Instant.parse("2026-08-01T00:00:00Z");
        repository.tag("v0.23.0", next, day);
        repository.tag("v0.23.0rc1", root, day.plusSeconds(1));
        assertThat(ids()).containsExactly("rc-after-final");
        repository.tag("v0.23.0rc1", root, day);
        assertThat(repository.audit().findings()).isEmpty();
    }

    @Test
    void findsAPostThatLacksItsFinal() {
        ObjectId one = repository.commit(root, "One", "a", "1\n");
        repository.main(one);
        repository.branch(LINE, one);
        repository.tag("v0.23.0", one);
        repository.tag("v0.23.0.post1", root);
        assertThat(ids()).containsExactly("post-before-final");
    }

    @Test
    void writesJsonThatNamesEveryFinding() {
        repository.branch(LINE, repository.commit(root, "Only \"here\"", "a", "x\n"));
        assertThat(repository.audit().json())
                .contains("\"clean\": false")
                .contains("\"id\": \"missing-counterpart\"")
                .contains("Only \\\"here")
                .contains("\"action\": ");
    }
}
