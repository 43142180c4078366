package org.ascend4j.compat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.probe.ActiveProbes;
import org.ascend4j.compat.probe.HostFacts;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.Pep440Version;

/**
 * Decides whether a host's stack (CANN, driver, Python, torch, torch_npu) fits a plugin release.
 *
 * <p>Unless the live or the Python probe is asked for, it reads files and the environment only: no
 * process is started and no library opened. Nothing that a host may contain makes it throw. Where no sign of an NPU is found it reports what there is and
 * enforces nothing. Immutable; may be used from any thread.
 */
public final class CompatibilityGuard {
    private final Path root;
    private final Map<String, String> environment;
    private final Map<String, String> properties;
    private final Pep440Version plugin;
    private final GuardMode mode;
    private final List<GuardOverride> overrides;
    private final Set<Subject> required;
    private final ReleaseMatrix matrix;
    private final ActiveProbes active;

    private CompatibilityGuard(Builder builder) {
        this.root = builder.root;
        this.environment = Map.copyOf(builder.environment);
        this.properties = Map.copyOf(builder.properties);
        this.plugin = builder.plugin == null ? PluginRelease.current() : builder.plugin;
        this.mode = GuardMode.resolve(builder.mode, properties, environment);
        this.required = builder.required.isEmpty() ? Set.of() : EnumSet.copyOf(builder.required);
        this.matrix = builder.matrixFile == null
                ? ReleaseMatrix.embedded()
                : ReleaseMatrix.embedded().withSite(builder.matrixFile);
        this.active = new ActiveProbes(builder.liveProbe, builder.pythonProbe);
        this.overrides = overrides(builder);
    }

    private List<GuardOverride> overrides(Builder builder) {
        List<GuardOverride> shown = new ArrayList<>(GuardMode.overrides(builder.mode, properties, environment));
        String vllm = environment.getOrDefault(CompanionRules.VLLM_OVERRIDE, "").strip();
        if (!vllm.isEmpty()) {
            shown.add(new GuardOverride(
                    CompanionRules.VLLM_OVERRIDE, vllm, "It stands for the version of the vLLM that is installed."));
        }
        matrix.siteChanges()
                .forEach(change -> shown.add(new GuardOverride(
                        "matrix " + builder.matrixFile, change.plugin().toString(), change.toString())));
        return shown;
    }

    /** Checks this host for this plugin release, in the mode that property and environment set. */
    public static Verdict checkHost() {
        return builder().build().check();
    }

    /** A guard for this host and this plugin release, until told otherwise. */
    public static Builder builder() {
        return new Builder();
    }

    /** Looks at the host and decides; never throws for what it finds. */
    public Verdict check() {
        Optional<MatrixRow> row = matrix.row(plugin);
        if (mode == GuardMode.OFF) {
            HostFacts nothing = new HostFacts(List.of(), List.of(), List.of());
            List<Finding> off = List.of(StackRules.switchedOff());
            return new Verdict(plugin, row, mode, Verdict.outcome(mode, off), off, List.of(), overrides, nothing);
        }
        HostFacts facts = HostFacts.collect(root, environment, properties, active);
        Question question = new Question(plugin, row, matrix.driverFloor(plugin), required, environment, facts);
        List<Finding> findings = new StackRules(question).judge();
        List<Pep440Version> matching = new MatchingReleases(question, matrix).nearestFirst();
        return new Verdict(plugin, row, mode, Verdict.outcome(mode, findings), findings, matching, overrides, facts);
    }

    /**
     * Looks at the host and refuses a stack that does not fit, if the mode is {@link GuardMode#ENFORCE}.
     *
     * @throws IncompatibleStackException if the outcome is {@link Verdict.Outcome#REFUSE}
     */
    public Verdict require() {
        Verdict verdict = check();
        if (verdict.outcome() == Verdict.Outcome.REFUSE) {
            throw new IncompatibleStackException(verdict);
        }
        return verdict;
    }

    /** What to check, and how strictly. */
    public static final class Builder {
        private Path root = Path.of("/");
        private Map<String, String> environment = System.getenv();
        private Map<String, String> properties = texts(System.getProperties());
        private Pep440Version plugin;
        private GuardMode mode;
        private Set<Subject> required = Set.of();
        private Path matrixFile;
        private boolean liveProbe;
        private boolean pythonProbe;

        private Builder() {}

        /** The root directory of the host to look at; {@code /} unless set. */
        public Builder root(Path directory) {
            this.root = Objects.requireNonNull(directory, "root");
            return this;
        }

        /** The environment variables that count; this process's unless set. */
        public Builder environment(Map<String, String> variables) {
            this.environment = Objects.requireNonNull(variables, "environment");
            return this;
        }

        /** The system properties that count; this JVM's unless set. */
        public Builder properties(Map<String, String> values) {
            this.properties = Objects.requireNonNull(values, "properties");
            return this;
        }

        /** The plugin release to check for; this jar's unless set. */
        public Builder plugin(Pep440Version version) {
            this.plugin = Objects.requireNonNull(version, "plugin");
            return this;
        }

        /** The program's own choice of mode; a stricter one from property or environment still wins. */
        public Builder mode(GuardMode chosen) {
            this.mode = Objects.requireNonNull(chosen, "mode");
            return this;
        }

        /** What must be there and fit, though the engine could do without it; nothing unless set. */
        public Builder require(Set<Subject> subjects) {
            this.required = Objects.requireNonNull(subjects, "subjects");
            return this;
        }

        /** A site's own matrix file, whose rows add to or replace the published ones. */
        public Builder matrix(Path file) {
            this.matrixFile = Objects.requireNonNull(file, "matrix");
            return this;
        }

        /**
         * Whether the host's own native libraries are asked too, in a short-lived child JVM; not unless
         * set, and never below another root than {@code /}. Costs up to half a second; with a library
         * that hangs, two and a half.
         */
        public Builder liveProbe(boolean wanted) {
            this.liveProbe = wanted;
            return this;
        }

        /** Whether the Python that was found is started and asked too; not unless set, and only on this host. */
        public Builder pythonProbe(boolean wanted) {
            this.pythonProbe = wanted;
            return this;
        }

        /**
         * The guard.
         *
         * @throws IllegalArgumentException if property or environment name a mode that does not exist, or
         *     the matrix file is wrong
         */
        public CompatibilityGuard build() {
            return new CompatibilityGuard(this);
        }

        private static Map<String, String> texts(Properties properties) {
            Map<String, String> texts = new HashMap<>();
            properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
            return texts;
        }
    }
}
