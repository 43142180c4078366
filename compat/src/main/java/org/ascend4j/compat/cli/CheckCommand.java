package org.ascend4j.compat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.ascend4j.compat.CompatibilityGuard;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.Verdict;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.report.JUnitReport;
import org.ascend4j.compat.report.JsonReport;
import org.ascend4j.compat.report.TextReport;
import org.ascend4j.compat.version.Pep440Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code check}: looks at the host and prints the report. */
@Command(
        name = "check",
        description = "Says whether this host fits a plugin release, why not, and what to type to mend it.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class CheckCommand implements Callable<Integer> {
    /** What {@code --require} may name, as reports and package indexes spell it. */
    private static final Map<String, Subject> REQUIRABLE = new LinkedHashMap<>();

    static {
        for (Subject subject : List.of(
                Subject.PYTHON,
                Subject.TORCH,
                Subject.TORCH_NPU,
                Subject.VLLM,
                Subject.VLLM_ASCEND,
                Subject.TRITON_ASCEND,
                Subject.MOONCAKE,
                Subject.NNAL,
                Subject.NUMPY,
                Subject.DRIVER)) {
            REQUIRABLE.put(normalised(subject.name()), subject);
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "text",
            description = "text, json or junit (default: text).")
    private String format;

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
    private List<String> environment = new ArrayList<>();

    @Option(names = "--matrix", paramLabel = "F", description = "A file with rows of your own, or changes to rows.")
    private Path matrix;

    @Option(
            names = "--require",
            paramLabel = "NAMES",
            split = ",",
            description = "What must be there and fit, though the engine could do without: python, torch, torch_npu,"
                    + " vllm, vllm-ascend, triton-ascend, mooncake, nnal, numpy, driver.")
    private List<String> required = new ArrayList<>();

    @Option(names = "--fail-on", paramLabel = "warn", description = "End with 1 if there are warnings.")
    private String failOn;

    @Option(names = "--probe-python", description = "Start the Python that is found, and ask it too.")
    private boolean probePython;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "enforce, warn or off; a stricter ASCEND4J_GUARD still wins.")
    private String mode;

    @Override
    public Integer call() {
        if (failOn != null && !failOn.equals("warn")) {
            throw usage("--fail-on: \"" + failOn + "\"; expected warn");
        }
        if (!List.of("text", "json", "junit").contains(format)) {
            throw usage("--format: \"" + format + "\"; expected text, json or junit");
        }
        Verdict verdict = guard().check();
        boolean warningsFail = failOn != null;
        spec.commandLine()
                .getOut()
                .print(
                        switch (format) {
                            case "json" -> JsonReport.of(verdict);
                            case "junit" -> JUnitReport.of(verdict, warningsFail);
                            default -> TextReport.of(verdict, Terminal.takesColours());
                        });
        return switch (verdict.outcome()) {
            case REFUSE -> Main.INCOMPATIBLE;
            case WARN -> warningsFail ? Main.WARNINGS : Main.OK;
            case FIT -> Main.OK;
        };
    }

    private CompatibilityGuard guard() {
        CompatibilityGuard.Builder guard = CompatibilityGuard.builder();
        if (root != null) {
            if (!Files.isDirectory(root)) {
                throw usage("--root: not a directory: " + root);
            }
            if (probePython) {
                throw usage("--probe-python: not with --root; nothing of a tree is started");
            }
            guard.root(real(root)).environment(variables());
        } else if (!environment.isEmpty()) {
            throw usage("--env: only with --root; this host has its own environment");
        } else {
            guard.liveProbe(true).pythonProbe(probePython);
        }
        if (pluginVersion != null) {
            guard.plugin(Pep440Version.tryParse(pluginVersion)
                    .orElseThrow(() -> usage("--plugin-version: not a PEP 440 version: " + pluginVersion)));
        }
        if (matrix != null) {
            guard.matrix(matrix);
        }
        guard.require(required());
        try {
            if (mode != null) {
                guard.mode(GuardMode.parse("--mode", mode));
            }
            return guard.build();
        } catch (IllegalArgumentException wrongSetting) {
            throw usage(wrongSetting.getMessage());
        }
    }

    /** The directory itself may be reached by links; only those within the tree are the tree's own. */
    private Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException unreadable) {
            throw usage("--root: cannot be read: " + directory);
        }
    }

    /** Taken as they stand: picocli's own maps would trim quotes and drop an empty value. */
    private Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : environment) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw usage("--env: expected K=V, found \"" + variable + "\"");
            }
            variables.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return variables;
    }

    private Set<Subject> required() {
        Set<Subject> subjects = EnumSet.noneOf(Subject.class);
        for (String name : required) {
            Subject subject = REQUIRABLE.get(normalised(name));
            if (subject == null) {
                throw usage("--require: \"" + name + "\"; expected any of " + String.join(", ", REQUIRABLE.keySet()));
            }
            subjects.add(subject);
        }
        return subjects;
    }

    private static String normalised(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
