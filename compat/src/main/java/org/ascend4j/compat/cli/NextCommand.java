package org.ascend4j.compat.cli;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ascend4j.compat.audit.NextVersion;
import org.ascend4j.compat.audit.Proposal;
import org.ascend4j.compat.audit.RepositoryException;
import org.ascend4j.compat.version.PolicyVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code next}: proposes the next version that a repository may release. */
@Command(
        name = "next",
        description = "Proposes the next valid version of a repository from its tags and the matrix.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:a version, on the first line",
            "2:wrong usage, or the repository cannot be read",
            "3:the policy forbids a release of this kind"
        })
final class NextCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private RepositoryOptions repository;

    @Option(names = "--kind", paramLabel = "KIND", required = true, description = "rc, final or post.")
    private String kind;

    @Option(
            names = "--vllm",
            paramLabel = "X.Y.Z",
            description = "The vLLM release; by default the newest that suits the kind.")
    private String vllm;

    @Override
    public Integer call() {
        try {
            Proposal proposal = NextVersion.propose(
                    repository.directory(spec), repository.policy(spec), LocalDate.now(), kind(), line());
            spec.commandLine().getOut().print(repository.json() ? proposal.json() : proposal.text());
            return proposal.version().isPresent() ? Main.OK : Main.INCOMPATIBLE;
        } catch (RepositoryException unreadable) {
            throw usage(unreadable.getMessage());
        }
    }

    private PolicyVersion.Kind kind() {
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "rc" -> PolicyVersion.Kind.RC;
            case "final" -> PolicyVersion.Kind.FINAL;
            case "post" -> PolicyVersion.Kind.POST;
            default -> throw usage("--kind: expected rc, final or post, found " + kind);
        };
    }

    private Optional<PolicyVersion> line() {
        if (vllm == null) {
            return Optional.empty();
        }
        return Optional.of(PolicyVersion.tryParse(vllm)
                .filter(version -> version.kind() == PolicyVersion.Kind.FINAL)
                .orElseThrow(() -> usage("--vllm: expected a vLLM release X.Y.Z, found " + vllm)));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
