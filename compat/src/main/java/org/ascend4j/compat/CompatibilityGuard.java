package org.ascend4j.compat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.probe.HostFacts;
import org.ascend4j.compat.version.Pep440Version;

/**
 * Decides whether a host's stack (CANN, driver, Python, torch, torch_npu) fits a plugin release.
 *
 * <p>It reads files and the environment only: no process is started, no library opened, and nothing a
 * host may contain makes it throw. Where no sign of an NPU is found it reports what there is and
 * enforces nothing. Immutable; may be used from any thread.
 */
public final class CompatibilityGuard {
    private final Path root;
    private final Map<String, String> environment;
    private final Map<String, String> properties;
    private final Pep440Version plugin;
    private final GuardMode mode;

    private CompatibilityGuard(Builder builder) {
        this.root = builder.root;
        this.environment = Map.copyOf(builder.environment);
        this.properties = Map.copyOf(builder.properties);
        this.plugin = builder.plugin == null ? PluginRelease.current() : builder.plugin;
        this.mode = GuardMode.resolve(builder.mode, properties, environment);
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
        ReleaseMatrix matrix = ReleaseMatrix.embedded();
        Optional<MatrixRow> row = matrix.row(plugin);
        if (mode == GuardMode.OFF) {
            HostFacts nothing = new HostFacts(List.of(), List.of(), List.of());
            return Verdict.of(plugin, row, mode, List.of(StackRules.switchedOff()), nothing);
        }
        HostFacts facts = HostFacts.collect(root, environment, properties);
        List<Finding> findings = new StackRules(plugin, row, matrix.driverFloor(plugin)).judge(facts);
        return Verdict.of(plugin, row, mode, findings, facts);
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

        /**
         * The guard.
         *
         * @throws IllegalArgumentException if property or environment name a mode that does not exist
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
