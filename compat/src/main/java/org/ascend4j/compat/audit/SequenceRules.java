package org.ascend4j.compat.audit;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * How releases follow each other (policy: release kinds): candidates count up and precede their final,
 * posts count up and follow it.
 */
final class SequenceRules {
    private final GitHistory history;
    private final Map<PolicyVersion, ReleaseTag> tags = new TreeMap<>();

    SequenceRules(GitHistory history, List<ReleaseTag> tags) {
        this.history = history;
        // Two tags can be one release only in another spelling, and that is found elsewhere.
        tags.forEach(tag -> this.tags.putIfAbsent(tag.version(), tag));
    }

    List<AuditFinding> findings() throws IOException {
        List<AuditFinding> findings = new ArrayList<>();
        for (ReleaseTag tag : tags.values()) {
            if (tag.version().kind() != PolicyVersion.Kind.FINAL) {
                gap(tag).ifPresent(findings::add);
                againstFinal(tag).ifPresent(findings::add);
            }
        }
        return findings;
    }

    private Optional<AuditFinding> gap(ReleaseTag tag) throws IOException {
        PolicyVersion version = tag.version();
        BigInteger number = version.number().orElseThrow();
        boolean candidate = version.kind() == PolicyVersion.Kind.RC;
        String id = version.kind() + "-order";
        if (number.signum() == 0) {
            // 0.11.0rc0 shows that candidates may begin with none.
            return candidate
                    ? Optional.empty()
                    : Optional.of(tag.finding(id, "post0", "posts count from post1", "number the next one post1"));
        }
        PolicyVersion before = candidate
                ? version.base().rc(number.subtract(BigInteger.ONE))
                : version.base().post(number.subtract(BigInteger.ONE));
        ReleaseTag previous = tags.get(before);
        if (previous == null) {
            return number.equals(BigInteger.ONE)
                    ? Optional.empty()
                    : Optional.of(tag.finding(
                            version.kind() + "-gap",
                            "no tag " + before.tag(),
                            version.kind() + " numbers count up one by one",
                            "fetch all tags; if " + before.tag()
                                    + " was never released, note it and go on with the next"));
        }
        return follows(previous, tag)
                ? Optional.empty()
                : Optional.of(tag.finding(
                        id,
                        "released before " + before.tag(),
                        "after " + before.tag(),
                        "number releases in the order they are made"));
    }

    private Optional<AuditFinding> againstFinal(ReleaseTag tag) throws IOException {
        PolicyVersion base = tag.version().base();
        ReleaseTag last = tags.get(base);
        boolean candidate = tag.version().kind() == PolicyVersion.Kind.RC;
        if (last == null) {
            return candidate
                    ? Optional.empty()
                    : Optional.of(tag.finding(
                            "post-without-final",
                            "no tag " + base.tag(),
                            "a post follows its final",
                            "fetch all tags; without a final release " + base.tag() + " itself"));
        }
        if (candidate && !follows(tag, last)) {
            return Optional.of(tag.finding(
                    "rc-after-final",
                    "released after " + base.tag(),
                    "candidates precede their final",
                    "bring fixes after the final as " + base.tag() + ".postN"));
        }
        if (!candidate && history.lacks(tag.commit(), last.commit())) {
            return Optional.of(tag.finding(
                    "post-before-final",
                    "does not contain " + base.tag() + " (" + last.commit().name() + ")",
                    "a post is its final with bug fixes",
                    "make the next post from a commit that has the final behind it"));
        }
        return Optional.empty();
    }

    /**
     * True if the second release may have come after the first. Signed or annotated tags say when they
     * were made; of others the descendant is the later, and only without kinship their commits' times tell.
     */
    private boolean follows(ReleaseTag earlier, ReleaseTag later) throws IOException {
        boolean inOrder = !later.time().isBefore(earlier.time());
        if (earlier.annotated() && later.annotated() && !inOrder) {
            return false;
        }
        if (earlier.commit().equals(later.commit()) || history.descends(later.commit(), earlier.commit())) {
            return true;
        }
        return !history.descends(earlier.commit(), later.commit()) && inOrder;
    }
}
