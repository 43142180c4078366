package org.ascend4j.compat.policy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * A branch's name and what it makes the branch (policy: branches).
 *
 * @param text the name
 * @param role what such a branch is for
 * @param line the final that a release line leads to; empty for main and feature branches
 */
public record BranchName(String text, Role role, Optional<PolicyVersion> line) {
    private static final Pattern OLDER = Pattern.compile("v(\\d{1,9}\\.\\d{1,9}\\.\\d{1,9})-dev");
    private static final Pattern NEWER = Pattern.compile("releases/v(\\d{1,9}\\.\\d{1,9}\\.\\d{1,9})(rc)?");

    /** What a branch is for. */
    public enum Role {
        MAIN("the development branch, tested against vLLM main and the newest vLLM release"),
        RELEASE("the line of one vLLM release"),
        CANDIDATE("a throw-away line for candidates"),
        FEATURE("a feature branch"),
        OTHER("not a branch of the policy");

        private final String meaning;

        Role(String meaning) {
            this.meaning = meaning;
        }

        /** The role in words. */
        public String meaning() {
            return meaning;
        }
    }

    /** Reads any name; one that follows no rule has the role {@code OTHER}. */
    public static BranchName of(String text) {
        if (text.equals("main")) {
            return new BranchName(text, Role.MAIN, Optional.empty());
        }
        Matcher older = OLDER.matcher(text);
        if (older.matches()) {
            return line(text, Role.RELEASE, older.group(1));
        }
        Matcher newer = NEWER.matcher(text);
        if (newer.matches()) {
            return line(text, newer.group(2) == null ? Role.RELEASE : Role.CANDIDATE, newer.group(1));
        }
        boolean feature = text.startsWith("rfc/") && text.length() > "rfc/".length();
        return new BranchName(text, feature ? Role.FEATURE : Role.OTHER, Optional.empty());
    }

    /** A number with a leading zero is no release's, so the name is none of the policy's. */
    private static BranchName line(String text, Role role, String number) {
        Optional<PolicyVersion> line = PolicyVersion.tryParse(number);
        return new BranchName(text, line.isPresent() ? role : Role.OTHER, line);
    }
}
