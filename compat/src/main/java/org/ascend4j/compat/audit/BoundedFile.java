package org.ascend4j.compat.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small files of a repository; a pipe, a device or a huge file is refused instead of read. */
final class BoundedFile {
    private BoundedFile() {}

    /** The file's text, any byte that is not UTF-8 replaced. */
    static String read(Path file, int maxBytes) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RepositoryException(
                    file + ": not a regular file; a repository has none of another kind, clone it again");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new RepositoryException(file + ": more than " + maxBytes + " bytes; too large for its kind");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
