package org.ascend4j.compat.cli;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.ascend4j.compat.audit.AuditLimits;
import org.ascend4j.compat.audit.AuditReport;
import org.ascend4j.compat.audit.RepositoryAudit;
import org.ascend4j.compat.audit.RepositoryException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code audit}: holds a git repository against the release policy. */
@Command(
        name = "audit",
        description = "Finds what a git repository's branches and tags have against the release policy.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:clean", "1:findings", "2:wrong usage, or the repository cannot be read"})
final class AuditCommand implements Callable<Integer> {
    private static final int FINDINGS = 1;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RepositoryOptions repository;

    @Option(
            names = "--accept",
            paramLabel = "COMMIT",
            description = "A commit (full id) that was judged by hand and needs no counterpart on main; repeatable.")
    private Set<String> accepted = new LinkedHashSet<>();

    @Override
    public Integer call() {
        for (String commit : accepted) {
            if (!commit.matches("[0-9a-f]{40}")) {
                throw new ParameterException(
                        spec.commandLine(), "--accept: expected 40 hexadecimal digits, found " + commit);
            }
        }
        try {
            Path directory = repository.directory(spec);
            AuditReport report = RepositoryAudit.run(directory, repository.policy(spec), accepted, AuditLimits.DEFAULT);
            spec.commandLine().getOut().print(repository.json() ? report.json() : report.text());
            return report.clean() ? Main.OK : FINDINGS;
        } catch (RepositoryException unreadable) {
            throw new ParameterException(spec.commandLine(), unreadable.getMessage(), unreadable);
        }
    }
}
