package org.ascend4j.compat.audit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TagBuilder;

/** A real repository on disk, built object by object; commit times begin in March 2026 and go up by a minute. */
final class TestRepository implements AutoCloseable {
    static final String MAIN = "refs/heads/main";
    static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    /** A file: its bytes and its mode. */
    record Content(byte[] bytes, FileMode mode) {
        static Content of(String text) {
            return new Content(text.getBytes(StandardCharsets.UTF_8), FileMode.REGULAR_FILE);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Content content && mode.equals(content.mode) && Arrays.equals(bytes, content.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private static final PolicyFacts POLICY = new PolicyFacts(ReleaseMatrix.embedded());

    private final Path directory;
    private final Repository repository;
    private final Map<ObjectId, Map<String, Content>> files = new HashMap<>();
    private final Map<ObjectId, List<ObjectId>> parents = new HashMap<>();
    private long minutes;

    TestRepository(Path directory) {
        this.directory = directory;
        try {
            repository = new FileRepository(new File(directory.toFile(), ".git"));
            repository.create(false);
            update(Constants.HEAD, null);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path directory() {
        return directory;
    }

    AuditReport audit() {
        return RepositoryAudit.run(directory, POLICY, Set.of(), AuditLimits.DEFAULT);
    }

    /** The files of a commit. */
    Map<String, Content> files(ObjectId commit) {
        return commit == null ? Map.of() : files.get(commit);
    }

    List<ObjectId> parents(ObjectId commit) {
        return parents.get(commit);
    }

    /** A commit of one parent (or none) that sets one text file, or with null deletes it. */
    ObjectId commit(ObjectId parent, String message, String path, String text) {
        Map<String, Content> changed = new TreeMap<>(files(parent));
        if (text == null) {
            changed.remove(path);
        } else {
            changed.put(path, Content.of(text));
        }
        return commit(parent == null ? List.of() : List.of(parent), message, changed);
    }

    /** A commit with the given files. */
    ObjectId commit(List<ObjectId> from, String message, Map<String, Content> content) {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            DirCache cache = DirCache.newInCore();
            DirCacheBuilder builder = cache.builder();
            for (Map.Entry<String, Content> file : content.entrySet()) {
                DirCacheEntry entry = new DirCacheEntry(file.getKey());
                entry.setFileMode(file.getValue().mode());
                entry.setObjectId(
                        inserter.insert(Constants.OBJ_BLOB, file.getValue().bytes()));
                builder.add(entry);
            }
            builder.finish();
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(cache.writeTree(inserter));
            commit.setParentIds(from);
            commit.setAuthor(person(minutes));
            commit.setCommitter(person(minutes++));
            commit.setMessage(message);
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            files.put(id, new TreeMap<>(content));
            parents.put(id, List.copyOf(from));
            return id;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a commit changes against its first parent, made again on another; with or without git's trailer. */
    ObjectId pick(ObjectId onto, ObjectId picked, boolean trailer) {
        List<ObjectId> before = parents.get(picked);
        Map<String, Content> old = files(before.isEmpty() ? null : before.get(0));
        Map<String, Content> changed = new TreeMap<>(files(onto));
        Set<String> paths = new LinkedHashSet<>(old.keySet());
        paths.addAll(files(picked).keySet());
        for (String path : paths) {
            Content now = files(picked).get(path);
            if (now == null) {
                changed.remove(path);
            } else if (!now.equals(old.get(path))) {
                changed.put(path, now);
            }
        }
        String message = "Pick\n\n" + (trailer ? "(cherry picked from commit " + picked.name() + ")\n" : "By hand.\n");
        return commit(List.of(onto), message, changed);
    }

    private static PersonIdent person(long minutes) {
        return new PersonIdent("Tester", "tester@example.org", BEGIN.plusSeconds(60 * minutes), ZoneOffset.UTC);
    }

    /** Sets a ref, full name, to an object; HEAD to main. */
    void update(String ref, ObjectId target) {
        try {
            RefUpdate update = repository.updateRef(ref);
            update.setForceUpdate(true);
            if (target == null) {
                update.link(MAIN);
            } else {
                update.setNewObjectId(target);
                update.update();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void main(ObjectId target) {
        update(MAIN, target);
    }

    void branch(String name, ObjectId target) {
        update("refs/heads/" + name, target);
    }

    /** A tag without a time of its own. */
    void tag(String name, ObjectId target) {
        update("refs/tags/" + name, target);
    }

    /** An annotated tag made at an instant. */
    void tag(String name, ObjectId target, Instant when) {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            TagBuilder tag = new TagBuilder();
            tag.setTag(name);
            tag.setObjectId(target, Constants.OBJ_COMMIT);
            tag.setTagger(new PersonIdent("Tester", "tester@example.org", when, ZoneOffset.UTC));
            tag.setMessage(name + "\n");
            ObjectId id = inserter.insert(tag);
            inserter.flush();
            tag(name, id);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A file that belongs to no commit. */
    ObjectId blob(String text) {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            ObjectId id = inserter.insert(Constants.OBJ_BLOB, text.getBytes(StandardCharsets.UTF_8));
            inserter.flush();
            return id;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
