package org.ascend4j.internal.store;

import java.util.regex.Pattern;

/**
 * One file of a repository.
 *
 * @param name with slashes between folders
 * @param bytes its size, -1 if the hub does not say
 * @param sha256 digest of its content, empty for files that the hub keeps in git itself
 * @param blob git's own digest: SHA-1 of a header and the content; empty if the hub does not say
 */
record HubFile(String name, long bytes, String sha256, String blob) {
    private static final int MAX_CHARS = 400;
    private static final int MAX_FOLDERS = 8;
    private static final Pattern PART =
            Pattern.compile("[A-Za-z0-9_(\\[][A-Za-z0-9 ._@+=(),\\[\\]~-]{0,199}|\\.[A-Za-z0-9_-]{1,100}");

    /** Whether a name can only lead to a file below the folder that it is resolved against. */
    static boolean isPlain(String name) {
        String[] parts = name.split("/", -1);
        boolean plain = name.length() <= MAX_CHARS && parts.length <= MAX_FOLDERS;
        for (String part : parts) {
            plain = plain && PART.matcher(part).matches();
        }
        return plain;
    }
}
