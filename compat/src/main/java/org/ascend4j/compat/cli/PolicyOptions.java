package org.ascend4j.compat.cli;

import java.nio.file.Path;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.policy.AsOf;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands about the policy share: the day they are asked for and the site's own matrix. */
final class PolicyOptions {
    /** How an answer is printed. */
    enum Format {
        text,
        json
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--as-of",
            paramLabel = "DATE",
            description = "The day asked about, YYYY-MM-DD or YYYY-MM; today if not given.")
    private String asOf;

    AsOf asOf() {
        try {
            return asOf == null ? AsOf.today() : AsOf.parse(asOf);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), "--as-of: " + wrong.getMessage(), wrong);
        }
    }

    /** The embedded matrix, with the site's file over it if one is given. */
    static ReleaseMatrix matrix(CommandSpec spec, Path site) {
        try {
            return site == null
                    ? ReleaseMatrix.embedded()
                    : ReleaseMatrix.embedded().withSite(site);
        } catch (IllegalArgumentException malformed) {
            throw new ParameterException(spec.commandLine(), "--matrix: " + malformed.getMessage(), malformed);
        }
    }
}
