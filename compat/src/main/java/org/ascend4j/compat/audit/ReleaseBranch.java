package org.ascend4j.compat.audit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * A branch that releases are made from (policy: branches): {@code releases/vX.Y.Z}, in older form
 * {@code vX.Y.Z-dev}, or the candidates' {@code releases/vX.Y.Zrc}.
 *
 * @param ref the full name, local or remote-tracking
 * @param name the name without the place
 * @param line the final that the branch is for
 * @param candidates true if only candidates come from it
 */
record ReleaseBranch(GitRef ref, String name, PolicyVersion line, boolean candidates) {
    private static final Pattern PLACE = Pattern.compile("refs/(?:heads|remotes/[^/]+)/(.+)", Pattern.DOTALL);
    private static final Pattern NAME =
            Pattern.compile("releases/v(\\d{1,9}\\.\\d{1,9}\\.\\d{1,9})(rc)?|v(\\d{1,9}\\.\\d{1,9}\\.\\d{1,9})-dev");

    /** A branch's name without its place; empty if the ref is no branch. */
    static Optional<String> branchName(GitRef ref) {
        Matcher place = PLACE.matcher(ref.name());
        return place.matches() ? Optional.of(place.group(1)) : Optional.empty();
    }

    /** The release branch that a ref is; empty if it is none. */
    static Optional<ReleaseBranch> of(GitRef ref) {
        String name = branchName(ref).orElse("");
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String number = parts.group(1) != null ? parts.group(1) : parts.group(3);
        boolean candidates = parts.group(2) != null;
        return PolicyVersion.tryParse(number).map(line -> new ReleaseBranch(ref, name, line, candidates));
    }

    /** True if a ref is meant as a release branch, and is not one by its name. */
    static boolean misnamed(GitRef ref) {
        return branchName(ref).filter(name -> name.startsWith("releases/")).isPresent() && of(ref).isEmpty();
    }

    /** The names that a final's own branch may have. */
    static String[] names(PolicyVersion line) {
        return new String[] {"releases/" + line.tag(), line.tag() + "-dev"};
    }

    /** True if a release may be made from this branch by its number. */
    boolean carries(PolicyVersion release) {
        return line.equals(release.base()) && (!candidates || release.kind() == PolicyVersion.Kind.RC);
    }
}
