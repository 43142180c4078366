package org.ascend4j.compat.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Fingerprints of what commits change, computed once each. */
final class PatchIds {
    /** Stands for a commit that changes nothing. */
    static final String EMPTY = "";

    private static final String TOO_LARGE = "too large";

    private final ObjectReader reader;
    private final RevWalk walk;
    private final AuditLimits limits;
    private final Map<RevCommit, String> paths = new HashMap<>();
    private final Map<RevCommit, String> patches = new HashMap<>();

    PatchIds(ObjectReader reader, RevWalk walk, AuditLimits limits) {
        this.reader = reader;
        this.walk = walk;
        this.limits = limits;
    }

    /** Which files a commit changes, a cheap necessary condition for two equal patches; empty for too many. */
    Optional<String> paths(RevCommit commit) throws IOException {
        String known = paths.get(commit);
        if (known == null) {
            known = changedPaths(commit);
            paths.put(commit, known);
        }
        return known.equals(TOO_LARGE) ? Optional.empty() : Optional.of(known);
    }

    /** The id that {@code git patch-id --stable} gives the patch against the first parent; empty for too many files. */
    Optional<String> patch(RevCommit commit) throws IOException {
        if (paths(commit).isEmpty()) {
            return Optional.empty();
        }
        String known = patches.get(commit);
        if (known == null) {
            known = paths(commit).get().isEmpty() ? EMPTY : digest(commit);
            patches.put(commit, known);
        }
        return Optional.of(known);
    }

    private String changedPaths(RevCommit commit) throws IOException {
        StringBuilder names = new StringBuilder();
        int count = 0;
        try (TreeWalk trees = changes(commit)) {
            while (trees.next()) {
                if (++count > limits.paths()) {
                    return TOO_LARGE;
                }
                names.append(trees.getPathString()).append('\n');
            }
        }
        // Kept for every commit of main, so as a digest.
        return count == 0 ? EMPTY : new PatchDigest().ofText(names.toString().getBytes(StandardCharsets.UTF_8));
    }

    private TreeWalk changes(RevCommit commit) throws IOException {
        TreeWalk trees = new TreeWalk(reader);
        walk.parseHeaders(commit);
        if (commit.getParentCount() == 0) {
            trees.addTree(new EmptyTreeIterator());
        } else {
            RevCommit parent = commit.getParent(0);
            walk.parseHeaders(parent);
            trees.addTree(parent.getTree());
        }
        trees.addTree(commit.getTree());
        trees.setRecursive(true);
        trees.setFilter(TreeFilter.ANY_DIFF);
        return trees;
    }

    private String digest(RevCommit commit) throws IOException {
        PatchDigest digest = new PatchDigest();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (TreeWalk trees = changes(commit);
                DiffFormatter formatter = new DiffFormatter(text)) {
            formatter.setReader(reader, new Config());
            // Without its fallback, whose time grows with the square of hostile files' length.
            HistogramDiff algorithm = new HistogramDiff();
            algorithm.setFallbackAlgorithm(null);
            formatter.setDiffAlgorithm(algorithm);
            formatter.setBinaryFileThreshold(limits.blobBytes());
            formatter.setAbbreviationLength(Constants.OBJECT_ID_STRING_LENGTH);
            List<DiffEntry> entries = DiffEntry.scan(trees);
            for (DiffEntry entry : entries) {
                text.reset();
                formatter.format(entry);
                formatter.flush();
                digest.add(
                        text.toByteArray(),
                        entry.getOldId().name(),
                        entry.getNewId().name());
            }
        }
        return digest.id();
    }
}
