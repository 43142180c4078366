package org.ascend4j.compat.audit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Branches and tags of a repository, from {@code packed-refs} and the files below {@code refs}, of
 * which the files win. Read here instead of by JGit, so that the repository's settings play no part.
 */
final class RefStore {
    private static final int MAX_PACKED_BYTES = 64 << 20;
    private static final int MAX_LOOSE_BYTES = 4 << 10;
    private static final String SYMBOLIC = "ref:";

    private final GitLayout layout;
    private final int maxRefs;
    private final Map<String, ObjectId> refs = new TreeMap<>();

    RefStore(GitLayout layout, int maxRefs) throws IOException {
        this.layout = layout;
        this.maxRefs = maxRefs;
        readPacked(layout.common().resolve("packed-refs"));
        readLoose(layout.common().resolve("refs"));
    }

    /** Every branch and tag that names an object, by name. */
    List<GitRef> refs() {
        return refs.entrySet().stream()
                .map(ref -> new GitRef(ref.getKey(), ref.getValue()))
                .toList();
    }

    /** What HEAD names; empty while its branch has no commit. */
    Optional<ObjectId> head() throws IOException {
        String text =
                BoundedFile.read(layout.own().resolve("HEAD"), MAX_LOOSE_BYTES).strip();
        return text.startsWith(SYMBOLIC)
                ? Optional.ofNullable(refs.get(text.substring(SYMBOLIC.length()).strip()))
                : Optional.of(id("HEAD", text));
    }

    /** Commits whose parents a shallow clone left behind. */
    Set<ObjectId> shallow() throws IOException {
        Path file = layout.common().resolve("shallow");
        Set<ObjectId> ids = new LinkedHashSet<>();
        if (Files.exists(file)) {
            for (String line : BoundedFile.read(file, MAX_PACKED_BYTES).split("\n")) {
                if (!line.isBlank()) {
                    ids.add(id("shallow", line.strip()));
                }
            }
        }
        return ids;
    }

    private void readPacked(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        for (String line : BoundedFile.read(file, MAX_PACKED_BYTES).split("\n")) {
            // A comment, or the object that the tag of the line before stands for.
            if (line.isBlank() || line.startsWith("#") || line.startsWith("^")) {
                continue;
            }
            int space = line.indexOf(' ');
            if (space < 0) {
                throw new RepositoryException(
                        file + ": line \"" + SafeText.of(line) + "\", expected an object id and a name");
            }
            String name = line.substring(space + 1).strip();
            put(name, id(name, line.substring(0, space)));
        }
    }

    private void readLoose(Path top) throws IOException {
        if (!Files.isDirectory(top)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = "refs/" + top.relativize(file).toString().replace('\\', '/');
                if (!name.endsWith(".lock")) {
                    readLoose(name, file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void readLoose(String name, Path file) throws IOException {
        String text = BoundedFile.read(file, MAX_LOOSE_BYTES).strip();
        // A link names another ref, which is looked at under its own name.
        if (!text.startsWith(SYMBOLIC)) {
            put(name, id(name, text));
        }
    }

    private void put(String name, ObjectId target) {
        refs.put(name, target);
        if (refs.size() > maxRefs) {
            throw new RepositoryException("more than " + maxRefs + " branches and tags; audit a clone with fewer");
        }
    }

    private static ObjectId id(String name, String text) {
        if (!ObjectId.isId(text)) {
            throw new RepositoryException(SafeText.of(name) + ": holds \"" + SafeText.of(text)
                    + "\", expected 40 hexadecimal digits; mend it with git update-ref, or clone again");
        }
        return ObjectId.fromString(text);
    }
}
