package org.ascend4j.internal.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds programs on a search path. */
final class Executables {
    private Executables() {}

    /**
     * The first executable file of this name. Relative entries are passed over: what is started must not depend on the
     * directory the user happens to be in.
     *
     * @param searchPath directories separated by colons; may be null
     */
    static Optional<Path> find(String name, String searchPath) {
        for (String entry : searchPath == null ? new String[0] : searchPath.split(":")) {
            if (entry.startsWith("/")) {
                Path file = Utf8Path.of(entry).resolve(name);
                if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }
}
