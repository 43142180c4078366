package org.ascend4j.compat.audit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Looks over the object directories before JGit opens anything in them: a pipe would block it, a
 * device would never end, and a chain of alternates could lead anywhere.
 */
final class ObjectFiles {
    private static final int MAX_ALTERNATES_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 5;

    private final int maxFiles;
    private int files;

    ObjectFiles(int maxFiles) {
        this.maxFiles = maxFiles;
    }

    /** Goes over a directory of objects and those that it borrows from. */
    void require(Path objects) throws IOException {
        require(objects, 0);
    }

    private void require(Path objects, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new RepositoryException(objects + ": borrowed through more than " + MAX_DEPTH
                    + " repositories (objects/info/alternates); run git repack -a in a clone");
        }
        Files.walkFileTree(objects, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                count(file);
                return FileVisitResult.CONTINUE;
            }
        });
        Path alternates = objects.resolve("info").resolve("alternates");
        if (Files.exists(alternates)) {
            for (String line :
                    BoundedFile.read(alternates, MAX_ALTERNATES_BYTES).split("\n")) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    require(borrowed(objects, line, alternates), depth + 1);
                }
            }
        }
    }

    private void count(Path file) {
        if (++files > maxFiles) {
            throw new RepositoryException("more than " + maxFiles + " object files; run git gc in a clone");
        }
        if (!Files.isRegularFile(file)) {
            throw new RepositoryException(file + ": not a regular file; clone the repository again");
        }
    }

    private static Path borrowed(Path objects, String line, Path source) {
        try {
            Path directory = objects.resolve(line).normalize();
            if (Files.isDirectory(directory)) {
                return directory;
            }
        } catch (InvalidPathException impossible) {
            throw new RepositoryException(source + ": names no possible path", impossible);
        }
        throw new RepositoryException(source + ": names " + SafeText.of(line)
                + ", which is no directory here; audit where it exists, or a full clone");
    }
}
