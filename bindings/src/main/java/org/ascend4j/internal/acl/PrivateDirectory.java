package org.ascend4j.internal.acl;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * A directory from which native code may be loaded: a real directory of the current user that nobody else can write.
 *
 * <p>The user's cache is the first of $ASCEND4J_CACHE, $XDG_CACHE_HOME/ascend4j and ~/.cache/ascend4j. Whatever of it
 * is missing is created with mode 0700, whatever exists is checked. Only a directory that bears our own name is also
 * narrowed, since pulling a model under a umask of 002 makes it one that the group may write.
 */
public final class PrivateDirectory {
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private PrivateDirectory() {}

    /** The user's cache of Ascend4J, created when absent; also the home of pulled models. */
    public static Path cache() throws IOException {
        String own = System.getenv("ASCEND4J_CACHE");
        String home = System.getenv("HOME");
        return cache(
                own,
                cachePath(
                        own,
                        System.getenv("XDG_CACHE_HOME"),
                        home != null && home.startsWith("/") ? home : System.getProperty("user.home")));
    }

    static Path cache(String own, Path path) throws IOException {
        if ((own == null || own.isEmpty()) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            narrow(path);
        }
        return open(path);
    }

    private static void narrow(Path directory) throws IOException {
        Set<PosixFilePermission> permissions =
                new HashSet<>(Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS));
        if (owner(directory).equals(user()) && permissions.removeAll(OTHERS_WRITE)) {
            Files.setPosixFilePermissions(directory, permissions);
        }
    }

    /** Pure form of the choice that {@link #cache()} makes. */
    static Path cachePath(String own, String xdg, String home) throws IOException {
        if (own != null && !own.isEmpty()) {
            return path(own).toAbsolutePath().normalize();
        }
        if (xdg != null && xdg.startsWith("/")) { // the XDG specification has relative paths ignored
            return path(xdg).resolve("ascend4j");
        }
        if (home == null || !home.startsWith("/")) {
            throw new IOException("no directory for native libraries: the user has no home directory (" + home
                    + "); set ASCEND4J_CACHE to a directory of your own");
        }
        return path(home).resolve(".cache/ascend4j");
    }

    private static Path path(String text) throws IOException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IOException(
                    "this locale cannot name the directory '" + text
                            + "'; set LC_ALL=C.UTF-8, or ASCEND4J_CACHE to a directory with a plain name",
                    e);
        }
    }

    /** Creates the directory, parents included, unless it is there, and checks that it is private. */
    static Path open(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            createParents(directory.getParent());
            create(directory);
        }
        check(directory);
        return directory;
    }

    /** Checks {@code parent}, then opens its child {@code name}. */
    static Path child(Path parent, String name) throws IOException {
        check(parent);
        return open(parent.resolve(name));
    }

    private static void createParents(Path directory) throws IOException {
        if (directory != null && !Files.isDirectory(directory)) {
            createParents(directory.getParent());
            create(directory);
        }
    }

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // another process was faster; what it made is checked like any other
        } catch (IOException e) {
            throw new IOException(
                    "cannot create " + directory + " (" + e + "); set ASCEND4J_CACHE to a directory of your own", e);
        }
    }

    static void check(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("will not load native code from " + directory
                    + ": it is a link or no directory; remove it or set ASCEND4J_CACHE");
        }
        checkOwner(directory);
    }

    /** Refuses a file or directory of another user, or one that others may write. */
    static void checkOwner(Path path) throws IOException {
        Object owner = owner(path);
        Object user = user();
        if (!owner.equals(user)) {
            throw new IOException("will not load native code from " + path + ": it belongs to user " + owner
                    + ", this process runs as " + user + "; remove it or set ASCEND4J_CACHE");
        }
        for (PosixFilePermission permission : Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)) {
            if (OTHERS_WRITE.contains(permission)) {
                throw new IOException("will not load native code from " + path
                        + ": other users may write there; run chmod go-w on it or set ASCEND4J_CACHE");
            }
        }
    }

    private static Object owner(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /** The id that this process runs under; a name would fail in containers whose user has none. */
    private static Object user() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }
}
