package org.ascend4j.compat.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ascend4j.compat.CompatibilityGuard;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.TextReport;
import org.ascend4j.compat.Verdict;
import org.ascend4j.compat.version.Pep440Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code check}: looks at the host and prints the report. */
@Command(
        name = "check",
        description = "Checks CANN, driver, Python, torch and torch_npu against the release matrix.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--plugin-version",
            paramLabel = "V",
            description = "The plugin release to check for; this jar's if not given.")
    private String pluginVersion;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Look at the tree below DIR instead of this host; the environment then comes from --env.")
    private Path root;

    @Option(names = "--env", paramLabel = "K=V", description = "An environment variable of the tree; repeatable.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "enforce, warn or off; a stricter ASCEND4J_GUARD still wins.")
    private String mode;

    @Override
    public Integer call() {
        Verdict verdict = guard().check();
        spec.commandLine().getOut().print(TextReport.of(verdict));
        return verdict.outcome() == Verdict.Outcome.REFUSE ? Main.INCOMPATIBLE : Main.OK;
    }

    private CompatibilityGuard guard() {
        CompatibilityGuard.Builder guard = CompatibilityGuard.builder();
        if (root != null) {
            if (!Files.isDirectory(root)) {
                throw usage("--root: not a directory: " + root);
            }
            guard.root(root).environment(environment);
        } else if (!environment.isEmpty()) {
            throw usage("--env: only with --root; this host has its own environment");
        }
        if (pluginVersion != null) {
            guard.plugin(Pep440Version.tryParse(pluginVersion)
                    .orElseThrow(() -> usage("--plugin-version: not a PEP 440 version: " + pluginVersion)));
        }
        try {
            if (mode != null) {
                guard.mode(GuardMode.parse("--mode", mode));
            }
            return guard.build();
        } catch (IllegalArgumentException wrongSetting) {
            throw usage(wrongSetting.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
