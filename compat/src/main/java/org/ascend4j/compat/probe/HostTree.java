package org.ascend4j.compat.probe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * A directory seen as a file system's root: absolute names, and absolute symbolic links, are looked up
 * below it and never leave it. With {@code /} it is the host itself; with another directory it is a
 * mounted tree or an unpacked container image.
 *
 * <p>Nothing here throws for what the tree contains. Reads and listings are bounded, and only regular
 * files are opened, so neither a pipe nor a huge file can hold the caller up. Immutable.
 */
public final class HostTree {
    /** A version file is a few hundred bytes; more than this is not one. */
    public static final int MAX_FILE_BYTES = 64 * 1024;

    /** Directories are listed up to this many entries. */
    public static final int MAX_ENTRIES = 250_000;

    private static final int MAX_PATH_CHARS = 4096;
    private static final int MAX_LINKS = 40;

    private final Path root;

    public HostTree(Path root) {
        this.root = Objects.requireNonNull(root, "root").toAbsolutePath().normalize();
    }

    /** What a name in the tree turned out to be. */
    public enum Kind {
        FILE,
        DIRECTORY,
        /** A device node, pipe or socket. */
        OTHER,
        MISSING,
        /** Links in a circle, a name that is no path, or access refused. */
        UNREADABLE
    }

    /**
     * A name, looked up.
     *
     * @param kind what it is, links followed
     * @param path where it really is, outside the tree's view; null unless it exists
     * @param inTree its name in the tree after links were followed; null unless it exists
     * @param problem why it is {@link Kind#UNREADABLE}, else empty
     */
    public record Entry(Kind kind, Path path, String inTree, String problem) {
        public boolean exists() {
            return path != null;
        }

        public boolean isDirectory() {
            return kind == Kind.DIRECTORY;
        }
    }

    /** Looks an absolute name up, following links within the tree. */
    public Entry find(String name) {
        if (name.length() > MAX_PATH_CHARS) {
            return unreadable("name longer than " + MAX_PATH_CHARS + " characters");
        }
        try {
            return walk(name);
        } catch (AccessDeniedException denied) {
            return unreadable("access denied");
        } catch (NoSuchFileException missing) {
            return new Entry(Kind.MISSING, null, null, "");
        } catch (InvalidPathException notAName) {
            return unreadable("not a file name in this locale");
        } catch (IOException | SecurityException broken) {
            return unreadable(broken.getClass().getSimpleName());
        }
    }

    private static Entry unreadable(String problem) {
        return new Entry(Kind.UNREADABLE, null, null, problem);
    }

    /** Follows the name part by part: the platform's own resolution would leave the tree at an absolute link. */
    private Entry walk(String name) throws IOException {
        Deque<String> ahead = new ArrayDeque<>(List.of(name.split("/")));
        Deque<String> done = new ArrayDeque<>();
        BasicFileAttributes attributes = attributes(root);
        int links = 0;
        while (!ahead.isEmpty()) {
            String part = ahead.pop();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (!attributes.isDirectory()) {
                return new Entry(Kind.MISSING, null, null, "");
            }
            if (part.equals("..")) {
                done.pollLast();
                attributes = attributes(real(done));
                continue;
            }
            done.addLast(part);
            attributes = attributes(real(done));
            if (attributes.isSymbolicLink()) {
                if (++links > MAX_LINKS) {
                    return unreadable("more than " + MAX_LINKS + " symbolic links on the way");
                }
                String target = Files.readSymbolicLink(real(done)).toString();
                done.removeLast();
                if (target.startsWith("/")) {
                    done.clear();
                }
                List<String> parts = new ArrayList<>(List.of(target.split("/")));
                Collections.reverse(parts);
                parts.forEach(ahead::push);
                attributes = attributes(real(done));
            }
        }
        return new Entry(kind(attributes), real(done), "/" + String.join("/", done), "");
    }

    private Path real(Deque<String> parts) {
        return parts.isEmpty() ? root : root.resolve(String.join("/", parts));
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static Kind kind(BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
            return Kind.FILE;
        }
        return attributes.isDirectory() ? Kind.DIRECTORY : Kind.OTHER;
    }

    public boolean isDirectory(String name) {
        return find(name).isDirectory();
    }

    /** The names in a directory, sorted; none if it is not one or may not be read. */
    public List<String> list(String directory) {
        Entry entry = find(directory);
        List<String> names = new ArrayList<>();
        if (!entry.isDirectory()) {
            return names;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(entry.path())) {
            for (Path path : entries) {
                names.add(path.getFileName().toString());
                if (names.size() == MAX_ENTRIES) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException | SecurityException unreadable) {
            // What was seen so far still counts: a directory that breaks off is no reason to see nothing.
        }
        Collections.sort(names);
        return names;
    }

    /** Reads the beginning of a file, {@link #MAX_FILE_BYTES} at most. */
    public FileText read(String name) {
        Entry entry = find(name);
        if (entry.kind() == Kind.MISSING) {
            return FileText.missing(name);
        }
        if (entry.kind() != Kind.FILE) {
            return FileText.unreadable(name, entry.isDirectory() ? "a directory stands in its place" : problem(entry));
        }
        try (InputStream in = Files.newInputStream(entry.path(), LinkOption.NOFOLLOW_LINKS)) {
            return FileText.decoded(name, in.readNBytes(MAX_FILE_BYTES + 1));
        } catch (AccessDeniedException denied) {
            return FileText.unreadable(name, "access denied");
        } catch (IOException | SecurityException broken) {
            return FileText.unreadable(name, broken.getClass().getSimpleName());
        }
    }

    private static String problem(Entry entry) {
        return entry.kind() == Kind.OTHER ? "not a regular file" : entry.problem();
    }
}
