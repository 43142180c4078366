package org.ascend4j.compat.audit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * The commits, branches and tags of one repository, read only. Not for several threads.
 *
 * <p>Ancestry is followed commit by commit and not cut short by commit times, which anybody can set.
 */
final class GitHistory implements AutoCloseable {
    private final Repository objects;
    private final ObjectReader reader;
    private final RevWalk walk;
    private final List<GitRef> refs;
    private final Optional<ObjectId> head;
    private final Set<ObjectId> shallow;
    private final AuditLimits limits;

    private GitHistory(GitLayout layout, AuditLimits limits) throws IOException {
        RefStore store = new RefStore(layout, limits.refs());
        this.limits = limits;
        this.refs = store.refs();
        this.head = store.head();
        this.shallow = store.shallow();
        this.objects = openObjects(layout.objects());
        this.reader = objects.newObjectReader();
        this.walk = new RevWalk(reader);
        walk.assumeShallow(shallow);
    }

    /**
     * Opens the repository of a directory.
     *
     * @throws RepositoryException if there is none, or one of an unknown format
     */
    static GitHistory open(Path directory, AuditLimits limits) throws IOException {
        IsolatedSystem.install();
        GitLayout layout = GitLayout.find(directory);
        new ObjectFiles(limits.files()).require(layout.objects());
        return new GitHistory(layout, limits);
    }

    /** Only the objects are the repository's: settings, hooks and filters would be this directory's, which is none. */
    private static Repository openObjects(Path directory) throws IOException {
        File nowhere = new File(System.getProperty("java.io.tmpdir"), "ascend4j-" + UUID.randomUUID());
        return new FileRepositoryBuilder()
                .setGitDir(nowhere)
                .setBare()
                .setObjectDirectory(directory.toFile())
                .build();
    }

    List<GitRef> refs() {
        return refs;
    }

    Optional<RevCommit> head() throws IOException {
        return head.isEmpty() ? Optional.empty() : commit(head.get());
    }

    /** The commit that an object is or, as a tag, stands for; empty if that is no commit. */
    Optional<RevCommit> commit(ObjectId id) throws IOException {
        RevObject object = walk.peel(walk.parseAny(id));
        return object instanceof RevCommit commit ? Optional.of(commit) : Optional.empty();
    }

    /** When an annotated tag was made; empty for another. */
    Optional<Instant> tagged(ObjectId tag) throws IOException {
        if (walk.parseAny(tag) instanceof RevTag annotated) {
            return Optional.ofNullable(annotated.getTaggerIdent()).map(PersonIdent::getWhenAsInstant);
        }
        return Optional.empty();
    }

    /** The commits themselves and all their ancestors that this clone has. */
    Set<RevCommit> ancestors(Collection<RevCommit> starts) throws IOException {
        return new HashSet<>(beyond(starts, Set.of()));
    }

    /** Ancestors of the starts, themselves included, without the excluded commits and all before them. */
    List<RevCommit> beyond(Collection<RevCommit> starts, Set<RevCommit> excluded) throws IOException {
        return beyond(starts, excluded, null);
    }

    /** The same, but ends with {@code last} where the walk meets it. */
    private List<RevCommit> beyond(Collection<RevCommit> starts, Set<RevCommit> excluded, RevCommit last)
            throws IOException {
        Set<RevCommit> seen = new HashSet<>();
        List<RevCommit> found = new ArrayList<>();
        Deque<RevCommit> open = new ArrayDeque<>(starts);
        while (!open.isEmpty()) {
            RevCommit commit = open.remove();
            if (excluded.contains(commit) || !seen.add(commit)) {
                continue;
            }
            if (seen.size() > limits.commits()) {
                throw new RepositoryException(
                        "more than " + limits.commits() + " commits in one history; audit a clone with less history");
            }
            walk.parseHeaders(commit);
            found.add(commit);
            if (commit.equals(last)) {
                break;
            }
            open.addAll(List.of(commit.getParents()));
        }
        return found;
    }

    /** True if one commit is an ancestor of the other, as far as this clone's history goes. */
    boolean descends(RevCommit commit, RevCommit ancestor) throws IOException {
        return !commit.equals(ancestor)
                && beyond(List.of(commit), Set.of(), ancestor).contains(ancestor);
    }

    /** True if one commit is neither the other nor its descendant, and no history is missing to know. */
    boolean lacks(RevCommit commit, RevCommit ancestor) throws IOException {
        List<RevCommit> history = beyond(List.of(commit), Set.of(), ancestor);
        return !history.contains(ancestor) && !cutShort(history);
    }

    /** True if parents of one of the commits were left behind when this clone was made. */
    boolean cutShort(Collection<RevCommit> commits) {
        return !shallow.isEmpty() && commits.stream().anyMatch(shallow::contains);
    }

    /** True if this clone lacks part of the history. */
    boolean shallow() {
        return !shallow.isEmpty();
    }

    CommitMessage message(RevCommit commit) throws IOException {
        walk.parseBody(commit);
        CommitMessage message = CommitMessage.of(commit.getRawBuffer());
        // Bodies are the larger part of a history and none is asked for twice.
        commit.disposeBody();
        return message;
    }

    /** The commit that a full or shortened id names, if it is here and no other begins so. */
    Optional<RevCommit> named(String hexadecimal) throws IOException {
        Collection<ObjectId> found = reader.resolve(AbbreviatedObjectId.fromString(hexadecimal));
        if (found.size() != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(walk.parseCommit(found.iterator().next()));
        } catch (MissingObjectException | IncorrectObjectTypeException noCommit) {
            return Optional.empty();
        }
    }

    /** A fingerprint of what a commit changes, apart from white space and line numbers. */
    PatchIds patchIds() {
        return new PatchIds(reader, walk, limits);
    }

    @Override
    public void close() {
        walk.close();
        reader.close();
        objects.close();
    }
}
