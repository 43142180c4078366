package org.ascend4j.compat.audit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.policy.BranchName;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * A branch in a repository that releases are made from (policy: branches).
 *
 * @param ref the full name, local or remote-tracking
 * @param name the name without the place
 */
record ReleaseBranch(GitRef ref, BranchName name) {
    private static final Pattern PLACE = Pattern.compile("refs/(?:heads|remotes/[^/]+)/(.+)", Pattern.DOTALL);

    /** A branch's name without its place; empty if the ref is no branch. */
    static Optional<BranchName> branchName(GitRef ref) {
        Matcher place = PLACE.matcher(ref.name());
        return place.matches() ? Optional.of(BranchName.of(place.group(1))) : Optional.empty();
    }

    /** The release branch that a ref is; empty if it is none. */
    static Optional<ReleaseBranch> of(GitRef ref) {
        return branchName(ref).filter(name -> name.line().isPresent()).map(name -> new ReleaseBranch(ref, name));
    }

    static boolean isMain(GitRef ref) {
        return branchName(ref)
                .filter(name -> name.role() == BranchName.Role.MAIN)
                .isPresent();
    }

    /** True if a ref is meant as a release branch, and is not one by its name. */
    static boolean misnamed(GitRef ref) {
        return branchName(ref)
                .filter(name -> name.line().isEmpty() && name.text().startsWith("releases/"))
                .isPresent();
    }

    /** The names that a final's own branch may have, the current form first. */
    static String[] names(PolicyVersion line) {
        return new String[] {"releases/" + line.tag(), line.tag() + "-dev"};
    }

    /** True if a release may be made from this branch by its number. */
    boolean carries(PolicyVersion release) {
        return name.line().filter(release.base()::equals).isPresent()
                && (name.role() == BranchName.Role.RELEASE || release.kind() == PolicyVersion.Kind.RC);
    }
}
