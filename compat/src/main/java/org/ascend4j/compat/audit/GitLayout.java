package org.ascend4j.compat.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;

/**
 * Where a repository keeps its parts (gitrepository-layout).
 *
 * @param own the worktree's own git directory, which holds HEAD
 * @param common the git directory that all its worktrees share: refs, objects, settings
 */
record GitLayout(Path own, Path common) {
    private static final int MAX_LINK_BYTES = 8 << 10;
    private static final int MAX_CONFIG_BYTES = 4 << 20;
    private static final String LINK_PREFIX = "gitdir:";

    /** Finds the repository of a worktree's top directory, a linked worktree's, or a bare one. */
    static GitLayout find(Path directory) throws IOException {
        Path entry = directory.resolve(".git");
        Path own;
        if (Files.isDirectory(entry)) {
            own = entry;
        } else if (Files.exists(entry)) {
            own = link(entry);
        } else if (Files.isDirectory(directory.resolve("objects")) && Files.exists(directory.resolve("HEAD"))) {
            own = directory;
        } else {
            throw new RepositoryException(directory + ": no git repository; name the top directory of a worktree, "
                    + "which has .git, or a bare repository");
        }
        GitLayout layout = new GitLayout(own, common(own));
        if (!Files.isDirectory(layout.objects())) {
            throw new RepositoryException(layout.objects() + ": no such directory, though " + directory
                    + " names it as its repository; clone it again");
        }
        layout.requireKnownFormat();
        return layout;
    }

    Path objects() {
        return common.resolve("objects");
    }

    private static Path link(Path file) throws IOException {
        String text = BoundedFile.read(file, MAX_LINK_BYTES).strip();
        if (!text.startsWith(LINK_PREFIX)) {
            throw new RepositoryException(file + ": expected \"" + LINK_PREFIX + " DIRECTORY\"");
        }
        return resolve(file.getParent(), text.substring(LINK_PREFIX.length()).strip(), file);
    }

    private static Path common(Path own) throws IOException {
        Path file = own.resolve("commondir");
        return Files.exists(file)
                ? resolve(own, BoundedFile.read(file, MAX_LINK_BYTES).strip(), file)
                : own;
    }

    private static Path resolve(Path base, String target, Path source) {
        try {
            return base.resolve(target).normalize();
        } catch (InvalidPathException impossible) {
            throw new RepositoryException(source + ": names no possible path", impossible);
        }
    }

    /** Only the format is read; no other setting of the repository has any effect, includes neither. */
    private void requireKnownFormat() throws IOException {
        Path file = common.resolve("config");
        if (!Files.exists(file)) {
            return;
        }
        Config config = new Config();
        try {
            config.fromText(BoundedFile.read(file, MAX_CONFIG_BYTES));
        } catch (ConfigInvalidException | IllegalArgumentException malformed) {
            throw new RepositoryException(file + ": cannot be read: " + malformed.getMessage(), malformed);
        }
        require(config, file, "objectformat", "sha1", "clone it into a repository with SHA-1 names");
        require(config, file, "refstorage", "files", "run git refs migrate --ref-format=files on a clone");
    }

    private static void require(Config config, Path file, String extension, String supported, String action) {
        String value = config.getString("extensions", null, extension);
        if (value != null && !value.toLowerCase(Locale.ROOT).equals(supported)) {
            throw new RepositoryException(file + ": extensions." + extension + " is \"" + SafeText.of(value)
                    + "\", only \"" + supported + "\" can be read; " + action);
        }
    }
}
