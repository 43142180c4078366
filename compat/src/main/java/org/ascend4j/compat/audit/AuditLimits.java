package org.ascend4j.compat.audit;

/**
 * How much of a repository is looked at before it is given up as beyond reason.
 *
 * @param commits commits in one history
 * @param refs branches and tags together
 * @param files files below the object directories
 * @param paths changed files in one commit that are still compared
 * @param blobBytes file size up to which contents are compared as text
 */
public record AuditLimits(int commits, int refs, int files, int paths, int blobBytes) {
    /** Ten times what the largest public plugin repositories hold. */
    public static final AuditLimits DEFAULT = new AuditLimits(1_000_000, 200_000, 4_000_000, 20_000, 4 << 20);

    public AuditLimits {
        requirePositive("commits", commits);
        requirePositive("refs", refs);
        requirePositive("files", files);
        requirePositive("paths", paths);
        requirePositive("blobBytes", blobBytes);
    }

    private static void requirePositive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + ", expected at least 1");
        }
    }
}
