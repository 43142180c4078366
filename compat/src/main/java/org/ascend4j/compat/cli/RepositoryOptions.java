package org.ascend4j.compat.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.compat.audit.PolicyFacts;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of the commands that read a repository. */
final class RepositoryOptions {
    /** How an answer is written. */
    enum Format {
        text,
        json
    }

    @Option(
            names = "--repo",
            paramLabel = "DIR",
            required = true,
            description = "The repository: a worktree's top directory, or a bare repository.")
    private Path directory;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json.")
    private Format format = Format.text;

    @Option(names = "--matrix", paramLabel = "FILE", description = "A site's own matrix rows, over the published ones.")
    private Path matrix;

    Path directory(CommandSpec spec) {
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(spec.commandLine(), "--repo: not a directory: " + directory);
        }
        return directory;
    }

    boolean json() {
        return format == Format.json;
    }

    PolicyFacts policy(CommandSpec spec) {
        try {
            ReleaseMatrix published = ReleaseMatrix.embedded();
            return new PolicyFacts(matrix == null ? published : published.withSite(matrix));
        } catch (IllegalArgumentException malformed) {
            throw new ParameterException(spec.commandLine(), "--matrix: " + malformed.getMessage(), malformed);
        }
    }
}
