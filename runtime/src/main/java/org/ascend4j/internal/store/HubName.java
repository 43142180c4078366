package org.ascend4j.internal.store;

import java.util.Optional;
import java.util.regex.Pattern;
import org.ascend4j.error.InvalidRequestException;

/**
 * A repository on a hub and the state of it that is wanted.
 *
 * @param repository {@code owner/name}
 * @param revision a branch, tag or commit
 */
record HubName(String repository, String revision) {
    static final String MAIN = "main";
    private static final String PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
    private static final Pattern NAME = Pattern.compile(PART + "/" + PART);
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}");

    /** Reads {@code owner/name} or {@code owner/name@revision}; empty if the text is neither. */
    static Optional<HubName> parse(String text) {
        int at = text.indexOf('@');
        String repository = at < 0 ? text : text.substring(0, at);
        boolean name = NAME.matcher(repository).matches()
                && !repository.contains("..")
                && !repository.contains("--")
                && !repository.endsWith(".gguf");
        return name
                ? Optional.of(new HubName(repository, MAIN).at(at < 0 ? MAIN : text.substring(at + 1)))
                : Optional.empty();
    }

    /** The same repository at another revision. */
    HubName at(String other) {
        if (!REVISION.matcher(other).matches() || other.contains("..") || other.contains("//")) {
            throw new InvalidRequestException(
                    "revision", "found '" + other + "', expected a branch, a tag or a commit of " + repository);
        }
        return new HubName(repository, other);
    }

    /** A name for directories. */
    String folder() {
        return repository.replace("/", "--");
    }

    @Override
    public String toString() {
        return repository + "@" + revision;
    }
}
