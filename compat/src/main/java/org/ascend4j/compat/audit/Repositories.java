package org.ascend4j.compat.audit;

import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.errors.MissingObjectException;

/** Opens a repository for one question and says in plain words why one cannot be read. */
final class Repositories {
    private Repositories() {}

    /** Something to ask a repository. */
    @FunctionalInterface
    interface Question<T> {
        T ask(GitHistory history) throws IOException;
    }

    /**
     * Opens, asks, closes.
     *
     * @throws RepositoryException if the repository cannot be read
     */
    static <T> T read(Path directory, AuditLimits limits, Question<T> question) {
        try (GitHistory history = GitHistory.open(directory, limits)) {
            return question.ask(history);
        } catch (RepositoryException known) {
            throw known;
        } catch (MissingObjectException missing) {
            throw new RepositoryException(
                    directory + ": an object is missing (" + missing.getMessage()
                            + "); run git fsck, and clone again without --filter if this is a partial clone",
                    missing);
        } catch (IOException | RuntimeException damaged) {
            // JGit meets nonsense in objects with whatever its parsers throw.
            throw new RepositoryException(
                    directory + ": cannot be read: " + SafeText.of(String.valueOf(damaged))
                            + "; run git fsck, or clone again",
                    damaged);
        }
    }
}
