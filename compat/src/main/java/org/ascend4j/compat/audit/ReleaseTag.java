package org.ascend4j.compat.audit;

import java.time.Instant;
import org.ascend4j.compat.version.PolicyVersion;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * A tag that is a release by its name.
 *
 * @param ref the tag
 * @param version what it releases
 * @param commit what it was made of
 * @param annotated true if the tag itself says when it was made
 * @param time when: the tag's own time if it has one, else the commit's
 */
record ReleaseTag(GitRef ref, PolicyVersion version, RevCommit commit, boolean annotated, Instant time) {

    AuditFinding finding(String id, String found, String expected, String action) {
        return new AuditFinding(id, ref.name(), commit.name(), found, expected, action);
    }
}
